"""The seed's rule for the person responsible for the service, read from a profile (seed 002, rule R7).

At least two years' post-secondary education in care (at a university, or 400
credits of higher vocational education), and at least two years' full-time
practice in care within the last ten years, and at least two years' leadership
of staff and operations.  It proposes; a person decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.domain.competence import CARE, SWEDEN, Area, Education, Level, Profile, Subject
from portal.domain.criteria import Outcome
from portal.domain.experience import Experience, Measure, experience

UNIVERSITY_CREDITS = 120  # two years of sixty högskolepoäng
VOCATIONAL_CREDITS = 400  # two years of two hundred YH points
MONTHS = 24
WINDOW_YEARS = 10

PRACTICE = Measure(areas=CARE, window_years=WINDOW_YEARS)
LSS_PRACTICE = Measure(areas=frozenset({Area.LSS}), window_years=WINDOW_YEARS)
FAMILY_WORK = Measure(areas=frozenset({Area.FAMILY}))
LEADERSHIP = Measure(leads=True, full_time=False)


@dataclass(frozen=True)
class Credits:
    """``counted`` from Swedish education and such as UHR has assessed; ``waiting`` is the rest of it."""

    counted: int
    waiting: int
    educations: tuple[Education, ...]
    unknown: bool = False  # some education of the kind states no number of credits

    def outcome(self, asked: int) -> Outcome:
        if self.counted >= asked:
            return Outcome.MET
        if self.unknown or self.counted + self.waiting >= asked:
            return Outcome.CANNOT_TELL
        return Outcome.NOT_MET


@dataclass(frozen=True)
class ManagerRule:
    university: Credits
    vocational: Credits
    practice: Experience
    leadership: Experience
    education_outcome: Outcome
    practice_outcome: Outcome
    leadership_outcome: Outcome

    @property
    def outcome(self) -> Outcome:
        found = {self.education_outcome, self.practice_outcome, self.leadership_outcome}
        for each in (Outcome.NOT_MET, Outcome.CANNOT_TELL):
            if each in found:
                return each
        return Outcome.MET


def credits_of(
    educations: Iterable[Education], level: Level, subjects: frozenset[Subject] = frozenset({Subject.CARE})
) -> Credits:
    of_kind = tuple(each for each in educations if each.level is level and each.subject in subjects)
    return Credits(
        sum(each.credits or 0 for each in of_kind if each.is_recognised),
        sum(each.credits or 0 for each in of_kind if not each.is_recognised),
        of_kind,
        any(each.credits is None for each in of_kind),
    )


def manager_rule(profile: Profile, *, on: date) -> ManagerRule:
    """Each part met, not met, or not to be told: where nothing at all is stated, nothing is found wanting."""
    university = credits_of(profile.educations, Level.UNIVERSITY)
    vocational = credits_of(profile.educations, Level.VOCATIONAL)
    practice = experience(profile.employments, PRACTICE, on=on)
    leadership = experience(profile.employments, LEADERSHIP, on=on)
    either = (university.outcome(UNIVERSITY_CREDITS), vocational.outcome(VOCATIONAL_CREDITS))
    return ManagerRule(
        university,
        vocational,
        practice,
        leadership,
        _either(either) if profile.educations else Outcome.CANNOT_TELL,
        _enough(profile, practice),
        _enough(profile, leadership),
    )


def education_country(profile: Profile) -> str | None:
    """Where the manager was educated after school; another country than Sweden stands first, for UHR is then asked."""
    countries = [each.country for each in profile.educations if each.level in (Level.UNIVERSITY, Level.VOCATIONAL)]
    return next((each for each in countries if each != SWEDEN), SWEDEN if countries else None)


def _either(outcomes: tuple[Outcome, ...]) -> Outcome:
    for each in (Outcome.MET, Outcome.CANNOT_TELL):
        if each in outcomes:
            return each
    return Outcome.NOT_MET


def _enough(profile: Profile, found: Experience) -> Outcome:
    if not profile.employments:
        return Outcome.CANNOT_TELL
    return Outcome.MET if found.months >= MONTHS else Outcome.NOT_MET
