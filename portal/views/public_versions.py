"""Every published version of a municipality's conditions: which is in force, which was, which is coming."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.db.tables import ConditionVersion
from portal.views.chrome import Brand


class Standing(StrEnum):
    COMING = "coming"
    IN_FORCE = "in_force"
    PAST = "past"
    NEVER = "never"  # replaced before its first day


@dataclass(frozen=True)
class VersionLine:
    id: UUID
    number: int
    valid_from: date
    valid_until: date | None
    decided_by: str
    decided_on: date
    reference: str
    standing: Standing
    address: str

    def against(self, other: "VersionLine") -> str:
        """The address of what this version changed, compared with the other."""
        return f"{self.address}/jamfor/{other.number}"


COLUMNS = (
    col(ConditionVersion.id),
    col(ConditionVersion.service_id),
    col(ConditionVersion.number),
    col(ConditionVersion.valid_from),
    col(ConditionVersion.decided_by),
    col(ConditionVersion.decided_on),
    col(ConditionVersion.decision_reference),
)
Sets = Mapping[UUID | None, tuple[VersionLine, ...]]


def lines(db: Session, municipality_id: UUID, slug: str, services: Mapping[UUID, str], *, today: date) -> Sets:
    """Service id (None: the general conditions) → its versions, newest first; one statement."""
    rows = db.execute(_lines_statement(), {"place": municipality_id, "services": list(services)})
    sets: dict[UUID | None, list[Any]] = {}
    for row in rows:
        sets.setdefault(row.service_id, []).append(row)
    return {
        service_id: timeline(found, f"/{slug}/{services[service_id]}" if service_id else f"/{slug}", today=today)
        for service_id, found in sets.items()
    }


@cache
def _lines_statement() -> Any:
    """Built once: to build it took longer than to run it."""
    services = sa.bindparam("services", type_=sa.ARRAY(sa.Uuid()))
    return sa.select(*COLUMNS).where(
        col(ConditionVersion.municipality_id) == sa.bindparam("place", type_=sa.Uuid()),
        sa.or_(col(ConditionVersion.service_id).is_(None), col(ConditionVersion.service_id) == sa.any_(services)),
    )


def timeline(rows: Iterable[Any], prefix: str, *, today: date) -> tuple[VersionLine, ...]:
    """One set's versions, newest first: each is in force from its day until the day before the next one's."""
    made: list[VersionLine] = []
    following: date | None = None
    for row in sorted(rows, key=lambda row: (row.valid_from, row.number), reverse=True):
        until = following - timedelta(days=1) if following else None
        if until is not None and until < row.valid_from:
            standing = Standing.NEVER
        elif row.valid_from > today:
            standing = Standing.COMING
        elif until is not None and until < today:
            standing = Standing.PAST
        else:
            standing = Standing.IN_FORCE
        if standing is not Standing.NEVER:
            following = row.valid_from
        made.append(
            VersionLine(
                id=row.id,
                number=row.number,
                valid_from=row.valid_from,
                valid_until=until,
                decided_by=row.decided_by,
                decided_on=row.decided_on,
                reference=row.decision_reference,
                standing=standing,
                address=f"{prefix}/villkor/{row.number}",
            )
        )
    return tuple(made)


def in_force(versions: Iterable[VersionLine]) -> VersionLine | None:
    return next((each for each in versions if each.standing is Standing.IN_FORCE), None)


def coming(versions: Iterable[VersionLine]) -> VersionLine | None:
    """The first one still to come."""
    return next((each for each in reversed(tuple(versions)) if each.standing is Standing.COMING), None)


def next_after(version: VersionLine, versions: tuple[VersionLine, ...]) -> VersionLine | None:
    """What has replaced it, or will: the one in force if that is newer, else the first to come."""
    found = in_force(versions) or coming(versions)
    if found is not None and (found.valid_from, found.number) > (version.valid_from, version.number):
        return found
    return None


def before(version: VersionLine, versions: tuple[VersionLine, ...]) -> VersionLine | None:
    """What it replaced, or will replace; of versions that never applied, nothing was replaced."""
    applied = [each for each in versions if each.standing is not Standing.NEVER]
    older = [each for each in applied if (each.valid_from, each.number) < (version.valid_from, version.number)]
    return older[0] if older else None


@dataclass(frozen=True)
class VersionSet:
    """The versions of one set; ``service`` is None for the general conditions."""

    title: str
    service: str | None
    versions: tuple[VersionLine, ...]

    def replaced(self, version: VersionLine) -> VersionLine | None:
        return before(version, self.versions)


@dataclass(frozen=True)
class VersionsPage:
    brand: Brand
    name: str
    slug: str
    sets: tuple[VersionSet, ...]
