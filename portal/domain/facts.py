"""What a rule may ask about a case: every fact declared, and the sheet of what is known of them.

A fact that nobody has stated is not known, which is never the same as no. Nothing
here finds a fact out; ``services.facts`` gathers them, and ``domain.evaluation``
reads them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeGuard

from portal.domain.criteria import Criterion, Text
from portal.domain.rules import Rule, leaves

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")


class Kind(StrEnum):
    """What a fact is; the Python value of each stands in ``is_of``."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    MONTHS = "months"
    TEXT = "text"
    CHOICE = "choice"
    LEVEL = "level"  # of a language, as the Common European Framework names them
    SET = "set"
    DOCUMENT = "document"
    ADDRESS = "address"  # of a page on the web
    DATE = "date"


NUMBERS = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.MONEY, Kind.MONTHS})


class Unit(StrEnum):
    NONE = ""
    PERCENT = "percent"
    KRONOR = "kronor"
    MONTHS = "months"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"
    ECTS = "ects"
    YH = "yh"


class Source(StrEnum):
    """Where a fact is looked for, and where one that is known came from."""

    DOCUMENT = "document"
    REGISTER = "register"
    ANSWER = "answer"
    PROFILE = "profile"
    ANNUAL_REPORT = "annual_report"
    SERVICE = "service"
    COMPANY = "company"
    CONTRACT = "contract"
    FOLLOW_UP = "followup"
    OFFICER = "officer"
    SELF_TEST = "self_test"


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A declaration. ``of`` names which document type or register, where the source has several.

    ``many``: one answer for each person, and a comparison must hold for every one of them.
    ``words`` are the names of its codes, where its values are codes.
    """

    id: str
    name: Text
    kind: Kind
    unit: Unit = Unit.NONE
    source: Source
    of: str = ""
    many: bool = False
    words: Mapping[str, Text] = field(default_factory=dict)


_KEYS = {"sv", "en", "kind", "unit", "source", "of", "many", "words"}


class BadFact(Exception):
    """The data does not declare a fact; no ``PortalError``, since no reader of a page can have caused it."""


def fact_from_data(id_: str, data: Mapping[str, object]) -> Fact:
    """Read one declaration.

    Raises:
        BadFact: with all that is wrong with it.
    """
    faults = [f"unknown key {key}" for key in sorted(set(data) - _KEYS)]
    words = [data.get(language) for language in ("sv", "en")]
    faults += ["a name is missing"] if not all(isinstance(word, str) and word.strip() for word in words) else []
    for key, allowed in (("kind", Kind), ("unit", Unit), ("source", Source)):
        if data.get(key, "") not in {each.value for each in allowed}:
            faults.append(f"unknown {key} {data.get(key)}")
    if data.get("source") in (Source.DOCUMENT, Source.REGISTER) and not data.get("of"):
        faults.append(f"a {data['source']} has no name")
    if (data.get("unit", "") != "") and data.get("kind") not in NUMBERS:
        faults.append("only a number has a unit")
    named = data.get("words", {})
    if not isinstance(named, Mapping) or not all(
        isinstance(each, Mapping) and set(each) == {"sv", "en"} for each in named.values()
    ):
        faults.append("a code has no name in both languages")
    if faults or not isinstance(named, Mapping):
        raise BadFact(f"{id_}: " + "; ".join(faults))
    return Fact(
        id=id_,
        name=Text(str(words[0]).strip(), str(words[1]).strip()),
        kind=Kind(str(data["kind"])),
        unit=Unit(str(data.get("unit", ""))),
        source=Source(str(data["source"])),
        of=str(data.get("of", "")),
        many=data.get("many") is True,
        words={code: Text(each["sv"], each["en"]) for code, each in named.items()},
    )


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document as a rule reads it; a day that is not known stays ``None`` and is never guessed.

    ``activities``: what a permit or a certificate covers, in the words of the rules' ``activity``;
    ``None`` where nobody has read it out. ``until_further_notice``: it says itself that it has no end.
    """

    handed_in: date | None = None
    issued: date | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    until_further_notice: bool = False
    activities: frozenset[str] | None = None


# For a document ``False`` says that there is none, and ``True`` that there is one as the rule wants it:
# only somebody who is asked can say so, as in the self-test.
Single = bool | int | Decimal | str | date | frozenset[str] | Paper


@dataclass(frozen=True)
class Each:
    """A fact of ``many``: what is known of each person, by a label that says no more than the rule needs."""

    items: tuple[tuple[str, Single | None], ...]


FactValue = Single | Each


@dataclass(frozen=True)
class Part:
    """A piece of a number that was added up, such as months at one employer."""

    label: str
    value: int | Decimal


@dataclass(frozen=True)
class MayBeMore:
    """A number is only known to be at least what is stated: up to ``most``, or nobody can say how much."""

    most: int | Decimal | None
    why: "Why"


@dataclass(frozen=True)
class Asked:
    """What a rule asks of a fact: itself, and over what it is counted."""

    fact: str
    window_years: int | None = None
    hired_after: str | None = None


def asked_by(criteria: Iterable[Criterion]) -> frozenset[Asked]:
    """Everything that the rules of these criteria ask about."""
    return frozenset().union(*(_asked(criterion.rule) for criterion in criteria))


@lru_cache(maxsize=4_000)
def _asked(rule: Rule) -> frozenset[Asked]:
    found: set[Asked] = set()
    for leaf in leaves(rule):
        found.add(Asked(leaf.fact, leaf.window_years, leaf.hired_after))
        if leaf.fact2 is not None:
            found.add(Asked(leaf.fact2))
    return frozenset(found)


@dataclass(frozen=True, kw_only=True)
class Known:
    """A fact with its origin.

    ``source_id`` is a document's id, a register's name or a criterion's id.

    ``who`` is a person's name, where a person stated it; ``at`` when it was stated or read, ``day`` the
    day that the fact itself belongs to, such as when a report was handed in. ``window_years`` and
    ``hired_after`` say over what it was counted, as ``Asked`` does. ``more``: the number may be greater.
    """

    fact: str
    value: FactValue
    source: Source
    source_id: str = ""
    label: Text | None = None
    who: str = ""
    at: datetime | None = None
    day: date | None = None
    window_years: int | None = None
    hired_after: str | None = None
    parts: tuple[Part, ...] = ()
    more: MayBeMore | None = None


class Why(StrEnum):
    """Why something is not known."""

    NOT_STATED = "not_stated"
    DOCUMENT_MISSING = "document_missing"
    DOCUMENT_WAITING = "document_waiting"
    DOCUMENT_NOT_SCANNED = "document_not_scanned"  # there is no scanner here, so nothing says that it is clean
    DOCUMENT_STOPPED = "document_stopped"
    NOT_RUN = "not_run"  # a register nobody has looked in yet
    UNREADABLE = "unreadable"  # a file that is there and cannot be understood
    NOT_SUBMITTED = "not_submitted"  # the signatory affirms it when the application is submitted
    NOT_READ = "not_read"  # the document is there, and what it says has not been read out
    KIND_UNKNOWN = "kind_unknown"  # a document is there, and which of several kinds it is has not been said
    AFFIRMED = "affirmed"  # only follow-up or the contract can show it; until then the company says that it will hold
    ONLY_DESCRIBED = "only_described"  # it stands in the company's own words, which a person reads
    NO_DENOMINATOR = "no_denominator"
    FOREIGN_CURRENCY = "foreign_currency"
    NOBODY = "nobody"  # no person is named whose profile could tell
    UHR_MISSING = "uhr_missing"  # education from another country, not assessed by UHR
    JUDGED = "judged"  # a person weighs it; nothing of it can be counted
    # These a rule finds itself:
    DATE_UNKNOWN = "date_unknown"
    COVERAGE_UNKNOWN = "coverage_unknown"
    OTHER_WINDOW = "other_window"
    SOURCES_DIFFER = "sources_differ"
    MAY_BE_EXCUSED = "may_be_excused"
    NOT_DUE = "not_due"
    UNCLEAR = "unclear"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A fact that was looked for and not found, with the reason; ``label`` names the file, say."""

    fact: str
    why: Why
    source_id: str = ""
    label: Text | None = None


@dataclass(frozen=True)
class FactSheet:
    """Everything known of one case. Two sources that say different things both stand here."""

    known: Mapping[str, tuple[Known, ...]] = field(default_factory=dict)
    gaps: Mapping[str, tuple[Gap, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, stated: Iterable[Known | Gap]) -> "FactSheet":
        known: dict[str, tuple[Known, ...]] = {}
        gaps: dict[str, tuple[Gap, ...]] = {}
        for each in stated:
            if isinstance(each, Known):
                known[each.fact] = (*known.get(each.fact, ()), each)
            else:
                gaps[each.fact] = (*gaps.get(each.fact, ()), each)
        return cls(known, gaps)

    def of_fact(self, fact: str) -> tuple[Known, ...]:
        return self.known.get(fact, ())

    def gaps_of(self, fact: str) -> tuple[Gap, ...]:
        return self.gaps.get(fact, ())


def is_of(kind: Kind, value: object) -> bool:
    """Whether a value is one that a fact of this kind can have; a float never is."""
    match kind:
        case Kind.BOOLEAN:
            return isinstance(value, bool)
        case Kind.INTEGER:
            return _is_integer(value)
        case Kind.DECIMAL | Kind.MONEY | Kind.MONTHS:
            return _is_integer(value) or (isinstance(value, Decimal) and value.is_finite())
        case Kind.TEXT | Kind.CHOICE | Kind.ADDRESS:
            return isinstance(value, str)
        case Kind.LEVEL:
            return value in LEVELS
        case Kind.SET:
            return isinstance(value, frozenset) and all(isinstance(each, str) for each in value)
        case Kind.DOCUMENT:
            return isinstance(value, Paper | bool)
        case Kind.DATE:
            return isinstance(value, date) and not isinstance(value, datetime)


def sheet_faults(stated: Iterable[Known], facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """What a source has stated that no fact is declared to be: a bug in the source, found by its tests."""
    faults = []
    for each in stated:
        fact = facts.get(each.fact)
        if fact is None:
            faults.append(f"{each.fact} is no fact")
        elif fact.many != isinstance(each.value, Each):
            faults.append(f"{each.fact}: {'one for each person' if fact.many else 'a single value'} is declared")
        else:
            values = [value for _, value in each.value.items] if isinstance(each.value, Each) else [each.value]
            faults += [
                f"{each.fact} is {type(value).__name__}, not {fact.kind}"
                for value in values
                if value is not None and not is_of(fact.kind, value)
            ]
    return tuple(faults)


def is_web_address(value: str) -> bool:
    """Whether it can be the address of a page; nobody has looked whether the page is there."""
    return re.fullmatch(r"https?://[^\s/.]+(\.[^\s/.]+)+(/\S*)?", value, flags=re.IGNORECASE) is not None


def _is_integer(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
