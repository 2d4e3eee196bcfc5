"""Reads a rule against what is known: met, not met, or cannot tell, with all that led there.

Three-valued throughout, as Kleene's strong logic has it: what is not known is
never "not met", and it stands in the way only where it could have changed the
outcome. The result is a proposal to a person and must never be used as a
decision (Kommunallagen 6 kap. 38 §).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from portal.domain.comparing import Verdict, compare
from portal.domain.criteria import Criterion, Outcome
from portal.domain.facts import FactSheet, Gap, Known, Paper, Why
from portal.domain.rules import COMPARES_WITH_FACT, All, Any, Leaf, Rule, Value, WhenThen

# While one of these is looked into, a document that falls short may not be the one that counts.
_MAY_STILL_COUNT = frozenset({Why.DOCUMENT_WAITING, Why.DOCUMENT_NOT_SCANNED, Why.KIND_UNKNOWN, Why.UNREADABLE})


@dataclass(frozen=True)
class Limit:
    """What is asked for; ``decided``: by the municipality, with the conditions."""

    value: Value
    default: Value
    decided: bool


@dataclass(frozen=True, kw_only=True)
class LeafFinding:
    """One comparison with all that is known of it.

    ``others`` are what is known of the fact it is compared with. ``why`` is there when it cannot tell, and when it is
    affirmed by the company until follow-up can show it.
    ``on`` is the day it was compared for.
    ``observed`` differs from ``outcome`` where the comparison is only a recommendation.
    """

    leaf: Leaf
    outcome: Outcome
    observed: Outcome
    limit: Limit | None
    known: tuple[Known, ...]
    others: tuple[Known, ...]
    gaps: tuple[Gap, ...]
    why: tuple[Why, ...]
    on: date


@dataclass(frozen=True)
class AllFinding:
    outcome: Outcome
    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class AnyFinding:
    outcome: Outcome
    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class WhenFinding:
    outcome: Outcome
    when: "Tree"
    then: "Tree"


Tree = LeafFinding | AllFinding | AnyFinding | WhenFinding


@dataclass(frozen=True)
class Finding:
    criterion_id: str
    tree: Tree

    @property
    def outcome(self) -> Outcome:
        return self.tree.outcome

    @property
    def concerns(self) -> bool:
        """Whether the criterion concerns the company at all, as far as is known."""
        return not (isinstance(self.tree, WhenFinding) and self.tree.when.outcome is Outcome.NOT_MET)


def evaluate(criterion: Criterion, sheet: FactSheet, *, thresholds: Mapping[str, Value], on: date) -> Finding:
    """What the rule finds on a day; ``thresholds`` are those decided with the conditions, by name."""
    decided = {each.fact: thresholds[each.name] for each in criterion.thresholds if each.name in thresholds}
    return Finding(criterion.id, _tree(criterion.rule, sheet, decided, on))


def all_of(outcomes: Iterable[Outcome]) -> Outcome:
    found = set(outcomes)
    if Outcome.NOT_MET in found:
        return Outcome.NOT_MET
    return Outcome.CANNOT_TELL if Outcome.CANNOT_TELL in found else Outcome.MET


def any_of(outcomes: Iterable[Outcome]) -> Outcome:
    found = set(outcomes)
    if Outcome.MET in found:
        return Outcome.MET
    return Outcome.CANNOT_TELL if Outcome.CANNOT_TELL in found else Outcome.NOT_MET


def when_then(when: Outcome, then: Outcome) -> Outcome:
    """Met where it does not concern the company; unknown unless both ways agree."""
    not_when = {Outcome.MET: Outcome.NOT_MET, Outcome.NOT_MET: Outcome.MET}.get(when, Outcome.CANNOT_TELL)
    return any_of((not_when, then))


def leaf_findings(tree: Tree) -> Iterator[LeafFinding]:
    match tree:
        case LeafFinding():
            yield tree
        case AllFinding(_, parts) | AnyFinding(_, parts):
            for part in parts:
                yield from leaf_findings(part)
        case WhenFinding(_, when, then):
            yield from leaf_findings(when)
            yield from leaf_findings(then)


def deciding(tree: Tree) -> Iterator[LeafFinding]:
    """The comparisons that made the outcome what it is: what else is unknown would change nothing by itself."""
    match tree:
        case LeafFinding():
            yield tree
        case AllFinding(outcome, parts) | AnyFinding(outcome, parts):
            for part in parts:
                if part.outcome is outcome:
                    yield from deciding(part)
        case WhenFinding(outcome, when, then):
            if when.outcome is Outcome.NOT_MET or outcome is Outcome.CANNOT_TELL:
                yield from (each for each in deciding(when) if when.outcome is not Outcome.MET)
            if when.outcome is not Outcome.NOT_MET:
                yield from (each for each in deciding(then) if then.outcome is outcome)


def _tree(rule: Rule, sheet: FactSheet, decided: Mapping[str, Value], on: date) -> Tree:
    match rule:
        case Leaf():
            return _leaf(rule, sheet, decided, on)
        case All(rules):
            parts = tuple(_tree(each, sheet, decided, on) for each in rules)
            return AllFinding(all_of(part.outcome for part in parts), parts)
        case Any(rules):
            parts = tuple(_tree(each, sheet, decided, on) for each in rules)
            return AnyFinding(any_of(part.outcome for part in parts), parts)
        case WhenThen(when, then):
            first, second = _tree(when, sheet, decided, on), _tree(then, sheet, decided, on)
            return WhenFinding(when_then(first.outcome, second.outcome), first, second)


def _leaf(leaf: Leaf, sheet: FactSheet, decided: Mapping[str, Value], on: date) -> LeafFinding:
    limit = _limit(leaf, decided)
    own = leaf
    if limit is not None and limit.decided:
        own = replace(leaf, value=limit.value) if leaf.by is None else replace(leaf, by=str(limit.value))
    known = sheet.of_fact(leaf.fact)
    gaps = sheet.gaps_of(leaf.fact)
    others: tuple[Known, ...] = ()
    if leaf.op in COMPARES_WITH_FACT and leaf.fact2 is not None:
        others = sheet.of_fact(leaf.fact2)
        gaps += sheet.gaps_of(leaf.fact2)
        verdicts = [compare(own, each, on=on, other=other) for each in known for other in others]
    else:
        verdicts = [compare(own, each, on=on) for each in known]
    joined = _of_documents(verdicts, gaps) if any(isinstance(each.value, Paper) for each in known) else _join(verdicts)
    affirmed = not known and any(gap.why is Why.AFFIRMED for gap in gaps)
    if affirmed:
        joined = Verdict(Outcome.MET)
    return LeafFinding(
        leaf=own,
        outcome=Outcome.MET if leaf.advisory else joined.outcome,
        observed=joined.outcome,
        limit=limit,
        known=known,
        others=others,
        gaps=gaps,
        why=tuple(dict.fromkeys((*joined.why, *(gap.why for gap in gaps))))
        if affirmed or joined.outcome is Outcome.CANNOT_TELL
        else (),
        on=on,
    )


def _limit(leaf: Leaf, decided: Mapping[str, Value]) -> Limit | None:
    if leaf.default is None:
        return None
    if leaf.configurable and leaf.fact in decided:
        return Limit(decided[leaf.fact], leaf.default, True)
    return Limit(leaf.default, leaf.default, False)


def _join(verdicts: Iterable[Verdict]) -> Verdict:
    """What several sources come to: those that cannot tell give way, and those that differ are not chosen between."""
    found = tuple(verdicts)
    told = {verdict.outcome for verdict in found} - {Outcome.CANNOT_TELL}
    if len(told) > 1:
        return Verdict(Outcome.CANNOT_TELL, (Why.SOURCES_DIFFER,))
    if told:
        return Verdict(told.pop())
    return Verdict(Outcome.CANNOT_TELL, tuple(why for verdict in found for why in verdict.why))


def _of_documents(verdicts: Iterable[Verdict], gaps: tuple[Gap, ...]) -> Verdict:
    """Of several documents one that will do is enough, however old the others are."""
    found = tuple(verdicts)
    outcome = any_of(verdict.outcome for verdict in found)
    if outcome is Outcome.NOT_MET and any(gap.why in _MAY_STILL_COUNT for gap in gaps):
        return Verdict(Outcome.CANNOT_TELL)
    return Verdict(outcome, tuple(why for verdict in found for why in verdict.why))
