"""Sessions, and whom the database is told that they serve.

The portal connects as a role without ownership.  Row-level security reads
``app.municipality``, ``app.provider``, ``app.person`` and ``app.invitation``,
which live as long as the transaction: a query without them sees only what is
public (house rule 5).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from uuid import UUID

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import make_transient_to_detached
from sqlmodel import Session, SQLModel

from portal.domain.actors import Actor


@dataclass(frozen=True)
class Scope:
    """Whom a transaction serves."""

    municipality_id: UUID | None = None
    provider_id: UUID | None = None
    person_id: UUID | None = None

    @classmethod
    def of(cls, actor: Actor) -> "Scope":
        return cls(actor.municipality_id, actor.provider_id, actor.person_id)


_SET = sa.text(
    "SELECT set_config('app.municipality', :municipality, true),"
    " set_config('app.provider', :provider, true), set_config('app.person', :person, true)"
)


def enter(db: Session, scope: Scope) -> None:
    """Tell the database whom this transaction serves, until it ends or is told otherwise."""
    db.execute(
        _SET,
        {
            "municipality": str(scope.municipality_id or ""),
            "provider": str(scope.provider_id or ""),
            "person": str(scope.person_id or ""),
        },
    )


def write_new(db: Session, row: SQLModel) -> None:
    """Insert a row at once, and let the session know of it as if it had been read.

    What ``add`` and ``flush`` do, at half the price: they sort everything that waits.  For rows that are written
    often; what a row refers to must have been written before.
    """
    db.connection().execute(_insert_into(type(row)), row.model_dump())
    make_transient_to_detached(row)
    db.add(row)


@cache
def _insert_into(table: type[SQLModel]) -> sa.Insert:
    return sa.insert(table.__table__)  # type: ignore[attr-defined]


THREADS = 40
"""How many requests anyio runs in threads at once."""
CONNECTIONS = THREADS + 4
"""The most that a process has: those of the threads, and some for the event loop."""


def make_engine(url: str, *, pool_size: int = 8) -> sa.Engine:
    """An engine for ``postgresql://…``; psycopg 3, prepared statements from the third use on, JSON by msgspec.

    The pages that run in the event loop follow each other on one connection; each thread has another.  A page must
    not wait in the loop for one: those who hold it, in threads, give it back in that same loop.  So there are more
    connections than threads, and where they still run out the request fails after a moment instead of standing still
    with all the others.

    ``pool_size`` are kept: a new one has no prepared statements, and making it costs more than a page.  The one given
    back last is lent first, which keeps those of the loop on the one whose statements are prepared.
    """
    return sa.create_engine(
        url.replace("postgresql://", "postgresql+psycopg://", 1),
        pool_size=pool_size,
        max_overflow=CONNECTIONS - pool_size,
        pool_timeout=2,
        pool_pre_ping=False,
        pool_use_lifo=True,
        json_deserializer=msgspec.json.decode,
        connect_args={"prepare_threshold": 2, "options": "-c timezone=UTC", "application_name": "kundval"},
    )


SessionFactory = Callable[[], Session]


@contextmanager
def reading(engine: sa.Engine, scope: Scope | None = None) -> Iterator[Session]:
    """One transaction that only reads: whatever was done in it is undone."""
    with Session(engine, expire_on_commit=False) as db:
        if scope is not None:
            enter(db, scope)
        yield db


@contextmanager
def transaction(engine: sa.Engine, scope: Scope | None = None) -> Iterator[Session]:
    """One transaction for a job or a command: commits at the end, rolls back on any exception."""
    with Session(engine, expire_on_commit=False) as db:
        if scope is not None:
            enter(db, scope)
        yield db
        db.commit()
