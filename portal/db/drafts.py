"""Drafts of conditions, and the version that a draft follows, as services and pages read them."""

from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import ConditionDraft, ConditionVersion
from portal.domain.actors import Actor
from portal.errors import NotFound


def read(db: Session, draft_id: UUID, *, actor: Actor, lock: bool = False) -> ConditionDraft:
    """One of the municipality's own drafts, published ones too; a discarded one is not there.

    Raises:
        NotFound: there is none, or it is another municipality's.
    """
    wanted = select(ConditionDraft).where(col(ConditionDraft.id) == draft_id)
    if lock:
        wanted = wanted.with_for_update()
    row = db.exec(wanted, execution_options={"populate_existing": True}).one_or_none()
    if row is None or row.municipality_id != actor.municipality_id or row.discarded_at is not None:
        raise NotFound("draft", draft_id)
    return row


def newest(db: Session, municipality_id: UUID, service_id: UUID | None) -> ConditionVersion:
    """The last published version of a set, in force or still to come.

    Raises:
        NotFound: the municipality has no such set.
    """
    found = db.exec(
        select(ConditionVersion)
        .where(
            col(ConditionVersion.municipality_id) == municipality_id,
            col(ConditionVersion.service_id) == service_id,
        )
        .order_by(col(ConditionVersion.valid_from).desc(), col(ConditionVersion.number).desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        raise NotFound("conditions", service_id or municipality_id)
    return found
