"""A session that serves somebody, and what the record says of a case."""

from datetime import datetime

from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import Application, Event
from portal.domain.actors import Actor
from portal.services import applications
from portal.web.desk import Resources


def serve(db: Session, actor: Actor) -> Session:
    """The portal's session, bound to what this person may see until it is committed or rolled back."""
    enter(db, Scope.of(actor))
    return db


def kinds(owner: Session, application: Application) -> list[str]:
    """What has happened in a case, first to last."""
    owner.rollback()
    return list(owner.exec(select(Event.kind).where(col(Event.case_id) == application.id).order_by(col(Event.seq))))


def looked_at_before_another_submits(
    db: Session, resources: Resources, application: Application, actor: Actor, *, now: datetime
) -> Application:
    """The application as this session saw it, for the caller to hold; it has been submitted from another tab since."""
    seen = serve(db, actor).get_one(Application, application.id)
    with Session(resources.engine, expire_on_commit=False) as other:
        applications.submit(serve(other, actor), application.id, attested=True, actor=actor, now=now)
        other.commit()
    return seen
