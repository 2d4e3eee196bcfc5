"""A case is proposed for decision when all is judged: approval, or a refusal with a reason for each criterion."""

from sqlmodel import col, select

from portal.db.tables import Proposal
from portal.domain.application import State
from portal.services import review
from tests.factories_review import fresh, judge_all


def test_a_proposal_waits_for_every_judgement_and_links_to_each(as_officer, owner, taken):
    path = f"/kommun/arenden/{taken.id}/forslag"

    page = as_officer.get(path).text
    refused = as_officer.post(path, data={"sammanfattning": "Allt ser bra ut."})

    for criterion in review.conditions_of(owner, taken).asked_criteria:
        assert f"?villkor={criterion.id}" in page
    assert refused.status_code == 422
    assert fresh(owner, taken.id).state is State.UNDER_REVIEW


def test_approval_is_proposed_when_all_is_met(as_officer, owner, db, taken, officer):
    judge_all(db, taken, officer)
    path = f"/kommun/arenden/{taken.id}/forslag"
    assert "Förslag: godkänn ansökan" in as_officer.get(path).text

    assert as_officer.post(path, data={"sammanfattning": "Alla villkor är uppfyllda."}).status_code == 303

    assert fresh(owner, taken.id).state is State.PROPOSED_DECISION


def test_a_refusal_names_its_reasons_and_other_demands_words(as_officer, owner, db, taken, officer):
    judge_all(db, taken, officer, unmet=("GEN-25",))
    path = f"/kommun/arenden/{taken.id}/forslag"
    typed = {"sammanfattning": "Försäkringen räcker inte till."}

    nothing = as_officer.post(path, data=typed)
    no_words = as_officer.post(path, data={**typed, "skal-GEN-25-1": "other"})
    done = as_officer.post(path, data={**typed, "skal-GEN-25-1": "other", "not-GEN-25-1": "Den gäller inte vård."})

    assert 'href="#skal-GEN-25-1"' in nothing.text
    assert 'href="#not-GEN-25-1"' in no_words.text
    assert (nothing.status_code, no_words.status_code, done.status_code) == (422, 422, 303)
    row = owner.exec(select(Proposal).where(col(Proposal.application_id) == taken.id)).one()
    assert row.reasons == [{"criterion": "GEN-25", "code": "other", "note": "Den gäller inte vård.", "note_en": ""}]
