"""For those who run the portal: is the process alive, and can it do its work?"""

import logging
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from litestar import Request, Response, Router, get
from sqlalchemy.exc import SQLAlchemyError

from documents.store import StoreError
from portal.web.desk import Resources, desk_of

log = logging.getLogger("portal.health")


@get("/healthz", sync_to_thread=False)
def alive() -> dict[str, bool]:
    """The process answers.  Asks nobody else, so that a restart is not ordered when another part is away."""
    return {"ok": True}


@get("/readyz", sync_to_thread=True)
def ready(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
    """200 when every part answers; otherwise 503 and the names of those that do not."""
    resources = desk_of(request).resources
    parts = {"database": _database, "store": _store, "queue": _queue}
    missing = [name for name, asks in parts.items() if not _answers(name, asks, resources)]
    return Response({"ok": not missing, "missing": missing}, status_code=503 if missing else 200)


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
