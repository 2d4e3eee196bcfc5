"""A person's employments over time: what each period counts for, where they overlap, and where there is none."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from portal.domain.competence import Employment
from portal.domain.experience import LeftOut, experience, gaps, overloads
from portal.domain.manager_rule import PRACTICE
from portal.domain.months import Month
from portal.locale import gettext as _
from portal.views import competence_words as said


class Kind(StrEnum):
    WORK = "work"
    OVERLAP = "overlap"
    GAP = "gap"


@dataclass(frozen=True)
class Period:
    """``begins`` and ``length`` are per cent of the whole time, for the bar; the words stand in the table."""

    kind: Kind
    what: str
    when: str
    share: str
    counts: str
    begins: str
    length: str


@dataclass(frozen=True)
class Timeline:
    """The oldest first, so that the bars go down as time goes on."""

    span: str
    periods: tuple[Period, ...]


def timeline(employments: tuple[Employment, ...], *, on: date) -> Timeline | None:
    """What counts is care within the last ten years, as the summary counts it; None where nothing is entered."""
    if not employments:
        return None
    now = Month.of(on)
    first = min(each.start for each in employments)
    whole = now.number - first.number + 1

    def period(kind: Kind, begins: Month, ends: Month, what: str, when: str, share: str, counts: str) -> Period:
        start, length = begins.number - first.number, ends.number - begins.number + 1
        return Period(kind, what, when, share, counts, _percent(start, whole), _percent(length, whole))

    counted = experience(employments, PRACTICE, on=on)
    found = [
        (
            each.employment.start,
            period(
                Kind.WORK,
                each.employment.start,
                min(each.employment.end or now, now),
                each.employment.employer,
                said.span(each.employment.start, each.employment.end),
                f"{each.employment.share}\N{NO-BREAK SPACE}%",
                said.months(each.hundredths) if each.hundredths else _counts_nothing(each.left_out),
            ),
        )
        for each in counted.contributions
    ]
    for over in overloads(employments, on=on):
        words = said.span(over.span.first, over.span.last), f"{over.percent}\N{NO-BREAK SPACE}%"
        what = _("Mer än heltid sammanlagt")
        bar = period(Kind.OVERLAP, over.span.first, over.span.last, what, *words, _("Högst en månad i månaden"))
        found.append((over.span.first, bar))
    for gap in gaps(employments, on=on):
        when = said.span(gap.first, gap.last)
        found.append(
            (gap.first, period(Kind.GAP, gap.first, gap.last, _("Ingen anställning inskriven"), when, "–", "–"))
        )
    order = {Kind.WORK: 0, Kind.OVERLAP: 1, Kind.GAP: 2}
    found.sort(key=lambda each: (each[0], order[each[1].kind]))
    return Timeline(said.span(first, now), tuple(each for _start, each in found))


def _counts_nothing(why: LeftOut | None) -> str:
    return said.left_out(why) if why else _("0 månader")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f}%"
