"""The officer asks the company for more: in two steps, about something, and with every fault named."""

from sqlmodel import col, select

from portal.db.tables import Supplement
from portal.domain.application import State
from tests.factories_review import fresh


def test_a_supplement_is_asked_for_in_two_steps(as_officer, owner, taken):
    path = f"/kommun/arenden/{taken.id}/komplettering"
    assert 'name="villkor" value="GEN-25"' in as_officer.get(path).text
    questions = as_officer.get(f"{path}?villkor=GEN-25&villkor=GEN-01&fraga=1").text
    assert "Vad behöver företaget göra?" in questions
    assert "info@vega.example" in questions
    form = {
        "villkor": ["GEN-25", "GEN-01"],
        "skal-GEN-25": "evidence_missing.document_missing",
        "fraga-GEN-25": "",
        "fraga-GEN-01": "Beskriv hur ni bidrar till målen.",
        "meddelande": "Vi behöver svar på två punkter.",
        "senast": "2099-01-07",
    }

    assert as_officer.post(path, data=form).status_code == 303

    waiting = fresh(owner, taken.id)
    assert waiting.state is State.SUPPLEMENT_REQUESTED
    asked = owner.exec(select(Supplement).where(col(Supplement.application_id) == taken.id)).one()
    assert asked.message == "Vi behöver svar på två punkter."
    page = as_officer.get(f"/kommun/arenden/{taken.id}?villkor=GEN-25").text
    assert "Underlag saknas för villkoret" in page


def test_every_fault_of_a_supplement_is_named_and_nothing_typed_is_lost(as_officer, taken):
    form = {"villkor": "GEN-25", "fraga-GEN-25": "", "meddelande": "Kort", "senast": "2020-01-01"}

    answer = as_officer.post(f"/kommun/arenden/{taken.id}/komplettering", data=form)

    assert answer.status_code == 422
    for field in ("fraga-GEN-25", "meddelande", "senast"):
        assert f'href="#{field}"' in answer.text
    assert "2020-01-01" in answer.text
    assert ">Kort<" in answer.text


def test_a_supplement_about_nothing_is_refused(as_officer, taken):
    answer = as_officer.get(f"/kommun/arenden/{taken.id}/komplettering?fraga=1")

    assert answer.status_code == 422
    assert "Välj minst ett villkor att fråga om." in answer.text
