"""Saved views of the work list: one page on which they are made, renamed, shared and removed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.domain.worklist import Wanted
from portal.errors import Invalid
from portal.forms.fields import Fields
from portal.forms.saved_views import ViewForm, name_problem
from portal.services import saved_views
from portal.views import saved_views as views
from portal.views.worklist import address_of
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@get("/", sync_to_thread=False)
def show(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    urval: FromQuery[str] = "",
    q: FromQuery[str] = "",
    tjanst: FromQuery[str] = "",
    sortering: FromQuery[str] = "",
    klart: FromQuery[str] = "",
) -> Response[str]:
    new = (
        Wanted.read(urval=urval, q=q, tjanst=tjanst, sortering=sortering) if request.query_params.get("urval") else None
    )
    view = views.build(db, saved_views.kept_for(db, actor), new=new, actor=actor, done=bool(klart))
    return page(request, "staff/views.html", view)


@post("/", sync_to_thread=False)
def save(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    form = ViewForm.read(fields)
    wanted = Wanted.read(**{name: fields.text(name) for name in ("urval", "q", "tjanst", "sortering")})
    try:
        saved_views.save(db, form.name, wanted, shared=form.shared, actor=actor, now=now)
    except Invalid as refused:
        view = views.build(
            db,
            saved_views.kept_for(db, actor),
            new=wanted,
            actor=actor,
            typed=(form.name, form.shared),
            problems=(("namn", name_problem(refused.errors)),),
        )
        return page(request, "staff/views.html", view, status_code=422)
    return Redirect(address_of(wanted), status_code=303)


@post("/{view_id:uuid}", sync_to_thread=False)
def change(
    request: AnyRequest, view_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[Any]:
    form = ViewForm.read(Fields.of(desk_of(request).posted))
    try:
        saved_views.change(db, view_id, form.name, shared=form.shared, actor=actor)
    except Invalid as refused:
        view = views.build(
            db,
            saved_views.kept_for(db, actor),
            new=None,
            actor=actor,
            typed=(form.name, form.shared),
            of=view_id,
            problems=((f"namn-{view_id}", name_problem(refused.errors)),),
        )
        return page(request, "staff/views.html", view, status_code=422)
    return Redirect("/kommun/arenden/vyer?klart=ja", status_code=303)


@post("/{view_id:uuid}/ta-bort", sync_to_thread=False)
def remove(view_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Redirect:
    saved_views.remove(db, view_id, actor=actor)
    return Redirect("/kommun/arenden/vyer?klart=ja", status_code=303)


router = Router(
    "/kommun/arenden/vyer",
    route_handlers=[show, save, change, remove],
    guards=[only(Role.CASE_OFFICER, Role.DECISION_MAKER)],
)
