"""A service's public page: everything that a company wants to know before it signs in."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.db import conditions as published
from portal.db.tables import Authorization, Municipality, Service
from portal.domain.authorization import PUBLIC
from portal.domain.criteria import Text
from portal.domain.identifiers import Orgnr
from portal.domain.municipality import may_be_slug
from portal.errors import NotFound
from portal.views.chrome import Brand
from portal.views.public import PLACE_COLUMNS, place_of, text
from portal.views.public_conditions import GroupView, groups_of, title_of
from portal.views.public_versions import VersionLine, coming, in_force, lines

SHOWN = 100


@dataclass(frozen=True)
class Step:
    title: Text
    text: Text


@dataclass(frozen=True)
class AuthorisedLine:
    name: str
    orgnr: str
    since: date | None
    begins: date | None
    """The day from which the contract holds, where it has been started for a day to come."""


@dataclass(frozen=True)
class ConditionsPart:
    """One set in force, as the page shows it; ``earlier``: it has other versions too."""

    title: str
    general: bool
    version: VersionLine
    earlier: bool
    groups: tuple[GroupView, ...]


@dataclass(frozen=True)
class ServicePage:
    """``apply`` is the address of the application; None where none can be made now."""

    brand: Brand
    place: str
    slug: str
    service: str
    name: Text
    summary: Text
    legal_basis: tuple[str, ...]
    open: bool
    apply: str | None
    self_test: str | None
    steps: tuple[Step, ...]
    own: ConditionsPart | None
    parts: tuple[ConditionsPart, ...]
    coming: VersionLine | None
    goals: tuple[Text, ...]
    wanted_profiles: tuple[Text, ...]
    to_show: tuple[Text, ...]
    never_upload: Text
    providers: tuple[AuthorisedLine, ...]
    more: bool
    email: str

    @classmethod
    def read(cls, db: Session, slug: str, service: str, *, today: date) -> "ServicePage":
        """Four statements, three of them once the versions are in memory.

        Raises:
            NotFound: no such municipality, or it has no such service.
        """
        row = (
            db.execute(service_statement(), {"place": slug, "service": service}).first() if may_be_slug(slug) else None
        )
        if row is None:
            raise NotFound("service", f"{slug}/{service}")
        place = place_of(row)
        name = Text(row.name_sv, row.name_en)
        sets = lines(db, place.id, place.slug, {row.service_id: service}, today=today)
        parts = _parts(db, sets.get(row.service_id, ()), sets.get(None, ()), name)
        providers = authorised(db, row.service_id, today=today)
        own = next((part for part in parts if not part.general), None)
        may_apply = row.open and len(parts) == 2  # the service's own and the general ones
        content = row.content
        return cls(
            brand=place.brand,
            place=place.name,
            slug=place.slug,
            service=service,
            name=name,
            summary=text(content["summary"]),
            legal_basis=tuple(content["legal_basis"]),
            open=row.open,
            apply=f"/foretag/ansokningar/ny?tjanst={row.service_id}" if may_apply else None,
            self_test=f"/{place.slug}/{service}/sjalvtest" if len(parts) == 2 else None,
            steps=tuple(
                Step(text(each["title"]), place.filled(text(each["text"]))) for each in content["how_to_apply"]
            ),
            own=own,
            parts=parts,
            coming=coming(sets.get(row.service_id, ())),
            goals=tuple(map(text, content["goals"])),
            wanted_profiles=tuple(map(text, content["wanted_profiles"])),
            to_show=tuple(map(text, content["to_show"])),
            never_upload=text(content["never_upload"]),
            providers=providers[:SHOWN],
            more=len(providers) > SHOWN,
            email=place.settings.email,
        )


@cache
def service_statement() -> Any:
    """Built once: to build it took longer than to run it."""
    return (
        sa.select(
            *PLACE_COLUMNS,
            col(Service.id).label("service_id"),
            col(Service.name_sv),
            col(Service.name_en),
            col(Service.open),
            col(Service.content),
        )
        .join(Service, col(Service.municipality_id) == col(Municipality.id))
        .where(
            col(Municipality.slug) == sa.bindparam("place", type_=sa.String()),
            col(Service.slug) == sa.bindparam("service", type_=sa.String()),
        )
    )


def _parts(
    db: Session, own: tuple[VersionLine, ...], general: tuple[VersionLine, ...], name: Text
) -> tuple[ConditionsPart, ...]:
    """The sets in force, the service's own first."""
    found = [
        (of, versions, version) for of, versions in ((name, own), (None, general)) if (version := in_force(versions))
    ]
    read = published.read_all(db, (version.id for _, _, version in found))
    return tuple(
        ConditionsPart(title_of(of), of is None, version, len(versions) > 1, groups_of(read[version.id]))
        for of, versions, version in found
    )


def authorised(db: Session, service_id: UUID, *, today: date) -> tuple[AuthorisedLine, ...]:
    """In name order, which is no ranking; at most one more than are shown."""
    rows = db.execute(_authorised_statement(), {"service": service_id})
    return tuple(
        AuthorisedLine(
            name,
            str(Orgnr(orgnr)),
            active_from if active_from and active_from <= today else None,
            active_from if active_from and active_from > today else None,
        )
        for name, orgnr, active_from in rows
    )


@cache
def _authorised_statement() -> Any:
    return (
        sa.select(col(Authorization.provider_name), col(Authorization.orgnr), col(Authorization.active_from))
        .where(
            col(Authorization.service_id) == sa.bindparam("service", type_=sa.Uuid()),
            col(Authorization.state).in_(PUBLIC),
        )
        .order_by(col(Authorization.provider_sort_key), col(Authorization.id))
        .limit(SHOWN + 1)
    )
