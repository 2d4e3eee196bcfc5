"""From when a decided version may apply; without a database."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.publication import Decision, obstacles

TODAY = date(2026, 3, 2)
DECISION = Decision("Socialnämnden", "41", date(2026, 2, 20), date(2026, 5, 1))
days = st.dates(min_value=TODAY - timedelta(days=900), max_value=TODAY + timedelta(days=900))


def test_a_whole_decision_has_no_obstacles():
    assert obstacles(DECISION, today=TODAY, latest=date(2018, 5, 1)) == {}


def test_the_day_of_the_decision_and_today_are_early_enough():
    assert obstacles(replace(DECISION, decided_on=TODAY, valid_from=TODAY), today=TODAY, latest=None) == {}


@pytest.mark.parametrize(("days", "found"), [(13, {"answer_by": "too_soon"}), (14, {}), (400, {})])
def test_providers_have_two_weeks_to_answer_at_the_least(days, found):
    decision = replace(DECISION, answer_by=TODAY + timedelta(days=days))
    assert obstacles(decision, today=TODAY, latest=None) == found


def test_all_that_is_wrong_is_said_at_once():
    found = obstacles(
        Decision("", "x" * 121, TODAY + timedelta(days=1), TODAY - timedelta(days=1)), today=TODAY, latest=None
    )

    assert found == {
        "decided_by": "missing",
        "paragraph": "too_long",
        "decided_on": "in_the_future",
        "valid_from": "passed",
    }


@given(decided_on=days, valid_from=days, latest=days)
def test_a_version_never_applies_before_today_its_decision_or_the_latest_one(decided_on, valid_from, latest):
    found = obstacles(replace(DECISION, decided_on=decided_on, valid_from=valid_from), today=TODAY, latest=latest)

    assert ("valid_from" in found) == (valid_from < max(TODAY, decided_on) or valid_from <= latest)
    assert ("decided_on" in found) == (decided_on > TODAY)
