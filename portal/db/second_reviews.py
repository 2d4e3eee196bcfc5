"""Whether a second review still stands before a proposal; read by services and pages alike."""

from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import SecondReview
from portal.domain.second_review import is_drawn


def latest(db: Session, application_id: UUID) -> SecondReview | None:
    """The one asked for last.  At most one is open."""
    statement = select(SecondReview).where(col(SecondReview.application_id) == application_id)
    return db.exec(statement.order_by(col(SecondReview.demanded_at).desc()).limit(1)).first()


def is_awaited(row: SecondReview | None, application_id: UUID, percent: int) -> bool:
    """Whether somebody has yet to read the case: asked and not answered, or drawn and never asked."""
    if row is not None:
        return row.reviewed_at is None
    return is_drawn(application_id, percent)
