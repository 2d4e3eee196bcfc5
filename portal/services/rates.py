"""How often something may be tried: a count for each subject and window, in the database, for all processes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, delete

from portal.db.tables import Rate
from portal.errors import TooMany


def allow(db: Session, subject: str, *, limit: int, seconds: int, now: datetime) -> None:
    """Count one try.

    Raises:
        TooMany: it was tried ``limit`` times already in this window of ``seconds``.
    """
    window = int(now.timestamp()) // seconds * seconds
    statement = (
        insert(Rate)
        .values(subject=subject, window=window, count=1)
        .on_conflict_do_update(
            index_elements=["subject", "window"], set_={"count": sa.literal_column("rate.count") + 1}
        )
        .returning(col(Rate.count))
    )
    if db.execute(statement).scalar_one() > limit:
        raise TooMany(window + seconds - int(now.timestamp()))


def sweep(db: Session, *, now: datetime) -> int:
    """Remove counts older than a day; called by the timetable."""
    return int(db.execute(delete(Rate).where(col(Rate.window) < int(now.timestamp()) - 86_400)).rowcount)  # type: ignore[attr-defined]
