"""The second reviewer: what waits for one, asking for one, and the answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.errors import Invalid, NotReady
from portal.forms import second_review as forms
from portal.forms.fields import Fields
from portal.services import review, second_review
from portal.views import second_review as views
from portal.views.case_head import read_head
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@get("/andra-granskning", sync_to_thread=False)
def awaited(request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Response[str]:
    return page(request, "staff/second_reviews.html", views.awaited(db, actor=actor))


@get("/{case_id:uuid}/andra-granskning", sync_to_thread=False)
def show(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "staff/second_review.html", views.build(db, case_id, actor=actor, now=now))


@post("/{case_id:uuid}/andra-granskning/begar", sync_to_thread=False)
def demand(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    try:
        second_review.demand(db, case_id, note=fields.text("fraga")[:2000], actor=actor, now=now)
    except NotReady:
        # The page says how many criteria are not judged yet.
        view = views.build(db, case_id, actor=actor, now=now, typed=fields.text)
        return page(request, "staff/second_review.html", view, status_code=422)
    return Redirect(f"/kommun/arenden/{case_id}/andra-granskning", status_code=303)


@post("/{case_id:uuid}/andra-granskning/svar", sync_to_thread=False)
def answer(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields, head = Fields.of(desk_of(request).posted), read_head(db, case_id, actor=actor, now=now)
    form = forms.read_answer(fields, head.sets.by_id)
    if form.conflicted:
        review.declare_conflict(db, case_id, note="", actor=actor, now=now)
        return Redirect(f"/kommun/arenden/{case_id}", status_code=303)
    problems = forms.jav_problem() if form.conflicted is None and head.my_conflict is None else ()
    if not problems:
        try:
            second_review.answer(db, case_id, form.points, note=form.note, actor=actor, now=now)
        except Invalid as refused:
            problems = forms.point_problems(refused.errors)
        else:
            return Redirect(f"/kommun/arenden/{case_id}/andra-granskning", status_code=303)
    view = views.build(db, case_id, actor=actor, now=now, typed=fields.text, problems=problems)
    return page(request, "staff/second_review.html", view, status_code=422)


reading = Router(
    "/kommun/arenden", route_handlers=[awaited, show], guards=[only(Role.CASE_OFFICER, Role.DECISION_MAKER)]
)
writing = Router("/kommun/arenden", route_handlers=[demand, answer], guards=[only(Role.CASE_OFFICER)])
