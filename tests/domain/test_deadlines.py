"""Days as the municipality counts them: Swedish days, working days, holidays and their eves."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.deadlines import add_days, add_working_days, day_in_sweden, is_working_day, working_days_left


def test_a_summer_evening_in_utc_is_the_next_day_in_sweden():
    assert day_in_sweden(datetime(2026, 7, 1, 22, 30, tzinfo=UTC)) == date(2026, 7, 2)


def test_a_winter_evening_in_utc_is_the_same_day_until_eleven():
    assert day_in_sweden(datetime(2026, 1, 1, 22, 30, tzinfo=UTC)) == date(2026, 1, 1)
    assert day_in_sweden(datetime(2026, 1, 1, 23, 0, tzinfo=UTC)) == date(2026, 1, 2)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        day_in_sweden(datetime(2026, 1, 1, 12, 0))  # noqa: DTZ001 - it is what is refused


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 1, 1), "nyårsdagen"),
        (date(2026, 1, 6), "trettondedag jul"),
        (date(2026, 4, 3), "långfredagen"),
        (date(2026, 4, 6), "annandag påsk"),
        (date(2026, 5, 1), "första maj"),
        (date(2026, 5, 14), "Kristi himmelsfärdsdag"),
        (date(2025, 6, 6), "nationaldagen, en fredag"),
        (date(2026, 6, 19), "midsommarafton"),
        (date(2026, 12, 24), "julafton"),
        (date(2026, 12, 25), "juldagen"),
        (date(2026, 12, 31), "nyårsafton"),
    ],
)
def test_a_holiday_or_its_eve_is_no_working_day(day, name):
    assert not is_working_day(day), name


@pytest.mark.parametrize("day", [date(2026, 1, 5), date(2026, 4, 2), date(2026, 5, 15), date(2026, 12, 23)])
def test_the_day_beside_a_holiday_is_one(day):
    """Skärtorsdagen and the Friday after Ascension are working days, whatever many do with them."""
    assert is_working_day(day)


def test_a_weekend_is_no_working_day():
    assert not is_working_day(date(2026, 3, 7))
    assert not is_working_day(date(2026, 3, 8))


def test_the_first_day_counted_is_the_next_working_day():
    assert add_working_days(date(2026, 3, 2), 1) == date(2026, 3, 3)
    assert add_working_days(date(2026, 3, 6), 1) == date(2026, 3, 9)


def test_ten_working_days_over_christmas_reach_past_epiphany():
    # 21, 22, 23 and 28, 29, 30 December, 4, 5, 7 and 8 January
    assert add_working_days(date(2026, 12, 18), 10) == date(2027, 1, 8)


def test_working_days_pass_midsummer_eve():
    assert add_working_days(date(2026, 6, 18), 1) == date(2026, 6, 22)


def test_no_working_days_is_the_same_day():
    assert add_working_days(date(2026, 3, 7), 0) == date(2026, 3, 7)


def test_calendar_days_that_end_on_a_free_day_end_on_the_next_working_day():
    assert add_days(date(2026, 3, 2), 5) == date(2026, 3, 9)
    assert add_days(date(2026, 5, 20), 30) == date(2026, 6, 22), "19 June is midsummer eve"
    assert add_days(date(2026, 3, 2), 4) == date(2026, 3, 6)


DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, st.integers(1, 60))
def test_so_many_working_days_are_left_as_were_given(today, count):
    assert working_days_left(add_working_days(today, count), today) == count


@given(DAYS, DAYS)
def test_a_day_is_as_many_working_days_late_as_it_was_away(one, other):
    assert working_days_left(one, other) == -working_days_left(other, one)
    assert working_days_left(one, one) == 0


@given(DAYS, DAYS, DAYS)
def test_working_days_add_up(first, between, last):
    first, between, last = sorted((first, between, last))

    assert working_days_left(last, first) == working_days_left(between, first) + working_days_left(last, between)


def test_easter_is_not_worked():
    # From Maundy Thursday: Good Friday, the weekend and Easter Monday are free.
    assert working_days_left(date(2026, 4, 7), date(2026, 4, 2)) == 1
    assert working_days_left(date(2026, 4, 2), date(2026, 4, 6)) == 0, "three free days late is no working day late"
