"""Makes a municipality of a test's own with its conditions, an administrator in it, and drafts."""

import secrets
from uuid import UUID

from sqlmodel import Session

from portal.db.session import Scope, enter
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.services import drafts
from tests.factories import NOW, Place, make_municipality, make_staff


def make_place(owner: Session) -> Place:
    """Published versions cannot be taken away again, so that a test that publishes has a municipality of its own."""
    return make_municipality(owner, own_slug=f"villkor-{secrets.token_hex(4)}")


def make_administrator(owner: Session, place: Place, name: str = "Henrik Wallin") -> Actor:
    return make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR, name=name, title="Systemförvaltare")


def make_draft(
    db: Session, actor: Actor, service_id: UUID | None = None, *, name: str = "Villkor från maj", now=NOW
) -> UUID:
    """A draft as it is when it has just been begun; stored."""
    enter(db, Scope.of(actor))
    draft_id = drafts.create(db, service_id, name, actor=actor, now=now)
    db.commit()
    enter(db, Scope.of(actor))
    return draft_id
