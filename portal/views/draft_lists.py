"""The administrator's conditions: what applies and what is being drafted, and the beginning of a draft."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import ConditionDraft, ConditionVersion, Municipality, Person, Service
from portal.domain.actors import Actor
from portal.domain.criteria import Text
from portal.errors import NotFound
from portal.locale.problems import Problems
from portal.views.drafts import ROOM
from portal.views.public import service_rows
from portal.views.public_conditions import title_of
from portal.views.public_versions import VersionLine, before, coming, in_force, lines

GENERAL = "allmanna"
"""How a form names the general conditions, which belong to no service."""


@dataclass(frozen=True)
class DraftLine:
    name: str
    address: str
    changed_at: datetime
    changed_by: str
    published: int | None


@dataclass(frozen=True)
class SetLine:
    """``changed``: the address of what the newest version changed."""

    title: str
    service: str
    now: VersionLine | None
    coming: VersionLine | None
    changed: str
    drafts: tuple[DraftLine, ...]


@dataclass(frozen=True)
class ConditionsPage:
    sets: tuple[SetLine, ...]
    public: str
    done: str = ""

    @classmethod
    def read(cls, db: Session, actor: Actor, *, today: date, done: str) -> "ConditionsPage":
        place = _own(actor)
        slug = db.exec(select(Municipality.slug).where(col(Municipality.id) == place)).one()
        services = service_rows(db, place)
        versions = lines(db, place, slug, {row.id: row.slug for row in services}, today=today)
        drafted: dict[UUID | None, list[DraftLine]] = {}
        for row in db.execute(_LISTED, {"place": place}):
            line = DraftLine(row.name, f"{ROOM}/utkast/{row.id}", row.changed_at, row.changed_by, row.published)
            drafted.setdefault(row.service_id, []).append(line)
        named = [(None, "", title_of(None))]
        named += [(row.id, row.slug, title_of(Text(row.name_sv, row.name_en))) for row in services]
        sets = []
        for service_id, service, title in named:
            own = versions.get(service_id, ())
            if not own:
                continue
            newest = own[0]
            older = before(newest, own)
            changed = newest.against(older) if older else ""
            drafts_of = tuple(drafted.get(service_id, ()))
            sets.append(SetLine(title, service, in_force(own), coming(own), changed, drafts_of))
        return cls(tuple(sets), f"/{slug}/villkor", done)


_LISTED: Any = (
    sa.select(
        col(ConditionDraft.id),
        col(ConditionDraft.service_id),
        col(ConditionDraft.name),
        col(ConditionDraft.changed_at),
        col(Person.name).label("changed_by"),
        col(ConditionVersion.number).label("published"),
    )
    .join(Person, col(Person.id) == col(ConditionDraft.changed_by))
    .join(ConditionVersion, col(ConditionVersion.id) == col(ConditionDraft.published_as), isouter=True)
    .where(col(ConditionDraft.municipality_id) == sa.bindparam("place"), col(ConditionDraft.discarded_at).is_(None))
    .order_by(col(ConditionDraft.published_as).is_not(None), col(ConditionDraft.changed_at).desc())
)


@dataclass(frozen=True)
class NewDraftPage:
    sets: tuple[tuple[str, str], ...]
    chosen: str
    name: str
    problems: Problems = ()

    @classmethod
    def read(cls, db: Session, actor: Actor, chosen: str, name: str = "", problems: Problems = ()) -> "NewDraftPage":
        rows = service_rows(db, _own(actor))
        sets = ((GENERAL, title_of(None)), *((row.slug, title_of(Text(row.name_sv, row.name_en))) for row in rows))
        return cls(sets, chosen, name, problems)


def service_named(db: Session, actor: Actor, name: str) -> UUID | None:
    """The service that a form names, or None for the general conditions.  Raises ``NotFound``."""
    if name == GENERAL:
        return None
    own = select(Service.id).where(col(Service.municipality_id) == _own(actor), col(Service.slug) == name)
    found = db.exec(own).one_or_none()
    if found is None:
        raise NotFound("service", name)
    return found


def _own(actor: Actor) -> UUID:
    if actor.municipality_id is None:
        raise NotFound("conditions", "")
    return actor.municipality_id
