"""Equal treatment in figures: what may be shown of decided cases per officer, service and size of company.

Small groups are not shown: of fewer than ``LEAST`` cases nothing can be
concluded, and they speak of single companies.  What is hidden must not come
back by subtraction either, from the total or from another table of the same
cases, so that more is hidden where it would (complementary suppression), nor
from a larger period of which this one is a part: what is left of that is hidden
by the same rules, and hidden here too (``followed_periods`` says why here).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from statistics import median
from typing import Final

from portal.domain.roles import Role

READS_EQUAL_TREATMENT: Final = frozenset({Role.DECISION_MAKER, Role.CONTROLLER, Role.MUNICIPAL_ADMINISTRATOR})

LEAST: Final = 5
"""Groups of fewer cases are hidden, and the hidden groups together are never fewer."""


class Dimension(StrEnum):
    OFFICER = "officer"
    SERVICE = "service"
    SIZE = "size"


class Size(StrEnum):
    """By total assets (balansomslutning), the one measure of size that annual reports in the portal give."""

    SMALL = "small"
    MEDIUM = "medium"
    LARGE = "large"
    UNKNOWN = "unknown"


SIZE_LIMITS: Final = (Decimal(1_500_000), Decimal(40_000_000))
"""SEK: from the first a company is medium, from the second large.  The limits of total assets at which an auditor is
asked for (aktiebolagslagen 9 kap. 1 §) and a company is a larger one (årsredovisningslagen 1 kap. 3 §)."""


class Measure(StrEnum):
    SUPPLEMENTED = "supplemented"  # cases in which something was asked for
    REFUSED = "refused"  # cases that ended in a refusal
    OVERRIDDEN = "overridden"  # judgements other than what the system saw, of those where it could tell


@dataclass(frozen=True)
class Share:
    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded; nothing where there is nothing to have a share of."""
        return round(100 * self.part / self.whole) if self.whole else None


@dataclass(frozen=True)
class Group:
    """Decided cases that have something in common.  ``days``: from submission to decision, one of each case."""

    key: str
    days: tuple[int, ...]
    supplemented: int = 0
    refused: int = 0
    overridden: int = 0
    compared: int = 0

    @property
    def cases(self) -> int:
        return len(self.days)

    def share(self, measure: Measure) -> Share:
        match measure:
            case Measure.SUPPLEMENTED:
                return Share(self.supplemented, self.cases)
            case Measure.REFUSED:
                return Share(self.refused, self.cases)
            case Measure.OVERRIDDEN:
                return Share(self.overridden, self.compared)


@dataclass(frozen=True)
class Row:
    """What may be shown of a group; ``None`` is hidden, for whichever reason, so that the mark itself tells nothing."""

    key: str
    cases: int | None
    median_days: float | None
    shares: Mapping[Measure, Share | None]


@dataclass(frozen=True)
class Report:
    """``total`` is of all cases.  ``None`` in place of a report: too few to show anything."""

    total: Row
    tables: Mapping[Dimension, tuple[Row, ...]]


@dataclass(frozen=True)
class Cases:
    """Every table of ``by`` divides the same cases, those of ``total``."""

    total: Group
    by: Mapping[Dimension, Sequence[Group]]


def report(cases: Cases, rests: Sequence[Cases] = ()) -> Report | None:
    """``rests``: what each larger period that can be asked for has besides this one."""
    total, by = cases.total, cases.by
    if total.cases < LEAST or any(0 < each.total.cases < LEAST for each in rests):
        return None
    hidden, withheld = {}, {}
    for dimension, groups in by.items():
        left = [(rest.by.get(dimension, ()), hidden_groups(rest.by.get(dimension, ()))) for rest in rests]
        hidden[dimension] = hidden_groups(groups, frozenset().union(*(keys for _rest, keys in left)))
        for measure in Measure:
            of_rests = [hidden_shares(rest, keys, measure) for rest, keys in left]
            known = [keys for keys in of_rests if keys is not None]
            together = hidden[dimension].union(*known)
            enough = len(known) == len(of_rests)
            withheld[dimension, measure] = hidden_shares(groups, together, measure) if enough else None
    # What no hiding in one table can protect is left out of them all, since each of them gives the total.
    lost = {measure for (_dimension, measure), keys in withheld.items() if keys is None}
    tables = {
        dimension: tuple(
            _row(
                group,
                shown=group.key not in hidden[dimension],
                without=lost | {each for each in Measure if group.key in (withheld[dimension, each] or ())},
            )
            for group in groups
        )
        for dimension, groups in by.items()
    }
    return Report(_row(total, shown=True, without=lost), tables)


def _row(group: Group, *, shown: bool, without: Iterable[Measure]) -> Row:
    left_out = frozenset(without)
    return Row(
        group.key,
        group.cases if shown else None,
        median(group.days) if shown else None,
        {each: None if each in left_out else group.share(each) for each in Measure},
    )


def hidden_groups(groups: Sequence[Group], also: frozenset[str] = frozenset()) -> frozenset[str]:
    """The small groups, and as many of the next smallest that at least two are hidden, of ``LEAST`` cases together.

    ``also`` are hidden because of what could be worked out of another period.
    """
    hidden = {group.key for group in groups if group.cases < LEAST or group.key in also}
    for group in _smallest_first(groups):
        together = sum(each.cases for each in groups if each.key in hidden)
        if not hidden or (len(hidden) > 1 and together >= LEAST):
            break
        hidden.add(group.key)
    return frozenset(hidden)


def hidden_shares(groups: Sequence[Group], hidden: frozenset[str], measure: Measure) -> frozenset[str] | None:
    """Whose share is hidden, when ``hidden`` are the groups that are; ``None`` where no choice of groups is enough.

    The total less what is shown is what the hidden ones have together.  Were that nothing, or all that it can be,
    each of them would be known, and so more groups are hidden.  That there is none in the whole period, or nothing
    else, is said all the same: it is of everybody.
    """
    whole = _together(groups, measure)
    if whole.part in (0, whole.whole) or not any(g.share(measure).whole for g in groups if g.key in hidden):
        return hidden
    kept = set(hidden)
    for group in (*_smallest_first(groups), None):
        chosen = [each for each in groups if each.key in kept]
        rest = _together(chosen, measure)
        if 0 < rest.part < rest.whole and sum(each.share(measure).whole > 0 for each in chosen) > 1:
            return frozenset(kept)
        if group is not None:
            kept.add(group.key)
    return None


def _together(groups: Iterable[Group], measure: Measure) -> Share:
    shares = [group.share(measure) for group in groups]
    return Share(sum(each.part for each in shares), sum(each.whole for each in shares))


def _smallest_first(groups: Sequence[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (group.cases, group.key))
