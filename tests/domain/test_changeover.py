"""What new conditions ask of those who are authorised, and by when; without a database."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal import library
from portal.domain.changeover import (
    REMINDED_BEFORE,
    Asked,
    Need,
    Standing,
    comes_to,
    last_day,
    need_of,
    reminder_due,
    standing,
)
from portal.domain.criteria import Demand, Outcome

DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def test_evidence_is_asked_for_only_where_it_is_demanded_and_does_not_reach():
    for criterion in library.load().criteria:
        demands = criterion.question is not None and criterion.question.documents is Demand.REQUIRED
        for seen in Outcome:
            proves = need_of(criterion, seen) is Need.PROVE
            assert proves == (criterion.is_asked_at_application and demands and seen is not Outcome.MET)


@given(DAYS, DAYS)
def test_nobody_has_less_than_thirty_days_nor_until_before_the_first_day(published, valid_from):
    last = last_day(published, valid_from)

    assert last >= valid_from
    assert (last - published).days >= 30
    assert last in (valid_from, published + timedelta(days=30))


@given(st.booleans(), st.booleans(), DAYS, DAYS)
def test_only_what_is_open_is_late(answered, accepted, due_on, today):
    found = standing(answered=answered, accepted=accepted, due_on=due_on, today=today)

    assert (found is Standing.LATE) == (not answered and not accepted and due_on < today)
    assert (found is Standing.ACCEPTED) == accepted


@given(DAYS)
def test_each_step_is_reminded_of_once_and_nothing_after_the_last_day(due_on):
    reminded, told = None, []
    for left in range(40, -3, -1):
        step = reminder_due(due_on, today=due_on - timedelta(days=left), reminded=reminded)
        if step is not None:
            told.append(left)
            reminded = step

    assert told == list(REMINDED_BEFORE)
    assert reminder_due(due_on, today=due_on + timedelta(days=1), reminded=None) is None


ASKED = st.lists(st.builds(Asked, st.integers(1, 6), st.booleans()), max_size=12)


@given(st.integers(1, 6), ASKED)
def test_an_authorization_comes_to_the_newest_version_that_is_wholly_accepted_and_never_back(stands, asked):
    number = comes_to(stands, asked)

    whole = {
        each.number
        for each in asked
        if each.number > stands and all(other.accepted for other in asked if other.number == each.number)
    }
    assert number == (max(whole) if whole else None)


def test_where_nothing_was_asked_nobody_has_taken_a_stand():
    assert comes_to(1, []) is None
    assert comes_to(2, [Asked(2, True), Asked(1, True)]) is None
    assert comes_to(1, [Asked(2, True), Asked(3, False)]) == 2
