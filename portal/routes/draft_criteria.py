"""One criterion of a draft: seen, saved, removed, had back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.drafting import Step
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, NotFound
from portal.forms.drafts import read_edit
from portal.forms.fields import Fields
from portal.services import draft_edits
from portal.views.draft_criterion import CriterionPage
from portal.views.drafts import button_id
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page

STEPS = {"upp": Step.UP, "ned": Step.DOWN}
PATH = "/{draft_id:uuid}/villkor/{criterion:str}"


@get(PATH, sync_to_thread=False)
def show(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    nytt: FromQuery[str] = "",
    sparat: FromQuery[str] = "",
) -> Response[str]:
    view = CriterionPage.read(db, draft_id, criterion, actor, fresh=bool(nytt), done=bool(sparat))
    return page(request, "conditions/criterion.html", view)


@post(PATH, sync_to_thread=False)
def save(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Stored whatever is wrong with it; who still has something to mend stays on the page."""
    fields = Fields.of(desk_of(request).posted)
    names = [key.removeprefix("grans-") for key, _ in fields.pairs if key.startswith("grans-")]
    edit = read_edit(fields, dict.fromkeys(names))
    try:
        whole = draft_edits.save(db, draft_id, criterion, edit, seen=fields.text("sett"), actor=actor, now=now)
    except ChangedMeanwhile:
        view = CriterionPage.read(db, draft_id, criterion, actor, typed=edit)
        return page(request, "conditions/criterion.html", view, status_code=409)
    here = f"/kommun/villkor/utkast/{draft_id}"
    where = f"{here}?klart=sparat#{criterion.lower()}" if whole else f"{here}/villkor/{criterion}?sparat=ja"
    return Redirect(where, status_code=303)


@post(f"{PATH}/ta-bort", sync_to_thread=False)
def remove(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    seen = Fields.of(desk_of(request).posted).text("sett")
    try:
        draft_edits.remove(db, draft_id, criterion, seen=seen, actor=actor, now=now)
    except ChangedMeanwhile:
        view = CriterionPage.read(db, draft_id, criterion, actor, outdated=True)
        return page(request, "conditions/criterion.html", view, status_code=409)
    return Redirect(f"/kommun/villkor/utkast/{draft_id}?klart=borttaget", status_code=303)


@post(f"{PATH}/flytta", sync_to_thread=False)
def move(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    """Back to the same button, so that it can be pressed again."""
    way = Fields.of(desk_of(request).posted).text("hall")
    if way not in STEPS:
        raise NotFound("step", way)
    draft_edits.move(db, draft_id, criterion, STEPS[way], actor=actor, now=now)
    there = button_id(criterion, STEPS[way])
    return Redirect(f"/kommun/villkor/utkast/{draft_id}?ordna=ja&klart=flyttat#{there}", status_code=303)


@post(f"{PATH}/ta-tillbaka", sync_to_thread=False)
def restore(
    draft_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    draft_edits.restore(db, draft_id, criterion, actor=actor, now=now)
    return Redirect(f"/kommun/villkor/utkast/{draft_id}?klart=tillbaka#{criterion.lower()}", status_code=303)


router = Router(
    "/kommun/villkor/utkast",
    route_handlers=[show, save, remove, move, restore],
    guards=[only(Role.MUNICIPAL_ADMINISTRATOR)],
)
