"""The administrator's room: the staff, and the municipality's settings."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.marks import LARGEST, MarkFault, mark_fault
from portal.domain.retention import RetentionRules
from portal.domain.roles import Role
from portal.domain.second_review import percent_of
from portal.errors import Invalid, NotAllowed, NotFound
from portal.forms import settings as forms
from portal.forms.admin import ROLES, already_there, read_staff
from portal.forms.fields import Fields
from portal.forms.second_review import read_share
from portal.locale import gettext as _
from portal.services import municipalities, retention, second_review, staff
from portal.views import admin as views
from portal.views import admin_settings
from portal.views.admin_settings import Held, SettingsPage
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page

STAFF = "/kommun/personal"
SETTINGS = "/kommun/installningar"


@get(STAFF, sync_to_thread=False)
def people(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    klart: FromQuery[str] = "",
) -> Response[str]:
    return page(request, "admin/staff.html", views.read_staff(db, actor, done=klart))


@get(f"{STAFF}/lagg-till", sync_to_thread=False)
def new_person(request: AnyRequest) -> Response[str]:
    return page(request, "admin/person.html", views.new_person())


@post(f"{STAFF}/lagg-till", sync_to_thread=False)
def add_person(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    form = read_staff(Fields.of(desk_of(request).posted), with_email=True)
    problems = form.problems
    if form.facts is not None:
        try:
            staff.add(db, form.values["epost"], form.facts, actor=actor, now=now)
        except Invalid as refused:
            problems = (already_there(refused.errors["email"]),)
        else:
            return Redirect(f"{STAFF}?klart=tillagd", status_code=303)
    view = views.new_person(form.values, form.roles, problems)
    return page(request, "admin/person.html", view, status_code=422)


@get(f"{STAFF}/{{member_id:uuid}}", sync_to_thread=False)
def person(
    request: AnyRequest, member_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "admin/person.html", views.read_person(db, member_id, actor))


@post(f"{STAFF}/{{member_id:uuid}}", sync_to_thread=False)
def change_person(
    request: AnyRequest,
    member_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    form = read_staff(Fields.of(desk_of(request).posted), with_email=False)
    problems = form.problems
    if form.facts is not None:
        try:
            staff.change(db, member_id, form.facts, actor=actor, now=now)
        except NotAllowed as refused:
            problems = ((ROLES, why_not(refused.reason)),)
        else:
            return Redirect(f"{STAFF}?klart=sparad", status_code=303)
    view = views.read_person(db, member_id, actor, typed=(form.values, form.roles), problems=problems)
    return page(request, "admin/person.html", view, status_code=422)


@post(f"{STAFF}/{{member_id:uuid}}/avsluta", sync_to_thread=False)
def deactivate(
    member_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    staff.deactivate(db, member_id, actor=actor, now=now)
    return Redirect(f"{STAFF}?klart=avstangd", status_code=303)


@post(f"{STAFF}/{{member_id:uuid}}/aterstall", sync_to_thread=False)
def reactivate(
    member_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    staff.reactivate(db, member_id, actor=actor, now=now)
    return Redirect(f"{STAFF}?klart=aterstalld", status_code=303)


def why_not(reason: str) -> str:
    if reason == "own_administrator":
        return _("Du kan inte ta bort din egen roll som administratör. Be en annan administratör göra det.")
    return _("Det måste finnas minst en administratör som kan logga in. Ge först rollen till någon annan.")


# Each section: how its stored values are shown, how what was typed is read, who stores it, and its page.
Shown = Callable[..., SettingsPage]
Read = Callable[[Fields, Held], forms.SettingsForm]
Stored = Callable[..., None]


def _typed(section: str) -> Callable[[Held], Mapping[str, str]]:
    return lambda kept: {name: forms.as_typed(kept.settings[section][name]) for name in kept.names(section)}


def _typed_texts(kept: Held) -> Mapping[str, str]:
    stored = kept.settings["texts"]
    return {f"{name}_{tongue}": stored[name][tongue].strip() for name in kept.names("texts") for tongue in ("sv", "en")}


def _typed_contact(kept: Held) -> Mapping[str, str]:
    stored = kept.settings["contact"]
    return {"epost": stored["email"], "telefon": stored["telephone"], "adress": "\n".join(stored["address"])}


SECTIONS: dict[str, tuple[Shown, Callable[[Held], Mapping[str, str]], Read, Stored]] = {
    "tider": (
        admin_settings.deadlines,
        _typed("deadlines"),
        lambda fields, kept: forms.read_deadlines(fields, kept.names("deadlines")),
        municipalities.change_deadlines,
    ),
    "granser": (
        admin_settings.thresholds,
        _typed("thresholds"),
        lambda fields, kept: forms.read_thresholds(fields, kept.names("thresholds")),
        municipalities.change_thresholds,
    ),
    "texter": (
        admin_settings.texts,
        _typed_texts,
        lambda fields, kept: forms.read_texts(fields, kept.names("texts")),
        municipalities.change_texts,
    ),
    "kontakt": (
        admin_settings.contact,
        _typed_contact,
        lambda fields, _kept: forms.read_contact(fields),
        municipalities.change_contact,
    ),
    "bevarande": (
        admin_settings.retention,
        lambda kept: {name: str(value) for name, value in asdict(RetentionRules.of(kept.settings)).items()},
        lambda fields, _kept: forms.read_retention(fields),
        retention.change_rules,
    ),
    "granskning": (
        admin_settings.second_review,
        lambda kept: {"sample_percent": str(percent_of(kept.settings))},
        lambda fields, _kept: read_share(fields),
        second_review.change_share,
    ),
    "utseende": (
        admin_settings.looks,
        _typed("theme"),
        lambda fields, kept: forms.read_theme(fields, kept.names("theme")),
        municipalities.change_theme,
    ),
}


@get(SETTINGS, sync_to_thread=False)
def overview(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "admin/overview.html", admin_settings.overview(db, actor, now=now))


@get(f"{SETTINGS}/{{section:str}}", sync_to_thread=False)
def section_page(
    request: AnyRequest,
    section: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    klart: FromQuery[str] = "",
) -> Response[str]:
    shown, typed, _read, _store = _section(section)
    kept = admin_settings.held(db, actor)
    return page(request, "admin/settings.html", shown(kept, typed(kept), done=bool(klart)))


@post(f"{SETTINGS}/{{section:str}}", sync_to_thread=False)
def save_section(
    request: AnyRequest,
    section: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    shown, _typed_now, read, store = _section(section)
    kept = admin_settings.held(db, actor)
    form = read(Fields.of(desk_of(request).posted), kept)
    if form.problems:
        return page(request, "admin/settings.html", shown(kept, form.typed, problems=form.problems), status_code=422)
    store(db, form.values, actor=actor, now=now)
    return Redirect(f"{SETTINGS}/{section}?klart=ja", status_code=303)


@post(f"{SETTINGS}/marke")
async def save_mark(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """A small file, read whole into memory: one octet more than is allowed is enough to refuse it."""
    sent = (await request.form()).get(forms.MARK)
    svg = await sent.read(LARGEST + 1) if isinstance(sent, UploadFile) else b""
    fault: MarkFault | None = mark_fault(svg)
    if fault is None:
        municipalities.change_mark(db, svg, actor=actor, now=now)
        return Redirect(f"{SETTINGS}/utseende?klart=ja", status_code=303)
    kept = admin_settings.held(db, actor)
    view = admin_settings.looks(kept, _typed("theme")(kept))
    view = replace(view, problems=((forms.MARK, forms.mark_words(fault)),))
    return page(request, "admin/settings.html", view, status_code=422)


def _section(name: str) -> tuple[Shown, Callable[[Held], Mapping[str, str]], Read, Stored]:
    if name not in SECTIONS:
        raise NotFound("page", f"{SETTINGS}/{name}")
    return SECTIONS[name]


router = Router(
    "/",
    route_handlers=[
        people,
        new_person,
        add_person,
        person,
        change_person,
        deactivate,
        reactivate,
        overview,
        section_page,
        save_section,
        save_mark,
    ],
    guards=[only(Role.MUNICIPAL_ADMINISTRATOR)],
)
