"""The queue of work that follows a decision: procrastinate on the database we have.

A job is deferred on the session's own connection, so that it is stored with
the decision or not at all.  Tasks are named here by string: they live in
``portal.jobs``, which calls services, and not the other way round.
"""

from datetime import datetime
from typing import Any

import procrastinate
from sqlmodel import Session

queue = procrastinate.App(connector=procrastinate.PsycopgConnector())


BEHIND = -10
"""The priority of work that everything else goes before, since there is much of it."""


def later(
    db: Session, task: str, *, at: datetime | None = None, lock: str | None = None, priority: int = 0, **arguments: Any
) -> None:
    """Defer ``task`` in this transaction, ``at`` a moment; of those with the same ``lock``, one runs at a time."""
    connection = db.connection().connection.driver_connection
    queue.configure_task(task, connection=connection, schedule_at=at, lock=lock, priority=priority).defer(**arguments)
