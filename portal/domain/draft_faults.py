"""What stands in the way of publishing a draft, by criterion and field, so that it is said where it is mended.

``publishing.check`` says whether a version can be published, in words for a log. Here the same is found in the
editor's own terms; what it finds and this does not is a fault of the rule, which no administrator can have caused.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.domain.criteria import PLACEHOLDER, Consequence, ControlPoint
from portal.domain.criteria_parsing import BadCriterion, from_data
from portal.domain.drafting import Content, Data
from portal.domain.facts import Fact
from portal.domain.municipal_rules import THRESHOLD_KINDS, Kind, OneOf, Ratings, Whole, YearDay
from portal.domain.publishing import NotPublishable, day_of_year, rule_faults, threshold_faults

LONGEST_TEXT = 4000


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LONG = "too_long"
    STRAY_BRACE = "stray_brace"
    UNKNOWN_PLACEHOLDER = "unknown_placeholder"
    PLACEHOLDERS_DIFFER = "placeholders_differ"
    NONE_CHOSEN = "none_chosen"
    UNKNOWN_CHOICE = "unknown_choice"
    NOT_ASKED = "not_asked"
    """A question is written, and the criterion is not shown at application."""
    NO_VALUE = "no_value"
    TWICE = "twice"
    RULE = "rule"


@dataclass(frozen=True)
class Fault:
    """``field``: ``title_sv``, ``control_points``, ``threshold.soliditet_pct`` …; ``names`` are placeholders or codes.

    ``criterion`` is empty for what concerns the whole draft.
    """

    criterion: str
    field: str
    reason: Reason
    names: tuple[str, ...] = ()


class Unfinished(NotPublishable):
    """The same refusal, with each fault where it is mended."""

    def __init__(self, found: tuple[Fault, ...]) -> None:
        super().__init__(tuple(f"{each.criterion}: {each.field} is {each.reason}" for each in found))
        self.found = found


def find(content: Content, facts: Mapping[str, Fact]) -> tuple[Fault, ...]:
    """Every fault of every criterion, in their order; empty when the draft can be published."""
    if not content["criteria"]:
        return (Fault("", "criteria", Reason.EMPTY),)
    found: list[Fault] = []
    seen: set[str] = set()
    for data in content["criteria"]:
        own = list(_of_criterion(content, data))
        if data["id"] in seen:
            own.append(Fault(data["id"], "id", Reason.TWICE))
        seen.add(data["id"])
        found += own or list(_of_rule(content, data, facts))
    return tuple(found)


def fits(value: object, kind: Kind) -> bool:
    """Whether a threshold is one that a municipality can decide."""
    match kind:
        case Whole(low, high):
            return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        case OneOf(values):
            return value in values
        case YearDay():
            return day_of_year(value) is not None
        case Ratings():
            return isinstance(value, list | tuple) and bool(value) and all(isinstance(each, str) for each in value)


def _of_criterion(content: Content, data: Data) -> Iterator[Fault]:
    id_ = data["id"]
    names = set(data.get("thresholds", {}))
    asked = ControlPoint.AT_APPLICATION in data["control_points"]
    if data["group"] not in {each["id"] for each in content["groups"]}:
        yield Fault(id_, "group", Reason.UNKNOWN_CHOICE)
    for part in ("title", "text"):
        yield from _of_words(id_, part, data[part], names)
    for field, known in (("control_points", ControlPoint), ("on_breach", Consequence)):
        if not data[field]:
            yield Fault(id_, field, Reason.NONE_CHOSEN)
        elif not set(data[field]) <= {each.value for each in known}:
            yield Fault(id_, field, Reason.UNKNOWN_CHOICE)
    if "question" in data and not asked:
        yield Fault(id_, "control_points", Reason.NOT_ASKED)
    if asked:
        yield from _of_words(id_, "question", data.get("question", {}), names)
    if "help" in data:
        yield from _of_words(id_, "help", data["help"], names)
    if strange := tuple(each for each in data["evidence"] if each not in content["evidence_types"]):
        yield Fault(id_, "evidence", Reason.UNKNOWN_CHOICE, strange)
    for name in data.get("thresholds", {}):
        kind = THRESHOLD_KINDS.get(name)
        if name not in content["thresholds"] or (kind and not fits(content["thresholds"][name], kind)):
            yield Fault(id_, f"threshold.{name}", Reason.NO_VALUE)


def _of_words(id_: str, part: str, given: Mapping[str, str], names: set[str]) -> Iterator[Fault]:
    used: dict[str, set[str]] = {}
    comparable = True
    for language in ("sv", "en"):
        words = given.get(language, "").strip()
        field = f"{part}_{language}"
        used[language] = set(PLACEHOLDER.findall(words))
        comparable = comparable and bool(words) and used[language] <= names
        if not words:
            yield Fault(id_, field, Reason.EMPTY)
        elif len(words) > LONGEST_TEXT:
            yield Fault(id_, field, Reason.TOO_LONG)
        elif set("{}") & set(PLACEHOLDER.sub("", words)):
            yield Fault(id_, field, Reason.STRAY_BRACE)
        elif strange := used[language] - names:
            yield Fault(id_, field, Reason.UNKNOWN_PLACEHOLDER, tuple(sorted(strange)))
    # One that is unknown in one language is said there, and not once more in the other.
    if comparable and used["sv"] != used["en"]:
        yield Fault(id_, f"{part}_en", Reason.PLACEHOLDERS_DIFFER, tuple(sorted(used["sv"] ^ used["en"])))


def _of_rule(content: Content, data: Data, facts: Mapping[str, Fact]) -> Iterator[Fault]:
    try:
        criterion = from_data(data, facts=facts)
    except BadCriterion as bad:
        yield Fault(data["id"], "rule", Reason.RULE, bad.faults)
        return
    decided: Mapping[str, Any] = content["thresholds"]
    if wrong := (*rule_faults(criterion, facts), *threshold_faults(criterion, decided, facts)):
        yield Fault(data["id"], "rule", Reason.RULE, wrong)
