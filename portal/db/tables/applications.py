"""An application and all that is written in it by the company and by the municipality."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, json_column, key, moment, reference
from portal.domain.application import State
from portal.domain.criteria import Outcome

IS_OPEN = sa.text("state IN ('submitted', 'under_review', 'supplement_requested', 'proposed_decision')")
IS_OVER = sa.text("state IN ('approved', 'rejected', 'withdrawn')")


def pins() -> Any:
    """The documents that lay before the officer: ``[{document, sha256}]``; none were kept before this column was."""
    return Field(default=None, sa_type=JSONB(none_as_null=True), nullable=True)


class Application(SQLModel, table=True):
    """An application for one service.  Its id is its case's; it keeps the versions it was started under."""

    __tablename__ = "application"
    __table_args__ = (
        # The work list walks one of these and stops after a page.  Decided cases are many and lie outside the open
        # ones, so that the years do not make the list slower.
        sa.Index("application_by_due", "municipality_id", "due_on", "id", postgresql_where=IS_OPEN),
        sa.Index("application_by_officer", "municipality_id", "officer_id", "due_on", "id", postgresql_where=IS_OPEN),
        sa.Index("application_by_state", "municipality_id", "state", "due_on", "id", postgresql_where=IS_OPEN),
        sa.Index("application_by_company", "municipality_id", "provider_sort_key", "id", postgresql_where=IS_OPEN),
        sa.Index("application_by_received", "municipality_id", "submitted_at", "id", postgresql_where=IS_OPEN),
        sa.Index("application_over_by_company", "municipality_id", "provider_sort_key", "id", postgresql_where=IS_OVER),
        sa.Index("application_over_by_received", "municipality_id", "submitted_at", "id", postgresql_where=IS_OVER),
        sa.Index("application_of_provider", "provider_id", "started_at"),
    )

    id: UUID = reference("case_file.id", primary=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    service_id: UUID = reference("service.id", index=False)
    general_version_id: UUID = reference("condition_version.id", index=False)
    service_version_id: UUID = reference("condition_version.id", index=False)
    state: State = enum_column(State)
    started_at: datetime = moment()
    started_by: UUID = reference("person.id", index=False)
    submitted_at: datetime | None = moment(optional=True)
    submitted_by: UUID | None = reference("person.id", optional=True, index=False)
    complete_at: datetime | None = moment(optional=True)
    decided_at: datetime | None = moment(optional=True)
    officer_id: UUID | None = reference("person.id", optional=True, index=False)
    proposed_by: UUID | None = reference("person.id", optional=True, index=False)
    due_on: date | None = None
    asked: int = 0
    judged: int = 0
    provider_name: str
    provider_sort_key: str
    number: str | None = None
    withdrawal_reason: str = ""


class ApplicationWord(SQLModel, table=True):
    """A word under which the work list finds an application: of the name, the organisation number, the number."""

    __tablename__ = "application_word"
    # The key finds the cases of a rare word; this says of a case whether it has a common one.
    __table_args__ = (sa.Index("application_word_of_application", "application_id", "word"),)

    municipality_id: UUID = reference("municipality.id", primary=True)
    word: str = Field(primary_key=True)
    application_id: UUID = reference("application.id", primary=True)


class Answer(SQLModel, table=True):
    """What the company says of one criterion."""

    __tablename__ = "answer"

    application_id: UUID = reference("application.id", primary=True)
    criterion: str = Field(primary_key=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    declared: bool | None = None
    description: str = ""
    stated: dict[str, Any] = json_column()  # facts by id, as ``domain.stated`` keeps them
    answered_by: UUID = reference("person.id", index=False)
    answered_at: datetime = moment()


class AnswerDocument(SQLModel, table=True):
    """A document handed in for one criterion, with what the company says of it there.

    In a draft a row that is taken away is deleted.  What the municipality has had stays: from ``ended_at`` it
    no longer counts, and ``replaced_by`` is the document that took its place.
    """

    __tablename__ = "answer_document"
    __table_args__ = (
        sa.Index(
            "answer_document_ending",
            "ends_on",
            postgresql_where=sa.text("ends_on IS NOT NULL AND ended_at IS NULL"),
        ),
    )

    application_id: UUID = reference("application.id", primary=True)
    criterion: str = Field(primary_key=True)
    document_id: UUID = Field(foreign_key="document.id", primary_key=True, index=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    attached_by: UUID = reference("person.id", index=False)
    attached_at: datetime = moment()
    kind: str | None = None  # of the evidence types of the conditions
    issued_on: date | None = None
    ends_on: date | None = None
    ended_at: datetime | None = moment(optional=True)
    replaced_by: UUID | None = reference("document.id", optional=True, index=False)
    reminded_days: int | None = None  # the last reminder, in days before ``ends_on``


class Judgement(SQLModel, table=True):
    """An officer's judgement of one criterion, with the reason; one that is replaced is kept beside it.

    ``reason_en`` is empty where the officer wrote in words of her own.
    """

    __tablename__ = "judgement"

    application_id: UUID = reference("application.id", primary=True)
    criterion: str = Field(primary_key=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    outcome: Outcome = enum_column(Outcome)
    reason: str
    reason_en: str = ""
    judged_by: UUID = reference("person.id", index=False)
    judged_at: datetime = moment()
    evidence: list[Any] | None = pins()


class FormerJudgement(SQLModel, table=True):
    """A judgement that was replaced, as it was; the record holds only the hash of its reason."""

    __tablename__ = "former_judgement"

    id: UUID = key()
    application_id: UUID = reference("application.id")
    criterion: str
    municipality_id: UUID = reference("municipality.id", index=False)
    outcome: Outcome = enum_column(Outcome)
    reason: str
    reason_en: str = ""
    judged_by: UUID = reference("person.id", index=False)
    judged_at: datetime = moment()
    evidence: list[Any] | None = pins()


class Note(SQLModel, table=True):
    """An internal note in a case; the company never sees it."""

    __tablename__ = "note"

    id: UUID = key()
    application_id: UUID = reference("application.id")
    municipality_id: UUID = reference("municipality.id", index=False)
    text: str
    written_by: UUID = reference("person.id", index=False)
    written_at: datetime = moment()


class Supplement(SQLModel, table=True):
    """A request for supplement: only the listed criteria are open, until its due date."""

    __tablename__ = "supplement"

    id: UUID = key()
    application_id: UUID = reference("application.id")
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    message: str
    due_on: date
    requested_by: UUID = reference("person.id", index=False)
    requested_at: datetime = moment()
    reminded_at: datetime | None = moment(optional=True)
    answered_at: datetime | None = moment(optional=True)
    explanation: str = ""  # the company's own words, where something that was asked for is still missing
    closed_at: datetime | None = moment(optional=True)


class SupplementItem(SQLModel, table=True):
    """What is asked about one criterion, and when the company last touched it since."""

    __tablename__ = "supplement_item"

    supplement_id: UUID = reference("supplement.id", primary=True)
    criterion: str = Field(primary_key=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    question: str
    touched_at: datetime | None = moment(optional=True)


class Proposal(SQLModel, table=True):
    """An officer's proposal: approve, or refuse with coded reasons for each unmet criterion."""

    __tablename__ = "proposal"

    id: UUID = key()
    application_id: UUID = reference("application.id")
    municipality_id: UUID = reference("municipality.id", index=False)
    approve: bool
    summary: str
    reasons: list[Any] = json_column(list)  # [{criterion, code, note, note_en}]
    proposed_by: UUID = reference("person.id", index=False)
    proposed_at: datetime = moment()
    sent_back_at: datetime | None = moment(optional=True)
    sent_back_by: UUID | None = reference("person.id", optional=True, index=False)
    sent_back_reason: str = ""


class Hearing(SQLModel, table=True):
    """The draft of a refusal, shown to the company, with its comment."""

    __tablename__ = "hearing"

    id: UUID = key()
    application_id: UUID = reference("application.id")
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    proposal_id: UUID = reference("proposal.id", index=False)
    draft: dict[str, Any] = json_column()
    due_on: date
    communicated_at: datetime = moment()
    comment: str = ""
    commented_at: datetime | None = moment(optional=True)
    commented_by: UUID | None = reference("person.id", optional=True, index=False)


class Decision(SQLModel, table=True):
    """What a named person decided, with the protocol as it stood at that moment."""

    __tablename__ = "decision"

    id: UUID = key()
    application_id: UUID = Field(foreign_key="application.id", unique=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    approved: bool
    reasons: str
    coded_reasons: list[Any] = json_column(list)
    protocol: list[Any] = json_column(list)  # [{criterion, title, text, outcome, reason, reason_en}]
    decided_by: UUID = reference("person.id", index=False)
    decided_by_title: str
    delegation: str
    decided_at: datetime = moment()
    review_until: date | None = None
    paper_id: UUID | None = reference("paper.id", optional=True, index=False)
