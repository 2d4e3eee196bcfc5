"""Forms that were sent when the session had ended: kept for a day, given back once."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete

from portal.db.tables import ParkedForm
from portal.errors import NotFound
from portal.services.sessions import token_hash

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Parked:
    path: str
    fields: tuple[tuple[str, str], ...]


def park(db: Session, *, path: str, fields: list[tuple[str, str]], now: datetime) -> str:
    """Keep a form; the token that is returned is the only way to it."""
    token = secrets.token_urlsafe(24)
    db.add(ParkedForm(token_hash=token_hash(token), path=path, fields=[list(pair) for pair in fields], created_at=now))
    db.flush()
    return token


def unpark(db: Session, token: str, *, now: datetime) -> Parked:
    """The form behind a token.  It stays until it is swept, so that a reload shows it again."""
    row = db.get(ParkedForm, token_hash(token))
    if row is None or row.created_at < now - KEPT:
        raise NotFound("parked form", "")
    return Parked(row.path, tuple((name, value) for name, value in row.fields))


def sweep(db: Session, *, now: datetime) -> int:
    """Remove forms older than a day; called by the timetable."""
    return int(db.execute(delete(ParkedForm).where(col(ParkedForm.created_at) < now - KEPT)).rowcount)  # type: ignore[attr-defined]
