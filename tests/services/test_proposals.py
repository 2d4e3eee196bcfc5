"""A proposal follows from the judgements: all of them, and a coded reason for each that is not met."""

import pytest
from sqlmodel import col, select

from portal.db.tables import Proposal
from portal.domain.application import State
from portal.domain.review import CodedReason, Lack
from portal.errors import NotReady
from portal.services import judging, review
from tests.factories_review import JUDGE, PROPOSE, acting, judge_all, make_proposed


def test_every_missing_judgement_is_named_before_a_proposal(owner, db, taken, officer):
    acting(db, judging.judge, taken.id, "GEN-25", **JUDGE, actor=officer)

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, taken.id, **PROPOSE, actor=officer)

    asked = {criterion.id for criterion in review.conditions_of(owner, taken).asked_criteria}
    assert {each.criterion for each in refused.value.obstacles} == asked - {"GEN-25"}
    assert owner.exec(select(Proposal).where(col(Proposal.application_id) == taken.id)).all() == []


def test_approval_cannot_be_proposed_while_something_is_not_met(db, taken, officer):
    judge_all(db, taken, officer, unmet=("GEN-25",))

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, taken.id, **PROPOSE, actor=officer)

    assert [(each.criterion, each.lack) for each in refused.value.obstacles] == [("GEN-25", Lack.UNMET)]


def test_whoever_meets_everything_cannot_be_refused(db, taken, officer):
    judge_all(db, taken, officer)

    with pytest.raises(NotReady) as refused:
        acting(
            db,
            review.propose,
            taken.id,
            approve=False,
            summary="Vi har redan många anordnare.",
            coded=[CodedReason("GEN-25", "other", "Det räcker nu.")],
            actor=officer,
        )

    assert [each.lack for each in refused.value.obstacles] == [Lack.ALL_MET]


@pytest.mark.parametrize(
    ("coded", "lack"),
    [
        ([], Lack.REASON_MISSING),
        ([CodedReason("GEN-25", "other", " ")], Lack.NOTE_MISSING),
        ([CodedReason("GEN-25", "no_such_code", "Ord.")], Lack.REASON_UNKNOWN),
        ([CodedReason("GEN-25", "requirement_not_met", "Ord.")], Lack.REASON_UNKNOWN),
        (
            [CodedReason("GEN-25", "other", "Ord."), CodedReason("GEN-01", "other", "Ord.")],
            Lack.REASON_UNKNOWN,
        ),
    ],
)
def test_a_refusal_needs_a_coded_reason_for_each_unmet_criterion(db, taken, officer, coded, lack):
    judge_all(db, taken, officer, unmet=("GEN-25",))

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, taken.id, approve=False, summary="Nej.", coded=coded, actor=officer)

    assert [each.lack for each in refused.value.obstacles] == [lack]


def test_a_proposal_goes_to_the_decision_maker(owner, db, officer, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, officer)

    assert (application.state, application.proposed_by) == (State.PROPOSED_DECISION, officer.person_id)
    assert application.due_on is not None
