"""Criteria are judged by the officer of the case, or confirmed as they were in view; what is typed is not lost."""

import re

import pytest
from sqlmodel import col, select

from portal.db.tables import Judgement, Note
from portal.services import review
from tests.factories import sign_in
from tests.factories_review import REASON, fresh


def test_a_judgement_is_saved_and_the_next_criterion_is_shown(as_officer, owner, taken):
    first = review.conditions_of(owner, taken).asked_criteria[0].id

    answer = as_officer.post(
        f"/kommun/arenden/{taken.id}/villkor/{first}", data={"bedomning": "met", "motivering": REASON}
    )

    second = review.conditions_of(owner, taken).asked_criteria[1].id
    assert answer.headers["location"] == f"/kommun/arenden/{taken.id}?villkor={second}&sparat={first}#villkor"
    assert owner.get_one(Judgement, (taken.id, first)).reason == REASON
    assert f"Bedömningen av {first} är sparad" in as_officer.get(answer.headers["location"]).text


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        ({}, ("#bedomning", "#motivering")),
        ({"bedomning": "kanske", "motivering": REASON}, ("#bedomning",)),
        ({"bedomning": "met", "motivering": "Ser bra"}, ("#motivering",)),
    ],
)
def test_a_judgement_without_outcome_or_reason_is_shown_again_with_what_was_typed(
    as_officer, owner, taken, data, fields
):
    answer = as_officer.post(f"/kommun/arenden/{taken.id}/villkor/GEN-25", data=data)

    assert answer.status_code == 422
    assert all(f'href="{field}"' in answer.text for field in fields)
    assert data.get("motivering", "") in answer.text
    assert fresh(owner, taken.id).judged == 0


def test_a_judgement_that_agrees_needs_no_words_and_one_that_overrides_does(as_officer, taken):
    path = f"/kommun/arenden/{taken.id}/villkor"

    overrides = as_officer.post(f"{path}/GEN-17", data={"bedomning": "not_met", "motivering": ""})
    unclear = as_officer.post(f"{path}/GEN-25", data={"bedomning": "met", "motivering": ""})
    agrees = as_officer.post(f"{path}/GEN-17", data={"bedomning": "met", "motivering": ""})

    assert (overrides.status_code, unclear.status_code, agrees.status_code) == (422, 422, 303)
    assert 'href="#motivering"' in overrides.text
    assert 'href="#motivering"' in unclear.text


def test_another_officers_case_can_be_read_but_not_judged(browse, owner, taken, colleague):
    other = browse(sign_in(owner, colleague))

    assert "Din bedömning" not in other.get(f"/kommun/arenden/{taken.id}").text
    answer = other.post(f"/kommun/arenden/{taken.id}/villkor/GEN-25", data={"bedomning": "met", "motivering": REASON})
    assert answer.status_code == 403
    assert "Ärendet har en annan handläggare" in answer.text


def test_a_note_is_kept_and_an_empty_one_is_not(as_officer, owner, taken):
    path = f"/kommun/arenden/{taken.id}/anteckningar"

    assert as_officer.post(path, data={"anteckning": " ", "villkor": "GEN-25"}).status_code == 422
    assert as_officer.post(path, data={"anteckning": "Ringt.", "villkor": "GEN-25"}).status_code == 303

    assert owner.exec(select(Note.text).where(col(Note.application_id) == taken.id)).all() == ["Ringt."]


def hidden(page: str) -> dict[str, str]:
    """The digests that a page carries, by the name of their field."""
    return dict(re.findall(r'<input type="hidden" name="(sett[^"]*)" value="([0-9a-f]{64})">', page))


def test_a_finding_is_confirmed_with_one_press_and_the_next_criterion_is_shown(as_officer, owner, taken):
    path = f"/kommun/arenden/{taken.id}"
    page = as_officer.get(f"{path}?villkor=GEN-17").text
    assert "Bekräfta: uppfyllt" in page

    answer = as_officer.post(f"{path}/villkor/GEN-17/uppfyllt", data=hidden(page))

    assert answer.status_code == 303
    assert answer.headers["location"].endswith("&sparat=GEN-17#villkor")
    assert owner.get_one(Judgement, (taken.id, "GEN-17")).reason


def test_what_was_not_in_view_is_not_confirmed_and_the_new_is_shown(as_officer, owner, taken):
    path = f"/kommun/arenden/{taken.id}"

    one = as_officer.post(f"{path}/villkor/GEN-17/uppfyllt", data={"sett": "0" * 64})
    judged = as_officer.post(
        f"{path}/villkor/GEN-17", data={"sett": "0" * 64, "bedomning": "met", "motivering": "Det ser bra ut."}
    )
    group = as_officer.post(f"{path}/grupp/company", data={"sett-GEN-17": "0" * 64, "vilka": "alla"})

    assert [each.status_code for each in (one, judged, group)] == [422] * 3
    assert all("Det som syns av GEN-17 har ändrats sedan sidan visades" in each.text for each in (one, judged, group))
    assert 'href="#systemet"' in one.text
    assert "Det ser bra ut." in judged.text
    assert 'href="#GEN-17"' in group.text
    assert fresh(owner, taken.id).judged == 0


def test_a_group_is_confirmed_as_read_and_the_next_group_is_shown(as_officer, owner, taken, officer):
    path = f"/kommun/arenden/{taken.id}"
    assert f'href="{path}/grupp/company"' in as_officer.get(path).text
    page = as_officer.get(f"{path}/grupp/company").text
    assert page.count('aria-labelledby="systemet-') == 10, "each with its whole explanation"
    assert "Bedöms för sig" in page

    found = as_officer.post(f"{path}/grupp/company", data={**hidden(page), "vilka": "systemet"})
    left = as_officer.get(f"{path}/grupp/company").text
    read = as_officer.post(f"{path}/grupp/company", data={**hidden(left), "vilka": "alla"})

    assert "/grupp/finance?bekraftade=" in found.headers["location"]
    assert "/grupp/finance?bekraftade=" in read.headers["location"]
    assert "bekräfta" in as_officer.get(read.headers["location"]).text.split("kv-saved")[1][:200]
    assert not {"sett-GEN-17", "sett-GEN-34"} & set(hidden(as_officer.get(f"{path}/grupp/company").text))
    judged = owner.exec(select(Judgement).where(col(Judgement.application_id) == taken.id)).all()
    assert {each.judged_by for each in judged} == {officer.person_id}
    assert {each.criterion for each in judged} >= {"GEN-11", "GEN-12", "GEN-17", "GEN-34"}
    assert "GEN-08" not in {each.criterion for each in judged}, "no register has been asked"


def test_a_group_that_is_not_there_and_another_officers_group(browse, as_officer, owner, taken, colleague):
    path = f"/kommun/arenden/{taken.id}/grupp"
    other = browse(sign_in(owner, colleague))

    assert as_officer.get(f"{path}/finns-inte").status_code == 404
    page = other.get(f"{path}/company")
    assert page.status_code == 200
    assert 'name="vilka"' not in page.text
    assert other.post(f"{path}/company", data={"vilka": "alla"}).status_code == 403
