"""Whether a set of conditions can be published: every fact known, every comparison of the right type.

Once published a version is never changed, so that all that is wrong with it is
said before. It must not judge whether a condition is wise.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from portal.domain.criteria import Criterion
from portal.domain.criteria_parsing import BadCriterion, from_data
from portal.domain.facts import NUMBERS, Fact, Kind, is_of
from portal.domain.rules import COMPARES_WITH_FACT, Leaf, Op, Value, leaves

_ALIKE = NUMBERS | {Kind.BOOLEAN, Kind.TEXT, Kind.CHOICE, Kind.LEVEL}
_ORDERED = NUMBERS | {Kind.LEVEL}
_WORDS = frozenset({Kind.TEXT, Kind.CHOICE, Kind.LEVEL})
ALLOWED: Mapping[Op, frozenset[Kind]] = {
    Op.EQ: _ALIKE,
    Op.NE: _ALIKE,
    Op.GTE: _ORDERED,
    Op.LTE: _ORDERED,
    Op.IN: _WORDS,
    Op.IN_FACT: _WORDS,
    Op.EQ_FACT: _ALIKE,
    Op.GTE_FACT: NUMBERS,
    Op.LTE_FACT: NUMBERS,
    Op.EXISTS: frozenset({Kind.DOCUMENT}),
    Op.VALID: frozenset({Kind.DOCUMENT}),
    Op.SUBMITTED_BY: frozenset({Kind.DOCUMENT}),
    Op.URL: frozenset({Kind.ADDRESS}),
    Op.NONEMPTY: frozenset({Kind.SET}),
    Op.EMPTY: frozenset({Kind.SET}),
    Op.COVERS: frozenset({Kind.SET}),
    Op.NONE_TRUE: frozenset({Kind.BOOLEAN}),
    Op.DECLARED: frozenset(Kind),
    Op.REPORT: frozenset(Kind),
}


class NotPublishable(Exception):
    """``faults`` names everything that is wrong, each with the criterion it belongs to."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def check(content: Mapping[str, Any], facts: Mapping[str, Fact]) -> None:
    """Look through the content of a version that is about to be published.

    Raises:
        NotPublishable: with every fault of every criterion.
    """
    faults: list[str] = []
    for each in content["criteria"]:
        try:
            criterion = from_data(each, facts=facts)
        except BadCriterion as bad:
            faults += [f"{bad.criterion_id}: {fault}" for fault in bad.faults]
        else:
            found = (*rule_faults(criterion, facts), *threshold_faults(criterion, content["thresholds"], facts))
            faults += [f"{criterion.id}: {fault}" for fault in found]
    if faults:
        raise NotPublishable(tuple(faults))


def rule_faults(criterion: Criterion, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """What its rule compares that cannot be compared."""
    return tuple(fault for leaf in leaves(criterion.rule) for fault in _leaf_faults(leaf, facts))


def threshold_faults(criterion: Criterion, decided: Mapping[str, Any], facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """What a municipality has decided that its rule cannot use, or has not decided."""
    faults = [f"threshold {each.name} is not decided" for each in criterion.thresholds if each.name not in decided]
    for threshold in criterion.thresholds:
        if threshold.name not in decided:
            continue
        value = decided[threshold.name]
        value = tuple(value) if isinstance(value, list) else value
        for leaf in leaves(criterion.rule):
            if leaf.configurable and leaf.fact == threshold.fact:
                own = replace(leaf, value=value) if leaf.by is None else replace(leaf, by=str(value))
                faults += [f"threshold {threshold.name}: {fault}" for fault in _leaf_faults(own, facts)]
    return tuple(faults)


def day_of_year(written: object) -> tuple[int, int] | None:
    """Month and day of ``--02-28``; ``None`` where no year has such a day."""
    found = re.fullmatch(r"--(\d\d)-(\d\d)", written, flags=re.ASCII) if isinstance(written, str) else None
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    try:
        date(2000, month, day)  # a leap year: the last of February counts as a day
    except ValueError:
        return None
    return month, day


def _leaf_faults(leaf: Leaf, facts: Mapping[str, Fact]) -> Iterator[str]:
    fact = facts.get(leaf.fact)
    if fact is None:
        yield f"rule names an unknown fact {leaf.fact}"
        return
    where = f"rule on {leaf.fact}"
    if fact.kind not in ALLOWED[leaf.op]:
        yield f"{where}: {leaf.op} cannot be asked of a {fact.kind}"
    elif leaf.op in COMPARES_WITH_FACT:
        yield from _other_faults(leaf, fact, facts, where)
    elif not _fits(leaf, fact.kind):
        yield f"{where}: {leaf.op} of a {fact.kind} cannot be {leaf.value!r}"
    if (leaf.op is Op.NONE_TRUE) and not fact.many:
        yield f"{where}: none_true is asked of one answer for each person"
    for name, stands, kinds in (
        ("window_years", leaf.window_years is not None, {Kind.MONTHS}),
        ("max_age_months", leaf.max_age_months is not None, {Kind.DOCUMENT}),
        ("activity", leaf.activity is not None, {Kind.DOCUMENT}),
    ):
        if stands and fact.kind not in kinds:
            yield f"{where}: {name} means nothing for a {fact.kind}"
    for name, number in (("window_years", leaf.window_years), ("max_age_months", leaf.max_age_months)):
        if number is not None and not 1 <= number <= 1200:
            yield f"{where}: {name} cannot be {number}"
    if leaf.by is not None and day_of_year(leaf.by) is None:
        yield f"{where}: by is no day of the year, {leaf.by!r}"
    if leaf.hired_after is not None and not _is_day(leaf.hired_after):
        yield f"{where}: hired_after is no day, {leaf.hired_after}"


def _other_faults(leaf: Leaf, fact: Fact, facts: Mapping[str, Fact], where: str) -> Iterator[str]:
    other = facts.get(leaf.fact2 or "")
    if other is None:
        yield f"rule names an unknown fact {leaf.fact2}"
    elif fact.many or other.many:
        yield f"{where}: one for each person cannot be compared with another fact"
    elif leaf.op is Op.IN_FACT:
        if other.kind is not Kind.SET:
            yield f"{where}: {other.id} is no set"
    elif (fact.kind in NUMBERS) != (other.kind in NUMBERS) or fact.unit is not other.unit:
        yield f"{where}: {other.id} is another kind of thing"


def _fits(leaf: Leaf, kind: Kind) -> bool:
    """Whether the value of a leaf is one that its fact can be compared with."""
    match leaf.op:
        case Op.EQ | Op.NE | Op.GTE | Op.LTE:
            return is_of(kind, leaf.value)
        case Op.IN:
            return _are(leaf.value, lambda each: is_of(kind, each))
        case Op.COVERS:
            return _are(leaf.value, lambda each: isinstance(each, str))
        case Op.SUBMITTED_BY:
            return day_of_year(leaf.value) is not None
        case _:
            return True


def _are(value: Value | None, fits: Callable[[object], bool]) -> bool:
    return isinstance(value, tuple) and len(value) > 0 and all(map(fits, value))


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True
