"""New conditions as the company answers them and as the municipality takes a stand, on their pages."""

import pytest
from sqlmodel import col, select

from portal.db.tables import Confirmation
from tests.factories import make_staff, sign_in
from tests.factories_application import PDF
from tests.factories_drafts import make_administrator, make_place
from tests.factories_effects import asked
from tests.web.public_pages import statements


@pytest.fixture
def place(owner):
    return make_place(owner)


@pytest.fixture
def scene(owner, db, place):
    return asked(owner, db, place)


@pytest.fixture
def company(browse, owner, scene):
    return browse(sign_in(owner, scene.actor))


def test_the_company_sees_what_is_asked_and_answers_with_a_file(company, owner, scene, resources):
    here = f"/foretag/nya-villkor/{scene.names['application']}"
    with statements(resources.engine) as sent:
        listed = company.get(here).text
    assert "2 nya villkor att svara på" in listed
    assert len(sent) <= 6
    assert "Intyget är för gammalt." in company.get(f"{here}/GEN-07").text

    answer = company.post(
        f"{here}/GEN-25",
        data={"svar": "ja", "beskrivning": "Försäkringen gäller."},
        files={"fil": ("Försäkring.pdf", PDF, "application/pdf")},
    )

    assert (answer.status_code, answer.headers["location"]) == (303, here)
    page = company.get(f"{here}/GEN-25").text
    assert "Besvarat, väntar på kommunen" in page
    assert "Försäkring.pdf" in page


def test_it_waits_on_the_companys_first_page_until_all_is_answered(company, owner, scene):
    here = f"/foretag/nya-villkor/{scene.names['application']}"
    assert f'href="{here}"' in company.get("/foretag").text
    rows = owner.exec(select(Confirmation).where(col(Confirmation.case_id) == scene.names["application"])).all()
    for row in rows:
        row.answered_at = row.asked_at
    owner.commit()

    assert here not in company.get("/foretag").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"beskrivning": "Vi har ordnat det."}, "Svara ja eller nej."),
        ({"svar": "nej"}, "Skriv vad som saknas och när ni räknar med att uppfylla det."),
        ({"svar": "ja", "beskrivning": "å" * 4001}, "Skriv högst 4 000 tecken."),
    ],
)
def test_what_is_missing_is_said_at_the_field_and_nothing_typed_is_lost(company, owner, scene, data, sentence):
    answer = company.post(f"/foretag/nya-villkor/{scene.names['application']}/GEN-25", data=data)

    assert answer.status_code == 422
    assert answer.text.count(sentence) >= 2
    assert data.get("beskrivning", "") in answer.text


def test_a_file_that_cannot_be_taken_is_named(company, scene):
    answer = company.post(
        f"/foretag/nya-villkor/{scene.names['application']}/GEN-25",
        data={"svar": "ja"},
        files={"fil": ("virus.exe", b"MZ", "application/octet-stream")},
    )

    assert answer.status_code == 422
    assert "virus.exe" in answer.text


def test_the_officer_sees_who_has_not_and_takes_a_stand(browse, owner, place, scene, resources):
    officer = browse(sign_in(owner, make_staff(owner, place.id)))
    with statements(resources.engine) as sent:
        page = officer.get("/kommun/nya-villkor").text
    assert len(sent) <= 6
    assert page.count("<h2") >= 3
    assert officer.get("/kommun/nya-villkor?urval=svar").text.count("Godta svaret") == 1
    assert officer.get("/kommun/nya-villkor?urval=strunt&efter=strunt").status_code == 200
    answered = col(Confirmation.criterion) == "GEN-17"
    row = owner.exec(select(Confirmation).where(answered, col(Confirmation.municipality_id) == place.id)).one()

    refused = officer.post(f"/kommun/nya-villkor/{row.id}/aterlamna", data={"skal": ""})
    assert refused.status_code == 422
    assert "Skriv vad företaget behöver komplettera." in refused.text
    assert officer.post(f"/kommun/nya-villkor/{row.id}/godta").status_code == 303
    assert officer.post(f"/kommun/nya-villkor/{row.id}/godta").status_code == 409
    assert "Godtaget" in officer.get("/kommun/nya-villkor?urval=klara").text
    administrator = browse(sign_in(owner, make_administrator(owner, place)))
    assert administrator.get("/kommun/nya-villkor").status_code == 200
    assert administrator.post(f"/kommun/nya-villkor/{row.id}/godta").status_code == 404
