"""Whether a document still holds, on a day; without a database, without a clock."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.validity import (
    REMINDERS,
    Days,
    Fault,
    Limits,
    Stated,
    Validity,
    assess,
    faults,
    months_before,
    reminder_due,
)

TODAY = date(2026, 3, 2)
TAX = {"skatteverket_besked": Limits(greatest_age_months=2)}
INSURANCE = {"forsakringsbrev": Limits(has_end_date=True)}
FINANCES = {"arsredovisning": Limits(), "moderbolagsgaranti": Limits(has_end_date=True)}
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


def worth(accepted, *, today=TODAY, submitted_on=None, **stated):
    return assess(Stated(**stated), accepted, on=Days.of(today, submitted_on))


@pytest.mark.parametrize(
    ("issued_on", "expected"),
    [
        (date(2026, 3, 2), Validity.VALID),
        (date(2026, 1, 2), Validity.VALID),
        (date(2026, 1, 1), Validity.TOO_OLD),
        (None, Validity.DATE_MISSING),
    ],
)
def test_a_tax_statement_is_at_most_two_months_old(issued_on, expected):
    assert worth(TAX, issued_on=issued_on) is expected


def test_what_was_fresh_when_it_was_submitted_does_not_grow_old_with_the_municipality():
    stated = {"issued_on": date(2026, 1, 2), "submitted_on": date(2026, 3, 2)}

    assert worth(TAX, today=date(2026, 9, 1), **stated) is Validity.VALID
    assert worth(TAX, today=date(2026, 9, 1), issued_on=date(2026, 1, 2)) is Validity.TOO_OLD


@pytest.mark.parametrize(
    ("ends_on", "expected"),
    [
        (TODAY - timedelta(days=1), Validity.EXPIRED),
        (TODAY, Validity.ENDING),
        (TODAY + timedelta(days=60), Validity.ENDING),
        (TODAY + timedelta(days=61), Validity.VALID),
        (None, Validity.DATE_MISSING),
    ],
)
def test_an_insurance_holds_until_its_end_date_and_through_it(ends_on, expected):
    assert worth(INSURANCE, ends_on=ends_on) is expected


def test_the_kind_is_asked_for_only_where_it_decides_what_holds():
    assert worth(FINANCES) is Validity.KIND_MISSING
    assert worth(FINANCES, kind="arsredovisning") is Validity.VALID
    assert worth(FINANCES, kind="moderbolagsgaranti") is Validity.DATE_MISSING
    assert worth({"cv": Limits(), "examensbevis": Limits()}) is Validity.VALID
    assert worth({}) is Validity.VALID


def test_a_kind_that_is_no_longer_accepted_is_asked_for_anew():
    assert worth(FINANCES, kind="forsakringsbrev", ends_on=TODAY) is Validity.KIND_MISSING


def test_everything_that_is_wrong_with_a_statement_is_said():
    said = Stated("cv", TODAY + timedelta(days=1), TODAY - timedelta(days=1))

    assert faults(said, INSURANCE, today=TODAY) == {
        "kind": Fault.UNKNOWN_KIND,
        "issued_on": Fault.FUTURE,
        "ends_on": Fault.ENDS_BEFORE_ISSUE,
    }
    assert faults(Stated("forsakringsbrev", TODAY, TODAY), INSURANCE, today=TODAY) == {}
    assert faults(Stated(ends_on=TODAY - timedelta(days=9)), INSURANCE, today=TODAY) == {}, "it may have run out"


@given(DAYS, st.integers(1, 60))
def test_months_back_never_lands_later_than_that_many_short_months(day, months):
    earlier = months_before(day, months)

    assert (day.year * 12 + day.month) - (earlier.year * 12 + earlier.month) == months
    assert earlier.day <= day.day


@given(DAYS, st.integers(0, 400))
def test_once_a_document_has_expired_it_stays_so(ends_on, days):
    after = ends_on + timedelta(days=1 + days)

    assert worth(INSURANCE, today=after, ends_on=ends_on) is Validity.EXPIRED


@given(DAYS, st.lists(st.integers(0, 100), min_size=1, max_size=40))
def test_however_often_the_clock_looks_each_reminder_goes_out_at_most_once_and_in_order(ends_on, distances):
    sent, reminded = [], None
    for left in sorted(distances, reverse=True):
        for _twice in range(2):
            due = reminder_due(ends_on, today=ends_on - timedelta(days=left), reminded=reminded)
            if due is not None:
                sent.append(due)
                reminded = due

    assert sent == sorted(set(sent), reverse=True)
    assert set(sent) <= set(REMINDERS)
    assert all(any(left <= days for left in distances) for days in sent)


def test_after_the_end_date_nobody_is_reminded():
    assert reminder_due(TODAY, today=TODAY + timedelta(days=1), reminded=None) is None
    assert reminder_due(TODAY, today=TODAY, reminded=30) == 7
