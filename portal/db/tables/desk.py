"""What the staff work with beside the application itself: saved views, second reviews, linked cases, phrases."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from portal.db.types import enum_column, json_column, key, moment, reference
from portal.domain.phrases import Purpose
from portal.domain.second_review import Because


class SavedView(SQLModel, table=True):
    """A selection of the work list under a name.  ``wanted`` is what stands in its address."""

    __tablename__ = "saved_view"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "person_id", "name"),)

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id", index=False)
    person_id: UUID = reference("person.id", index=False)
    name: str
    wanted: dict[str, Any] = json_column()
    shared: bool = False
    saved_at: datetime = moment()


class SecondReview(SQLModel, table=True):
    """A colleague's reading of an officer's judgements; ``points`` are filled in when it is answered."""

    __tablename__ = "second_review"
    __table_args__ = (
        sa.UniqueConstraint("application_id"),
        sa.Index(
            "second_review_awaited", "municipality_id", "demanded_at", postgresql_where=sa.text("reviewed_at IS NULL")
        ),
    )

    id: UUID = key()
    application_id: UUID = reference("application.id", index=False)
    municipality_id: UUID = reference("municipality.id", index=False)
    because: Because = enum_column(Because)
    question: str = ""
    demanded_by: UUID = reference("person.id", index=False)
    demanded_at: datetime = moment()
    reviewed_by: UUID | None = reference("person.id", optional=True, index=False)
    reviewed_at: datetime | None = moment(optional=True)
    note: str = ""
    points: list[Any] = json_column(list)  # [{criterion, agrees, note, outcome}]


class CaseLink(SQLModel, table=True):
    """Two cases that concern the same matter, seen by an officer; nothing is merged.  The lesser id stands first."""

    __tablename__ = "case_link"
    __table_args__ = (
        sa.Index("case_link_once", "case_id", "other_id", unique=True, postgresql_where=sa.text("unlinked_at IS NULL")),
        sa.Index("case_link_other", "other_id"),
    )

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id", index=False)
    case_id: UUID = reference("case_file.id", index=False)
    other_id: UUID = reference("case_file.id", index=False)
    note: str
    linked_by: UUID = reference("person.id", index=False)
    linked_at: datetime = moment()
    unlinked_by: UUID | None = reference("person.id", optional=True, index=False)
    unlinked_at: datetime | None = moment(optional=True)


class Phrase(SQLModel, table=True):
    """A text that the municipality uses again and again; ``criterion`` where it is for one only.

    ``text_en`` and ``title_en`` are empty where they have not been written in English: the Swedish is then used.
    """

    __tablename__ = "phrase"
    __table_args__ = (sa.UniqueConstraint("municipality_id", "purpose", "title"),)

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id", index=False)
    purpose: Purpose = enum_column(Purpose)
    title: str
    criterion: str = ""
    text: str
    text_en: str = ""
    title_en: str = ""
    changed_by: UUID = reference("person.id", index=False)
    changed_at: datetime = moment()
