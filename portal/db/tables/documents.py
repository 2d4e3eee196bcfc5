"""Documents that a company handed in, and who opened them."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, key, moment, reference
from portal.domain.criteria import DocumentState
from portal.domain.documents import Opening


class Document(SQLModel, table=True):
    """A file in the store under ``object_key``; ``name`` is for people and never used as a key.

    ``size`` and ``sha256`` are those of what the store keeps. ``handed_in_sha256`` is the digest of what the
    company sent, where it differs: location and camera data are taken out of images. ``because`` says why
    the document was stopped (a ``RefusedBecause``, or what the scanner calls the infection) or, while it
    waits, why it could not be examined. ``scanned_with`` is the scanner with the date of its signatures.

    The company may discard what it uses nowhere: the row stays, without a name, and its bytes are deleted.

    ``pages`` are counted by a job once it is kept; unknown before, and of what has none.
    """

    __tablename__ = "document"
    # Those that wait are few, and are looked for every few minutes.
    __table_args__ = (sa.Index("document_waiting", "uploaded_at", postgresql_where=sa.text("state = 'waiting'")),)

    id: UUID = key()
    provider_id: UUID = reference("provider.id")
    name: str
    media_type: str
    size: int
    sha256: str = Field(index=True)
    object_key: str = Field(index=True)
    state: DocumentState = enum_column(DocumentState)
    uploaded_by: UUID = reference("person.id", index=False)
    uploaded_at: datetime = moment()
    handed_in_sha256: str | None = Field(default=None, index=True)
    because: str | None = None
    tries: int = 0
    examined_at: datetime | None = moment(optional=True)
    scanned_at: datetime | None = moment(optional=True)
    scanned_with: str | None = None
    discarded_at: datetime | None = moment(optional=True)
    pages: int | None = None
    thinned_at: datetime | None = moment(optional=True)


class DocumentAccess(SQLModel, table=True):
    """Who opened a document, as whom, when, how and why.  Only added to.

    ``page`` is what was viewed; of a download it is empty.  The application, and
    the criterion where one was being looked at, are why; a company's person needs
    no reason to look at what is the company's own.
    """

    __tablename__ = "document_access"

    id: UUID = key()
    document_id: UUID = reference("document.id")
    provider_id: UUID = reference("provider.id", index=False)
    municipality_id: UUID | None = reference("municipality.id", optional=True, index=False)
    person_id: UUID = reference("person.id", index=False)
    at: datetime = moment()
    what: Opening = enum_column(Opening)
    page: int | None = None
    application_id: UUID | None = reference("application.id", optional=True, index=False)
    criterion: str | None = None
