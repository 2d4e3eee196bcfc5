"""One comparison of a rule with one known value: met, not met, or cannot tell and why.

It must never guess: a day that is not known, a count over another time, or a
value of another type than the rule compares with leaves it untold.
"""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.criteria import Outcome
from portal.domain.facts import LEVELS, Each, FactValue, Known, Paper, Single, Why, is_web_address
from portal.domain.publishing import day_of_year
from portal.domain.rules import Leaf, Op, Value


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    why: tuple[Why, ...] = ()


MET = Verdict(Outcome.MET)
NOT_MET = Verdict(Outcome.NOT_MET)


def untold(why: Why) -> Verdict:
    return Verdict(Outcome.CANNOT_TELL, (why,))


def compare(leaf: Leaf, known: Known, *, on: date, other: Known | None = None) -> Verdict:
    """Compare; ``other`` is what is known of the fact that the leaf compares with, and ``on`` the day it is for."""
    if isinstance(known.value, Each):
        found = _of_each(leaf, known.value, on)
    else:
        found = _single(leaf, known.value, on, other.value if other else None)
        found = _however_much(found, leaf, known, on)
    if leaf.by is not None:
        found = _in_time(found, leaf.by, known.day, on)
    found = _over_the_same(found, leaf, known)
    if leaf.unless is not None and found.outcome is Outcome.NOT_MET:
        return untold(Why.MAY_BE_EXCUSED)
    return found


def together(verdicts: tuple[Verdict, ...]) -> Verdict:
    """All of them must hold."""
    outcomes = {each.outcome for each in verdicts}
    if Outcome.NOT_MET in outcomes:
        return NOT_MET
    if Outcome.CANNOT_TELL in outcomes:
        return Verdict(Outcome.CANNOT_TELL, tuple(dict.fromkeys(why for each in verdicts for why in each.why)))
    return MET


def items_of(leaf: Leaf, value: Each, on: date) -> tuple[tuple[str, Verdict], ...]:
    """The comparison for each person."""
    return tuple(
        (label, untold(Why.NOT_STATED) if item is None else _single(leaf, item, on, None))
        for label, item in value.items
    )


def _of_each(leaf: Leaf, value: Each, on: date) -> Verdict:
    if not value.items:
        return untold(Why.NOBODY)
    return together(tuple(verdict for _, verdict in items_of(leaf, value, on)))


def _single(leaf: Leaf, value: Single, on: date, other: FactValue | None) -> Verdict:
    match leaf.op:
        case Op.DECLARED | Op.REPORT:
            return MET
        case Op.EXISTS | Op.VALID | Op.SUBMITTED_BY:
            return _document(leaf, value, on)
        case Op.URL:
            return _told(is_web_address(value)) if isinstance(value, str) else untold(Why.UNCLEAR)
        case Op.NONE_TRUE:
            return _told(not value) if isinstance(value, bool) else untold(Why.UNCLEAR)
        case Op.EMPTY | Op.NONEMPTY | Op.COVERS:
            return _set(leaf, value)
        case Op.IN:
            return (
                _told(value in leaf.value) if isinstance(leaf.value, tuple) and _plain(value) else untold(Why.UNCLEAR)
            )
        case Op.IN_FACT:
            return _told(value in other) if isinstance(other, frozenset) else untold(Why.UNCLEAR)
        case Op.EQ | Op.NE | Op.GTE | Op.LTE:
            return _ordered(leaf.op, value, leaf.value)
        case Op.EQ_FACT:
            return _ordered(Op.EQ, value, other)
        case Op.GTE_FACT:
            return _ordered(Op.GTE, value, other)
        case Op.LTE_FACT:
            return _ordered(Op.LTE, value, other)


def _plain(value: Single) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _told(holds: bool) -> Verdict:
    return MET if holds else NOT_MET


def _ordered(op: Op, value: FactValue, limit: Value | FactValue | None) -> Verdict:
    if isinstance(value, bool) or isinstance(limit, bool):
        same = isinstance(value, bool) and isinstance(limit, bool) and op in (Op.EQ, Op.NE)
        return _told((value == limit) == (op is Op.EQ)) if same else untold(Why.UNCLEAR)
    if isinstance(value, str) and isinstance(limit, str):
        if op in (Op.EQ, Op.NE):
            return _told((value == limit) == (op is Op.EQ))
        if value not in LEVELS or limit not in LEVELS:
            return untold(Why.UNCLEAR)
        return _numbers(op, LEVELS.index(value), LEVELS.index(limit))
    if isinstance(value, int | Decimal) and isinstance(limit, int | Decimal):
        if not (Decimal(value).is_finite() and Decimal(limit).is_finite()):
            return untold(Why.UNCLEAR)
        return _numbers(op, value, limit)
    return untold(Why.UNCLEAR)


def _numbers(op: Op, value: int | Decimal, limit: int | Decimal) -> Verdict:
    holds = {Op.EQ: value == limit, Op.NE: value != limit, Op.GTE: value >= limit, Op.LTE: value <= limit}
    return _told(holds[op])


def _set(leaf: Leaf, value: Single) -> Verdict:
    if not isinstance(value, frozenset):
        return untold(Why.UNCLEAR)
    if leaf.op is Op.COVERS:
        return _told(value >= set(leaf.value)) if isinstance(leaf.value, tuple) else untold(Why.UNCLEAR)
    return _told(bool(value) == (leaf.op is Op.NONEMPTY))


def _document(leaf: Leaf, value: Single, on: date) -> Verdict:
    if isinstance(value, bool):
        return _told(value)
    if not isinstance(value, Paper):
        return untold(Why.UNCLEAR)
    wanted = []
    if leaf.op is Op.VALID:
        wanted.append(_valid(value, on))
    if leaf.op is Op.SUBMITTED_BY:
        wanted.append(_handed_in(leaf.value, value.handed_in, on))
    if leaf.max_age_months is not None:
        wanted.append(_young(leaf.max_age_months, value.issued, on))
    if leaf.activity is not None:
        known = value.activities
        wanted.append(untold(Why.COVERAGE_UNKNOWN) if known is None else _told(leaf.activity in known))
    return together(tuple(wanted))


def _valid(paper: Paper, on: date) -> Verdict:
    if paper.valid_from is not None and paper.valid_from > on:
        return NOT_MET
    if paper.valid_until is not None:
        return _told(paper.valid_until >= on)
    return MET if paper.until_further_notice else untold(Why.DATE_UNKNOWN)


def _young(months: int, issued: date | None, on: date) -> Verdict:
    """A document dated in the future is no younger for it: its date is not to be trusted."""
    if issued is None or issued > on:
        return untold(Why.DATE_UNKNOWN)
    return _told(months_before(on, months) <= issued)


def _handed_in(by: Value | None, handed_in: date | None, on: date) -> Verdict:
    """In time in its own year; once this year's day has passed, last year's document says nothing of this year."""
    due = day_of_year(by)
    if due is None or handed_in is None or handed_in > on:
        return untold(Why.DATE_UNKNOWN)
    latest = on.year if on > day_in(on.year, due) else on.year - 1
    if handed_in.year < latest:
        return untold(Why.DATE_UNKNOWN)
    return _told(handed_in <= day_in(handed_in.year, due))


def _in_time(found: Verdict, by: str, day: date | None, on: date) -> Verdict:
    """``by`` a day of the year: what has not come about is not late before that day has passed."""
    due = day_of_year(by)
    if due is None:
        return untold(Why.UNCLEAR)
    if found.outcome is Outcome.MET:
        return untold(Why.DATE_UNKNOWN) if day is None else _told(day <= day_in(day.year, due))
    if found.outcome is Outcome.NOT_MET and on <= day_in(on.year, due):
        return untold(Why.NOT_DUE)
    return found


def _however_much(found: Verdict, leaf: Leaf, known: Known, on: date) -> Verdict:
    """A number that may be greater tells only where it would not matter how much greater it is."""
    if known.more is None or found.outcome is Outcome.CANNOT_TELL or leaf.op in (Op.DECLARED, Op.REPORT):
        return found
    settled = {Op.GTE: Outcome.MET, Op.LTE: Outcome.NOT_MET}.get(leaf.op)
    if found.outcome is settled:
        return found
    if settled is not None and known.more.most is not None:
        at_most = _single(leaf, known.more.most, on, None)
        if at_most.outcome is found.outcome:
            return found
    return untold(known.more.why)


def _over_the_same(found: Verdict, leaf: Leaf, known: Known) -> Verdict:
    """A count over another time tells only where the difference cannot matter: more years never hold less."""
    if known.hired_after != leaf.hired_after:
        return untold(Why.OTHER_WINDOW)
    if known.window_years == leaf.window_years or found.outcome is Outcome.CANNOT_TELL:
        return found
    wider = known.window_years is None or (leaf.window_years is not None and known.window_years > leaf.window_years)
    holds = {Op.GTE: Outcome.NOT_MET if wider else Outcome.MET, Op.LTE: Outcome.MET if wider else Outcome.NOT_MET}
    return found if holds.get(leaf.op) is found.outcome else untold(Why.OTHER_WINDOW)


def day_in(year: int, day: tuple[int, int]) -> date:
    """The day in a year; the last of February where the year has no 29th."""
    month, number = day
    return date(year, month, min(number, calendar.monthrange(year, month)[1]))


def months_before(day: date, months: int) -> date:
    """The same day of the month so many months earlier, or the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    if year < 1:
        return date.min
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
