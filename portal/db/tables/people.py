"""People, how they sign in, and their sessions.  No personal identity number is stored (house rule 8)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db.types import json_column, key, moment, reference


class Person(SQLModel, table=True):
    """A name that others may see beside what the person did; nothing more."""

    __tablename__ = "person"

    id: UUID = key()
    name: str
    language: str = "sv"


class Login(SQLModel, table=True):
    """How a person is known at an identity provider: ``subject`` is the provider's own stable name for them."""

    __tablename__ = "login"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"),)

    id: UUID = key()
    person_id: UUID = reference("person.id")
    issuer: str
    subject: str
    email: str | None = None
    created_at: datetime = moment()


class SessionRow(SQLModel, table=True):
    """A signed-in browser.  The token is stored hashed; a new one is made at each sign-in."""

    __tablename__ = "session"

    token_hash: bytes = Field(primary_key=True)
    person_id: UUID = reference("person.id")
    issuer: str
    subject: str
    sid: str | None = Field(default=None, index=True)
    id_token: str | None = None
    staff: bool = False
    provider_id: UUID | None = reference("provider.id", optional=True, index=False)
    municipality_id: UUID | None = reference("municipality.id", optional=True, index=False)
    created_at: datetime = moment()
    seen_at: datetime = moment()
    ends_at: datetime = Field(sa_type=sa.DateTime(timezone=True), index=True)


class Flow(SQLModel, table=True):
    """A sign-in or a signing under way at the identity provider, for a few minutes."""

    __tablename__ = "flow"

    state_hash: bytes = Field(primary_key=True)
    purpose: str
    started: dict[str, Any] = json_column()
    return_to: str = "/"
    session_hash: bytes | None = None
    subject_id: UUID | None = None
    created_at: datetime = moment()


class ParkedForm(SQLModel, table=True):
    """What was typed when a session had ended, kept until its writer has signed in again (at most a day)."""

    __tablename__ = "parked_form"

    token_hash: bytes = Field(primary_key=True)
    path: str
    fields: list[Any] = json_column(list)
    created_at: datetime = moment()


class Rate(SQLModel, table=True):
    """How often something was tried from somewhere within a window.

    Not in the log of the database: a crash empties it, and who counts nothing else does not wait for the disk.
    """

    __tablename__ = "rate"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    subject: str = Field(primary_key=True)
    window: int = Field(primary_key=True, sa_type=sa.BigInteger)  # the second at which the window began
    count: int
