"""The people of a company and those who are invited, with only what the reader may do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.db.invitations import by_token
from portal.db.session import Scope, enter
from portal.db.tables import Invitation, Person, Provider, ProviderMember
from portal.domain.actors import Actor, Identity
from portal.domain.company import InvitationState, invitation_state, roles_to_give
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import Orgnr
from portal.domain.roles import COMPANY_ROLES, Role
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import language
from portal.locale.problems import Problems
from portal.views import words


def role_means(role: Role) -> str:
    """What one can do in each role, in one sentence."""
    return {
        Role.SIGNATORY: _("Får binda företaget: skickar in ansökningar, skriver under avtal och gör allt annat."),
        Role.ADMINISTRATOR: _("Hanterar personer och företagets uppgifter, och skriver ansökningar."),
        Role.EDITOR: _("Skriver ansökningar och svarar på kompletteringar."),
        Role.READER: _("Läser allt, men ändrar inget."),
    }[role]


@dataclass(frozen=True)
class RoleChoice:
    value: str
    words: str
    means: str


def role_choices(actor: Actor) -> tuple[RoleChoice, ...]:
    return tuple(RoleChoice(role.value, words.role(role), role_means(role)) for role in roles_to_give(actor.roles))


@dataclass(frozen=True)
class MemberRow:
    id: UUID
    name: str
    email: str
    role: str
    role_value: Role
    since: date
    is_me: bool
    may_change: bool


@dataclass(frozen=True)
class InvitationRow:
    id: UUID
    email: str
    role: str
    invited_by: str
    last_day: date
    expired: bool
    may_resend: bool


@dataclass(frozen=True)
class People:
    members: tuple[MemberRow, ...]
    invitations: tuple[InvitationRow, ...]
    roles: tuple[RoleChoice, ...]
    may_manage: bool
    done: str = ""

    @classmethod
    def of(cls, db: Session, actor: Actor, *, now: datetime, done: str = "") -> "People":
        may_give = roles_to_give(actor.roles)
        invitations = _invitations(db, actor, now) if may_give else ()
        roles = tuple(RoleChoice(role.value, words.role(role), role_means(role)) for role in COMPANY_ROLES)
        return cls(_members(db, actor), invitations, roles, bool(may_give), done)


def _members(db: Session, actor: Actor) -> tuple[MemberRow, ...]:
    """Those with the most to say first, then by name."""
    may_give = roles_to_give(actor.roles)
    found = db.execute(
        sa.select(
            col(ProviderMember.id),
            col(ProviderMember.person_id),
            col(ProviderMember.role),
            col(ProviderMember.email),
            col(ProviderMember.joined_at),
            col(Person.name),
        )
        .select_from(ProviderMember)
        .join(Person, col(Person.id) == col(ProviderMember.person_id))
        .where(col(ProviderMember.provider_id) == actor.provider_id, col(ProviderMember.left_at).is_(None))
    )
    rows = (
        MemberRow(
            row.id,
            row.name,
            row.email,
            words.role(row.role),
            row.role,
            day_in_sweden(row.joined_at),
            row.person_id == actor.person_id,
            row.role in may_give,
        )
        for row in found
    )
    return tuple(sorted(rows, key=lambda member: (COMPANY_ROLES.index(member.role_value), member.name.casefold())))


def _invitations(db: Session, actor: Actor, now: datetime) -> tuple[InvitationRow, ...]:
    may_give = roles_to_give(actor.roles)
    found = db.execute(
        sa.select(
            col(Invitation.id),
            col(Invitation.email),
            col(Invitation.role),
            col(Invitation.expires_at),
            col(Person.name),
        )
        .select_from(Invitation)
        .join(Person, col(Person.id) == col(Invitation.invited_by))
        .where(
            col(Invitation.provider_id) == actor.provider_id,
            col(Invitation.accepted_at).is_(None),
            col(Invitation.withdrawn_at).is_(None),
        )
        .order_by(col(Invitation.invited_at).desc(), col(Invitation.id))
        .limit(200)
    )
    return tuple(
        InvitationRow(
            row.id,
            row.email,
            words.role(row.role),
            row.name,
            day_in_sweden(row.expires_at),
            row.expires_at <= now,
            row.role in may_give,
        )
        for row in found
    )


@dataclass(frozen=True)
class InvitePage:
    provider_id: UUID
    roles: tuple[RoleChoice, ...]
    values: Mapping[str, str]
    problems: Problems = ()

    @classmethod
    def of(cls, actor: Actor, values: Mapping[str, str] | None = None, problems: Problems = ()) -> "InvitePage":
        if actor.provider_id is None:
            raise NotFound("provider", "")
        return cls(actor.provider_id, role_choices(actor), values or {"epost": "", "roll": ""}, problems)


@dataclass(frozen=True)
class MemberPage:
    """One person: change the role, or end their part in the company, where that is possible."""

    member: MemberRow
    roles: tuple[RoleChoice, ...]
    chosen: str
    only_signatory: bool
    problems: Problems = ()

    @classmethod
    def of(
        cls, db: Session, actor: Actor, member_id: UUID, *, chosen: str | None = None, problems: Problems = ()
    ) -> "MemberPage":
        everyone = _members(db, actor)
        member = next((each for each in everyone if each.id == member_id and each.may_change), None)
        if member is None:
            raise NotFound("member", member_id)
        signatories = [each for each in everyone if each.role_value is Role.SIGNATORY]
        chosen = member.role_value.value if chosen is None else chosen
        return cls(member, role_choices(actor), chosen, signatories == [member], problems)


@dataclass(frozen=True)
class InvitationPage:
    """What the holder of an invitation's link sees, signed in or not."""

    token: str
    state: str  # open, used, withdrawn, expired, and to its reader: member
    company: str
    orgnr: str
    role: str
    role_means: str
    my_role: str
    invited_by: str
    last_day: date
    signed_in: bool
    as_staff: bool
    language: str

    @classmethod
    def of(cls, db: Session, token: str, identity: Identity | None, *, now: datetime) -> "InvitationPage":
        """The transaction serves the inviting company from here on: whoever holds the link is let in that far."""
        invitation = by_token(db, token)
        if invitation is None:
            raise NotFound("invitation", "")
        person_id = identity.person_id if identity and not identity.staff else None
        enter(db, Scope(provider_id=invitation.provider_id, person_id=person_id))
        mine = (col(ProviderMember.person_id) == person_id) & col(ProviderMember.left_at).is_(None)
        row = db.execute(
            sa.select(
                col(Provider.name), col(Provider.orgnr), col(Person.name).label("invited_by"), col(ProviderMember.role)
            )
            .select_from(Provider)
            .join(Person, col(Person.id) == invitation.invited_by)
            .outerjoin(ProviderMember, (col(ProviderMember.provider_id) == col(Provider.id)) & mine)
            .where(col(Provider.id) == invitation.provider_id)
        ).one()
        state = invitation_state(
            accepted_at=invitation.accepted_at,
            withdrawn_at=invitation.withdrawn_at,
            expires_at=invitation.expires_at,
            now=now,
        )
        return cls(
            token,
            "member" if row.role is not None and state is InvitationState.OPEN else state.value,
            row.name,
            str(Orgnr(row.orgnr)),
            words.role(invitation.role),
            role_means(invitation.role),
            words.role(row.role) if row.role is not None else "",
            row.invited_by,
            day_in_sweden(invitation.expires_at),
            identity is not None,
            identity is not None and identity.staff,
            language(),
        )
