"""What each authorised provider is to confirm or prove under a new version of conditions."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, key, moment, reference
from portal.domain.changeover import Need
from portal.domain.criteria import Outcome


class Confirmation(SQLModel, table=True):
    """One criterion of one authorization: asked for, answered by the company, accepted by an officer.

    ``seen`` is what the system saw when it was asked for. What an officer gives back is open again, with ``returned``
    saying why. Documents are those of the case, at the criterion.  From ``ended_at`` it is no longer asked: the
    authorization stands under a newer version.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "version_id", "criterion"),
        sa.Index("confirmation_by_due", "municipality_id", "due_on", "id"),
        sa.Index("confirmation_of_provider", "provider_id", "due_on"),
    )

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    case_id: UUID = reference("case_file.id", index=False)
    version_id: UUID = reference("condition_version.id", index=False)
    criterion: str
    need: Need = enum_column(Need)
    seen: Outcome = enum_column(Outcome)
    due_on: date
    asked_at: datetime = moment()
    declared: bool | None = None
    description: str = ""
    answered_by: UUID | None = reference("person.id", optional=True, index=False)
    answered_at: datetime | None = moment(optional=True)
    accepted_by: UUID | None = reference("person.id", optional=True, index=False)
    accepted_at: datetime | None = moment(optional=True)
    returned: str = Field(default="", nullable=False)
    reminded_days: int | None = None
    ended_at: datetime | None = moment(optional=True)
