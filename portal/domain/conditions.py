"""A published version of conditions, as pages, forms and services use it: parsed once, never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from portal.domain.criteria import Criterion, Group, Text
from portal.domain.criteria_parsing import from_data
from portal.domain.validity import NO_LIMITS, Limits

Grouped = tuple[tuple[Group, tuple[Criterion, ...]], ...]


@dataclass(frozen=True)
class EvidenceType:
    """A kind of document: its name, what it must show, and what files it may be (empty: nothing is uploaded).

    ``max_mb`` is the greatest size of one file, in millions of bytes, where it is not the portal's own.
    """

    id: str
    name: Text
    shows: Text
    kinds: tuple[str, ...]
    never: bool
    limits: Limits = NO_LIMITS
    max_mb: int | None = None

    @property
    def can_be_uploaded(self) -> bool:
        return bool(self.kinds) and not self.never


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """One decided set: the general conditions, or one service's own.  ``thresholds`` are those decided with it."""

    id: UUID
    municipality_id: UUID
    service_id: UUID | None
    number: int
    valid_from: date
    decided_by: str
    decided_on: date
    decision_reference: str
    criteria: tuple[Criterion, ...]
    groups: tuple[Group, ...]
    evidence_types: Mapping[str, EvidenceType]
    thresholds: Mapping[str, Any]

    @cached_property
    def by_id(self) -> Mapping[str, Criterion]:
        return {criterion.id: criterion for criterion in self.criteria}

    @cached_property
    def grouped(self) -> Grouped:
        """Every group that has a criterion, in order, with its criteria."""
        return _grouped(self.groups, self.criteria)

    @cached_property
    def asked(self) -> Grouped:
        """The groups with what is asked at application: only what is marked to be shown at authorisation."""
        return _grouped(self.groups, (c for c in self.criteria if c.is_asked_at_application))


@dataclass(frozen=True)
class ConditionSets:
    """What an application answers to: the service's own conditions first, then the general ones."""

    service: Conditions
    general: Conditions

    @cached_property
    def asked(self) -> Grouped:
        return (*self.general.asked, *self.service.asked)

    @cached_property
    def asked_criteria(self) -> tuple[Criterion, ...]:
        return tuple(criterion for _, criteria in self.asked for criterion in criteria)

    @cached_property
    def by_id(self) -> Mapping[str, Criterion]:
        """What is asked, by id: a criterion that is only followed up is not to be found here."""
        return {criterion.id: criterion for criterion in self.asked_criteria}

    @cached_property
    def _groups(self) -> Mapping[str, Group]:
        return {criterion.id: group for group, criteria in self.asked for criterion in criteria}

    def group_of(self, criterion: Criterion) -> Group:
        return self._groups[criterion.id]

    def thresholds_for(self, criterion: Criterion) -> Mapping[str, Any]:
        return (self.service if criterion.id in self.service.by_id else self.general).thresholds

    def evidence_type(self, id_: str) -> EvidenceType:
        found = self.service.evidence_types.get(id_) or self.general.evidence_types.get(id_)
        return found or EvidenceType(id_, Text(id_, id_), Text("", ""), (), False)

    def accepted(self, criterion: Criterion) -> Mapping[str, Limits]:
        """The kinds of evidence that can be uploaded for a criterion, each with what it demands of dates."""
        known = self._accepted.get(criterion.evidence)
        return self._uploadable(criterion.evidence) if known is None else known

    @cached_property
    def _accepted(self) -> Mapping[tuple[str, ...], Mapping[str, Limits]]:
        """Worked out once: every page of an application asks it of each of its criteria."""
        return {each.evidence: self._uploadable(each.evidence) for each in self.asked_criteria}

    def _uploadable(self, evidence: tuple[str, ...]) -> Mapping[str, Limits]:
        kinds = (self.evidence_type(id_) for id_ in evidence)
        return {each.id: each.limits for each in kinds if each.can_be_uploaded}


def _grouped(groups: tuple[Group, ...], criteria: Iterable[Criterion]) -> Grouped:
    inside: dict[str, list[Criterion]] = {}
    for criterion in criteria:
        inside.setdefault(criterion.group, []).append(criterion)
    return tuple((group, tuple(inside[group.id])) for group in groups if group.id in inside)


def read_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of ``ConditionVersion.content``: criteria, groups, evidence types, thresholds."""
    facts = frozenset(content["facts"])
    return {
        "criteria": tuple(from_data(each, facts=facts) for each in content["criteria"]),
        "groups": tuple(
            Group(each["id"], _text(each["title"]), _text(each["hint"]), each["order"], each.get("service", ""))
            for each in sorted(content["groups"], key=lambda group: group["order"])
        ),
        "evidence_types": {
            id_: EvidenceType(
                id_,
                _text(each["name"]),
                _text(each["shows"]),
                tuple(each["kinds"]),
                each["never"],
                _limits(each),
                each.get("max_mb"),
            )
            for id_, each in content["evidence_types"].items()
        },
        # JSON has no tuples, and the words of a threshold tell a row of values by being one.
        "thresholds": {
            name: tuple(value) if isinstance(value, list) else value for name, value in content["thresholds"].items()
        },
    }


def _limits(data: Mapping[str, Any]) -> Limits:
    """A version that was published before documents were dated demands nothing of their dates."""
    return Limits(data.get("greatest_age_months"), data.get("has_end_date", False))


def _text(words: Mapping[str, str]) -> Text:
    return Text(sv=words["sv"], en=words["en"])
