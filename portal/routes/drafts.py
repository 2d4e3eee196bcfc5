"""The administrator's conditions: what applies, drafts of the next versions, and what is put into a draft."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.errors import Invalid, NotFound
from portal.forms.drafts import read_title
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.services import draft_edits, drafts
from portal.views.draft_additions import OwnCriterionPage, ShelfPage
from portal.views.draft_lists import GENERAL, ConditionsPage, NewDraftPage, service_named
from portal.views.draft_words import name_problem
from portal.views.drafts import ROOM, DraftPage
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page

DRAFT = f"{ROOM}/utkast/{{draft_id:uuid}}"


@get(ROOM, sync_to_thread=False)
def conditions(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    klart: FromQuery[str] = "",
) -> Response[str]:
    view = ConditionsPage.read(db, actor, today=day_in_sweden(now), done=klart)
    return page(request, "conditions/overview.html", view)


@get(f"{ROOM}/nytt", sync_to_thread=False)
def new_draft(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor], galler: FromQuery[str] = GENERAL
) -> Response[str]:
    return page(request, "conditions/new.html", NewDraftPage.read(db, actor, galler))


@post(f"{ROOM}/nytt", sync_to_thread=False)
def begin(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    chosen, name = fields.text("galler"), fields.text("namn")
    try:
        service_id = service_named(db, actor, chosen)
        draft_id = drafts.create(db, service_id, name, actor=actor, now=now)
    except NotFound:
        problems = (("galler", _("Välj vilka villkor utkastet gäller.")),)
    except Invalid as refused:
        problems = (("namn", name_problem(refused.errors["name"])),)
    else:
        return Redirect(f"{ROOM}/utkast/{draft_id}", status_code=303)
    view = NewDraftPage.read(db, actor, chosen, name, problems)
    return page(request, "conditions/new.html", view, status_code=422)


@get(DRAFT, sync_to_thread=False)
def draft(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    klart: FromQuery[str] = "",
    ordna: FromQuery[str] = "",
) -> Response[str]:
    view = DraftPage.read(db, draft_id, actor, done=klart, arranging=bool(ordna))
    return page(request, "conditions/draft.html", view)


@post(f"{DRAFT}/namn", sync_to_thread=False)
def rename(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    name = Fields.of(desk_of(request).posted).text("namn")
    try:
        drafts.rename(db, draft_id, name, actor=actor, now=now)
    except Invalid as refused:
        problems = (("namn", name_problem(refused.errors["name"])),)
        view = DraftPage.read(db, draft_id, actor, name=name, problems=problems)
        return page(request, "conditions/draft.html", view, status_code=422)
    return Redirect(f"{ROOM}/utkast/{draft_id}?klart=namn", status_code=303)


@post(f"{DRAFT}/kasta", sync_to_thread=False)
def discard(
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    drafts.discard(db, draft_id, actor=actor, now=now)
    return Redirect(f"{ROOM}?klart=kastat", status_code=303)


@get(f"{DRAFT}/lagg-till", sync_to_thread=False)
def shelf(
    request: AnyRequest, draft_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "conditions/shelf.html", ShelfPage.read(db, draft_id, actor))


@post(f"{DRAFT}/lagg-till", sync_to_thread=False)
def add(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    chosen = Fields.of(desk_of(request).posted).many("villkor")
    if not chosen:
        problems = (("villkor", _("Välj minst ett villkor.")),)
        view = ShelfPage.read(db, draft_id, actor, problems)
        return page(request, "conditions/shelf.html", view, status_code=422)
    draft_edits.add_from_library(db, draft_id, chosen, actor=actor, now=now)
    return Redirect(f"{ROOM}/utkast/{draft_id}?klart=tillagt", status_code=303)


@get(f"{DRAFT}/eget", sync_to_thread=False)
def own_criterion(
    request: AnyRequest, draft_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "conditions/own.html", OwnCriterionPage.read(db, draft_id, actor))


@post(f"{DRAFT}/eget", sync_to_thread=False)
def write_own(
    request: AnyRequest,
    draft_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    title, group = read_title(fields), fields.text("del")
    try:
        id_ = draft_edits.write_own(db, draft_id, title, group, actor=actor, now=now)
    except Invalid as refused:
        typed = {"rubrik_sv": title.sv, "rubrik_en": title.en, "del": group}
        view = OwnCriterionPage.read(db, draft_id, actor, typed=typed, problems=_own_problems(refused))
        return page(request, "conditions/own.html", view, status_code=422)
    return Redirect(f"{ROOM}/utkast/{draft_id}/villkor/{id_}?nytt=ja", status_code=303)


def _own_problems(refused: Invalid) -> Problems:
    words = {
        ("title_sv", "missing"): ("rubrik_sv", _("Skriv en rubrik på svenska.")),
        ("title_en", "missing"): ("rubrik_en", _("Skriv en rubrik på engelska.")),
        ("title_sv", "too_long"): ("rubrik_sv", _("Korta rubriken till högst 200 tecken.")),
        ("title_en", "too_long"): ("rubrik_en", _("Korta rubriken till högst 200 tecken.")),
        ("group", "unknown"): ("del", _("Välj vilken del villkoret hör till.")),
    }
    return tuple(words[each] for each in refused.errors.items())


router = Router(
    "/",
    route_handlers=[
        conditions,
        new_draft,
        begin,
        draft,
        rename,
        discard,
        shelf,
        add,
        own_criterion,
        write_own,
    ],
    guards=[only(Role.MUNICIPAL_ADMINISTRATOR)],
)
