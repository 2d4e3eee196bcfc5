"""A municipality's drafts of its next conditions: changed as often as one likes until one of them is published."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from portal.db.types import json_column, key, moment, reference


class ConditionDraft(SQLModel, table=True):
    """One draft of the general conditions (no service) or of a service's own.

    ``content`` has the shape of ``ConditionVersion.content``, but may be unfinished: a text may be empty, and a
    threshold may stand as it was typed. ``based_on`` is the version that it began as. ``revision`` is counted up at
    every change. Once ``published_as`` is set the database refuses any other change, and ``discarded_at`` hides it.
    """

    __tablename__ = "condition_draft"

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id")
    service_id: UUID | None = reference("service.id", optional=True, index=False)
    name: str
    based_on: UUID = reference("condition_version.id", index=False)
    content: dict[str, Any] = json_column()
    revision: int = 1
    created_at: datetime = moment()
    created_by: UUID = reference("person.id", index=False)
    changed_at: datetime = moment()
    changed_by: UUID = reference("person.id", index=False)
    published_as: UUID | None = reference("condition_version.id", optional=True, index=False)
    discarded_at: datetime | None = moment(optional=True)
