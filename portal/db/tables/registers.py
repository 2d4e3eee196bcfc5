"""Checks of companies in registers, as rows that answer: was it run, what did it say, must someone act?"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, json_column, key, moment, reference
from portal.domain.registers import Register, Said


class RegisterCheck(SQLModel, table=True):
    """One time that a register was asked about a company, for a municipality.

    Only added to, but for the last five columns, in which a person writes what came of it.  ``asked_by`` is empty
    where the clock asked; ``why`` is a code where there was no answer.
    """

    __tablename__ = "register_check"
    __table_args__ = (
        sa.Index("register_check_latest", "municipality_id", "provider_id", "asked_of", "asked_at"),
        sa.Index(
            "register_check_open",
            "municipality_id",
            "asked_at",
            postgresql_where=sa.text("act_because IS NOT NULL AND acted_at IS NULL"),
        ),
    )

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id")
    asked_of: Register = enum_column(Register)
    asked_at: datetime = moment()
    asked_by: UUID | None = reference("person.id", optional=True, index=False)
    said: Said = enum_column(Said)
    facts: dict[str, Any] = json_column()
    why: str = ""
    source: str = ""
    note: str = ""
    act_because: str | None = None
    acted_at: datetime | None = moment(optional=True)
    acted_by: UUID | None = reference("person.id", optional=True, index=False)
    acted_note: str = ""


class PermitList(SQLModel, table=True):
    """A list of permits from IVO as a municipality's administrator uploaded it; the latest is the one that counts."""

    __tablename__ = "permit_list"

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id")
    name: str
    sha256: str
    dated: date
    permits: int
    uploaded_by: UUID = reference("person.id", index=False)
    uploaded_at: datetime = moment()


class Permit(SQLModel, table=True):
    """A company that the list says has a permit."""

    __tablename__ = "permit"

    list_id: UUID = reference("permit_list.id", primary=True)
    orgnr: str = Field(primary_key=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    holder: str
