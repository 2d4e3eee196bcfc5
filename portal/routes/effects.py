"""The effect of a draft of conditions: have it counted, follow it, and look at whom it concerns."""

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.services import effect_reading, effects
from portal.views import effect
from portal.web.desk import AnyRequest
from portal.web.guards import only
from portal.web.pages import page


def _here(draft_id: UUID) -> str:
    return f"/kommun/villkor/utkast/{draft_id}/verkan"


@get("/", sync_to_thread=False)
def show(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    utfall: FromQuery[str] = "",
    villkor: FromQuery[str] = "",
    efter: FromQuery[str] = "",
) -> Response[str]:
    view = effect.build(db, draft_id, actor=actor, outcome=utfall, criterion=villkor, after=efter)
    return page(request, "effect/draft.html", view)


@post("/", sync_to_thread=False)
def order(
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    effects.order(db, draft_id, actor=actor, now=now)
    return Redirect(_here(draft_id), status_code=303)


@post("/avbryt", sync_to_thread=False)
def cancel(
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    effects.cancel(db, draft_id, actor=actor, now=now)
    return Redirect(_here(draft_id), status_code=303)


@get("/{application_id:uuid}", sync_to_thread=True)
def show_one(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
) -> Response[str]:
    looked = effect_reading.look(db, draft_id, application_id, actor=actor)
    return page(request, "effect/one.html", effect.one(looked, draft_id))


router = Router(
    "/kommun/villkor/utkast/{draft_id:uuid}/verkan",
    route_handlers=[show, order, cancel, show_one],
    guards=[only(Role.MUNICIPAL_ADMINISTRATOR)],
)
