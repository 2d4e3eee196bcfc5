"""What a new version of conditions would mean for those who are authorised, and for those who have applied.

Only what is asked otherwise than before is read anew; the rest stays as people have judged it.  It is a forecast
for those who write conditions.  It judges nobody, and what is not known is "must show more", never "does not meet".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from portal.domain.conditions import Conditions, ConditionSets
from portal.domain.criteria import Criterion, Outcome
from portal.domain.drafting import Content
from portal.domain.evaluation import Finding, all_of, deciding
from portal.domain.facts import Paper, asked_by


@dataclass(frozen=True)
class Effect:
    """What the version means for one of them; ``criteria`` are those that are asked otherwise, by id."""

    outcome: Outcome
    criteria: Mapping[str, Outcome]


@dataclass(frozen=True)
class Looked:
    """One of them with all that led there.  ``now`` is what it comes to today, ``then`` when it was counted."""

    application_id: UUID
    provider_name: str
    number: str
    authorised: bool
    then: Outcome
    now: Outcome
    findings: tuple[tuple[Criterion, Finding], ...]
    sets: ConditionSets

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        return {criterion.id: outcome_of(finding) for criterion, finding in self.findings}


def changed(before: Conditions, after: Conditions) -> tuple[Criterion, ...]:
    """What ``after`` asks for at application and ``before`` did not ask for, or asked for otherwise.

    A criterion that was only moved, renamed or given other consequences asks for the same thing.
    """
    return tuple(
        each
        for each in after.criteria
        if each.is_asked_at_application and _asks(each, after) != _asks(before.by_id.get(each.id), before)
    )


def rewritten(before: Conditions, after: Conditions) -> tuple[Criterion, ...]:
    """What ``after`` says anew, or otherwise than ``before``, that no application is asked for.

    It is followed up, or a term of the contract: nothing of it is read, and whoever is authorised confirms it.
    """
    return tuple(
        each
        for each in after.criteria
        if not each.is_asked_at_application and _says(each, after) != _says(before.by_id.get(each.id), before)
    )


def asks_alike(id_: str, one: Conditions, other: Conditions) -> bool:
    """Whether two versions ask for the same thing in a criterion: what is answered of one is answered of both."""
    ours, theirs = one.by_id.get(id_), other.by_id.get(id_)
    return (_asks(ours, one), _says(ours, one)) == (_asks(theirs, other), _says(theirs, other))


def answered(criteria: Iterable[Criterion], asked: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """Of the criteria that were answered, those that can say something of what is asked now."""
    facts = {each.fact for each in asked_by(asked)}
    return tuple(each for each in criteria if not facts.isdisjoint(one.fact for one in asked_by((each,))))


def outcome_of(finding: Finding) -> Outcome:
    """What a finding means for the future: where only a document falls short, a newer one can be handed in."""
    if finding.outcome is Outcome.NOT_MET:
        short = [each for each in deciding(finding.tree) if each.outcome is Outcome.NOT_MET]
        if short and all(each.known and all(isinstance(one.value, Paper) for one in each.known) for each in short):
            return Outcome.CANNOT_TELL
    return finding.outcome


def effect(findings: Iterable[Finding], carried: Iterable[Outcome] = ()) -> Effect:
    """``carried``: what people have judged of what is asked as before, where the case is still open."""
    read = {each.criterion_id: outcome_of(each) for each in findings}
    return Effect(all_of((*read.values(), *carried)), read)


def carried(judged: Mapping[str, Outcome], asked: Iterable[str], anew: Iterable[str]) -> tuple[Outcome, ...]:
    """The judgements of what is still asked and is asked as before; what nobody has judged yet says nothing."""
    unread = set(asked).difference(anew)
    return tuple(outcome for id_, outcome in judged.items() if id_ in unread)


def together(sets: ConditionSets, after: Conditions) -> ConditionSets:
    """The conditions of a case with the new version in the place of the one that it replaces."""
    if after.service_id is None:
        return ConditionSets(service=sets.service, general=after)
    return ConditionSets(service=after, general=sets.general)


def replaced(sets: ConditionSets, after: Conditions) -> Conditions:
    return sets.general if after.service_id is None else sets.service


@dataclass
class Tally:
    """Counts of one run: of them all, and of each criterion.  ``plain`` is how it is stored."""

    authorised: dict[str, int] = field(default_factory=dict)
    applications: dict[str, int] = field(default_factory=dict)
    criteria: dict[str, dict[str, int]] = field(default_factory=dict)

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Tally":
        return cls(
            dict(stored.get("authorised", {})),
            dict(stored.get("applications", {})),
            {id_: dict(each) for id_, each in stored.get("criteria", {}).items()},
        )

    def add(self, found: Effect, *, authorised: bool) -> None:
        of = self.authorised if authorised else self.applications
        of[found.outcome.value] = of.get(found.outcome.value, 0) + 1
        for id_, outcome in found.criteria.items():
            counts = self.criteria.setdefault(id_, {})
            counts[outcome.value] = counts.get(outcome.value, 0) + 1

    def and_(self, other: "Tally") -> "Tally":
        criteria = {
            id_: _sum(self.criteria.get(id_, {}), other.criteria.get(id_, {}))
            for id_ in (*self.criteria, *other.criteria)
        }
        return Tally(_sum(self.authorised, other.authorised), _sum(self.applications, other.applications), criteria)

    def plain(self) -> dict[str, Any]:
        return {"authorised": self.authorised, "applications": self.applications, "criteria": self.criteria}


def titles(content: Content) -> dict[str, Mapping[str, str]]:
    """The names of the criteria, by id."""
    return {each["id"]: each["title"] for each in content["criteria"]}


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: one.get(key, 0) + other.get(key, 0) for key in (*one, *other)}


def _asks(criterion: Criterion | None, conditions: Conditions) -> object:
    """Everything of a criterion that a company has to fulfil or to show."""
    if criterion is None or not criterion.is_asked_at_application:
        return None
    question = criterion.question
    return (
        _says(criterion, conditions),
        criterion.rule,
        frozenset(criterion.evidence),
        question and (question.text, question.description, question.documents),
    )


def _says(criterion: Criterion | None, conditions: Conditions) -> object:
    if criterion is None:
        return None
    return criterion.text, {each.name: conditions.thresholds.get(each.name) for each in criterion.thresholds}
