"""What the municipality's staff keep at their own desks: not a part of any case."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import SQLModel

from portal.db.types import json_column, key, moment, reference


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
