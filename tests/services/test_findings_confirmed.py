"""Confirming what the rules find: each a judgement of a named officer, and nothing that was not in view."""

import pytest
from sqlmodel import col, select, update

from portal.db.session import Scope, enter
from portal.db.tables import Answer, Event, Judgement
from portal.domain.confirming import Ground
from portal.domain.criteria import Outcome
from portal.errors import Invalid, NotAllowed, NotFound, TransitionRefused
from portal.services import judging, review
from portal.services.seen import look
from tests.factories import NOW
from tests.factories_review import acting, fresh, make_decider


def seen_by(db, application, officer, *criteria):
    """The digests of what a page would show of them."""
    enter(db, Scope.of(officer))
    sets = review.conditions_of(db, application)
    _given, seen = look(
        db,
        application.id,
        provider_id=application.provider_id,
        sets=sets,
        criteria=[sets.by_id[each] for each in criteria],
        submitted_at=application.submitted_at,
        now=NOW,
    )
    db.rollback()
    return {criterion: each.digest for criterion, each in seen.items()}


# Of an application that is answered in full: found met, left for a person to read, and asked of a register.
FOUND, READ, REGISTER = "GEN-17", "GEN-34", "GEN-08"


def test_what_the_rules_find_is_confirmed_as_judgements_of_their_own_with_what_was_seen(owner, db, taken, officer):
    shown = seen_by(db, taken, officer, FOUND, READ, REGISTER)

    confirmed = acting(db, judging.confirm_seen, taken.id, shown, grounds={Ground.FINDING}, actor=officer)

    assert confirmed == (FOUND,)
    assert fresh(owner, taken.id).judged == 1
    judgement = owner.get_one(Judgement, (taken.id, FOUND))
    assert (judgement.outcome, judgement.judged_by) == (Outcome.MET, officer.person_id)
    (event,) = owner.exec(
        select(Event).where(col(Event.case_id) == taken.id, col(Event.kind) == "criterion.judged")
    ).all()
    assert event.actor_id == officer.person_id
    assert {key: event.facts[key] for key in ("proposed", "override", "confirmed", "seen_sha256")} == {
        "proposed": "met",
        "override": False,
        "confirmed": "finding",
        "seen_sha256": shown[FOUND],
    }


def test_who_has_read_confirms_what_is_left_to_read_and_nothing_that_no_reading_settles(owner, db, taken, officer):
    shown = seen_by(db, taken, officer, FOUND, READ, REGISTER)

    confirmed = acting(db, judging.confirm_seen, taken.id, shown, grounds=set(Ground), actor=officer)

    assert confirmed == (FOUND, READ)
    judgement = owner.get_one(Judgement, (taken.id, READ))
    assert "läst företagets svar" in judgement.reason
    assert "has read the company's answers" in judgement.reason_en


def test_what_is_judged_already_is_not_confirmed_over(owner, db, taken, officer):
    shown = seen_by(db, taken, officer, FOUND)
    acting(
        db,
        judging.judge,
        taken.id,
        FOUND,
        outcome=Outcome.NOT_MET,
        reason="Domen säger annat.",
        actor=officer,
    )

    assert acting(db, judging.confirm_seen, taken.id, shown, grounds=set(Ground), actor=officer) == ()
    assert owner.get_one(Judgement, (taken.id, FOUND)).outcome is Outcome.NOT_MET


def test_where_something_else_is_seen_than_was_in_view_nothing_is_confirmed(owner, db, taken, officer):
    shown = seen_by(db, taken, officer, FOUND, READ)
    owner.execute(
        update(Answer)
        .where(col(Answer.application_id) == taken.id, col(Answer.criterion) == READ)
        .values(description="Vi gör på ett annat sätt.")
    )
    owner.commit()

    with pytest.raises(Invalid) as refused:
        acting(db, judging.confirm_seen, taken.id, shown, grounds=set(Ground), actor=officer)

    assert refused.value.errors == {READ: "changed"}
    assert fresh(owner, taken.id).judged == 0


def test_only_who_has_the_case_confirms(owner, db, taken, colleague, bjorkvik, officer):
    shown = seen_by(db, taken, officer, FOUND)
    others = (colleague, make_decider(owner, bjorkvik))

    for other, refusal in zip(others, (NotAllowed, TransitionRefused), strict=True):
        with pytest.raises(refusal):
            acting(db, judging.confirm_seen, taken.id, shown, grounds=set(Ground), actor=other)
    with pytest.raises(NotFound):
        acting(db, judging.confirm_seen, taken.id, {"XXX-99": ""}, grounds=set(Ground), actor=officer)


@pytest.mark.parametrize(
    ("criterion", "outcome", "may_be_silent"),
    [(FOUND, Outcome.MET, True), (FOUND, Outcome.NOT_MET, False), (READ, Outcome.MET, False)],
)
def test_only_who_agrees_that_it_is_met_gives_no_reason(owner, db, taken, officer, criterion, outcome, may_be_silent):
    judged = {"outcome": outcome, "reason": "", "actor": officer}

    if may_be_silent:
        acting(db, judging.judge, taken.id, criterion, **judged)
        assert owner.get_one(Judgement, (taken.id, criterion)).reason
    else:
        with pytest.raises(Invalid) as refused:
            acting(db, judging.judge, taken.id, criterion, **judged)
        assert refused.value.errors == {"reason": "missing"}
