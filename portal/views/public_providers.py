"""Every authorised provider of a municipality: by name, by service; never ranked."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.db.tables import Authorization, ConditionVersion
from portal.domain.authorization import PUBLIC
from portal.domain.criteria import Text
from portal.domain.identifiers import Orgnr, sort_key
from portal.views.chrome import Brand
from portal.views.public import read_place, service_rows

SHOWN = 50
_BETWEEN = "~"


@dataclass(frozen=True)
class Filter:
    words: Text | None  # None: all services
    count: int
    address: str
    current: bool


@dataclass(frozen=True)
class ServiceName:
    """A service of a company; ``begins`` is the day to come from which its contract holds.

    ``own`` and ``general`` are the numbers of the versions of conditions that it stands under.
    """

    name: Text
    address: str
    begins: date | None = None
    own: int = 0
    general: int = 0


@dataclass(frozen=True)
class ProviderLine:
    name: str
    orgnr: str
    services: tuple[ServiceName, ...]


@dataclass(frozen=True)
class ProvidersPage:
    brand: Brand
    place: str
    slug: str
    filters: tuple[Filter, ...]
    service: str
    service_name: Text | None
    searched: str
    providers: tuple[ProviderLine, ...]
    any: bool
    next: str | None

    @classmethod
    def read(cls, db: Session, slug: str, *, service: str, searched: str, after: str, today: date) -> "ProvidersPage":
        """Three statements.  A service that is not there is read as all services."""
        place = read_place(db, slug)
        services = service_rows(db, place.id)
        base = f"/{place.slug}/anordnare"
        chosen = next((row for row in services if row.slug == service), None)
        found = _providers(db, place.id, chosen.id if chosen else None, searched, after)
        shown = found[:SHOWN]
        total, numbers = _beside(db, place.id)
        names = {row.id: ServiceName(Text(row.name_sv, row.name_en), f"/{place.slug}/{row.slug}") for row in services}
        kept = {"tjanst": chosen.slug if chosen else "", "sok": searched}
        following = None
        if len(found) > SHOWN:
            last = shown[-1]
            following = _address(base, **kept, efter=f"{last.provider_sort_key}{_BETWEEN}{last.provider_id}")
        return cls(
            brand=place.brand,
            place=place.name,
            slug=place.slug,
            filters=(
                Filter(None, total, _address(base, sok=searched), chosen is None),
                *(
                    Filter(
                        Text(row.name_sv, row.name_en),
                        row.providers,
                        _address(base, tjanst=row.slug, sok=searched),
                        row is chosen,
                    )
                    for row in services
                ),
            ),
            service=chosen.slug if chosen else "",
            service_name=Text(chosen.name_sv, chosen.name_en) if chosen else None,
            searched=searched,
            providers=tuple(
                ProviderLine(
                    row.name,
                    str(Orgnr(row.orgnr)),
                    tuple(
                        replace(
                            names[each.id],
                            begins=begins if begins and begins > today else None,
                            own=numbers[own],
                            general=numbers[general],
                        )
                        for each in services
                        for service_id, begins, own, general in zip(
                            row.services, row.begins, row.own, row.general, strict=True
                        )
                        if service_id == each.id
                    ),
                )
                for row in shown
            ),
            any=any(row.providers for row in services),
            next=following,
        )


def _beside(db: Session, municipality_id: UUID) -> tuple[int, dict[UUID, int]]:
    """How many companies there are in all, and the number of each version of conditions: one statement."""
    numbers = (
        sa.select(sa.func.jsonb_object_agg(col(ConditionVersion.id), col(ConditionVersion.number)))
        .where(col(ConditionVersion.municipality_id) == municipality_id)
        .scalar_subquery()
    )
    row = db.execute(
        sa.select(sa.func.count(sa.distinct(col(Authorization.provider_id))), numbers).where(
            col(Authorization.municipality_id) == municipality_id, col(Authorization.state).in_(PUBLIC)
        )
    ).one()
    return row[0], {UUID(id_): number for id_, number in (row[1] or {}).items()}


def _providers(db: Session, municipality_id: UUID, service_id: UUID | None, searched: str, after: str) -> list[Any]:
    """A page of companies with all that each is authorised for, from where the page before ended."""
    key, id_ = col(Authorization.provider_sort_key), col(Authorization.provider_id)
    statement = (
        sa.select(
            id_,
            key,
            sa.func.max(col(Authorization.provider_name)).label("name"),
            sa.func.max(col(Authorization.orgnr)).label("orgnr"),
            sa.func.array_agg(col(Authorization.service_id)).label("services"),
            sa.func.array_agg(col(Authorization.active_from)).label("begins"),
            sa.func.array_agg(col(Authorization.service_version_id)).label("own"),
            sa.func.array_agg(col(Authorization.general_version_id)).label("general"),
        )
        .where(col(Authorization.municipality_id) == municipality_id, col(Authorization.state).in_(PUBLIC))
        .group_by(key, id_)
        .order_by(key, id_)
        .limit(SHOWN + 1)
    )
    if service_id is not None:
        statement = statement.having(sa.func.bool_or(col(Authorization.service_id) == service_id))
    if searched:
        statement = statement.where(key.contains(sort_key(searched), autoescape=True))
    name, _, last = after.rpartition(_BETWEEN)
    if name and (last_id := _uuid(last)):
        statement = statement.where(sa.tuple_(key, id_) > sa.tuple_(sa.literal(name), sa.literal(last_id)))
    return list(db.execute(statement).all())


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _address(base: str, **asked: str) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{base}?{query}" if query else base
