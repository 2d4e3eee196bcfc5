"""A case (ärende): its number, its record, its letters and the papers made in it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, json_column, key, moment, reference
from portal.domain.letters import LetterKind


class CaseFile(SQLModel, table=True):
    """A case.  ``last_seq`` and ``last_hash`` are the head of its record, locked while an event is added."""

    __tablename__ = "case_file"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "number"),)

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id")
    number: str | None = None
    opened_at: datetime = moment()
    last_seq: int = 0
    last_hash: bytes = b""


class Event(SQLModel, table=True):
    """Something that happened in a case.  Only added; carries the hash of the one before it."""

    __tablename__ = "event"
    # What was stopped, for a municipality's administrator to count: few rows of a large table.
    __table_args__ = (
        sa.Index(
            "event_document_stopped",
            "municipality_id",
            "at",
            postgresql_where=sa.text("kind IN ('document.infected', 'document.refused')"),
        ),
    )

    case_id: UUID = reference("case_file.id", primary=True)
    seq: int = Field(primary_key=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    kind: str
    actor_id: UUID | None = reference("person.id", optional=True, index=False)
    actor_side: str
    at: datetime = moment()
    facts: dict[str, Any] = json_column()
    internal: bool = False
    hash: bytes


class Letter(SQLModel, table=True):
    """A letter by mail and on a page.  Its id is its Message-ID, so that a repeat is recognised."""

    __tablename__ = "letter"
    __table_args__ = (
        sa.Index("letter_provider", "provider_id", "created_at"),
        sa.Index("letter_case", "case_id", "created_at"),
    )

    id: UUID = key()
    case_id: UUID | None = reference("case_file.id", optional=True, index=False)
    municipality_id: UUID | None = reference("municipality.id", optional=True, index=False)
    provider_id: UUID | None = reference("provider.id", optional=True, index=False)
    kind: LetterKind = enum_column(LetterKind)
    to_company: bool
    recipient: str
    recipient_name: str
    language: str
    subject: str
    body: str
    link: str = ""
    paper_id: UUID | None = reference("paper.id", optional=True, index=False)
    created_at: datetime = moment()
    read_at: datetime | None = moment(optional=True)
    delivery: str = "waiting"  # waiting, sent, failed, bounced
    attempts: int = 0
    sent_at: datetime | None = moment(optional=True)
    problem: str | None = None


class Paper(SQLModel, table=True):
    """A PDF that the portal made: receipt, decision, contract.  ``number`` is how anyone may verify it."""

    __tablename__ = "paper"

    id: UUID = key()
    case_id: UUID = reference("case_file.id")
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    kind: str  # receipt, decision, contract, signed_contract
    number: str = Field(unique=True)
    title: str
    facts: dict[str, Any] = json_column()
    object_key: str | None = None
    sha256: str | None = Field(default=None, index=True)
    size: int | None = None
    made_at: datetime = moment()
    ready_at: datetime | None = moment(optional=True)
    sealed_by: str | None = None
    thinned_at: datetime | None = moment(optional=True)


class PaperAccess(SQLModel, table=True):
    """Who read a paper, as whom and when; the paper's case is why.  Only added to.

    ``municipality_id`` is the reader's, and empty of the company's own people.
    """

    __tablename__ = "paper_access"

    id: UUID = key()
    paper_id: UUID = reference("paper.id")
    provider_id: UUID = reference("provider.id", index=False)
    municipality_id: UUID | None = reference("municipality.id", optional=True, index=False)
    person_id: UUID = reference("person.id", index=False)
    at: datetime = moment()
    translation: bool


class Conflict(SQLModel, table=True):
    """An officer's declaration on conflict of interest (jäv) in a case."""

    __tablename__ = "conflict"
    __table_args__ = (sa.UniqueConstraint("case_id", "person_id"),)

    id: UUID = key()
    case_id: UUID = reference("case_file.id", index=False)
    municipality_id: UUID = reference("municipality.id", index=False)
    person_id: UUID = reference("person.id", index=False)
    conflicted: bool
    note: str = ""
    declared_at: datetime = moment()
