"""How the work is spread, as a leader sees and changes it."""

import pytest
import sqlalchemy as sa

from portal.services import review
from tests.factories import sign_in
from tests.factories_review import acting, fresh, make_officer, make_submitted, make_taken
from tests.statements import BUDGET, statements

PAGE = "/kommun/fordelning"


@pytest.fixture
def officer(owner, place):
    return make_officer(owner, place)


@pytest.fixture
def colleague(owner, place):
    return make_officer(owner, place, "Leila Haddad")


def test_the_page_says_who_has_how_many_and_how_many_are_late(
    as_administrator, resources, owner, db, place, officer, colleague
):
    late = make_taken(owner, db, place, officer)
    owner.execute(sa.text("UPDATE application SET due_on = '2026-03-01' WHERE id = :id"), {"id": late.id})
    owner.commit()
    make_submitted(owner, place)

    with statements(resources.engine) as sent:
        page = as_administrator.get(f"{PAGE}?handlaggare={officer.person_id}").text

    assert "2 ärenden pågår." in page
    assert "Ärenden hos Mikael Öberg" in page
    assert late.number in page
    assert "Leila Haddad (0 pågående)" in page
    assert "Ingen handläggare ännu" in page
    assert f'href="/kommun/arenden/{late.id}"' not in page, "an administrator does not read the cases"
    assert len(sent) <= BUDGET, sent


def test_chosen_cases_are_given_to_a_colleague_who_then_answers_for_a_conflict(
    as_administrator, browse, owner, db, place, officer, colleague
):
    case = make_taken(owner, db, place, officer)
    form = {"handlaggare": str(officer.person_id), "arende": str(case.id), "till": str(colleague.person_id)}

    answer = as_administrator.post(PAGE, data={**form, "skal": "Mikael är sjukskriven nu."})

    assert answer.headers["location"] == f"{PAGE}?klart=1"
    assert "Ett ärende har bytt handläggare." in as_administrator.get(answer.headers["location"]).text
    receiver = browse(sign_in(owner, colleague))
    assert "Ärendet är överlämnat till dig" in receiver.get(f"/kommun/arenden/{case.id}").text
    assert receiver.post(f"/kommun/arenden/{case.id}/ta", data={"jav": "nej"}).status_code == 303
    page = receiver.get(f"/kommun/arenden/{case.id}").text
    assert "Ärendet är överlämnat till dig" not in page
    assert "Din bedömning" in page


def test_with_nothing_filled_in_every_field_says_what_is_missing(as_administrator, owner, db, place, officer):
    case = make_taken(owner, db, place, officer)

    answer = as_administrator.post(PAGE, data={"handlaggare": str(officer.person_id), "arende": "nonsens", "till": ""})

    assert answer.status_code == 422
    for field in ("arenden", "till", "skal"):
        assert f'href="#{field}"' in answer.text
    assert fresh(owner, case.id).officer_id == officer.person_id


def test_a_colleague_with_a_conflict_is_refused_with_what_was_chosen_kept(
    as_administrator, owner, db, place, officer, colleague
):
    case = make_taken(owner, db, place, officer)
    acting(db, review.declare_conflict, case.id, note="", actor=colleague)
    form = {"handlaggare": str(officer.person_id), "arende": str(case.id), "till": str(colleague.person_id)}

    answer = as_administrator.post(PAGE, data={**form, "skal": "Jämnare fördelning av ärenden."})

    assert answer.status_code == 422
    assert f"Personen har anmält jäv i {case.number}." in answer.text
    assert f'value="{case.id}" aria-label' in answer.text
    assert "checked" in answer.text
    assert "Jämnare fördelning av ärenden." in answer.text


def test_an_officer_does_not_find_the_page(browse, owner, officer):
    assert browse(sign_in(owner, officer)).get(PAGE).status_code == 404
