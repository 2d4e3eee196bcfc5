"""The municipality's own phrases, kept by an administrator."""

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
from portal.errors import Invalid
from portal.forms import phrases as forms
from portal.forms.fields import Fields
from portal.services import phrases
from portal.services.phrases import Wording
from portal.views import phrases as views
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@get("/", sync_to_thread=False)
def show(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor], klart: FromQuery[str] = ""
) -> Response[str]:
    view = views.listed(phrases.offered(db, actor=actor), done=bool(klart))
    return page(request, "admin/phrases.html", view)


@get("/ny", sync_to_thread=False)
def new(request: AnyRequest) -> Response[str]:
    return page(request, "admin/phrase.html", views.one((), None))


@get("/{phrase_id:uuid}", sync_to_thread=False)
def edit(
    request: AnyRequest, phrase_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "admin/phrase.html", views.one(phrases.offered(db, actor=actor), phrase_id))


def _store(request: AnyRequest, db: Session, phrase_id: UUID | None, actor: Actor, now: datetime) -> Response[Any]:
    known = phrases.offered(db, actor=actor)
    views.one(known, phrase_id)
    form = forms.read_phrase(Fields.of(desk_of(request).posted))
    problems = form.problems
    if form.purpose is not None and not problems:
        wording = Wording(form.purpose, form.title, form.text, form.criterion, form.text_en, form.title_en)
        try:
            if phrase_id is None:
                phrases.add(db, wording, actor=actor, now=now)
            else:
                phrases.change(db, phrase_id, wording, actor=actor, now=now)
        except Invalid as refusal:
            problems = forms.refused(refusal.errors)
        else:
            return Redirect(f"{views.ADDRESS}?klart=ja", status_code=303)
    view = views.one(known, phrase_id, typed=form.typed, problems=problems)
    return page(request, "admin/phrase.html", view, status_code=422)


@post("/ny", sync_to_thread=False)
def add(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _store(request, db, None, actor, now)


@post("/{phrase_id:uuid}", sync_to_thread=False)
def change(
    request: AnyRequest,
    phrase_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _store(request, db, phrase_id, actor, now)


@post("/{phrase_id:uuid}/ta-bort", sync_to_thread=False)
def remove(
    phrase_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    phrases.remove(db, phrase_id, actor=actor, now=now)
    return Redirect(f"{views.ADDRESS}?klart=ja", status_code=303)


router = Router(
    "/kommun/fraser",
    route_handlers=[show, new, edit, add, change, remove],
    guards=[only(Role.MUNICIPAL_ADMINISTRATOR)],
)
