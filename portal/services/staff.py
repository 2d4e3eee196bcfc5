"""The staff of a municipality: added by e-mail address, given roles, deactivated and taken back.

Nobody is ever deleted: what a person did stays theirs.  A municipality always
keeps an administrator who can sign in.  That a person does not decide what they
have handled is a rule of each case, not of the roles: one may hold several.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.queue import later
from portal.db.tables import Municipality, StaffMember
from portal.domain.actors import Actor
from portal.domain.letters import LetterKind
from portal.domain.roles import STAFF_ROLES, Role
from portal.domain.staff import StaffFacts
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.staff_record import tell


def add(db: Session, email: str, facts: StaffFacts, *, actor: Actor, now: datetime, language: str = "sv") -> UUID:
    """Add a person and write to them; their first sign-in with this address binds them.

    Raises:
        Invalid: ``{"email": "staff" | "staff_inactive"}`` when the address is there already.
    """
    ours = _administered(actor)
    there = db.execute(
        select(StaffMember.active).where(
            col(StaffMember.municipality_id) == ours, sa.func.lower(col(StaffMember.email)) == email.lower()
        )
    ).first()
    if there is not None:
        raise Invalid({"email": "staff" if there.active else "staff_inactive"})
    member = StaffMember(
        municipality_id=ours,
        name=facts.name,
        title=facts.title,
        delegation=facts.delegation,
        email=email.lower(),
        roles=_values(facts.roles),
        added_at=now,
    )
    db.add(member)
    db.flush()
    _tell(db, member, "added", {"roles": member.roles}, actor=actor, now=now)
    later(
        db,
        "letters.write_one",
        kind=LetterKind.STAFF_ADDED.value,
        recipient=member.email,
        recipient_name=member.name,
        language=language,
        link="/logga-in/kommun",
        facts={
            "municipality": db.scalars(select(Municipality.name).where(col(Municipality.id) == ours)).one(),
            "added_by": actor.name,
            "roles": member.roles,
        },
        municipality_id=str(ours),
        provider_id=None,
    )
    return member.id


def change(db: Session, member_id: UUID, facts: StaffFacts, *, actor: Actor, now: datetime) -> None:
    """Give other facts or roles; they hold from the person's next page on.

    Raises:
        NotAllowed: ``own_administrator`` or ``last_administrator``.
    """
    member = _locked(db, member_id, actor)
    if _administers(member) and Role.MUNICIPAL_ADMINISTRATOR not in facts.roles:
        _keep_an_administrator(db, member, actor)
    before = list(member.roles)
    member.name, member.title, member.delegation = facts.name, facts.title, facts.delegation
    member.roles = _values(facts.roles)
    db.add(member)
    _tell(db, member, "changed", {"roles_before": before, "roles": member.roles}, actor=actor, now=now)


def deactivate(db: Session, member_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Let the person in no longer, from their next page on.

    Raises:
        NotAllowed: ``last_administrator`` or ``own_administrator``.
    """
    member = _locked(db, member_id, actor)
    if _administers(member):
        _keep_an_administrator(db, member, actor)
    member.active = False
    db.add(member)
    _tell(db, member, "deactivated", {"roles": member.roles}, actor=actor, now=now)


def reactivate(db: Session, member_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Let the person in again, with the roles that they had."""
    member = _locked(db, member_id, actor)
    member.active = True
    db.add(member)
    _tell(db, member, "reactivated", {"roles": member.roles}, actor=actor, now=now)


def _tell(
    db: Session, member: StaffMember, what: str, facts: dict[str, list[str]], *, actor: Actor, now: datetime
) -> None:
    kind, ours = f"staff.{what}", member.municipality_id
    tell(db, kind, municipality_id=ours, member_id=member.id, facts=facts, actor=actor, now=now)


def _administered(actor: Actor) -> UUID:
    if actor.municipality_id is None or not actor.may(Role.MUNICIPAL_ADMINISTRATOR):
        raise NotAllowed("role")
    return actor.municipality_id


def _locked(db: Session, member_id: UUID, actor: Actor) -> StaffMember:
    """The person, with the municipality's row locked: two who remove each other come one after the other."""
    ours = _administered(actor)
    db.execute(select(Municipality.id).where(col(Municipality.id) == ours).with_for_update())
    wanted = select(StaffMember).where(col(StaffMember.id) == member_id, col(StaffMember.municipality_id) == ours)
    member = db.exec(wanted, execution_options={"populate_existing": True}).one_or_none()
    if member is None:
        raise NotFound("staff", member_id)
    return member


def _administers(member: StaffMember) -> bool:
    return member.active and Role.MUNICIPAL_ADMINISTRATOR.value in member.roles


def _keep_an_administrator(db: Session, member: StaffMember, actor: Actor) -> None:
    """Somebody else must be left who administers and who has signed in: an address alone may be a wrong one."""
    others = select(StaffMember.id).where(
        col(StaffMember.municipality_id) == member.municipality_id,
        col(StaffMember.id) != member.id,
        col(StaffMember.active),
        col(StaffMember.person_id).is_not(None),
        col(StaffMember.roles).contains([Role.MUNICIPAL_ADMINISTRATOR.value]),
    )
    if db.execute(others.limit(1)).first() is None:
        raise NotAllowed("last_administrator")
    if member.person_id == actor.person_id:
        raise NotAllowed("own_administrator")


def _values(roles: Iterable[Role]) -> list[str]:
    """In the order of the roles, each once."""
    return [role.value for role in STAFF_ROLES if role in frozenset(roles)]
