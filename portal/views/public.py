"""The public room: the start page, a municipality's page, and what their other pages share.

Reads only what row-level security shows to anyone, by few statements of few
columns.  Nobody's session is needed here, and none is asked for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import Authorization, Municipality, Service
from portal.domain.authorization import PUBLIC
from portal.domain.criteria import Text
from portal.domain.municipality import MunicipalitySettings, filled, may_be_slug
from portal.errors import NotFound
from portal.locale import language
from portal.views.chrome import Brand, brand_of
from portal.views.public_versions import VersionLine, in_force, lines


@dataclass(frozen=True)
class Place:
    """A municipality as its public pages need it."""

    id: UUID
    slug: str
    name: str
    settings: MunicipalitySettings
    changed_at: datetime

    @property
    def brand(self) -> Brand:
        contact = {"email": self.settings.email, "phone": self.settings.telephone}
        return brand_of(self.slug, self.name, self.changed_at, contact)

    def text(self, name: str) -> Text:
        return self.filled(self.settings.texts[name])

    def filled(self, text: Text) -> Text:
        return filled(text, {"municipality": self.name, **self.settings.deadlines})


PLACE_COLUMNS = (
    col(Municipality.id),
    col(Municipality.slug),
    col(Municipality.name),
    col(Municipality.settings),
    col(Municipality.changed_at),
)


def place_of(row: Any) -> Place:
    return Place(row.id, row.slug, row.name, MunicipalitySettings.read(row.settings), row.changed_at)


def read_place(db: Session, slug: str) -> Place:
    """Raises ``NotFound``; for what cannot be a municipality's address without asking the database."""
    row = (
        db.execute(sa.select(*PLACE_COLUMNS).where(col(Municipality.slug) == slug)).first()
        if may_be_slug(slug)
        else None
    )
    if row is None:
        raise NotFound("municipality", slug)
    return place_of(row)


def brand_for(db: Session, slug: str | None) -> Brand | None:
    """The brand that a page keeps wearing; an unknown one is no reason to refuse the page."""
    if not slug:
        return None
    try:
        return read_place(db, slug).brand
    except NotFound:
        return None


def text(words: Mapping[str, str]) -> Text:
    return Text(sv=words["sv"], en=words["en"])


@dataclass(frozen=True)
class PlaceLine:
    slug: str
    name: str
    open: int


@dataclass(frozen=True)
class StartPage:
    places: tuple[PlaceLine, ...]

    @classmethod
    def read(cls, db: Session) -> "StartPage":
        opened = sa.func.count(col(Service.id)).filter(col(Service.open))
        rows = db.execute(
            select(Municipality.slug, Municipality.name, opened.label("open"))
            .join(Service, col(Service.municipality_id) == col(Municipality.id), isouter=True)
            .group_by(col(Municipality.id))
            .order_by(col(Municipality.sort_key))
        )
        return cls(tuple(PlaceLine(row.slug, row.name, row.open) for row in rows))


@dataclass(frozen=True)
class ServiceLine:
    slug: str
    name: Text
    summary: Text
    open: bool
    providers: int
    version: VersionLine | None


@dataclass(frozen=True)
class MunicipalityPage:
    brand: Brand
    name: str
    slug: str
    intro: Text
    handling_time: Text
    services: tuple[ServiceLine, ...]
    general: VersionLine | None
    address: tuple[str, ...]
    email: str
    telephone: str

    @classmethod
    def read(cls, db: Session, slug: str, *, today: date) -> "MunicipalityPage":
        place = read_place(db, slug)
        services = service_rows(db, place.id)
        versions = lines(db, place.id, place.slug, {row.id: row.slug for row in services}, today=today)
        return cls(
            brand=place.brand,
            name=place.name,
            slug=place.slug,
            intro=place.text("intro"),
            handling_time=place.text("handling_time"),
            services=tuple(
                ServiceLine(
                    row.slug,
                    Text(row.name_sv, row.name_en),
                    text(row.summary),
                    row.open,
                    row.providers,
                    in_force(versions.get(row.id, ())),
                )
                for row in services
            ),
            general=in_force(versions.get(None, ())),
            address=place.settings.address,
            email=place.settings.email,
            telephone=place.settings.telephone,
        )


def service_rows(db: Session, municipality_id: UUID) -> list[Any]:
    """Every service in Swedish order, each with how many are authorised for it."""
    providers = (
        select(sa.func.count())
        .select_from(Authorization)
        .where(col(Authorization.service_id) == col(Service.id), col(Authorization.state).in_(PUBLIC))
        .scalar_subquery()
    )
    statement = (
        sa.select(
            col(Service.id),
            col(Service.slug),
            col(Service.name_sv),
            col(Service.name_en),
            col(Service.open),
            col(Service.content)["summary"].label("summary"),
            providers.label("providers"),
        )
        .where(col(Service.municipality_id) == municipality_id)
        .order_by(col(Service.sort_key))
    )
    return in_order(db.execute(statement).all())


def in_order(rows: Iterable[Any]) -> list[Any]:
    """By name in the reader's language; the database's order is the Swedish one."""
    return list(rows) if language() == "sv" else sorted(rows, key=lambda row: row.name_en)
