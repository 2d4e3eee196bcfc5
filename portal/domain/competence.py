"""What a company says of the people who lead and do its work: education, employments, languages, supervision.

Only what a criterion asks about is here.  There is no personal identity
number: no criterion needs one, and so none is asked for, stored or shown.
Each claim may point to its evidence, a document of the company's.
"""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.months import Month

FULL_TIME = 100  # per cent
SWEDEN = "SE"


class StaffRole(StrEnum):
    MANAGER = "manager"
    STAND_IN = "stand_in"
    STAFF = "staff"


class Capacity(StrEnum):
    """As what an application names a person: one leads, one stands in, and any number do the work."""

    LEADER = "leader"
    STAND_IN = "stand_in"
    STAFF = "staff"


class Level(StrEnum):
    UPPER_SECONDARY = "upper_secondary"
    VOCATIONAL = "vocational"  # yrkeshögskola: credits are YH points, five a week
    UNIVERSITY = "university"  # credits are högskolepoäng, one and a half a week (ECTS)
    COURSE = "course"


class Subject(StrEnum):
    """What an education is in, as far as a criterion tells educations apart."""

    CARE = "care"
    SOCIAL_WORK = "social_work"
    BEHAVIOUR = "behaviour"
    OTHER = "other"


class Qualification(StrEnum):
    """A degree or training that some criterion names; the values of the degrees are those of its rule."""

    NONE = "none"
    SOCIONOM = "socionom"
    PSYCHOLOGIST = "psykolog"
    BEHAVIOURAL = "beteendevetare_hogskola"
    PSYCHOTHERAPY_1 = "psychotherapy_1"
    PSYCHOTHERAPY_2 = "psychotherapy_2"
    FAMILY_METHOD = "family_method"


class Area(StrEnum):
    """What the work was about."""

    ELDERLY = "elderly"
    DISABILITY = "disability"
    LSS = "lss"  # support to people entitled to it under LSS: also work with people with disabilities
    FAMILY = "family"
    OTHER = "other"


CARE = frozenset({Area.ELDERLY, Area.DISABILITY, Area.LSS})


class Cefr(StrEnum):
    """The common European levels; the order of the members is the order of the levels."""

    A1 = "A1"
    A2 = "A2"
    B1 = "B1"
    B2 = "B2"
    C1 = "C1"
    C2 = "C2"

    @property
    def rank(self) -> int:
        return list(Cefr).index(self)


class SupervisionKind(StrEnum):
    REGULAR = "regular"  # hours a year
    INTRODUCTORY = "introductory"  # hours altogether


@dataclass(frozen=True, kw_only=True)
class Education:
    id: str = ""
    institution: str
    name: str
    level: Level
    subject: Subject
    qualification: Qualification = Qualification.NONE
    credits: int | None = None
    country: str = SWEDEN
    document: str | None = None
    uhr_document: str | None = None

    @property
    def is_recognised(self) -> bool:
        """Swedish, or with a statement from Universitets- och högskolerådet (seed 002)."""
        return self.country == SWEDEN or self.uhr_document is not None


@dataclass(frozen=True, kw_only=True)
class Employment:
    """``share`` is per cent of full time; without ``end`` it goes on."""

    id: str = ""
    employer: str
    role: str
    area: Area
    share: int = FULL_TIME
    start: Month
    end: Month | None = None
    leads_staff: bool = False
    leads_operations: bool = False
    document: str | None = None


@dataclass(frozen=True, kw_only=True)
class LanguageSkill:
    """``language`` is an ISO 639 code."""

    id: str = ""
    language: str
    level: Cefr
    document: str | None = None


@dataclass(frozen=True, kw_only=True)
class Supervision:
    id: str = ""
    kind: SupervisionKind
    hours: int
    external: bool = True
    document: str | None = None


@dataclass(frozen=True, kw_only=True)
class Profile:
    id: str = ""
    name: str
    role: StaffRole
    title: str = ""
    educations: tuple[Education, ...] = ()
    employments: tuple[Employment, ...] = ()
    languages: tuple[LanguageSkill, ...] = ()
    supervisions: tuple[Supervision, ...] = ()

    @property
    def evidence(self) -> frozenset[str]:
        """Every document that one of the claims points to."""
        pointed_to = (
            *(each.document for each in self.educations),
            *(each.uhr_document for each in self.educations),
            *(each.document for each in self.employments),
            *(each.document for each in self.languages),
            *(each.document for each in self.supervisions),
        )
        return frozenset(document for document in pointed_to if document)


class Impossible(StrEnum):
    """Why an employment cannot be as it was typed."""

    ENDS_BEFORE_START = "ends_before_start"
    STARTS_LATER = "starts_later"
    ENDS_LATER = "ends_later"
    TOO_LONG_AGO = "too_long_ago"
    SHARE = "share"


@dataclass(frozen=True)
class Faults:
    """What is impossible, by the field that it stands in."""

    start: Impossible | None = None
    end: Impossible | None = None
    share: Impossible | None = None

    @property
    def found(self) -> tuple[Impossible, ...]:
        return tuple(each for each in (self.start, self.end, self.share) if each)


WORKING_LIFE = 70 * 12  # months; nothing older than this is anybody's own employment


def faults(employment: Employment, *, this_month: Month) -> Faults:
    """Everything about the period that cannot be: all of it, never only the first.

    An employment that has begun this month may be stated; one that is agreed but
    not begun is no experience, and one that goes on is left without an end.
    """
    start = end = None
    if employment.start > this_month:
        start = Impossible.STARTS_LATER
    elif this_month.number - employment.start.number > WORKING_LIFE:
        start = Impossible.TOO_LONG_AGO
    if employment.end is not None:
        if employment.end < employment.start:
            end = Impossible.ENDS_BEFORE_START
        elif employment.end > this_month:
            end = Impossible.ENDS_LATER
    share = None if 1 <= employment.share <= FULL_TIME else Impossible.SHARE
    return Faults(start, end, share)
