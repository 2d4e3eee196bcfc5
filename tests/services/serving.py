"""A session that serves somebody, and what the record says of a case."""

from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import Application, Event
from portal.domain.actors import Actor


def serve(db: Session, actor: Actor) -> Session:
    """The portal's session, bound to what this person may see until it is committed or rolled back."""
    enter(db, Scope.of(actor))
    return db


def kinds(owner: Session, application: Application) -> list[str]:
    """What has happened in a case, first to last."""
    owner.rollback()
    return list(owner.exec(select(Event.kind).where(col(Event.case_id) == application.id).order_by(col(Event.seq))))
