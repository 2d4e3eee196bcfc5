"""The distance to a day of the office's own, in working days and in words."""

from datetime import date

import pytest

from portal import locale
from portal.locale import formats

FRIDAY = date(2026, 3, 6)


@pytest.mark.parametrize(
    ("due", "sv", "en"),
    [
        (date(2026, 3, 6), "i dag", "today"),
        (date(2026, 3, 9), "1 arbetsdag kvar", "1 working day left"),
        (date(2026, 3, 13), "5 arbetsdagar kvar", "5 working days left"),
        (date(2026, 3, 7), "ingen arbetsdag kvar", "no working day left"),
        (date(2026, 3, 5), "1 arbetsdag försenat", "1 working day late"),
        (date(2026, 2, 27), "5 arbetsdagar försenat", "5 working days late"),
    ],
)
def test_the_distance_is_said_in_working_days(due, sv, en):
    assert formats.working_days(due, FRIDAY) == sv
    with locale.speaking("en"):
        assert formats.working_days(due, FRIDAY) == en


def test_late_over_a_weekend_is_late():
    assert formats.working_days(FRIDAY, date(2026, 3, 8)) == "försenat"
