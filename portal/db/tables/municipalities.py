"""A municipality, its services, its published conditions and its staff."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from portal.db.types import json_column, key, moment, reference


class Municipality(SQLModel, table=True):
    """One tenant.  ``settings`` holds deadlines, thresholds, texts, sender and theme; see ``domain.municipality``."""

    __tablename__ = "municipality"

    id: UUID = key()
    slug: str = Field(unique=True)
    name: str
    sort_key: str
    diary_prefix: str
    settings: dict[str, Any] = json_column()
    mark_svg: str = ""
    changed_at: datetime = moment()


class Service(SQLModel, table=True):
    """A service with customer choice.  ``content`` holds the texts of its public page in both languages."""

    __tablename__ = "service"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "slug"),)

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id")
    slug: str
    name_sv: str
    name_en: str
    sort_key: str
    open: bool = True
    content: dict[str, Any] = json_column()


class ConditionVersion(SQLModel, table=True):
    """A decided set of conditions: general (no service) or a service's own.  Published, it is never changed."""

    __tablename__ = "condition_version"
    __table_args__ = (
        sa.UniqueConstraint("municipality_id", "service_id", "number", postgresql_nulls_not_distinct=True),
    )

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id")
    service_id: UUID | None = reference("service.id", optional=True, index=False)
    number: int
    valid_from: date
    decided_by: str
    decided_on: date
    decision_reference: str
    published_at: datetime = moment()
    content: dict[str, Any] = json_column()


class StaffMember(SQLModel, table=True):
    """A person in the municipality.  Known by e-mail address until the first sign-in binds the person."""

    __tablename__ = "staff_member"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "email"),)

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id")
    person_id: UUID | None = reference("person.id", optional=True)
    name: str
    title: str
    delegation: str = ""
    email: str = Field(index=True)
    roles: list[str] = Field(sa_type=ARRAY(sa.Text), nullable=False)
    active: bool = True
    added_at: datetime = moment()


class StaffEvent(SQLModel, table=True):
    """Who changed the staff or the settings, and when.  Only added; codes, never what was written.

    ``member_id`` is whom it concerns, where it concerns one; ``facts`` holds role codes.
    """

    __tablename__ = "staff_event"
    __table_args__ = (
        sa.Index("staff_event_member", "member_id", "at"),
        sa.Index("staff_event_kind", "municipality_id", "kind", "at"),
    )

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id", index=False)
    member_id: UUID | None = reference("staff_member.id", optional=True, index=False)
    kind: str  # staff.added, staff.changed, staff.deactivated, staff.reactivated, settings.<section>
    facts: dict[str, Any] = json_column()
    actor_id: UUID | None = reference("person.id", optional=True, index=False)
    at: datetime = moment()


class DiarySerial(SQLModel, table=True):
    """The last case number given in a municipality and year."""

    __tablename__ = "diary_serial"

    municipality_id: UUID = reference("municipality.id", primary=True)
    year: int = Field(primary_key=True)
    last: int
