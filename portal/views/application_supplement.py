"""What a request for supplement asks: read in one statement by each page that needs it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from portal.db.tables import Person, Supplement, SupplementItem


@dataclass(frozen=True)
class Asked:
    question: str
    touched_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Request:
    message: str
    due_on: date
    officer: str
    requested_at: datetime
    items: Mapping[str, Asked] = field(default_factory=dict)

    @property
    def untouched(self) -> tuple[str, ...]:
        return tuple(criterion for criterion, asked in self.items.items() if asked.touched_at is None)


def read_request(db: Session, application_id: UUID) -> Request | None:
    """The request that waits for an answer, with its questions by criterion."""
    rows = db.execute(
        select(
            col(Supplement.message),
            col(Supplement.due_on),
            col(Supplement.requested_at),
            col(Person.name),
            col(SupplementItem.criterion),
            col(SupplementItem.question),
            col(SupplementItem.touched_at),
        )
        .join(SupplementItem, col(SupplementItem.supplement_id) == col(Supplement.id))
        .join(Person, col(Person.id) == col(Supplement.requested_by))
        .where(
            col(Supplement.application_id) == application_id,
            col(Supplement.answered_at).is_(None),
            col(Supplement.closed_at).is_(None),
        )
        .order_by(col(SupplementItem.criterion))
    ).all()
    if not rows:
        return None
    first = rows[0]
    return Request(
        message=first.message,
        due_on=first.due_on,
        officer=first.name,
        requested_at=first.requested_at,
        items={row.criterion: Asked(row.question, row.touched_at) for row in rows},
    )
