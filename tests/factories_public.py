"""Authorizations, later versions and papers, as the public room meets them."""

import hashlib
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Authorization, CaseFile, ConditionVersion, Paper, Provider
from portal.domain.authorization import State
from portal.domain.identifiers import sort_key
from tests.factories import NOW, Place


def make_case(owner: Session, place: Place, provider_id: UUID) -> UUID:
    case = CaseFile(municipality_id=place.id, provider_id=provider_id, opened_at=NOW)
    owner.add(case)
    owner.flush()
    return case.id


def versions_of(owner: Session, place: Place, service: str | None) -> list[ConditionVersion]:
    """A set's versions, first to last."""
    statement = select(ConditionVersion).where(
        col(ConditionVersion.municipality_id) == place.id,
        col(ConditionVersion.service_id) == (place.services[service] if service else None),
    )
    return list(owner.exec(statement.order_by(col(ConditionVersion.number))))


def add_version(
    owner: Session, place: Place, service: str | None, *, number: int, valid_from: date, **content: Any
) -> ConditionVersion:
    """Another version of a set, with the first one's content save for what is given."""
    first = versions_of(owner, place, service)[0]
    version = ConditionVersion(
        municipality_id=place.id,
        service_id=first.service_id,
        number=number,
        valid_from=valid_from,
        decided_by="Socialnämnden",
        decided_on=valid_from - timedelta(days=60),
        decision_reference="88",
        published_at=NOW,
        content={**first.content, **content},
    )
    owner.add(version)
    owner.commit()
    return version


def make_authorization(
    owner: Session,
    place: Place,
    service: str,
    provider_id: UUID,
    *,
    name: str | None = None,
    state: State = State.ACTIVE,
    active_from: date | None = None,
) -> UUID:
    provider = owner.get_one(Provider, provider_id)
    shown = name or provider.name
    made = Authorization(
        case_id=make_case(owner, place, provider_id),
        municipality_id=place.id,
        provider_id=provider_id,
        service_id=place.services[service],
        general_version_id=versions_of(owner, place, None)[0].id,
        service_version_id=versions_of(owner, place, service)[0].id,
        state=state,
        offered_at=NOW,
        sign_by=NOW.date() + timedelta(days=30),
        active_from=(active_from or NOW.date()) if state is State.ACTIVE else None,
        provider_name=shown,
        provider_sort_key=sort_key(shown),
        orgnr=provider.orgnr,
    )
    owner.add(made)
    owner.commit()
    return made.id


def make_paper(
    owner: Session,
    place: Place,
    provider_id: UUID,
    *,
    number: str,
    content: bytes,
    kind: str = "decision",
    sealed_by: str | None = "Björkviks kommun",
    ready: bool = True,
) -> UUID:
    """A paper as the job has left it, with this content."""
    paper = Paper(
        case_id=make_case(owner, place, provider_id),
        municipality_id=place.id,
        provider_id=provider_id,
        kind=kind,
        number=number,
        title="Beslut SN 2026/0001",
        sha256=hashlib.sha256(content).hexdigest() if ready else None,
        size=len(content),
        made_at=NOW,
        ready_at=NOW if ready else None,
        sealed_by=sealed_by,
    )
    owner.add(paper)
    owner.commit()
    return paper.id
