"""What is asked of a provider, and how far an applicant has come in answering.

A criterion is data with a stable id: its wording may change between published
versions, its id may not. This module must not judge whether a criterion is met:
that is a person's task, and an honest "no" is an answer like any other.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from portal.domain.rules import Rule, Value, leaves
from portal.domain.validity import Validity

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")

PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")
MONTHS = {
    "sv": "januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}


class ControlPoint(StrEnum):
    """When a criterion is looked at; the values are those of the published conditions."""

    AT_APPLICATION = "uppvisa_vid_auktorisation"
    FOLLOW_UP = "uppfoljning"
    SELF_REPORT = "egen_anmalan"


class Consequence(StrEnum):
    WARNING = "varning"
    DEAUTHORISATION = "avauktorisation"
    EXCLUSION = "uteslutning"
    REFUSAL = "avslag"


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    CANNOT_TELL = "cannot_tell"


class Demand(StrEnum):
    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class Text:
    sv: str
    en: str

    def in_(self, language: Language) -> str:
        return {"sv": self.sv, "en": self.en}[language]


@dataclass(frozen=True)
class Group:
    """A part of the task list. ``service`` is empty for the general conditions."""

    id: str
    title: Text
    hint: Text
    order: int
    service: str = ""


@dataclass(frozen=True)
class Threshold:
    """A number in the rule that each municipality decides; ``name`` is its placeholder in the texts."""

    name: str
    fact: str
    default: Value


@dataclass(frozen=True)
class Question:
    """What the applicant is asked. A declaration, yes or no, always belongs to it."""

    text: Text
    description: Demand
    documents: Demand
    help: Text | None = None


@dataclass(frozen=True, kw_only=True)
class Criterion:
    id: str
    group: str
    title: Text
    text: Text
    evidence: tuple[str, ...]
    control_points: tuple[ControlPoint, ...]
    on_breach: tuple[Consequence, ...]
    rule: Rule
    question: Question | None = None
    thresholds: tuple[Threshold, ...] = ()

    @property
    def is_asked_at_application(self) -> bool:
        return ControlPoint.AT_APPLICATION in self.control_points

    @property
    def greatest_age_months(self) -> int | None:
        """How old the document may be, where the rule says so."""
        ages = [leaf.max_age_months for leaf in leaves(self.rule) if leaf.max_age_months is not None]
        return min(ages, default=None)


class DocumentState(StrEnum):
    """What is known about a file. Without a scanner it is ``COULD_NOT_TELL``, and the page says so.

    ``REFUSED`` says that inspection found something in it that we do not keep, such as a script.
    """

    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    REFUSED = "refused"
    COULD_NOT_TELL = "could_not_tell"


STOPPED = frozenset({DocumentState.INFECTED, DocumentState.REFUSED})
"""Its bytes are gone from the store; it counts as nothing and is never opened."""


@dataclass(frozen=True)
class DocumentFact:
    id: str
    state: DocumentState
    validity: Validity = Validity.VALID


@dataclass(frozen=True)
class Answer:
    """``stated`` are the facts beside the yes or no, by id, as ``domain.stated`` keeps them."""

    declared: bool | None = None
    description: str = ""
    documents: tuple[DocumentFact, ...] = ()
    stated: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def is_empty(self) -> bool:
        return self.declared is None and not (self.description.strip() or self.documents or self.stated)

    @property
    def evidence(self) -> tuple[DocumentFact, ...]:
        """The documents that count: only those found clean."""
        return tuple(each for each in self.documents if each.state is DocumentState.CLEAN)


class Lack(StrEnum):
    UNANSWERED = "unanswered"
    NOT_DECLARED = "not_declared"  # answered no, without saying why
    DESCRIPTION_MISSING = "description_missing"
    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_UNWANTED = "document_unwanted"  # nothing may be uploaded here, such as register extracts
    DOCUMENT_INFECTED = "document_infected"
    DOCUMENT_REFUSED = "document_refused"
    DOCUMENT_WAITING = "document_waiting"
    DOCUMENT_COULD_NOT_TELL = "document_could_not_tell"
    DOCUMENT_KIND_MISSING = "document_kind_missing"
    DOCUMENT_DATE_MISSING = "document_date_missing"
    DOCUMENT_TOO_OLD = "document_too_old"
    DOCUMENT_EXPIRED = "document_expired"


# An applicant cannot hurry the scanner, nor install one.
ONLY_TOLD = frozenset({Lack.DOCUMENT_WAITING, Lack.DOCUMENT_COULD_NOT_TELL})
SPOILED = frozenset(
    {
        Lack.DOCUMENT_INFECTED,
        Lack.DOCUMENT_REFUSED,
        Lack.DOCUMENT_UNWANTED,
        Lack.DOCUMENT_TOO_OLD,
        Lack.DOCUMENT_EXPIRED,
    }
)
DATED = {
    Validity.KIND_MISSING: Lack.DOCUMENT_KIND_MISSING,
    Validity.DATE_MISSING: Lack.DOCUMENT_DATE_MISSING,
    Validity.TOO_OLD: Lack.DOCUMENT_TOO_OLD,
    Validity.EXPIRED: Lack.DOCUMENT_EXPIRED,
}


@dataclass(frozen=True)
class Obstacle:
    criterion_id: str
    lack: Lack
    document_id: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of submitting; the others are only shown."""
        return self.lack not in ONLY_TOLD


class Progress(StrEnum):
    NOT_STARTED = "not_started"
    BEGUN = "begun"
    READY = "ready"
    NEEDS_ATTENTION = "needs_attention"


def asked_at_application(criteria: Iterable[Criterion]) -> tuple[Criterion, ...]:
    return tuple(each for each in criteria if each.is_asked_at_application)


def obstacles(criterion: Criterion, answer: Answer | None) -> tuple[Obstacle, ...]:
    """Name everything that is lacking, never only the first.

    "No" with an explanation lacks nothing: an officer judges it. Then neither
    the documents nor the description that a "yes" would need are asked for.
    """
    if criterion.question is None:
        return ()
    given = answer or Answer()
    return tuple(
        [Obstacle(criterion.id, lack) for lack in _lacks(criterion.question, given)]
        + [
            Obstacle(criterion.id, lack, document.id)
            for document in given.documents
            if (lack := _lack_of(document, criterion.question.documents))
        ]
        + [
            Obstacle(criterion.id, DATED[document.validity], document.id)
            for document in given.documents
            if document.validity in DATED and _must_be_dated(document, criterion.question, given)
        ]
    )


def _lacks(question: Question, answer: Answer) -> list[Lack]:
    described = bool(answer.description.strip())
    if answer.declared is False:
        return [] if described else [Lack.NOT_DECLARED]
    usable = any(each.state not in STOPPED for each in answer.documents)
    found = {
        Lack.UNANSWERED: answer.declared is None,
        Lack.DESCRIPTION_MISSING: question.description is Demand.REQUIRED and not described,
        Lack.DOCUMENT_MISSING: question.documents is Demand.REQUIRED and not usable,
    }
    return [lack for lack, holds in found.items() if holds]


def _must_be_dated(document: DocumentFact, question: Question, answer: Answer) -> bool:
    """What goes with a "no" proves nothing, and what must be taken away needs no date."""
    unwanted = question.documents is Demand.NONE or document.state in STOPPED
    return answer.declared is not False and not unwanted


def _lack_of(document: DocumentFact, demand: Demand) -> Lack | None:
    if demand is Demand.NONE:
        return Lack.DOCUMENT_UNWANTED
    return {
        DocumentState.INFECTED: Lack.DOCUMENT_INFECTED,
        DocumentState.REFUSED: Lack.DOCUMENT_REFUSED,
        DocumentState.WAITING: Lack.DOCUMENT_WAITING,
        DocumentState.COULD_NOT_TELL: Lack.DOCUMENT_COULD_NOT_TELL,
    }.get(document.state)


def progress(criterion: Criterion, answer: Answer | None) -> Progress:
    found = obstacles(criterion, answer)
    if any(each.lack in SPOILED for each in found):
        return Progress.NEEDS_ATTENTION
    if not any(each.blocks for each in found):
        return Progress.READY
    return Progress.NOT_STARTED if answer is None or answer.is_empty else Progress.BEGUN


def progress_of(criteria: Collection[Criterion], answers: Mapping[str, Answer]) -> Progress:
    """How far a group has come; what is not asked at application does not count."""
    found = {progress(each, answers.get(each.id)) for each in asked_at_application(criteria)}
    if Progress.NEEDS_ATTENTION in found:
        return Progress.NEEDS_ATTENTION
    if found <= {Progress.READY}:
        return Progress.READY
    return Progress.NOT_STARTED if found == {Progress.NOT_STARTED} else Progress.BEGUN


def placeholders(text: Text) -> frozenset[str]:
    return frozenset(PLACEHOLDER.findall(text.sv) + PLACEHOLDER.findall(text.en))


def worded(text: Text, thresholds: Mapping[str, Value]) -> Text:
    """Put a municipality's own thresholds into the words.

    Raises:
        KeyError: a placeholder has no threshold; a page must not show a hole.
    """
    if "{" not in text.sv and "{" not in text.en:
        return text
    return Text(
        sv=PLACEHOLDER.sub(lambda found: shown(thresholds[found[1]], "sv"), text.sv),
        en=PLACEHOLDER.sub(lambda found: shown(thresholds[found[1]], "en"), text.en),
    )


def shown(value: Value, language: Language) -> str:
    """A threshold as one writes it: 10 000 000, AAA, AA eller A, 28 februari (given as ``--02-28``)."""
    if isinstance(value, tuple):
        *first, last = map(str, value)
        between = {"sv": " eller ", "en": " or "}[language]
        return between.join([", ".join(first), last]) if first else last
    if isinstance(value, str) and (day := re.fullmatch(r"--(\d\d)-(\d\d)", value)):
        return f"{int(day[2])} {MONTHS[language].split('|')[int(day[1]) - 1]}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}" if language == "sv" else ",")
    return str(value)
