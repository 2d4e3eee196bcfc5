"""The second reviewer: who may ask, who may answer, and what waits for the answer."""

from uuid import uuid4

import pytest
from sqlmodel import col, select

from portal.db.tables import Event, SecondReview
from portal.domain.application import State
from portal.domain.review import Lack
from portal.domain.roles import Role
from portal.domain.second_review import Because, Point
from portal.errors import Invalid, NotAllowed, NotReady, TransitionRefused
from portal.services import decisions, review, second_review
from tests.factories import make_municipality, make_staff
from tests.factories_review import acting, fresh, judge_all, make_decider, make_officer, make_taken

PROPOSE = {"approve": True, "summary": "Allt är uppfyllt."}


@pytest.fixture
def case(owner, db, bjorkvik, officer):
    made = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, made, officer)
    return made


def demand(db, case, officer):
    return acting(db, second_review.demand, case.id, note="Titta på försäkringen.", actor=officer)


def points_of(db, case, *differ):
    asked = review.conditions_of(db, case).by_id
    return [Point(each, each not in differ, "Beloppet framgår inte." if each in differ else "") for each in asked]


def test_no_proposal_is_made_until_a_colleague_has_answered(owner, db, case, officer, colleague):
    demand(db, case, officer)

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, case.id, **PROPOSE, actor=officer)
    assert [each.lack for each in refused.value.obstacles] == [Lack.SECOND_REVIEW]
    points = points_of(owner, case, "GEN-25")
    acting(db, second_review.answer, case.id, points, note="I övrigt bra.", actor=colleague)
    acting(db, review.propose, case.id, **PROPOSE, actor=officer)

    assert fresh(owner, case.id).state is State.PROPOSED_DECISION
    row = owner.exec(select(SecondReview).where(col(SecondReview.application_id) == case.id)).one()
    assert (row.because, row.reviewed_by) == (Because.REQUESTED, colleague.person_id)
    [differs] = [each for each in row.points if not each["agrees"]]
    assert differs == {"criterion": "GEN-25", "agrees": False, "note": "Beloppet framgår inte.", "outcome": "met"}
    of_the_case = select(Event).where(col(Event.case_id) == case.id, col(Event.kind).startswith("second"))
    events = owner.exec(of_the_case.order_by(col(Event.seq))).all()
    assert [(each.kind, each.internal) for each in events] == [
        ("second_review.demanded", True),
        ("second_review.answered", True),
    ]
    assert "Beloppet" not in str([each.facts for each in events]), "the record holds no words"


def test_a_drawn_case_is_read_by_a_second_officer_before_the_proposal(owner, db):
    place = make_municipality(owner, own_slug=f"bjorkvik-{uuid4().hex[:8]}")
    admin = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    acting(db, second_review.change_share, {"sample_percent": 100}, actor=admin)
    officer, colleague = make_officer(owner, place), make_officer(owner, place, "Leila Haddad")
    case = make_taken(owner, db, place, officer)
    judge_all(db, case, officer)

    with pytest.raises(NotReady):
        acting(db, review.propose, case.id, **PROPOSE, actor=officer)
    demand(db, case, officer)
    acting(db, second_review.answer, case.id, points_of(owner, case), note="", actor=colleague)
    acting(db, review.propose, case.id, **PROPOSE, actor=officer)

    row = owner.exec(select(SecondReview).where(col(SecondReview.application_id) == case.id)).one()
    assert row.because is Because.SAMPLE


def test_whoever_has_handled_the_case_does_not_read_it_a_second_time(owner, db, bjorkvik, case, officer, colleague):
    demand(db, case, officer)
    barred = make_officer(owner, bjorkvik, "Jävig Person")
    acting(db, review.declare_conflict, case.id, note="", actor=barred)

    for actor, why in ((officer, "own_review"), (barred, "conflict")):
        with pytest.raises(NotAllowed) as refused:
            acting(db, second_review.answer, case.id, points_of(owner, case), note="", actor=actor)
        assert refused.value.reason == why


def test_whoever_read_the_case_does_not_decide_in_it(owner, db, bjorkvik, case, officer):
    both = make_staff(owner, bjorkvik.id, Role.CASE_OFFICER, Role.DECISION_MAKER, name="Eva Sandström")
    demand(db, case, officer)
    acting(db, second_review.answer, case.id, points_of(owner, case), note="", actor=both)
    acting(db, review.propose, case.id, **PROPOSE, actor=officer)

    with pytest.raises(NotAllowed) as refused:
        acting(db, decisions.approve, case.id, actor=both)
    assert refused.value.reason == "own_proposal"


def test_every_criterion_is_answered_and_what_is_seen_otherwise_is_explained(owner, db, case, officer, colleague):
    demand(db, case, officer)
    points = points_of(owner, case)[1:]
    points[0] = Point(points[0].criterion, False, " ")

    with pytest.raises(Invalid) as refused:
        acting(db, second_review.answer, case.id, points, note="", actor=colleague)

    assert sorted(refused.value.errors.values()) == ["missing", "note"]
    assert owner.exec(select(SecondReview.reviewed_at).where(col(SecondReview.application_id) == case.id)).one() is None


def test_it_is_asked_for_once_by_the_officer_when_all_is_judged(owner, db, bjorkvik, case, officer, colleague):
    unjudged = make_taken(owner, db, bjorkvik, officer)

    with pytest.raises(NotReady):
        demand(db, unjudged, officer)
    with pytest.raises(NotAllowed):
        demand(db, case, colleague)
    with pytest.raises(TransitionRefused):
        acting(db, second_review.answer, case.id, points_of(owner, case), note="", actor=colleague)
    with pytest.raises(TransitionRefused):
        demand(db, case, make_decider(owner, bjorkvik))
    demand(db, case, officer)
    with pytest.raises(NotAllowed) as refused:
        demand(db, case, officer)
    assert refused.value.reason == "second_review_open"
