"""How the work is spread over the officers, and cases given from one to another."""

from datetime import datetime
from typing import Any

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import LEADS
from portal.errors import Invalid
from portal.forms.assignment import read_assignment, refused
from portal.forms.fields import Fields
from portal.services import assignment
from portal.views import assignment as views
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@get("/", sync_to_thread=False)
def show(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    handlaggare: FromQuery[str] = "",
    klart: FromQuery[str] = "",
) -> Response[str]:
    done = int(klart) if klart.isdecimal() and len(klart) < 4 else 0
    view = views.build(db, whose=handlaggare, actor=actor, now=now, done=done)
    return page(request, "staff/assignment.html", view)


@post("/", sync_to_thread=False)
def assign(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    form, whose = read_assignment(fields), fields.text("handlaggare")
    problems = form.problems
    if not problems and form.to is not None:
        try:
            moved = assignment.assign(db, form.cases, to=form.to, reason=form.reason, actor=actor, now=now)
        except Invalid as refusal:
            problems = refused(refusal.errors, refusal.facts)
        else:
            return Redirect(f"{views.ADDRESS}?klart={len(moved)}", status_code=303)
    typed = views.Typed(form.cases, fields.text("till"), form.reason, problems)
    view = views.build(db, whose=whose, actor=actor, now=now, typed=typed)
    return page(request, "staff/assignment.html", view, status_code=422)


router = Router("/kommun/fordelning", route_handlers=[show, assign], guards=[only(*LEADS)])
