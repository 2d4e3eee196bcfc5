"""The people who lead and do a company's work, what they can, and which of them an application names.

They are the company's own and belong to no municipality.  What a municipality
sees is ``application_profile.frozen``: the profile as it stood when it was sent.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from portal.db.types import EnumText, enum_column, key, moment, reference
from portal.domain.competence import (
    Area,
    Capacity,
    Cefr,
    Level,
    Qualification,
    StaffRole,
    Subject,
    SupervisionKind,
)


class StaffProfile(SQLModel, table=True):
    """One person in one company.  The same person in another company has another profile there."""

    __tablename__ = "staff_profile"

    id: UUID = key()
    provider_id: UUID = reference("provider.id")
    name: str
    sort_key: str
    role: StaffRole = enum_column(StaffRole)
    title: str = ""
    changed_by: UUID = reference("person.id", index=False)
    changed_at: datetime = moment()


class StaffEducation(SQLModel, table=True):
    """``credits`` are högskolepoäng or YH points, by ``level``; ``country`` is an ISO 3166 code."""

    __tablename__ = "staff_education"

    id: UUID = key()
    profile_id: UUID = reference("staff_profile.id")
    provider_id: UUID = reference("provider.id", index=False)
    institution: str
    name: str
    level: Level = enum_column(Level)
    subject: Subject = enum_column(Subject)
    qualification: Qualification = enum_column(Qualification)
    credits: int | None = None
    country: str
    document_id: UUID | None = reference("document.id", optional=True, index=False)
    uhr_document_id: UUID | None = reference("document.id", optional=True, index=False)


class StaffEmployment(SQLModel, table=True):
    """Months are the first day of each; ``share`` is per cent of full time; without an end it goes on."""

    __tablename__ = "staff_employment"
    __table_args__ = (
        sa.CheckConstraint("share BETWEEN 1 AND 100", name="staff_employment_share"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="staff_employment_period"),
    )

    id: UUID = key()
    profile_id: UUID = reference("staff_profile.id")
    provider_id: UUID = reference("provider.id", index=False)
    employer: str
    role: str
    area: Area = enum_column(Area)
    share: int
    starts_on: date
    ends_on: date | None = None
    leads_staff: bool = False
    leads_operations: bool = False
    document_id: UUID | None = reference("document.id", optional=True, index=False)


class StaffLanguage(SQLModel, table=True):
    """``language`` is an ISO 639 code."""

    __tablename__ = "staff_language"

    id: UUID = key()
    profile_id: UUID = reference("staff_profile.id")
    provider_id: UUID = reference("provider.id", index=False)
    language: str
    level: Cefr = enum_column(Cefr)
    document_id: UUID | None = reference("document.id", optional=True, index=False)


class StaffSupervision(SQLModel, table=True):
    """Supervision that the person is given: ``hours`` a year, or altogether where it is an introduction."""

    __tablename__ = "staff_supervision"

    id: UUID = key()
    profile_id: UUID = reference("staff_profile.id")
    provider_id: UUID = reference("provider.id", index=False)
    kind: SupervisionKind = enum_column(SupervisionKind)
    hours: int
    external: bool
    document_id: UUID | None = reference("document.id", optional=True, index=False)


class ApplicationProfile(SQLModel, table=True):
    """Whom an application names as what.

    ``frozen`` is empty in a draft, where the profile counts as it stands.  It is
    filled when the application is sent, and outlives the profile: what was
    submitted is not rewritten by what the company does afterwards.
    """

    __tablename__ = "application_profile"

    application_id: UUID = reference("application.id", primary=True)
    capacity: Capacity = Field(sa_type=EnumText(Capacity), primary_key=True)
    profile_id: UUID = Field(primary_key=True, index=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    frozen: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)
    frozen_at: datetime | None = moment(optional=True)
    chosen_by: UUID = reference("person.id", index=False)
    chosen_at: datetime = moment()
