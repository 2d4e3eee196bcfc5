"""A judgement can be changed; the record keeps that it was, and what the system had found, without the words."""

import hashlib

import pytest
from sqlmodel import col, select

from portal.db.tables import Event, FormerJudgement, Judgement
from portal.domain.criteria import Outcome
from portal.errors import NotFound
from portal.services import judging
from tests.factories_review import JUDGE, acting, fresh


def test_a_judgement_can_be_changed_and_the_record_keeps_both(owner, db, taken, officer):
    acting(db, judging.judge, taken.id, "GEN-25", **JUDGE, actor=officer)

    acting(
        db,
        judging.judge,
        taken.id,
        "GEN-25",
        outcome=Outcome.NOT_MET,
        reason="Försäkringen gick ut i januari.",
        actor=officer,
    )

    assert fresh(owner, taken.id).judged == 1
    assert owner.get_one(Judgement, (taken.id, "GEN-25")).outcome is Outcome.NOT_MET
    wanted = select(Event).where(col(Event.case_id) == taken.id, Event.kind == "criterion.judged")
    judged = owner.exec(wanted.order_by(col(Event.seq)))
    assert [event.facts["outcome"] for event in judged] == ["met", "not_met"]


def test_the_record_holds_the_hash_of_a_reason_and_what_is_replaced_is_kept_beside_it(
    owner, db, taken, officer, bjorkvik
):
    anew = "Karin Holm var inte anställd i februari."

    acting(db, judging.judge, taken.id, "GEN-25", **JUDGE, actor=officer)
    acting(db, judging.judge, taken.id, "GEN-25", outcome=Outcome.NOT_MET, reason=anew, actor=officer)

    former = owner.exec(select(FormerJudgement).where(col(FormerJudgement.application_id) == taken.id)).one()
    assert (former.criterion, former.outcome, former.reason) == ("GEN-25", Outcome.MET, JUDGE["reason"])
    assert (former.judged_by, former.municipality_id) == (officer.person_id, bjorkvik.id)
    wanted = select(Event.facts).where(col(Event.case_id) == taken.id).order_by(col(Event.seq))
    events = owner.exec(wanted).all()
    assert "Karin" not in str(events)
    assert JUDGE["reason"] not in str(events)
    assert [facts["reason_sha256"] for facts in events if "reason_sha256" in facts] == [
        hashlib.sha256(reason.encode()).hexdigest() for reason in (JUDGE["reason"], anew)
    ]


@pytest.mark.parametrize(
    ("criterion", "outcome", "proposed", "override"),
    [
        ("GEN-17", Outcome.MET, "met", False),
        ("GEN-17", Outcome.NOT_MET, "met", True),
        ("GEN-09", Outcome.MET, "cannot_tell", False),
    ],
)
def test_the_record_says_what_the_system_saw_and_whether_the_officer_found_otherwise(
    owner, db, taken, officer, criterion, outcome, proposed, override
):
    acting(db, judging.judge, taken.id, criterion, outcome=outcome, reason="Sett.", actor=officer)

    wanted = select(Event).where(col(Event.case_id) == taken.id, Event.kind == "criterion.judged")
    facts = owner.exec(wanted).one().facts
    assert (facts["proposed"], facts["override"]) == (proposed, override)


def test_a_criterion_that_is_not_asked_cannot_be_judged(db, taken, officer):
    with pytest.raises(NotFound):
        acting(db, judging.judge, taken.id, "XXX-99", **JUDGE, actor=officer)
