"""The rule of a criterion as a tree, parsed and checked.

A rule says how a machine may read the facts of a case and *propose* whether a
criterion is met. Nothing here evaluates a rule, and nothing may ever decide
from one: Kommunallagen 6 kap. 38 § leaves every decision to a person.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any as Anything

Value = bool | int | str | tuple[str | int, ...]


class Op(StrEnum):
    EQ = "eq"
    NE = "ne"
    GTE = "gte"
    LTE = "lte"
    IN = "in"
    IN_FACT = "in_fact"
    EQ_FACT = "eq_fact"
    GTE_FACT = "gte_fact"
    LTE_FACT = "lte_fact"
    EXISTS = "exists"
    VALID = "valid"
    URL = "url"
    NONEMPTY = "nonempty"
    EMPTY = "empty"
    NONE_TRUE = "none_true"
    DECLARED = "declared"
    COVERS = "covers"
    SUBMITTED_BY = "submitted_by"
    REPORT = "report"


COMPARES_WITH_VALUE = frozenset({Op.EQ, Op.NE, Op.GTE, Op.LTE, Op.IN, Op.COVERS, Op.SUBMITTED_BY})
COMPARES_WITH_FACT = frozenset({Op.IN_FACT, Op.EQ_FACT, Op.GTE_FACT, Op.LTE_FACT})


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One comparison.

    ``by`` is a day of the year written ``--MM-DD``. Where the leaf is
    ``configurable`` a municipality may put its own number in place of ``value``,
    or of ``by`` when there is one.
    """

    fact: str
    op: Op
    value: Value | None = None
    fact2: str | None = None
    window_years: int | None = None
    max_age_months: int | None = None
    by: str | None = None
    activity: str | None = None
    unless: str | None = None
    hired_after: str | None = None
    configurable: bool = False
    advisory: bool = False

    @property
    def default(self) -> Value | None:
        """What holds until a municipality has decided its own."""
        return self.value if self.by is None else self.by


@dataclass(frozen=True)
class All:
    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class Any:
    rules: tuple["Rule", ...]


@dataclass(frozen=True)
class WhenThen:
    """Where ``when`` does not hold, the criterion does not concern this provider."""

    when: "Rule"
    then: "Rule"


Rule = Leaf | All | Any | WhenThen

TEXTS = ("fact2", "by", "activity", "unless", "hired_after")
NUMBERS = ("window_years", "max_age_months")
FLAGS = ("configurable", "advisory")
KNOWN = {"fact", "op", "value", *TEXTS, *NUMBERS, *FLAGS}


def leaves(rule: Rule) -> Iterator[Leaf]:
    """Every comparison in the tree, in the order it was written."""
    match rule:
        case Leaf():
            yield rule
        case All(rules) | Any(rules):
            for each in rules:
                yield from leaves(each)
        case WhenThen(when, then):
            yield from leaves(when)
            yield from leaves(then)


def parse_rule(data: object, *, facts: Collection[str], faults: list[str]) -> Rule | None:
    """Read a rule; every fault is added to ``faults``, and a faulty rule is ``None``."""
    if not isinstance(data, Mapping):
        faults.append(f"rule is {type(data).__name__}, not a mapping")
        return None
    keys = set(data)
    if keys in ({"all"}, {"any"}):
        (combinator,) = keys
        return _combined(combinator, data[combinator], facts=facts, faults=faults)
    if keys == {"when", "then"}:
        when = parse_rule(data["when"], facts=facts, faults=faults)
        then = parse_rule(data["then"], facts=facts, faults=faults)
        return WhenThen(when, then) if when and then else None
    if "fact" in keys:
        return _leaf(data, facts=facts, faults=faults)
    faults.append(f"rule has keys {sorted(map(str, keys))}, which no combinator has")
    return None


def _combined(combinator: str, data: object, *, facts: Collection[str], faults: list[str]) -> Rule | None:
    if not isinstance(data, list) or not data:
        faults.append(f"rule: {combinator} needs a list of at least one rule")
        return None
    parsed = [parse_rule(each, facts=facts, faults=faults) for each in data]
    rules = tuple(rule for rule in parsed if rule)
    if len(rules) < len(parsed):
        return None
    return All(rules) if combinator == "all" else Any(rules)


def _leaf(data: Mapping[str, Anything], *, facts: Collection[str], faults: list[str]) -> Leaf | None:
    found: list[str] = []
    where = f"rule on {data['fact']}"
    for key in sorted(set(map(str, data)) - KNOWN):
        found.append(f"{where}: unknown key {key}")
    for key in ("fact", "fact2"):
        if key in data and data[key] not in facts:
            found.append(f"rule names an unknown fact {data[key]}")
    for keys, kind in ((TEXTS, str), (NUMBERS, int), (FLAGS, bool)):
        for key in keys:
            if key in data and type(data[key]) is not kind:
                found.append(f"{where}: {key} is not {kind.__name__}")
    op = _op(data, where, found)
    value = data.get("value")
    if isinstance(value, list):
        value = tuple(value)
    if op in COMPARES_WITH_VALUE and not _is_value(value):
        found.append(f"{where}: {op} needs a value")
    if op in COMPARES_WITH_FACT and "fact2" not in data:
        found.append(f"{where}: {op} needs a fact2")
    if data.get("configurable") and value is None and "by" not in data:
        found.append(f"{where}: configurable without a value")
    faults += found
    if found or op is None:
        return None
    extras = {key: data[key] for key in (*TEXTS, *NUMBERS, *FLAGS) if key in data}
    return Leaf(fact=data["fact"], op=op, value=value, **extras)


def _op(data: Mapping[str, Anything], where: str, found: list[str]) -> Op | None:
    try:
        return Op(data.get("op"))  # type: ignore[arg-type]
    except ValueError:
        found.append(f"{where}: unknown op {data.get('op')}")
        return None


def _is_value(value: object) -> bool:
    if isinstance(value, tuple):
        return bool(value) and all(isinstance(each, str | int) for each in value)
    return isinstance(value, bool | int | str)
