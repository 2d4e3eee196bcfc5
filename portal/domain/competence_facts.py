"""Which facts of a rule a profile answers, of whom, and from which of its parts.

A fact that is not listed is nobody's profile's to tell.  ``None`` is "cannot
tell" and never "not met": nothing was stated, or a person has to judge it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.domain.competence import Capacity, Cefr, Level, Profile, Qualification, SupervisionKind
from portal.domain.experience import MONTH, Measure, experience
from portal.domain.facts import Each, MayBeMore, Single, Why
from portal.domain.facts import Part as Worked
from portal.domain.manager_rule import FAMILY_WORK, LEADERSHIP, LSS_PRACTICE, PRACTICE, credits_of, education_country
from portal.domain.rules import Leaf, Rule, Value, leaves


class Part(StrEnum):
    EDUCATION = "education"
    EMPLOYMENT = "employment"
    LANGUAGE = "language"
    SUPERVISION = "supervision"


ALL_PARTS = frozenset(Part)
DEGREES = frozenset({Qualification.SOCIONOM, Qualification.PSYCHOLOGIST, Qualification.BEHAVIOURAL})
Read = Callable[[Sequence[Profile], date], Value | None]


@dataclass(frozen=True)
class Fact:
    """``measure`` is set where the fact is a time that somebody has worked; ``read`` is None where a person judges."""

    capacity: Capacity
    parts: frozenset[Part]
    read: Read | None = None
    measure: Measure | None = None


def _months(measure: Measure) -> Read:
    def read(people: Sequence[Profile], on: date) -> Value | None:
        """Of several, the least: what is asked is asked of each."""
        if any(not each.employments for each in people):
            return None
        return min((experience(each.employments, measure, on=on).months for each in people), default=None)

    return read


def _credits(level: Level) -> Read:
    def read(people: Sequence[Profile], on: date) -> Value | None:
        """What UHR has not assessed, or states no number, is not too little: it is not known."""
        found = [credits_of(each.educations, level) for each in people if each.educations]
        if len(found) < len(people) or any(each.waiting or each.unknown for each in found):
            return None
        return min((each.counted for each in found), default=None)

    return read


def _each_ects(people: Sequence[Profile], on: date) -> Value | None:
    sums = []
    for person in people:
        studies = [each for each in person.educations if each.level is Level.UNIVERSITY]
        if not studies or any(each.credits is None or not each.is_recognised for each in studies):
            return None
        sums.append(sum(each.credits or 0 for each in studies))
    return min(sums, default=None)


def _each_degree(people: Sequence[Profile], on: date) -> Value | None:
    """The degree that they all have one of; where somebody states none, a person must look."""
    held = [{each.qualification for each in person.educations} & DEGREES for person in people]
    if not held or not all(held):
        return None
    return sorted(each.value for each in held[0])[0]


def _each_step(people: Sequence[Profile], on: date) -> Value | None:
    steps = {Qualification.PSYCHOTHERAPY_1: 1, Qualification.PSYCHOTHERAPY_2: 2}
    if not people or any(not each.educations for each in people):
        return None
    return min(max(steps.get(each.qualification, 0) for each in person.educations) for person in people)


def _each_method(people: Sequence[Profile], on: date) -> Value | None:
    if not people or any(not each.educations for each in people):
        return None
    return all(any(e.qualification is Qualification.FAMILY_METHOD for e in person.educations) for person in people)


def _supervision(kind: SupervisionKind) -> Read:
    def read(people: Sequence[Profile], on: date) -> Value | None:
        hours = [[each.hours for each in person.supervisions if each.kind is kind] for person in people]
        return min((sum(each) for each in hours), default=None) if all(hours) else None

    return read


def _manager_cefr(people: Sequence[Profile], on: date) -> Value | None:
    levels = _swedish(people)
    return levels[0].value if levels and levels[0] else None


def _staff_b2(people: Sequence[Profile], on: date) -> Value | None:
    levels = _swedish(people)
    if not levels or None in levels:
        return None
    return 100 * sum(each is not None and each.rank >= Cefr.B2.rank for each in levels) // len(levels)


def _swedish(people: Iterable[Profile]) -> list[Cefr | None]:
    return [
        max(
            (each.level for each in person.languages if each.language == "sv"),
            key=lambda level: level.rank,
            default=None,
        )
        for person in people
    ]


def _country(people: Sequence[Profile], on: date) -> Value | None:
    return education_country(people[0]) if people else None


def _named(people: Sequence[Profile], on: date) -> Value | None:
    """That nobody is named as stand-in may be an oversight: it is not known."""
    return True if people else None


def _count(people: Sequence[Profile], on: date) -> Value | None:
    return len(people) or None


_LEADER, _STAFF = Capacity.LEADER, Capacity.STAFF
_EDUCATION, _WORK = frozenset({Part.EDUCATION}), frozenset({Part.EMPLOYMENT})
_LANGUAGE, _SUPERVISED = frozenset({Part.LANGUAGE}), frozenset({Part.SUPERVISION})

CREDITS = {"manager.university_ects_care": Level.UNIVERSITY, "manager.yh_points_care": Level.VOCATIONAL}

FACTS: dict[str, Fact] = {
    "manager.competence_assessment": Fact(_LEADER, ALL_PARTS),
    "manager.university_ects_care": Fact(_LEADER, _EDUCATION, _credits(Level.UNIVERSITY)),
    "manager.yh_points_care": Fact(_LEADER, _EDUCATION, _credits(Level.VOCATIONAL)),
    "manager.education_country": Fact(_LEADER, _EDUCATION, _country),
    "manager.care_fulltime_months": Fact(_LEADER, _WORK, _months(PRACTICE), PRACTICE),
    "manager.lss_fulltime_months": Fact(_LEADER, _WORK, _months(LSS_PRACTICE), LSS_PRACTICE),
    "manager.leadership_months": Fact(_LEADER, _WORK, _months(LEADERSHIP), LEADERSHIP),
    "manager.swedish_cefr": Fact(_LEADER, _LANGUAGE, _manager_cefr),
    "manager.stand_in_registered": Fact(Capacity.STAND_IN, frozenset(), _named),
    "staff.each.degree": Fact(_STAFF, _EDUCATION, _each_degree),
    "staff.each.ects": Fact(_STAFF, _EDUCATION, _each_ects),
    "staff.each.psychotherapy_step": Fact(_STAFF, _EDUCATION, _each_step),
    "staff.each.family_method_training": Fact(_STAFF, _EDUCATION, _each_method),
    "staff.each.family_work_months": Fact(_STAFF, _WORK, _months(FAMILY_WORK), FAMILY_WORK),
    "staff.new.intro_supervision_hours": Fact(_STAFF, _SUPERVISED, _supervision(SupervisionKind.INTRODUCTORY)),
    "staff.supervision_hours_year": Fact(_STAFF, _SUPERVISED, _supervision(SupervisionKind.REGULAR)),
    "staff.cefr_b2_pct": Fact(_STAFF, _LANGUAGE, _staff_b2),
    "staff.share_meeting_competence_pct": Fact(_STAFF, ALL_PARTS),
    "staff.therapists": Fact(_STAFF, frozenset(), _count),
}


@dataclass(frozen=True)
class Concern:
    """Whom a criterion is about, and which of its comparisons their profiles answer."""

    capacity: Capacity
    parts: frozenset[Part]
    leaves: tuple[Leaf, ...]


def concern_of(rule: Rule) -> Concern | None:
    """None where the rule is about nobody's competence."""
    asked = tuple(leaf for leaf in leaves(rule) if leaf.fact in FACTS)
    if not asked:
        return None
    facts = [FACTS[leaf.fact] for leaf in asked]
    return Concern(facts[0].capacity, frozenset(part for fact in facts for part in fact.parts), asked)


def value_of(fact: str, people: Sequence[Profile], *, on: date) -> Value | None:
    """What the profiles of those named in the fact's capacity say; None where they do not tell."""
    read = FACTS[fact].read
    return read(people, on) if read else None


@dataclass(frozen=True)
class Told:
    """What the profiles of those named say of a fact; ``why`` where they do not tell. ``whom``: whose profile it is."""

    value: Single | None = None
    parts: tuple[Worked, ...] = ()
    more: MayBeMore | None = None
    why: Why | None = None
    whom: Profile | None = None


def told(fact: str, people: Sequence[Profile], *, many: bool, window_years: int | None, on: date) -> Told | Each:
    """As a rule asks it: ``window_years`` is the rule's own, and where it has none all time counts.

    Of ``many`` it is one answer for each person, and of the others the answer of whoever has the least.
    """
    if not people:
        return Told(why=Why.NOBODY)
    if FACTS[fact].read is None:
        return Told(why=Why.JUDGED)
    if many:
        return Each(tuple((person.name, _told(fact, (person,), window_years, on).value) for person in people))
    return _told(fact, people, window_years, on)


def _told(fact: str, people: Sequence[Profile], window_years: int | None, on: date) -> Told:
    about = FACTS[fact]
    if about.measure is not None:
        measure = replace(about.measure, window_years=window_years)
        return min((_worked(person, measure, on) for person in people), key=_least)
    if fact in CREDITS:
        return min((_credited(person, CREDITS[fact]) for person in people), key=_least)
    whom = people[0] if len(people) == 1 else None
    value = value_of(fact, people, on=on)
    if value is None or isinstance(value, tuple):
        waits = about.parts == _EDUCATION and any(not e.is_recognised for person in people for e in person.educations)
        return Told(why=Why.UHR_MISSING if waits else Why.NOT_STATED, whom=whom)
    return Told(value, whom=whom)


def _least(told: Told) -> Decimal:
    """Whoever's profile does not tell stands first: what is asked is asked of each."""
    return Decimal(told.value) if isinstance(told.value, int | Decimal) else Decimal(-1)


def _worked(person: Profile, measure: Measure, on: date) -> Told:
    if not person.employments:
        return Told(why=Why.NOT_STATED, whom=person)
    counted = experience(person.employments, measure, on=on)
    at: dict[str, int] = {}
    for each in counted.giving:
        at[each.employment.employer] = at.get(each.employment.employer, 0) + each.hundredths
    parts = tuple(Worked(employer, months(hundredths)) for employer, hundredths in at.items())
    return Told(months(counted.hundredths), parts, whom=person)


def _credited(person: Profile, level: Level) -> Told:
    if not person.educations:
        return Told(why=Why.NOT_STATED, whom=person)
    found = credits_of(person.educations, level)
    if not (found.waiting or found.unknown):
        return Told(found.counted, whom=person)
    why = Why.NOT_STATED if all(each.is_recognised for each in found.educations) else Why.UHR_MISSING
    return Told(
        found.counted, more=MayBeMore(None if found.unknown else found.counted + found.waiting, why), whom=person
    )


def months(hundredths: int) -> int | Decimal:
    """Whole months, or with the hundredths that part time leaves over."""
    whole, rest = divmod(hundredths, MONTH)
    return Decimal(hundredths) / MONTH if rest else whole
