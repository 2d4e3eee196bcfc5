"""Where a company may write in an application, and when: asked by every verb that changes an answer or a document."""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam
from sqlalchemy.orm import aliased
from sqlalchemy.orm.util import identity_key
from sqlmodel import Session, col, select, update

from portal.db.conditions import read, read_sets
from portal.db.tables import Application, Confirmation, Supplement, SupplementItem
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, EDITABLE, State
from portal.domain.conditions import ConditionSets
from portal.domain.effect import together
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, NotAllowed, NotFound, TransitionRefused


def own(db: Session, application_id: UUID, *, actor: Actor) -> Application:
    """The company's application; another company's is not found."""
    return _owned(db.get(Application, application_id), application_id, actor=actor)


def _owned(application: Application | None, application_id: UUID, *, actor: Actor) -> Application:
    if application is None or actor.provider_id is None or application.provider_id != actor.provider_id:
        raise NotFound("application", application_id)
    return application


def person_of(actor: Actor) -> UUID:
    """Who writes: a person, never the clock."""
    if actor.person_id is None:
        raise NotAllowed("role")
    return actor.person_id


def held(db: Session, application_id: UUID, *, actor: Actor, alone: bool = False) -> Application:
    """The company's application, which nobody moves on until this transaction ends.

    Those who write answers hold it together; who takes a step holds it ``alone``,
    so that what is submitted is what was looked at.  Asked again in the same
    transaction it is held already.

    Raises:
        ChangedMeanwhile: it was moved on while we waited, or since this session looked at it.
    """
    if not alone and db.info.get(_HELD) == (db.get_transaction(), application_id):
        return own(db, application_id, actor=actor)
    known = db.identity_map.get(identity_key(Application, application_id))
    seen = known.state if known is not None else None
    found = db.execute(_holding(alone), {"id": application_id}, execution_options={"populate_existing": True})
    application, before = found.one_or_none() or (None, None)
    application = _owned(application, application_id, actor=actor)
    if application.state is not (seen or before):
        raise ChangedMeanwhile(application_id)
    # The transaction itself stands there, so that what another one held is never taken for held in this one.
    db.info[_HELD] = (db.get_transaction(), application_id)
    return application


_HELD = "the application that a transaction holds"


@cache
def _holding(alone: bool) -> Any:
    """The application as it stands when it is ours, beside its state when we began to wait for it.

    PostgreSQL reads a row that it had to wait for anew, and everything else in the statement as it was.
    """
    before: Any = aliased(Application)
    id_ = bindparam("id", type_=Uuid())
    return (
        select(Application, select(before.state).where(before.id == id_).scalar_subquery())
        .where(col(Application.id) == id_)
        .with_for_update(read=not alone, of=Application)
    )


def sets_of(db: Session, application: Application) -> ConditionSets:
    return read_sets(db, general_id=application.general_version_id, service_id=application.service_version_id)


def sets_asking(db: Session, application: Application, criterion_id: str) -> ConditionSets:
    """The conditions under which a criterion is asked: since the decision a newer version may have asked for it."""
    sets = sets_of(db, application)
    version_id = db.exec(
        select(Confirmation.version_id)
        .where(
            col(Confirmation.case_id) == application.id,
            col(Confirmation.criterion) == criterion_id,
            col(Confirmation.ended_at).is_(None),
        )
        .order_by(col(Confirmation.asked_at).desc())
        .limit(1)
    ).one_or_none()
    return together(sets, read(db, version_id)) if version_id is not None else sets


def open_part(
    db: Session, application_id: UUID, criterion_id: str, *, actor: Actor
) -> tuple[Application, ConditionSets]:
    """The application, held while one of its criteria is written.

    Raises:
        NotAllowed: the role does not write, or this criterion was not asked about.
        TransitionRefused: it is with the municipality, or decided.
    """
    application = held(db, application_id, actor=actor)
    return application, _opened(db, application, criterion_id, actor=actor)


def look_at_part(
    db: Session, application_id: UUID, criterion_id: str, *, actor: Actor
) -> tuple[Application, ConditionSets]:
    """Whether one may write there, before one does: as ``open_part``, without holding the application."""
    application = own(db, application_id, actor=actor)
    return application, _opened(db, application, criterion_id, actor=actor)


def _opened(db: Session, application: Application, criterion_id: str, *, actor: Actor) -> ConditionSets:
    sets = sets_of(db, application)
    if criterion_id not in sets.by_id:
        raise NotFound("criterion", criterion_id)
    if not actor.may(Role.EDITOR):
        raise NotAllowed("role")
    if application.state not in EDITABLE:
        raise TransitionRefused(APPLICATION.name, application.state.value, "write", tuple(sorted(actor.roles)))
    if application.state is State.SUPPLEMENT_REQUESTED and criterion_id not in asked_again(db, application.id):
        raise NotAllowed("closed_part")
    return sets


def open_supplement(db: Session, application_id: UUID) -> Supplement | None:
    """The request that waits for its answer; there is never more than one."""
    return db.exec(
        select(Supplement)
        .where(
            col(Supplement.application_id) == application_id,
            col(Supplement.answered_at).is_(None),
            col(Supplement.closed_at).is_(None),
        )
        .order_by(col(Supplement.requested_at).desc())
        .limit(1)
    ).one_or_none()


def asked_again(db: Session, application_id: UUID) -> dict[str, SupplementItem]:
    """What the open request asks about, by criterion."""
    waiting = (
        col(Supplement.application_id) == application_id,
        col(Supplement.answered_at).is_(None),
        col(Supplement.closed_at).is_(None),
    )
    rows = db.exec(select(SupplementItem).join(Supplement).where(*waiting)).all()
    return {row.criterion: row for row in rows}


def touch(db: Session, application: Application, criterion_id: str, *, now: datetime) -> None:
    """Note that something that was asked about has been changed."""
    if application.state is not State.SUPPLEMENT_REQUESTED:
        return
    waiting = select(Supplement.id).where(
        col(Supplement.application_id) == application.id,
        col(Supplement.answered_at).is_(None),
        col(Supplement.closed_at).is_(None),
    )
    db.execute(
        update(SupplementItem)
        .where(col(SupplementItem.criterion) == criterion_id, col(SupplementItem.supplement_id).in_(waiting))
        .values(touched_at=now)
    )
