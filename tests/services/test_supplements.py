"""A supplement opens what is asked, gives the company its days, and is reminded of and closed by the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from portal.db.tables import Supplement, SupplementItem
from portal.domain.actors import system
from portal.domain.application import State
from portal.domain.review import Lack
from portal.errors import Invalid, NotFound, NotReady
from portal.services import review
from tests.factories import NOW
from tests.factories_review import ASK, PROPOSE, acting, fresh, judge_all
from tests.services.serving import kinds

LATER = NOW + timedelta(days=1)


def test_a_request_for_supplement_opens_only_what_is_asked(owner, db, taken, officer):
    supplement_id = acting(db, review.request_supplement, taken.id, **ASK, actor=officer)

    waiting = fresh(owner, taken.id)
    assert (waiting.state, waiting.due_on) == (State.SUPPLEMENT_REQUESTED, ASK["due_on"])
    items = owner.exec(select(SupplementItem).where(col(SupplementItem.supplement_id) == supplement_id)).all()
    assert [(item.criterion, item.question) for item in items] == [("GEN-25", "Skicka försäkringsbrevet.")]


def test_the_company_gets_at_least_five_working_days(owner, db, taken, officer):
    with pytest.raises(Invalid) as refused:
        acting(db, review.request_supplement, taken.id, **{**ASK, "due_on": date(2026, 3, 6)}, actor=officer)

    assert refused.value.errors == {"due_on": "too_soon"}
    assert fresh(owner, taken.id).state is State.UNDER_REVIEW


def test_nothing_asked_is_no_request(db, taken, officer):
    for questions in ({}, {"GEN-25": " "}, {"XXX-99": "Vad?"}):
        with pytest.raises(Invalid):
            acting(db, review.request_supplement, taken.id, **{**ASK, "questions": questions}, actor=officer)


def test_what_was_asked_about_is_judged_again(db, taken, officer, bjorkvik):
    judge_all(db, taken, officer)
    supplement_id = acting(db, review.request_supplement, taken.id, **ASK, actor=officer, now=LATER)
    late = datetime(2026, 3, 23, 6, tzinfo=UTC)
    acting(db, review.close_overdue_supplement, supplement_id, actor=system(municipality_id=bjorkvik.id), now=late)

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, taken.id, **PROPOSE, actor=officer, now=late)

    assert [(each.criterion, each.lack) for each in refused.value.obstacles] == [("GEN-25", Lack.UNJUDGED)]


def test_a_supplement_whose_day_has_passed_is_closed_once_by_the_clock(owner, db, taken, officer, bjorkvik):
    clock = system(municipality_id=bjorkvik.id)
    supplement_id = acting(db, review.request_supplement, taken.id, **ASK, actor=officer)
    last_day, day_after = datetime(2026, 3, 20, 22, tzinfo=UTC), datetime(2026, 3, 21, 6, tzinfo=UTC)

    assert not acting(db, review.close_overdue_supplement, supplement_id, actor=clock, now=last_day)
    assert acting(db, review.close_overdue_supplement, supplement_id, actor=clock, now=day_after)
    assert not acting(db, review.close_overdue_supplement, supplement_id, actor=clock, now=day_after)

    closed = fresh(owner, taken.id)
    assert (closed.state, closed.officer_id) == (State.UNDER_REVIEW, officer.person_id)
    assert closed.due_on is not None
    assert closed.due_on > day_after.date()


def test_the_company_is_reminded_once(owner, db, taken, officer, bjorkvik):
    clock = system(municipality_id=bjorkvik.id)
    supplement_id = acting(db, review.request_supplement, taken.id, **ASK, actor=officer)

    assert acting(db, review.remind_supplement, supplement_id, actor=clock, now=LATER)
    assert not acting(db, review.remind_supplement, supplement_id, actor=clock, now=LATER)

    assert kinds(owner, taken).count("supplement.reminded") == 1
    assert owner.get_one(Supplement, supplement_id).reminded_at == LATER


def test_another_municipalitys_supplement_is_not_found(db, taken, officer, ekholm):
    supplement_id = acting(db, review.request_supplement, taken.id, **ASK, actor=officer)

    for verb in (review.close_overdue_supplement, review.remind_supplement):
        with pytest.raises(NotFound):
            acting(db, verb, supplement_id, actor=system(municipality_id=ekholm.id), now=LATER)
