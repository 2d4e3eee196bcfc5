"""Criteria out of data, strictly: from the library's files or a published version's row.

Every fault of a criterion is named at once, so that whoever edits conditions
does not come back five times. What is not understood is refused, never skipped.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import TypeVar

from portal.domain.criteria import (
    PLACEHOLDER,
    Consequence,
    ControlPoint,
    Criterion,
    Demand,
    Question,
    Text,
    Threshold,
    placeholders,
)
from portal.domain.rules import Leaf, Rule, leaves, parse_rule

NEEDED = {"id", "group", "title", "text", "evidence", "control_points", "on_breach", "rule"}
# The last ones tell where a criterion comes from; they are kept in the data and mean nothing to the portal.
ALLOWED = NEEDED | {
    *("question", "asks", "help", "thresholds"),
    *("theme", "automation", "source_kind", "source", "note", "seed_link", "from_seed"),
}

E = TypeVar("E", bound=StrEnum)


class BadCriterion(Exception):
    """The data does not describe a criterion; ``faults`` names everything that is wrong.

    No ``PortalError``: nobody who reads a page can have caused it, so that where it escapes it is a bug.
    """

    def __init__(self, criterion_id: str, faults: tuple[str, ...]) -> None:
        super().__init__(f"{criterion_id}: " + "; ".join(faults))
        self.criterion_id = criterion_id
        self.faults = faults


def from_data(data: Mapping[str, object], *, facts: Collection[str]) -> Criterion:
    """Read one criterion.

    Raises:
        BadCriterion: with all that is wrong with it.
    """
    faults: list[str] = []
    faults += [f"{key} is missing" for key in sorted(NEEDED - set(data))]
    faults += [f"unknown key {key}" for key in sorted(set(data) - ALLOWED)]
    criterion_id = _word(data, "id", faults)
    group = _word(data, "group", faults)
    title = _text(data, "title", faults)
    text = _text(data, "text", faults)
    evidence = _words(data, "evidence", faults)
    control_points = _enums(data, "control_points", ControlPoint, faults)
    on_breach = _enums(data, "on_breach", Consequence, faults)
    rule = parse_rule(data["rule"], facts=facts, faults=faults) if "rule" in data else None
    question = _question(data, faults)
    if (ControlPoint.AT_APPLICATION in control_points) != ("question" in data):
        faults.append("a question belongs to exactly the criteria shown at application")
    thresholds = _thresholds(data, rule, faults)
    names = {each.name for each in thresholds}
    texts = [title, text] + ([each for each in (question.text, question.help) if each] if question else [])
    for words in texts:
        faults += [f"placeholder {{{name}}} without a threshold" for name in sorted(placeholders(words) - names)]
    if faults or rule is None:
        raise BadCriterion(criterion_id or "?", tuple(faults))
    return Criterion(
        id=criterion_id,
        group=group,
        title=title,
        text=text,
        evidence=evidence,
        control_points=control_points,
        on_breach=on_breach,
        rule=rule,
        question=question,
        thresholds=thresholds,
    )


def text_from_data(data: object, name: str, faults: list[str]) -> Text:
    """Read words in both languages; one that is missing is a fault, and so is a stray brace."""
    given = data if isinstance(data, Mapping) else {}
    words: dict[str, str] = {}
    for language in ("sv", "en"):
        word = given.get(language)
        words[language] = word.strip() if isinstance(word, str) else ""
        if not words[language]:
            faults.append(f"{name} has no text in {language}")
        if set("{}") & set(PLACEHOLDER.sub("", words[language])):
            faults.append(f"{name} has a stray brace in {language}")
    if set(given) - {"sv", "en"}:
        faults.append(f"{name} has texts in unknown languages")
    if set(PLACEHOLDER.findall(words["sv"])) != set(PLACEHOLDER.findall(words["en"])):
        faults.append(f"{name} has different placeholders in sv and en")
    return Text(sv=words["sv"], en=words["en"])


def _text(data: Mapping[str, object], key: str, faults: list[str]) -> Text:
    return text_from_data(data[key], key, faults) if key in data else Text("", "")


def _word(data: Mapping[str, object], key: str, faults: list[str]) -> str:
    value = data.get(key)
    if isinstance(value, str) and value:
        return value
    if key in data:
        faults.append(f"{key} is not a word")
    return ""


def _words(data: Mapping[str, object], key: str, faults: list[str]) -> tuple[str, ...]:
    value = data.get(key, [])
    if isinstance(value, list) and all(isinstance(each, str) for each in value) and len(set(value)) == len(value):
        return tuple(value)
    faults.append(f"{key} is not a list of different words")
    return ()


def _enums(data: Mapping[str, object], key: str, kind: type[E], faults: list[str]) -> tuple[E, ...]:
    words = _words(data, key, faults)
    known = {each.value for each in kind}
    faults += [f"{key}: unknown {word}" for word in words if word not in known]
    if key in data and not words:
        faults.append(f"{key} is empty")
    return tuple(kind(word) for word in words if word in known)


def _question(data: Mapping[str, object], faults: list[str]) -> Question | None:
    if "question" not in data:
        faults += [f"{key} without a question" for key in ("asks", "help") if key in data]
        return None
    asks = data.get("asks")
    given: Mapping[object, object] = asks if isinstance(asks, Mapping) else {}
    if set(given) != {"declaration", "description", "documents"}:
        faults.append("asks must name declaration, description and documents")
    if given.get("declaration") is not True:
        faults.append("asks: a declaration is always asked for")
    return Question(
        text=_text(data, "question", faults),
        description=_demand(given, "description", faults),
        documents=_demand(given, "documents", faults),
        help=_text(data, "help", faults) if "help" in data else None,
    )


def _demand(asks: Mapping[object, object], key: str, faults: list[str]) -> Demand:
    try:
        return Demand(asks.get(key, "none"))  # type: ignore[arg-type]
    except ValueError:
        faults.append(f"asks: {key} cannot be {asks.get(key)}")
        return Demand.NONE


def _thresholds(data: Mapping[str, object], rule: Rule | None, faults: list[str]) -> tuple[Threshold, ...]:
    """Pair each name with its leaf; a number a municipality may decide must have a name, and the reverse."""
    given = data.get("thresholds", {})
    if not isinstance(given, Mapping):
        faults.append("thresholds is not a mapping")
        return ()
    if rule is None:
        # The rule's own faults are named already; its leaves are not known.
        return tuple(Threshold(str(name), str(fact), "") for name, fact in given.items())
    decided: dict[str, Leaf] = {leaf.fact: leaf for leaf in leaves(rule) if leaf.configurable}
    faults += [
        f"threshold {name}: nothing to decide about {fact}" for name, fact in given.items() if fact not in decided
    ]
    faults += [f"configurable {fact} has no named threshold" for fact in decided if fact not in given.values()]
    return tuple(
        Threshold(str(name), fact, default)
        for name, fact in given.items()
        if fact in decided and (default := decided[fact].default) is not None
    )
