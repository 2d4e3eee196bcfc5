"""The periods in which equal treatment may be followed up: fixed ones that have ended, and no others.

Who may choose any two days chooses two periods that differ by one, and reads the
case of that day out of the difference.  So the periods are few and fixed, and a
day ends none of them but the last of a month: calendar years, half-years, and the
last twelve months.  They still lie inside each other, and a year less its first
half is its second.  What a larger period has besides a smaller one is therefore
treated as a period of its own (``equal_treatment.report``): where it is too small
to be shown, the smaller period gives way.

Two periods that merely overlap tell nothing of what they have in common, nor do
three (a test tries them all).  What this does not hinder: who keeps the page of the
last twelve months from one month to the next sees what one month more and another
one less come to, which is of two months at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

YEARS: Final = 3
HALVES: Final = 4
LAST_TWELVE_MONTHS: Final = "12"


@dataclass(frozen=True)
class Period:
    """Both days with.  ``key`` stands in addresses: ``12``, ``2025`` or ``2025-2``, the second half of the year."""

    key: str
    first: date
    last: date

    @property
    def half(self) -> int | None:
        return int(self.key[5:]) if "-" in self.key else None

    def holds(self, other: "Period") -> bool:
        """Whether all of the other lies in it, and it has more."""
        within = self.first <= other.first and other.last <= self.last
        return within and (self.first, self.last) != (other.first, other.last)


def offered(today: date) -> tuple[Period, ...]:
    """All of them have ended: a running one would tell of each case on the day after its decision."""
    this_month = today.replace(day=1)
    rolling = Period(LAST_TWELVE_MONTHS, this_month.replace(year=this_month.year - 1), this_month - timedelta(days=1))
    years = tuple(
        Period(str(year), date(year, 1, 1), date(year, 12, 31))
        for year in range(today.year - 1, today.year - 1 - YEARS, -1)
    )
    ended = [half for half in _halves(today.year) if half.last < today]
    return (rolling, *ended[:HALVES], *years)


def _halves(year: int) -> list[Period]:
    """The newest first."""
    return [
        half
        for each in range(year, year - HALVES, -1)
        for half in (
            Period(f"{each}-2", date(each, 7, 1), date(each, 12, 31)),
            Period(f"{each}-1", date(each, 1, 1), date(each, 6, 30)),
        )
    ]


def larger(period: Period, among: Iterable[Period]) -> tuple[Period, ...]:
    """Those that hold it."""
    return tuple(each for each in among if each.holds(period))
