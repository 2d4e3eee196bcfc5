"""How often something may be tried: a count for each subject and window, in the database, for all processes."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, delete

from portal.db.tables import Rate
from portal.errors import TooMany


def allow(db: Session, subject: str, *, limit: int, seconds: int, now: datetime) -> None:
    """Count one try.

    Raises:
        TooMany: it was tried ``limit`` times already in this window of ``seconds``.
    """
    window = int(now.timestamp()) // seconds * seconds
    if db.execute(_COUNTED, {"subject": subject, "window": window}).scalar_one() > limit:
        raise TooMany(window + seconds - int(now.timestamp()))


_COUNTED = sa.text(
    'INSERT INTO rate (subject, "window", count) VALUES (:subject, :window, 1)'
    ' ON CONFLICT (subject, "window") DO UPDATE SET count = rate.count + 1 RETURNING count'
)


def sweep(db: Session, *, now: datetime) -> int:
    """Remove counts older than a day; called by the timetable."""
    return int(db.execute(delete(Rate).where(col(Rate.window) < int(now.timestamp()) - 86_400)).rowcount)  # type: ignore[attr-defined]
