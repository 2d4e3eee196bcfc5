"""Can we apply?  What anybody may ask the rules beforehand, and the facts that their answers state.

Only what a company can know of itself is asked, each thing once, and first what would
have an application refused: a company of two people reads that far. Nothing is kept:
the answers come in, the findings go out. What nobody answered is not known.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Consequence, Criterion, Group, Text
from portal.domain.evaluation import Finding, evaluate
from portal.domain.facts import Each, Fact, FactSheet, Gap, Kind, Known, Single, Source, Why, asked_by
from portal.domain.rules import leaves
from portal.domain.stated import SHOWN_LATER, conditional_numbers, told_by_a_yes

# The municipality, the conditions or a person answer for these.
_NOT_ASKED = frozenset({Source.SERVICE, Source.COMPANY, Source.OFFICER, *SHOWN_LATER})
OTHER = "annat"
# What the published conditions say of a breach that no warning comes before.
_DECISIVE = frozenset({Consequence.REFUSAL, Consequence.EXCLUSION})


@dataclass(frozen=True)
class Questions:
    """What is asked at a criterion: whether it is met, where a yes tells that, and facts of its rule.

    ``asked_at`` are the criteria that come before and ask what this one would have asked.
    """

    criterion: Criterion
    yes_no: bool
    facts: tuple[Fact, ...]
    asked_at: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.yes_no or self.facts)


@dataclass(frozen=True)
class Asked:
    """Questions of one group. ``decisive``: a breach has an application refused or its applicant excluded."""

    group: Group
    decisive: bool
    questions: tuple[Questions, ...]


@dataclass(frozen=True, kw_only=True)
class Answers:
    """``declared`` by criterion, ``values`` by fact; ``service_facts`` and ``goals`` are the service's own."""

    declared: Mapping[str, bool]
    values: Mapping[str, Single]
    service: Text
    service_facts: Mapping[str, Any]
    goals: int


def questions_of(sets: ConditionSets, facts: Mapping[str, Fact]) -> tuple[Asked, ...]:
    """What is decisive first, then the rest, by group as in the application; each fact is asked about once."""
    asked: dict[str, str] = {}
    return tuple(
        Asked(group, decisive, tuple(_questions(each, facts, asked) for each in chosen))
        for decisive in (True, False)
        for group, criteria in sets.asked
        if (chosen := [each for each in criteria if _is_decisive(each) is decisive])
    )


def findings(sets: ConditionSets, facts: Mapping[str, Fact], answers: Answers, *, on: date) -> dict[str, Finding]:
    """What the rules find, as they do in an application; by criterion."""
    sheet = FactSheet.of(_stated(sets, facts, answers))
    return {each.id: evaluate(each, sheet, thresholds=sets.thresholds_for(each), on=on) for each in sets.asked_criteria}


def _is_decisive(criterion: Criterion) -> bool:
    return not _DECISIVE.isdisjoint(criterion.on_breach)


def _questions(criterion: Criterion, facts: Mapping[str, Fact], asked: dict[str, str]) -> Questions:
    """``asked``: where each fact has been asked about so far; what is asked here is added to it."""
    told = _told(criterion, facts)
    of_rule = [facts[leaf.fact] for leaf in leaves(criterion.rule)]
    skipped = told | conditional_numbers(criterion.rule, facts)
    wanted = {fact.id: _as_asked(fact) for fact in of_rule if fact.id not in skipped and _is_asked(fact)}
    asked_at = tuple(dict.fromkeys(asked[id_] for id_ in wanted if id_ in asked))
    here = {id_: fact for id_, fact in wanted.items() if id_ not in asked}
    asked.update(dict.fromkeys(here, criterion.id))
    yes_no = bool(told) or any(fact.source in SHOWN_LATER for fact in of_rule)
    return Questions(criterion, yes_no, tuple(here.values()), asked_at)


def _told(criterion: Criterion, facts: Mapping[str, Fact]) -> frozenset[str]:
    """What the yes or no itself answers, as in an application: nothing that a register or a profile shows."""
    told = told_by_a_yes(criterion.rule, facts)
    return frozenset(id_ for id_ in told if facts[id_].source is Source.ANSWER)


def _is_asked(fact: Fact) -> bool:
    """What only a register can name, such as proceedings or another's number, is left to the municipality."""
    only_a_register_names_it = fact.source is Source.REGISTER and fact.kind in (Kind.SET, Kind.TEXT)
    return fact.source not in _NOT_ASKED and not only_a_register_names_it


def _as_asked(fact: Fact) -> Fact:
    """As one question: of many people, what they all reach; a text with names, such as a country, as a choice."""
    if fact.kind is Kind.TEXT and fact.words:
        fact = replace(fact, kind=Kind.CHOICE, words={**fact.words, OTHER: Text("något annat", "another")})
    return replace(fact, many=False)


def _stated(sets: ConditionSets, facts: Mapping[str, Fact], answers: Answers) -> Iterator[Known | Gap]:
    yield Known(fact="org.orgnr_valid", value=True, source=Source.COMPANY)
    for name, value in answers.service_facts.items():
        if isinstance(value, bool):
            yield Known(fact=f"service.{name}", value=value, source=Source.SERVICE, label=answers.service)
    yield Known(fact="service.goals_count", value=answers.goals, source=Source.SERVICE, label=answers.service)
    for criterion in sets.asked_criteria:
        declared = answers.declared.get(criterion.id)
        if declared is None:
            continue
        for id_ in sorted(_told(criterion, facts)):
            yield Known(fact=id_, value=declared, source=Source.SELF_TEST)
        for id_ in sorted({leaf.fact for leaf in leaves(criterion.rule) if facts[leaf.fact].source in SHOWN_LATER}):
            if declared:
                yield Gap(fact=id_, why=Why.AFFIRMED)
    for asked in sorted(asked_by(sets.asked_criteria), key=str):
        if (value := answers.values.get(asked.fact)) is not None:
            yield Known(
                fact=asked.fact,
                value=Each((("", value),)) if facts[asked.fact].many else value,
                source=Source.SELF_TEST,
                window_years=asked.window_years,
                hired_after=asked.hired_after,
            )
