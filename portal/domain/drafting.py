"""What an administrator does to a draft of conditions, as new content out of old; nothing is changed in place.

Content has the shape of ``ConditionVersion.content``, and may be unfinished: what was typed is kept as it was typed,
and ``domain.draft_faults`` says what stands in the way of publishing. A criterion from the library keeps its rule;
only its thresholds are decided here. A criterion of the municipality's own has a rule that asks for what it says
must be shown, and leaves the rest to the one who judges.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.domain.criteria import ControlPoint, Demand, Text

Content = Mapping[str, Any]
Data = Mapping[str, Any]

OWN = "municipality"
"""``source_kind`` of a criterion that the municipality has written itself."""
OWN_ID = re.compile(r"[A-Z]+-E[0-9]{1,4}")
READ_BY_OFFICER = "officer.own_criterion"
"""The fact that nobody but an officer can state: where no machine reads anything, it says that it cannot tell."""


class Step(StrEnum):
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One criterion as it was typed. ``thresholds`` hold a value, or the words that are no value."""

    group: str
    title: Text
    text: Text
    question: Text
    help: Text
    description: Demand
    documents: Demand
    evidence: tuple[str, ...]
    control_points: tuple[str, ...]
    on_breach: tuple[str, ...]
    thresholds: Mapping[str, Any]


def criterion_in(content: Content, id_: str) -> Data | None:
    return next((each for each in content["criteria"] if each["id"] == id_), None)


def is_own(data: Data) -> bool:
    return data.get("source_kind") == OWN


def edited(content: Content, id_: str, edit: Edit, facts: Collection[str]) -> dict[str, Any]:
    """The content with one criterion as it was typed; a question that was written is kept even when it is not asked."""

    def change(data: Data) -> Data:
        made = {key: value for key, value in data.items() if key not in ("question", "asks", "help")}
        made |= {
            "group": edit.group,
            "title": _words(edit.title),
            "text": _words(edit.text),
            "evidence": list(edit.evidence),
            "control_points": list(edit.control_points),
            "on_breach": list(edit.on_breach),
        }
        if ControlPoint.AT_APPLICATION in edit.control_points or _says(edit.question) or _says(edit.help):
            made["question"] = _words(edit.question)
            made["asks"] = {
                "declaration": True,
                "description": edit.description.value,
                "documents": edit.documents.value,
            }
            if _says(edit.help):
                made["help"] = _words(edit.help)
        if is_own(data):
            made["rule"] = own_rule(edit.evidence if edit.documents is Demand.REQUIRED else (), facts)
        return made

    return {
        **content,
        "criteria": [change(each) if each["id"] == id_ else each for each in content["criteria"]],
        "thresholds": {**content["thresholds"], **edit.thresholds},
    }


def with_criterion(content: Content, data: Data, thresholds: Mapping[str, Any]) -> dict[str, Any]:
    """The content with a criterion after the others of its group, or in place of the one with its id.

    A threshold that the draft has decided already stays decided.
    """
    criteria = list(content["criteria"])
    places = [place for place, each in enumerate(criteria) if each["id"] == data["id"]]
    if places:
        criteria[places[0]] = dict(data)
    else:
        last = max((place for place, each in enumerate(criteria) if each["group"] == data["group"]), default=None)
        criteria.insert(len(criteria) if last is None else last + 1, dict(data))
    return {**content, "criteria": criteria, "thresholds": {**thresholds, **content["thresholds"]}}


def without(content: Content, id_: str) -> dict[str, Any]:
    """The content without a criterion; its thresholds wait, should it come back."""
    return {**content, "criteria": [each for each in content["criteria"] if each["id"] != id_]}


def moved(content: Content, id_: str, step: Step) -> dict[str, Any]:
    """The content with a criterion before or after its neighbour in the group; the first and the last stay."""
    criteria = list(content["criteria"])
    here = next(place for place, each in enumerate(criteria) if each["id"] == id_)
    others = range(here - 1, -1, -1) if step is Step.UP else range(here + 1, len(criteria))
    beside = next((place for place in others if criteria[place]["group"] == criteria[here]["group"]), here)
    criteria[here], criteria[beside] = criteria[beside], criteria[here]
    return {**content, "criteria": criteria}


def own_criterion(id_: str, group: str, title: Text) -> dict[str, Any]:
    """A new criterion of the municipality's own, with nothing said yet but its name."""
    return {
        "id": id_,
        "group": group,
        "title": _words(title),
        "text": {"sv": "", "en": ""},
        "evidence": [],
        "control_points": [],
        "on_breach": [],
        "rule": own_rule((), ()),
        "source_kind": OWN,
    }


def own_rule(evidence: Collection[str], facts: Collection[str]) -> dict[str, Any]:
    """The documents that must be there, where the portal can see them; otherwise a person reads."""
    seen = [f"doc.{kind}" for kind in evidence if f"doc.{kind}" in facts]
    if not seen:
        return {"fact": READ_BY_OFFICER, "op": "declared"}
    return {"all": [{"fact": fact, "op": "exists"} for fact in seen]}


def finished(content: Content) -> dict[str, Any]:
    """What a version stores: no threshold and no kind of evidence that none of its criteria has."""
    names = {name for each in content["criteria"] for name in each.get("thresholds", {})}
    kinds = {kind for each in content["criteria"] for kind in each["evidence"]}
    return {
        **content,
        "thresholds": {name: value for name, value in content["thresholds"].items() if name in names},
        "evidence_types": {id_: kind for id_, kind in content["evidence_types"].items() if id_ in kinds},
    }


def fingerprint(content: Content, id_: str) -> str:
    """Tells whether a criterion and its thresholds are as they were when somebody began to type; empty: not there."""
    data = criterion_in(content, id_)
    if data is None:
        return ""
    thresholds = {name: content["thresholds"].get(name) for name in data.get("thresholds", {})}
    canonical = json.dumps([data, thresholds], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _words(text: Text) -> dict[str, str]:
    return {"sv": text.sv, "en": text.en}


def _says(text: Text) -> bool:
    return bool(text.sv or text.en)
