"""Documents that a company handed in, and who opened them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, key, moment, reference
from portal.domain.criteria import DocumentState


class Document(SQLModel, table=True):
    """A file in the store under ``object_key``; ``name`` is for people and never used as a key."""

    __tablename__ = "document"

    id: UUID = key()
    provider_id: UUID = reference("provider.id")
    name: str
    media_type: str
    size: int
    sha256: str = Field(index=True)
    object_key: str
    state: DocumentState = enum_column(DocumentState)
    uploaded_by: UUID = reference("person.id", index=False)
    uploaded_at: datetime = moment()


class DocumentAccess(SQLModel, table=True):
    """Who opened a document, as whom, and when.  Only added to."""

    __tablename__ = "document_access"

    id: UUID = key()
    document_id: UUID = reference("document.id")
    provider_id: UUID = reference("provider.id", index=False)
    municipality_id: UUID | None = reference("municipality.id", optional=True, index=False)
    person_id: UUID = reference("person.id", index=False)
    at: datetime = moment()
