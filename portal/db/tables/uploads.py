"""Uploads under way: files of which some parts are in the store, and the rest is still with the sender."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Field, SQLModel

from portal.db.types import json_column, key, moment, reference


class Upload(SQLModel, table=True):
    """A file on its way to one criterion of an application; the company's alone until it is a document.

    ``head_sha256`` is of the first bytes, by which the same file is known again after a reload; ``received`` bytes
    are safe in ``parts``; ``next_number`` is the part number that the newest connection uses next. ``replaces`` is
    the document in whose place it is to stand, once the form that says so has come too. ``confirms`` is the number
    of the version that asks for it, where it is to go with an answer to new conditions.
    """

    __tablename__ = "upload"

    id: UUID = key()
    provider_id: UUID = reference("provider.id")
    application_id: UUID = reference("application.id")
    criterion: str
    name: str
    media_type: str
    size: int
    head_sha256: str
    object_key: str = Field(unique=True)
    store_id: str
    received: int = 0
    parts: list[Any] = json_column(list)  # [[number, etag, crc32]]
    next_number: int
    begun_by: UUID = reference("person.id", index=False)
    begun_at: datetime = moment()
    continued_at: datetime = moment()
    replaces: UUID | None = reference("document.id", optional=True, index=False)
    confirms: int | None = None
