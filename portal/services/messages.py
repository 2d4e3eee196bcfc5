"""The company reads a letter: it is read when one of its people has opened it."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select, update

from portal.db.tables import Letter
from portal.domain.actors import Actor
from portal.errors import NotFound


def mark_read(db: Session, letter_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Mark the letter, and its copies to the company's other people, as read; the first time is kept."""
    letter = db.execute(
        select(Letter.created_at, Letter.kind, Letter.case_id).where(
            col(Letter.id) == letter_id, col(Letter.provider_id) == actor.provider_id, col(Letter.to_company).is_(True)
        )
    ).one_or_none()
    if letter is None:
        raise NotFound("letter", letter_id)
    db.execute(
        update(Letter)
        .where(
            col(Letter.provider_id) == actor.provider_id,
            col(Letter.to_company).is_(True),
            col(Letter.created_at) == letter.created_at,
            col(Letter.kind) == letter.kind,
            col(Letter.case_id).is_not_distinct_from(letter.case_id),
            col(Letter.read_at).is_(None),
        )
        .values(read_at=now)
        .execution_options(synchronize_session=False)
    )
