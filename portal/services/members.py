"""The people of a company: invite, join, change role, leave.

A company always keeps someone who can sign for it and someone who manages its
people.  The link of an invitation is mailed and stored hashed; it is never
shown to the one who invites.
"""

import secrets
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select, update

from portal.db.invitations import by_token, invitation_hash
from portal.db.queue import later
from portal.db.session import Scope, enter
from portal.db.tables import Invitation, ProviderMember
from portal.domain.actors import Actor
from portal.domain.company import INVITATION_LASTS, InvitationState, invitation_state, roles_to_give
from portal.domain.deadlines import day_in_sweden
from portal.domain.letters import LetterKind
from portal.domain.roles import Role, with_lesser
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services import rates
from portal.services.providers import own_provider

INVITATIONS_AN_HOUR = 20


def invite(db: Session, email: str, role: Role, *, actor: Actor, now: datetime, language: str) -> UUID:
    """Mail a link to ``email``.

    Raises:
        NotAllowed: ``role``, or ``signatory_only``.
        Invalid: ``{"email": "member" | "invited"}``.
        TooMany: twenty in an hour from one company.
    """
    _manage(actor, role)
    ours = _ours(actor)
    address = sa.func.lower(email)
    member = select(ProviderMember.id).where(
        col(ProviderMember.provider_id) == ours,
        sa.func.lower(col(ProviderMember.email)) == address,
        col(ProviderMember.left_at).is_(None),
    )
    if db.execute(member.limit(1)).first() is not None:
        raise Invalid({"email": "member"})
    waiting = select(Invitation.id).where(
        col(Invitation.provider_id) == ours, sa.func.lower(col(Invitation.email)) == address, *_pending()
    )
    if db.execute(waiting.limit(1)).first() is not None:
        raise Invalid({"email": "invited"})
    _count(db, ours, now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        provider_id=ours,
        email=email,
        role=role,
        token_hash=invitation_hash(token),
        invited_by=_person(actor),
        invited_at=now,
        expires_at=now + INVITATION_LASTS,
    )
    db.add(invitation)
    db.flush()
    _send(db, invitation, token, actor=actor, language=language)
    return invitation.id


def resend(db: Session, invitation_id: UUID, *, actor: Actor, now: datetime, language: str) -> None:
    """Mail a new link, valid for the full time; the old one no longer works."""
    invitation = _own_invitation(db, invitation_id, actor)
    _manage(actor, invitation.role)
    _count(db, invitation.provider_id, now)
    token = secrets.token_urlsafe(32)
    invitation.token_hash = invitation_hash(token)
    invitation.invited_by = _person(actor)
    invitation.invited_at = now
    invitation.expires_at = now + INVITATION_LASTS
    db.add(invitation)
    db.flush()
    _send(db, invitation, token, actor=actor, language=language)


def withdraw(db: Session, invitation_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Make the link worthless; whoever opens it is told so."""
    invitation = _own_invitation(db, invitation_id, actor)
    _manage(actor)
    invitation.withdrawn_at = now
    db.add(invitation)
    db.flush()


def accept(db: Session, token: str, *, actor: Actor, now: datetime) -> UUID:
    """Join the company behind the link; returns its id, and the transaction serves it from here on.

    Raises:
        NotFound: there is no such invitation.
        NotAllowed: ``invitation_used``, ``invitation_withdrawn``, ``invitation_expired`` or ``already_member``.
    """
    invitation = by_token(db, token)
    if invitation is None:
        raise NotFound("invitation", "")
    person_id = _person(actor)
    enter(db, Scope(provider_id=invitation.provider_id, person_id=person_id))
    locked = select(Invitation).where(col(Invitation.id) == invitation.id).with_for_update()
    invitation = db.exec(locked, execution_options={"populate_existing": True}).one()
    state = invitation_state(
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
        expires_at=invitation.expires_at,
        now=now,
    )
    if state is not InvitationState.OPEN:
        raise NotAllowed(f"invitation_{state.value}")
    before = db.exec(
        select(ProviderMember).where(
            col(ProviderMember.provider_id) == invitation.provider_id, col(ProviderMember.person_id) == person_id
        )
    ).one_or_none()
    if before is not None and before.left_at is None:
        raise NotAllowed("already_member")
    # Who comes back takes up the row that was left: what they did before stays theirs.
    member = before or ProviderMember(
        provider_id=invitation.provider_id, person_id=person_id, role=invitation.role, email="", joined_at=now
    )
    member.role, member.email = invitation.role, invitation.email
    member.joined_at, member.left_at = now, None
    invitation.accepted_at = now
    db.add(member)
    db.add(invitation)
    db.flush()
    return invitation.provider_id


def change_role(db: Session, member_id: UUID, role: Role, *, actor: Actor) -> None:
    """Give a person another role.

    Raises:
        NotAllowed: ``role``, ``signatory_only``, ``last_signatory`` or ``last_administrator``.
    """
    everyone = _everyone_locked(db, actor)
    member = _one_of(everyone, member_id)
    _manage(actor, role)
    _manage(actor, member.role)
    _keep_the_company_able(everyone, member, role)
    member.role = role
    db.add(member)
    db.flush()


def remove(db: Session, member_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End a person's part in the company, and the invitations they have out: no back door stays open.

    What they did stays theirs in the records.
    """
    everyone = _everyone_locked(db, actor)
    member = _one_of(everyone, member_id)
    _manage(actor, member.role)
    _keep_the_company_able(everyone, member, None)
    member.left_at = now
    db.add(member)
    db.flush()
    db.execute(
        update(Invitation)
        .where(
            col(Invitation.provider_id) == member.provider_id,
            col(Invitation.invited_by) == member.person_id,
            *_pending(),
        )
        .values(withdrawn_at=now)
        .execution_options(synchronize_session=False)
    )


def _ours(actor: Actor) -> UUID:
    if actor.provider_id is None:
        raise NotFound("provider", "")
    return actor.provider_id


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotAllowed("role")
    return actor.person_id


def _manage(actor: Actor, role: Role | None = None) -> None:
    """Refuse whoever does not manage people, and whoever but a signatory would touch a signatory's role."""
    may_give = roles_to_give(actor.roles)
    if not may_give:
        raise NotAllowed("role")
    if role is not None and role not in may_give:
        raise NotAllowed("signatory_only")


def _pending() -> tuple[sa.ColumnElement[bool], ...]:
    return (col(Invitation.accepted_at).is_(None), col(Invitation.withdrawn_at).is_(None))


def _own_invitation(db: Session, invitation_id: UUID, actor: Actor) -> Invitation:
    """A pending one of the actor's company, locked; one that is used or withdrawn is no longer there."""
    wanted = select(Invitation).where(
        col(Invitation.id) == invitation_id, col(Invitation.provider_id) == _ours(actor), *_pending()
    )
    invitation = db.exec(wanted.with_for_update(), execution_options={"populate_existing": True}).one_or_none()
    if invitation is None:
        raise NotFound("invitation", invitation_id)
    return invitation


def _everyone_locked(db: Session, actor: Actor) -> list[ProviderMember]:
    """All who belong to the company now, locked in one order: two who remove each other come one after the other."""
    wanted = (
        select(ProviderMember)
        .where(col(ProviderMember.provider_id) == _ours(actor), col(ProviderMember.left_at).is_(None))
        .order_by(col(ProviderMember.id))
        .with_for_update()
    )
    return list(db.exec(wanted, execution_options={"populate_existing": True}).all())


def _one_of(everyone: list[ProviderMember], member_id: UUID) -> ProviderMember:
    found = next((member for member in everyone if member.id == member_id), None)
    if found is None:
        raise NotFound("member", member_id)
    return found


def _keep_the_company_able(everyone: list[ProviderMember], member: ProviderMember, role: Role | None) -> None:
    """Refuse the change that would leave nobody to sign, or nobody to manage the people."""
    after = [each.role for each in everyone if each is not member] + ([role] if role else [])
    if member.role is Role.SIGNATORY and Role.SIGNATORY not in after:
        raise NotAllowed("last_signatory")
    if not any(Role.ADMINISTRATOR in with_lesser(each) for each in after):
        raise NotAllowed("last_administrator")


def _count(db: Session, provider_id: UUID, now: datetime) -> None:
    rates.allow(db, f"invite {provider_id}", limit=INVITATIONS_AN_HOUR, seconds=3600, now=now)


def _send(db: Session, invitation: Invitation, token: str, *, actor: Actor, language: str) -> None:
    provider = own_provider(db, actor)
    later(
        db,
        "letters.write_one",
        kind=LetterKind.INVITATION.value,
        recipient=invitation.email,
        recipient_name=invitation.email,
        language=language,
        link=f"/inbjudan/{token}",
        facts={
            "company": provider.name,
            "invited_by": actor.name,
            "role": invitation.role.value,
            "valid_until": day_in_sweden(invitation.expires_at).isoformat(),
        },
        municipality_id=None,
        provider_id=str(invitation.provider_id),
    )
