"""What is kept and until when, what is thinned out and by whose decision, and archives that people have asked for."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from portal.db.types import json_column, key, moment, reference


class Retention(SQLModel, table=True):
    """Until when a decided case is kept.  ``kept`` holds the SHA-256 of each document and paper under lock, by id."""

    __tablename__ = "retention"
    __table_args__ = (sa.Index("retention_until", "municipality_id", "until"),)

    case_id: UUID = reference("case_file.id", primary=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    until: date
    kept: dict[str, Any] = json_column()
    kept_at: datetime = moment()
    thinned_at: datetime | None = moment(optional=True)


class Thinning(SQLModel, table=True):
    """A proposed list of what to remove; nothing is, until an administrator has approved it."""

    __tablename__ = "thinning"
    __table_args__ = (
        sa.Index("thinning_one_open", "municipality_id", unique=True, postgresql_where=sa.text("approved_at IS NULL")),
    )

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id")
    proposed_at: datetime = moment()
    approved_at: datetime | None = moment(optional=True)
    approved_by: UUID | None = reference("person.id", optional=True, index=False)
    done_at: datetime | None = moment(optional=True)


class ThinningItem(SQLModel, table=True):
    """One document, or one case.  ``spared``: the administrator took it off the list; ``problem``: why it stays."""

    __tablename__ = "thinning_item"

    id: UUID = key()
    thinning_id: UUID = reference("thinning.id")
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    case_id: UUID | None = reference("case_file.id", optional=True, index=False)
    document_id: UUID | None = reference("document.id", optional=True)
    reason: str  # domain.retention.Reason
    since: date
    spared: bool = False
    removed_at: datetime | None = moment(optional=True)
    problem: str = ""


class Archive(SQLModel, table=True):
    """A zip that somebody asked for: of a case (the municipality's), of a company or of a person (their own).

    Exactly one of the three says whose it is.
    """

    __tablename__ = "archive"

    id: UUID = key()
    municipality_id: UUID | None = reference("municipality.id", optional=True)
    provider_id: UUID | None = reference("provider.id", optional=True)
    person_id: UUID | None = reference("person.id", optional=True)
    case_id: UUID | None = reference("case_file.id", optional=True)
    ordered_by: UUID = reference("person.id", index=False)
    ordered_at: datetime = moment()
    ready_at: datetime | None = moment(optional=True)
    object_key: str | None = None
    sha256: str | None = None
    size: int | None = None
    fetched_at: datetime | None = moment(optional=True)
    removed_at: datetime | None = moment(optional=True)
