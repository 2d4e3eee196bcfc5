"""For how long things are kept."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.retention import BOUNDS, RetentionRules, months_after


def test_a_municipality_that_has_set_nothing_has_the_starting_values_and_one_of_its_own_the_rest():
    assert RetentionRules.of({}).until(date(2026, 3, 2), approved=True) == date(2036, 3, 2)
    own = RetentionRules.of({"retention": {"refused_years": 7}})
    assert own.until(date(2026, 3, 2), approved=False) == date(2033, 3, 2)
    assert own.approved_years == 10


def test_the_starting_values_are_within_the_bounds():
    rules = RetentionRules()
    assert all(kind.low <= getattr(rules, name) <= kind.high for name, kind in BOUNDS.items())


def test_a_month_that_is_shorter_ends_on_its_last_day():
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_after(date(2026, 3, 31), -1) == date(2026, 2, 28)


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 600))
def test_months_are_months_whatever_the_day(day, months):
    later = months_after(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
