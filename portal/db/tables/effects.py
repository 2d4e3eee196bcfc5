"""The effect of a version of conditions, counted before it is published; and what it asks of each provider after."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, json_column, key, moment, reference
from portal.domain.criteria import Outcome


class EffectRun(SQLModel, table=True):
    """One counting over everybody whom a draft, or a version that has been published, concerns.

    ``content`` is what is counted with: a draft that is changed meanwhile changes nothing here, and ``digest``
    tells that it was.  ``tally`` is ``domain.effect.Tally``.  A run of a published version gives each provider
    until ``due_on`` to confirm or prove what is new.
    """

    __tablename__ = "effect_run"
    __table_args__ = (sa.Index("effect_run_of_draft", "draft_id", "ordered_at"),)

    id: UUID = key()
    municipality_id: UUID = reference("municipality.id")
    draft_id: UUID | None = reference("condition_draft.id", optional=True, index=False)
    version_id: UUID | None = Field(default=None, foreign_key="condition_version.id", unique=True, nullable=True)
    service_id: UUID | None = reference("service.id", optional=True, index=False)
    digest: str
    content: dict[str, Any] = json_column()
    due_on: date | None = None
    ordered_at: datetime = moment()
    ordered_by: UUID = reference("person.id", index=False)
    started_at: datetime | None = moment(optional=True)
    finished_at: datetime | None = moment(optional=True)
    cancelled_at: datetime | None = moment(optional=True)
    total: int = 0
    done: int = 0
    tally: dict[str, Any] = json_column()


class EffectPart(SQLModel, table=True):
    """A few of those whom a run counts; done whole or not at all, so that each is counted once."""

    __tablename__ = "effect_part"

    run_id: UUID = reference("effect_run.id", primary=True)
    number: int = Field(primary_key=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    applications: list[UUID] = Field(sa_type=ARRAY(sa.Uuid), nullable=False)
    done_at: datetime | None = moment(optional=True)


class EffectResult(SQLModel, table=True):
    """What a run found of one authorization or open application; ``criteria``: outcome by id of what is asked anew."""

    __tablename__ = "effect_result"
    __table_args__ = (
        sa.Index("effect_result_by_name", "run_id", "sort_key", "application_id"),
        sa.Index("effect_result_by_outcome", "run_id", "outcome", "sort_key", "application_id"),
    )

    run_id: UUID = reference("effect_run.id", primary=True)
    application_id: UUID = reference("application.id", primary=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    authorised: bool
    provider_name: str
    sort_key: str
    number: str
    outcome: Outcome = enum_column(Outcome)
    criteria: dict[str, Any] = json_column()
