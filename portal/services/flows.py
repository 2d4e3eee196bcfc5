"""Errands at the identity provider: what must be remembered until the person is back, for a quarter of an hour."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, delete

from portal.db.tables import Flow
from portal.services.sessions import token_hash

LASTS = timedelta(minutes=15)


@dataclass(frozen=True)
class Errand:
    """``purpose`` is ``company``, ``staff`` (sign in) or ``sign_company``, ``sign_municipality`` (sign a contract)."""

    purpose: str
    started: Mapping[str, Any]
    return_to: str
    session_hash: bytes | None
    subject_id: UUID | None


def begin(
    db: Session,
    *,
    purpose: str,
    state: str,
    started: Mapping[str, Any],
    return_to: str,
    now: datetime,
    session_token: str | None = None,
    subject_id: UUID | None = None,
) -> None:
    db.add(
        Flow(
            state_hash=token_hash(state),
            purpose=purpose,
            started=dict(started),
            return_to=return_to,
            session_hash=token_hash(session_token) if session_token else None,
            subject_id=subject_id,
            created_at=now,
        )
    )
    db.flush()


def take(db: Session, state: str, *, now: datetime) -> Errand | None:
    """The errand behind a ``state``, once: a second answer with the same state finds nothing."""
    row = db.get(Flow, token_hash(state), with_for_update=True)
    if row is None:
        return None
    errand = Errand(row.purpose, row.started, row.return_to, row.session_hash, row.subject_id)
    db.delete(row)
    db.flush()
    return errand if row.created_at > now - LASTS else None


def sweep(db: Session, *, now: datetime) -> int:
    """Remove errands nobody came back from; called by the timetable."""
    return int(db.execute(delete(Flow).where(col(Flow.created_at) < now - LASTS)).rowcount)  # type: ignore[attr-defined]
