"""How long somebody has worked with something: months of full time, with the periods that they come from.

Counted in hundredths of a month, so that part time adds up exactly.  A month is
worked whole or not at all, as certificates state it.  The month in which one
applies is not over, and so it does not count: "the last ten years" are the 120
months before it.  No month gives more than one, however much somebody worked.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.competence import FULL_TIME, Area, Employment
from portal.domain.months import Month, Span, spans

MONTH = FULL_TIME  # hundredths in a month


@dataclass(frozen=True, kw_only=True)
class Measure:
    """Which work counts, and how.

    ``areas`` empty means any.  ``full_time`` converts part time; where it is not
    set, a month counts whole whatever the share, as the seed counts leadership:
    it asks for two years, not for two years of full time.
    """

    areas: frozenset[Area] = frozenset()
    leads: bool = False
    full_time: bool = True
    window_years: int | None = None


class LeftOut(StrEnum):
    """Why a period gives nothing."""

    OTHER_AREA = "other_area"
    NOT_LEADING = "not_leading"  # not responsible for both staff and operations
    BEFORE_WINDOW = "before_window"
    NOT_A_MONTH_YET = "not_a_month_yet"
    OVERLAPS = "overlaps"  # the months are filled by another period


@dataclass(frozen=True)
class Contribution:
    """What one period gives, and the months of it that lie within the window."""

    employment: Employment
    hundredths: int
    within: Span | None = None
    left_out: LeftOut | None = None


@dataclass(frozen=True)
class Experience:
    """``hundredths`` is the sum of the contributions, which come in the order that the periods began."""

    hundredths: int
    contributions: tuple[Contribution, ...]
    window: Span | None
    until: Month

    @property
    def months(self) -> int:
        """Whole months: 23.9 is not 24, whatever is asked for."""
        return self.hundredths // MONTH

    @property
    def giving(self) -> tuple[Contribution, ...]:
        return tuple(each for each in self.contributions if each.hundredths)


@dataclass(frozen=True)
class Overload:
    """Months in which the employments together are more than full time."""

    span: Span
    percent: int  # the most in any month of them


def experience(employments: Iterable[Employment], measure: Measure, *, on: date) -> Experience:
    """Count the periods that ``measure`` counts, up to the month before ``on``.

    Where periods overlap, the one that began first is given its months first;
    the sum does not depend on the order in which they come.
    """
    last = Month.of(on).number - 1
    first = last - 12 * measure.window_years + 1 if measure.window_years else None
    used: dict[int, int] = {}
    contributions = tuple(_contribution(each, measure, first, last, used) for each in sorted(employments, key=_order))
    window = Span(Month.at(first), Month.at(last)) if first is not None else None
    return Experience(sum(each.hundredths for each in contributions), contributions, window, Month.at(last))


def _order(each: Employment) -> tuple[object, ...]:
    end = each.end.number if each.end else float("inf")
    return (each.start, end, each.employer, each.role, each.area, each.share, each.leads_staff, each.id)


def _contribution(
    employment: Employment, measure: Measure, first: int | None, last: int, used: dict[int, int]
) -> Contribution:
    if measure.areas and employment.area not in measure.areas:
        return Contribution(employment, 0, left_out=LeftOut.OTHER_AREA)
    if measure.leads and not (employment.leads_staff and employment.leads_operations):
        return Contribution(employment, 0, left_out=LeftOut.NOT_LEADING)
    begins = employment.start.number if first is None else max(first, employment.start.number)
    ends = min(last, employment.end.number) if employment.end else last
    if ends < begins:
        before = employment.end is not None and first is not None and employment.end.number < first
        return Contribution(employment, 0, left_out=LeftOut.BEFORE_WINDOW if before else LeftOut.NOT_A_MONTH_YET)
    share = max(0, min(employment.share, MONTH)) if measure.full_time else MONTH
    given = 0
    for number in range(begins, ends + 1):
        taken = used.get(number, 0)
        more = min(share, MONTH - taken)
        used[number] = taken + more
        given += more
    within = Span(Month.at(begins), Month.at(ends))
    return Contribution(employment, given, within, None if given else LeftOut.OVERLAPS)


def overloads(employments: Iterable[Employment], *, on: date) -> tuple[Overload, ...]:
    """Where what is stated is more than one person's full time: told, since people do hold two posts."""
    shares = _shares(employments, on)
    crowded = {number for number, share in shares.items() if share > FULL_TIME}
    return tuple(
        Overload(span, max(shares[n] for n in range(span.first.number, span.last.number + 1)))
        for span in spans(crowded)
    )


def gaps(employments: Iterable[Employment], *, on: date) -> tuple[Span, ...]:
    """Months without any employment, from the first that is stated until now."""
    worked = _shares(employments, on)
    if not worked:
        return ()
    return spans(set(range(min(worked), Month.of(on).number)) - set(worked))


def _shares(employments: Iterable[Employment], on: date) -> dict[int, int]:
    last = Month.of(on).number
    shares: dict[int, int] = {}
    for each in employments:
        ends = min(last, each.end.number) if each.end else last
        for number in range(each.start.number, ends + 1):
            shares[number] = shares.get(number, 0) + each.share
    return shares
