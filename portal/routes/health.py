"""For those who run the portal: is the process alive, and can it do its work?"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from litestar import Response, Router, get
from sqlalchemy.exc import SQLAlchemyError

from documents.store import StoreError
from portal.domain.documents import ALARM_AFTER
from portal.web.desk import AnyRequest, Resources, desk_of

log = logging.getLogger("portal.health")


@get("/healthz", sync_to_thread=False)
def alive() -> dict[str, bool]:
    """The process answers.  Asks nobody else, so that a restart is not ordered when another part is away."""
    return {"ok": True}


@get("/readyz", sync_to_thread=True)
def ready(request: AnyRequest) -> Response[dict[str, Any]]:
    """200 when every part answers; otherwise 503 and the names of those that do not."""
    resources = desk_of(request).resources
    parts = {"database": _database, "store": _store, "queue": _queue}
    missing = [name for name, asks in parts.items() if not _answers(name, asks, resources)]
    told = {"ok": not missing, "missing": missing, "documents_waiting": _waiting(resources, desk_of(request).now)}
    return Response(told, status_code=503 if missing else 200)


def _waiting(resources: Resources, now: datetime) -> int | None:
    """How many documents have waited too long for their scan: an alarm, and no reason to send nobody here."""
    try:
        with resources.engine.connect() as connection:
            found = connection.execute(
                sa.text("SELECT waiting FROM documents_overdue(:since)"), {"since": now - ALARM_AFTER}
            )
            return int(found.scalar_one())
    except SQLAlchemyError:
        return None


def _answers(name: str, asks: Callable[[Resources], None], resources: Resources) -> bool:
    try:
        asks(resources)
    except (SQLAlchemyError, StoreError) as error:
        log.warning("%s does not answer: %s", name, error)
        return False
    return True


def _database(resources: Resources) -> None:
    with resources.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM municipality LIMIT 1"))


def _queue(resources: Resources) -> None:
    with resources.engine.connect() as connection:
        connection.execute(sa.text("SELECT 1 FROM procrastinate_jobs LIMIT 1"))


def _store(resources: Resources) -> None:
    resources.store.ping()


router = Router("/", route_handlers=[alive, ready])
