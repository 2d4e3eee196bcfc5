"""Set up a municipality from the starting library: its settings, services and version 1 of its conditions.

Run by a command, as the database's owner: the portal itself cannot make tenants.
"""

from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal import library
from portal.db.tables import ConditionVersion, Municipality, Service
from portal.domain.identifiers import sort_key
from portal.domain.municipality import may_be_service_slug, may_be_slug
from portal.domain.publishing import check
from portal.errors import Invalid
from portal.services.shelf import criteria_for, evidence_types, groups_for, words

MARKS = Path(__file__).parent.parent / "static" / "img"


def found(db: Session, wanted: library.Municipality, *, now: datetime) -> UUID:
    """Make the municipality, or give the id of the one that is there already: nothing of it is overwritten.

    Raises:
        Invalid: ``{"slug": "not_an_address"}``: no page could be found under it, or another page has its place.
        NotPublishable: a rule or a threshold of its conditions could not be read by the portal.
    """
    if not may_be_slug(wanted.slug):
        raise Invalid({"slug": "not_an_address"}, {"slug": wanted.slug})
    there = db.exec(select(Municipality.id).where(col(Municipality.slug) == wanted.slug)).one_or_none()
    if there is not None:
        return there
    municipality = Municipality(
        slug=wanted.slug,
        name=wanted.name.sv,
        sort_key=sort_key(wanted.name.sv),
        diary_prefix=wanted.case_prefix,
        settings=settings_of(wanted),
        mark_svg=(MARKS / Path(wanted.mark).name).read_text(encoding="utf-8"),
        changed_at=now,
    )
    db.add(municipality)
    db.flush()
    shelf = library.load()
    services: dict[str, UUID] = {}
    opened = {each.service for each in wanted.conditions if each.is_open}
    for code, each in shelf.services.items():
        if not any(decided.service == code for decided in wanted.conditions):
            continue
        if not may_be_service_slug(code):
            raise Invalid({"slug": "not_an_address"}, {"slug": code})
        service = Service(
            municipality_id=municipality.id,
            slug=code,
            name_sv=each.name.sv,
            name_en=each.name.en,
            sort_key=sort_key(each.name.sv),
            open=code in opened,
            content={
                "summary": words(each.summary),
                "legal_basis": list(each.legal_basis),
                "facts": dict(each.facts),
                "goals": [words(text) for text in each.goals],
                "wanted_profiles": [words(text) for text in each.wanted_profiles],
                "to_show": [words(text) for text in each.to_show],
                "never_upload": words(shelf.never_upload),
                "how_to_apply": [{"title": words(s.title), "text": words(s.text)} for s in shelf.how_to_apply],
            },
        )
        db.add(service)
        db.flush()
        services[code] = service.id
    for decided in wanted.conditions:
        content = content_of(decided.service, wanted)
        check(content, shelf.facts)
        db.add(
            ConditionVersion(
                municipality_id=municipality.id,
                service_id=services.get(decided.service),
                number=decided.version,
                valid_from=decided.valid_from,
                decided_by=decided.decided_by,
                decided_on=decided.decided_on,
                decision_reference=decided.paragraph,
                published_at=now,
                content=content,
            )
        )
    db.flush()
    return municipality.id


def content_of(service: str, wanted: library.Municipality) -> dict[str, Any]:
    """What a version stores: everything that a reader of it will ever need."""
    shelf = library.load()
    criteria = criteria_for(service or None)
    names = {threshold.name for criterion in criteria for threshold in criterion.thresholds}
    written = {criterion.id: dict(shelf.data[criterion.id]) for criterion in criteria}
    for own in (each for decided in wanted.conditions if decided.service == service for each in decided.own):
        written[own["id"]] = {**written.get(own["id"], {}), **own}
    return {
        "criteria": list(written.values()),
        "facts": sorted(shelf.facts),
        "groups": groups_for(service or None),
        "evidence_types": evidence_types(id_ for each in written.values() for id_ in each["evidence"]),
        "thresholds": {name: wanted.thresholds[name] for name in sorted(names)},
    }


def settings_of(wanted: library.Municipality) -> dict[str, Any]:
    return {
        "board": words(wanted.board),
        "court": words(wanted.court),
        "delegation": wanted.delegation,
        "contact": {"email": wanted.email, "telephone": wanted.telephone, "address": list(wanted.address)},
        "theme": dict(wanted.theme),
        "deadlines": dict(wanted.deadlines),
        "thresholds": dict(wanted.thresholds),
        "texts": {name: words(text) for name, text in wanted.texts.items()},
        "contract": [
            {
                "id": clause.id,
                "heading": words(clause.heading),
                "paragraphs": [words(text) for text in clause.paragraphs],
            }
            for clause in wanted.contract
        ],
    }
