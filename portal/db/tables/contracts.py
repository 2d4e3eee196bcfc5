"""An authorization, its contract and the signatures on it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, json_column, key, moment, reference
from portal.domain.authorization import State


class Authorization(SQLModel, table=True):
    """A provider authorised for a service; the active ones are the public list."""

    __tablename__ = "provider_authorization"
    __table_args__ = (sa.Index("provider_authorization_public", "service_id", "state", "provider_sort_key"),)

    id: UUID = key()
    case_id: UUID = Field(foreign_key="case_file.id", unique=True)
    municipality_id: UUID = reference("municipality.id")
    provider_id: UUID = reference("provider.id")
    service_id: UUID = reference("service.id", index=False)
    general_version_id: UUID = reference("condition_version.id", index=False)
    service_version_id: UUID = reference("condition_version.id", index=False)
    state: State = enum_column(State)
    offered_at: datetime = moment()
    sign_by: date
    signed_at: datetime | None = moment(optional=True)
    active_from: date | None = None
    provider_name: str
    provider_sort_key: str
    orgnr: str
    profile: dict[str, Any] = json_column()


class Contract(SQLModel, table=True):
    """The contract of an authorization: the paper that is signed, and then the sealed one with its signature page."""

    __tablename__ = "contract"

    id: UUID = key()
    authorization_id: UUID = Field(foreign_key="provider_authorization.id", unique=True)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    paper_id: UUID = reference("paper.id", index=False)
    sealed_paper_id: UUID | None = reference("paper.id", optional=True, index=False)


class Signature(SQLModel, table=True):
    """One party's signature: what was signed, by whom, how, and what the e-ID gave as proof."""

    __tablename__ = "signature"
    __table_args__ = (sa.UniqueConstraint("contract_id", "party"),)

    id: UUID = key()
    contract_id: UUID = reference("contract.id", index=False)
    municipality_id: UUID = reference("municipality.id", index=False)
    provider_id: UUID = reference("provider.id", index=False)
    party: str  # company, municipality
    person_id: UUID = reference("person.id", index=False)
    name: str
    title: str
    kind: str  # signature, or approval where the provider of identity cannot sign
    digest: str
    acr: str
    signed_at: datetime = moment()
    authn_provider: str = ""
    signature: str = ""
    certificate: str = ""
