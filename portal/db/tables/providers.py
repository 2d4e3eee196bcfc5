"""A company (anordnare), the people in it, and invitations to join it."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db.types import EnumText, enum_column, key, moment, reference
from portal.domain.owners import Ownership
from portal.domain.roles import Role


class Provider(SQLModel, table=True):
    """A registered company.  It belongs to no municipality and may apply to all."""

    __tablename__ = "provider"

    id: UUID = key()
    orgnr: str = Field(unique=True)
    name: str
    sort_key: str
    form: str
    street: str
    postcode: str
    town: str
    email: str
    phone: str
    registered_at: datetime = moment()
    registered_by: UUID = reference("person.id", index=False)
    ownership: Ownership | None = Field(default=None, sa_type=EnumText(Ownership), nullable=True)
    ownership_at: datetime | None = moment(optional=True)


class BeneficialOwner(SQLModel, table=True):
    """Who ultimately owns or controls a company, by its own word; ``until`` is the last day of one who no longer is.

    ``name_key`` is what is compared. Nothing but the name is known of them here.
    """

    __tablename__ = "beneficial_owner"

    id: UUID = key()
    provider_id: UUID = reference("provider.id")
    name: str
    name_key: str
    since: date
    until: date | None = None
    stated_by: UUID = reference("person.id", index=False)
    stated_at: datetime = moment()


class ProviderMember(SQLModel, table=True):
    """A person's role in a company; ``email`` is where this company's letters reach them."""

    __tablename__ = "provider_member"
    __table_args__ = (sa.UniqueConstraint("provider_id", "person_id"),)

    id: UUID = key()
    provider_id: UUID = reference("provider.id")
    person_id: UUID = reference("person.id")
    role: Role = enum_column(Role)
    email: str
    joined_at: datetime = moment()
    left_at: datetime | None = moment(optional=True)


class Invitation(SQLModel, table=True):
    """A link by e-mail that lets one person join with one role, once, for a while."""

    __tablename__ = "invitation"

    id: UUID = key()
    provider_id: UUID = reference("provider.id")
    email: str
    role: Role = enum_column(Role)
    token_hash: bytes = Field(unique=True)
    invited_by: UUID = reference("person.id", index=False)
    invited_at: datetime = moment()
    expires_at: datetime = moment()
    accepted_at: datetime | None = moment(optional=True)
    withdrawn_at: datetime | None = moment(optional=True)
