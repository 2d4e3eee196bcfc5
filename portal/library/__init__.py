"""The starting library: conditions, services, words and two demo municipalities, read from YAML.

It is what a municipality begins with. Published versions live in the database
and are never edited, so nothing here may be read while a case is handled: it is
imported by a command, and chosen from in the editor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from portal.domain.criteria import Criterion, Group, Text
from portal.domain.criteria_parsing import from_data
from portal.domain.facts import Fact, fact_from_data
from portal.domain.rules import Value

HERE = Path(__file__).parent


@dataclass(frozen=True)
class DocumentType:
    """``kinds`` is empty for what is said in the portal or held by the municipality."""

    id: str
    name: Text
    shows: Text
    kinds: tuple[str, ...]
    greatest_age_months: int | None
    has_end_date: bool
    never: bool
    max_mb: int | None


@dataclass(frozen=True)
class Service:
    code: str
    name: Text
    summary: Text
    legal_basis: tuple[str, ...]
    facts: Mapping[str, bool]
    goals: tuple[Text, ...]
    wanted_profiles: tuple[Text, ...]
    to_show: tuple[Text, ...]


@dataclass(frozen=True)
class Step:
    title: Text
    text: Text


@dataclass(frozen=True)
class Reason:
    """``code`` is the whole path, such as ``evidence_missing.document_missing``.

    A reason with ``nested`` ones has no sentence and cannot itself be chosen.
    """

    code: str
    name: Text
    used_for: frozenset[str]
    note_required: bool
    sentence: Text | None
    legal_basis: str | None
    nested: tuple["Reason", ...]


@dataclass(frozen=True)
class Clause:
    id: str
    heading: Text
    paragraphs: tuple[Text, ...]


@dataclass(frozen=True)
class ConditionSet:
    """The decision behind version 1 of the general conditions (``service`` empty) or a service's own.

    ``own``: criteria that the municipality has written itself, and what it words otherwise in the library's.
    """

    service: str
    version: int
    decided_by: str
    decided_on: date
    paragraph: str
    valid_from: date
    is_open: bool
    own: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Municipality:
    slug: str
    name: Text
    case_prefix: str
    board: Text
    court: Text
    delegation: str
    mark: str
    theme: Mapping[str, str]
    email: str
    telephone: str
    address: tuple[str, ...]
    deadlines: Mapping[str, int]
    thresholds: Mapping[str, Value]
    texts: Mapping[str, Text]
    contract: tuple[Clause, ...]
    conditions: tuple[ConditionSet, ...]


@dataclass(frozen=True, kw_only=True)
class Library:
    """``data`` holds each criterion as written, by id: what a published version stores."""

    facts: Mapping[str, Fact]
    groups: tuple[Group, ...]
    themes: Mapping[str, str]
    general: tuple[Criterion, ...]
    specific: Mapping[str, tuple[Criterion, ...]]
    data: Mapping[str, Mapping[str, Any]]
    document_types: Mapping[str, DocumentType]
    services: Mapping[str, Service]
    how_to_apply: tuple[Step, ...]
    never_upload: Text
    reasons: tuple[Reason, ...]
    municipalities: tuple[Municipality, ...]
    for_lawyers: frozenset[str]

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return self.general + tuple(each for own in self.specific.values() for each in own)

    def groups_for(self, service: str) -> tuple[Group, ...]:
        """The general groups and the service's own, in the order they are shown."""
        mine = (each for each in self.groups if each.service in ("", service))
        return tuple(sorted(mine, key=lambda group: group.order))


@cache
def load() -> Library:
    """Read and check it all.

    Raises:
        BadCriterion: a criterion is not as it should be.
        BadFact: nor is a fact.
    """
    facts = declared()
    criteria = _read("criteria")
    groups = _read("groups")
    services = _read("services")
    municipalities = _read("municipalities")

    def parsed(items: Iterable[Mapping[str, Any]]) -> tuple[Criterion, ...]:
        return tuple(from_data(item, facts=facts) for item in items)

    everything = [*criteria["general"], *(each for own in criteria["services"].values() for each in own)]
    return Library(
        facts=facts,
        groups=(
            *(_group(each, "") for each in groups["general"]),
            *(_group(each, service) for service, own in groups["services"].items() for each in own),
        ),
        themes={theme: each["id"] for each in groups["general"] for theme in each["themes"]},
        general=parsed(criteria["general"]),
        specific={service: parsed(own) for service, own in criteria["services"].items()},
        data={each["id"]: each for each in everything},
        document_types={id_: _document_type(id_, each) for id_, each in _read("document_types").items()},
        services={code: _service(code, each) for code, each in services["services"].items()},
        how_to_apply=tuple(Step(_text(each["title"]), _text(each["text"])) for each in services["how_to_apply"]),
        never_upload=_text(services["never_upload"]),
        reasons=tuple(_reason(each) for each in _read("reasons")["reasons"]),
        municipalities=tuple(
            _municipality(each, municipalities["default_texts"]) for each in municipalities["municipalities"]
        ),
        for_lawyers=frozenset(municipalities["for_lawyers"]),
    )


@cache
def declared() -> Mapping[str, Fact]:
    """Every fact, without the rest of the library: the portal's own vocabulary, the same in every municipality.

    What a published rule asks about is looked up here for its name and its kind, which never change.
    """
    return {id_: fact_from_data(id_, each) for id_, each in _read("facts").items()}


def _read(name: str) -> Any:
    # libyaml's parser, where PyYAML was built with it, is ten times as quick; both are the safe one.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((HERE / f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  a safe loader


def _text(data: Mapping[str, str]) -> Text:
    return Text(sv=data["sv"].strip(), en=data["en"].strip())


def _texts(data: Iterable[Mapping[str, str]]) -> tuple[Text, ...]:
    return tuple(_text(each) for each in data)


def _group(data: Mapping[str, Any], service: str) -> Group:
    return Group(data["id"], _text(data["title"]), _text(data["hint"]), data["order"], service)


def _document_type(id_: str, data: Mapping[str, Any]) -> DocumentType:
    return DocumentType(
        id=id_,
        name=_text(data["name"]),
        shows=_text(data["shows"]),
        kinds=tuple(data["kinds"]),
        greatest_age_months=data.get("greatest_age_months"),
        has_end_date=data.get("has_end_date", False),
        never=data.get("never", False),
        max_mb=data.get("max_mb"),
    )


def _service(code: str, data: Mapping[str, Any]) -> Service:
    return Service(
        code=code,
        name=_text(data["name"]),
        summary=_text(data["summary"]),
        legal_basis=tuple(data["legal_basis"]),
        facts=data["facts"],
        goals=_texts(data["goals"]),
        wanted_profiles=_texts(data["wanted_profiles"]),
        to_show=_texts(data["to_show"]),
    )


def _reason(data: Mapping[str, Any], parent: Reason | None = None) -> Reason:
    used_for = frozenset(data["used_for"]) if "used_for" in data else parent.used_for if parent else frozenset()
    own = Reason(
        code=f"{parent.code}.{data['code']}" if parent else data["code"],
        name=_text(data["name"]),
        used_for=used_for,
        note_required=data.get("note") == "required",
        sentence=_text(data["sentence"]) if "sentence" in data else None,
        legal_basis=data.get("legal_basis", parent.legal_basis if parent else None),
        nested=(),
    )
    nested = tuple(_reason(each, own) for each in data.get("nested", []))
    return Reason(own.code, own.name, own.used_for, own.note_required, own.sentence, own.legal_basis, nested)


def _municipality(data: Mapping[str, Any], defaults: Mapping[str, Any]) -> Municipality:
    settings = data["settings"]
    texts = {name: _text(words) for name, words in {**defaults, **settings["texts"]}.items() if name != "contract"}
    clauses = {each["id"]: each for each in [*defaults["contract"], *settings["texts"].get("contract", [])]}
    conditions = data["conditions"]
    return Municipality(
        slug=data["slug"],
        name=_text(data["name"]),
        case_prefix=data["case_prefix"],
        board=_text(data["board"]),
        court=_text(data["court"]),
        delegation=data["delegation"],
        mark=data["mark"],
        theme=data["theme"],
        email=data["contact"]["email"],
        telephone=data["contact"]["telephone"],
        address=tuple(data["contact"]["address"]),
        deadlines=settings["deadlines"],
        thresholds={
            name: tuple(each) if isinstance(each, list) else each for name, each in settings["thresholds"].items()
        },
        texts=texts,
        contract=tuple(
            Clause(id_, _text(each["heading"]), _texts(each["paragraphs"])) for id_, each in clauses.items()
        ),
        conditions=(
            _condition_set("", conditions["general"]),
            *(_condition_set(service, each) for service, each in conditions["services"].items()),
        ),
    )


def _condition_set(service: str, data: Mapping[str, Any]) -> ConditionSet:
    return ConditionSet(
        service=service,
        version=data["version"],
        decided_by=data["decided_by"],
        decided_on=data["decided_on"],
        paragraph=data["paragraph"],
        valid_from=data["valid_from"],
        is_open=data.get("open", True),
        own=tuple(data.get("own", ())),
    )
