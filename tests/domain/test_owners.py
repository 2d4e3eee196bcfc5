"""What a company says of its beneficial owners, and when it cannot be right; without a database."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.owners import Fault, Owner, Ownership, contradicts, faults, kept_since, name_key

TODAY = date(2026, 3, 2)
HERE = Owner(None, "Anna Lindqvist", date(2020, 1, 1))
GONE = Owner(None, "Karin Ståhl", date(2018, 1, 1), date(2024, 6, 30))
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2050, 1, 1))


@pytest.mark.parametrize("owner", [HERE, GONE, Owner(None, "Å", TODAY, TODAY)])
def test_a_name_and_the_days_are_enough(owner):
    assert faults(owner, today=TODAY) == {}


@pytest.mark.parametrize("name", ["Anna 850101-1234", "19850101 1234", "850101+1234 Anna"])
def test_a_personal_identity_number_is_no_part_of_a_name(name):
    assert faults(Owner(None, name, TODAY), today=TODAY) == {"name": Fault.NUMBER_IN_NAME}


@given(st.text(max_size=130), DAYS, DAYS)
def test_what_has_no_fault_has_a_name_and_days_in_order_that_have_been(name, since, until):
    owner = Owner(None, name, since, until)

    if not faults(owner, today=TODAY):
        assert 0 < len(name) <= 120
        assert since is not None
        assert since <= TODAY
        assert until is None or since <= until <= TODAY


def test_who_they_are_agrees_with_what_is_said_of_them():
    assert contradicts(Ownership.STATED, [HERE, GONE]) is None
    assert contradicts(Ownership.STATED, [GONE]) == "nobody"
    for ownership in (Ownership.NONE, Ownership.NOT_ESTABLISHED):
        assert contradicts(ownership, [GONE]) is None
        assert contradicts(ownership, []) is None
        assert contradicts(ownership, [HERE]) == "somebody"
    assert contradicts(None, [HERE]) == "missing"


def test_a_name_is_compared_without_its_capitals_and_spaces():
    assert name_key("  Åsa \u00a0 ÖBERG ") == name_key("åsa öberg") == "åsa öberg"


@given(st.dates(date(2010, 1, 1), date(2050, 1, 1)))
def test_a_former_owner_is_kept_for_five_years(today):
    since = kept_since(today)

    assert timedelta(days=5 * 365) <= today - since <= timedelta(days=5 * 366)
