"""Checks of companies in registers: ask, write down, act; and the administrator's list of permits."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.registers import READS_CHECKS, Register
from portal.domain.roles import Role
from portal.errors import Invalid, NotFound
from portal.forms.fields import Fields
from portal.forms.registers import read_check, read_day
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.services import registers
from portal.views import registers as views
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.one_file import read_one_file
from portal.web.pages import page


def _page(
    request: AnyRequest, db: Session, provider_id: UUID, register: Register, actor: Actor, **more: Any
) -> Response[str]:
    connected = desk_of(request).resources.settings.companies_api is not None
    view = views.register_page(db, provider_id, register, actor=actor, connected=connected, **more)
    return page(request, "registers/register.html", view, status_code=422 if view.problems else 200)


def _register(name: str) -> Register:
    try:
        return Register(name)
    except ValueError as error:
        raise NotFound("register", name) from error


@get("/kontroller", sync_to_thread=False)
def to_act_on(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor], efter: FromQuery[str] = ""
) -> Response[str]:
    return page(request, "registers/to_act_on.html", views.to_act_on(db, actor=actor, after=efter))


@get("/anordnare/{provider_id:uuid}/kontroller", sync_to_thread=False)
def of_provider(
    request: AnyRequest, provider_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "registers/provider.html", views.provider_checks(db, provider_id, actor=actor))


@get("/anordnare/{provider_id:uuid}/kontroller/{register:str}", sync_to_thread=False)
def one_register(
    request: AnyRequest,
    provider_id: FromPath[UUID],
    register: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    fragad: FromQuery[str] = "",
) -> Response[str]:
    return _page(request, db, provider_id, _register(register), actor, asked=bool(fragad))


@post("/anordnare/{provider_id:uuid}/kontroller/{register:str}/fraga", sync_to_thread=False)
def ask(
    provider_id: FromPath[UUID],
    register: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
) -> Redirect:
    which = _register(register)
    registers.order(db, provider_id, which, actor=actor)
    return _shown(provider_id, which, "?fragad=ja")


@post("/anordnare/{provider_id:uuid}/kontroller/{register:str}/svar", sync_to_thread=False)
def write_down(
    request: AnyRequest,
    provider_id: FromPath[UUID],
    register: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    which, fields = _register(register), Fields.of(desk_of(request).posted)
    form = read_check(fields, which, orgnr=registers.provider_of(db, provider_id).orgnr)
    if isinstance(form, tuple):
        return _page(request, db, provider_id, which, actor, typed=dict(fields.pairs), problems=form)
    registers.check_by_hand(
        db, provider_id, which, form.facts, source=form.source, note=form.note, actor=actor, now=now
    )
    return _shown(provider_id, which)


@post("/kontroller/{check_id:uuid}/atgarda", sync_to_thread=False)
def act(
    request: AnyRequest,
    check_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    note = Fields.of(desk_of(request).posted).text("atgard")
    check = registers.check_of(db, check_id, actor=actor)
    try:
        registers.act(db, check, note=note, actor=actor, now=now)
    except Invalid:
        problems: Problems = (("atgard", _("Skriv vad du kom fram till, med minst några ord.")),)
        return _page(request, db, check.provider_id, check.asked_of, actor, problems=problems)
    return _shown(check.provider_id, check.asked_of)


def _shown(provider_id: UUID, register: Register, query: str = "") -> Redirect:
    return Redirect(f"/kommun/anordnare/{provider_id}/kontroller/{register.value}{query}", status_code=303)


@get("/tillstandslista", sync_to_thread=False)
def permit_list(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "registers/permit_list.html", views.permit_list(db, actor=actor, now=now))


@post("/tillstandslista", request_max_body_size=registers.MAX_LIST_BYTES + 100_000)
async def take_permit_list(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    sent = await read_one_file(request, field="lista", max_bytes=registers.MAX_LIST_BYTES)
    dated = read_day(fields, "datum")
    problems: list[tuple[str, str]] = []
    if dated is None:
        problems.append(("datum", _("Skriv vilken dag listan är hämtad, till exempel 2026-03-01.")))
    if sent is None:
        problems.append(("lista", _("Välj en fil att ladda upp.")))
    elif sent.content is None:
        problems.append(("lista", _list_words("too_large", {"megabytes": registers.MAX_LIST_BYTES // 1_000_000})))
    elif dated is not None:
        try:
            registers.take_permit_list(db, sent.content, name=sent.name, dated=dated, actor=actor, now=now)
        except Invalid as invalid:
            problems += [(name, _list_words(code, invalid.facts)) for name, code in invalid.errors.items()]
    if problems:
        view = views.permit_list(db, actor=actor, now=now, typed_day=fields.text("datum"), problems=tuple(problems))
        return page(request, "registers/permit_list.html", view, status_code=422)
    return Redirect("/kommun/tillstandslista", status_code=303)


def _list_words(code: str, facts: Any) -> str:
    return {
        "future": _("Dagen kan inte ligga i framtiden."),
        "too_large": _("Filen är för stor. En lista får vara högst %(megabytes)s MB."),
        "no_heading": _("Filen saknar en kolumn med rubriken Organisationsnummer. Spara listan som CSV med rubriker."),
        "bad_line": _("Rad %(line)s har inget giltigt organisationsnummer. Rätta raden och ladda upp filen igen."),
        "too_many": _("Filen har fler än %(max)s tillstånd. Är det rätt fil?"),
        "empty": _("Filen har inga tillstånd. Är det rätt fil?"),
    }[code] % dict(facts)


reading = Router("/kommun", route_handlers=[to_act_on, of_provider, one_register], guards=[only(*READS_CHECKS)])
writing = Router("/kommun", route_handlers=[ask, write_down, act], guards=[only(Role.CASE_OFFICER)])
permits = Router("/kommun", route_handlers=[permit_list, take_permit_list], guards=[only(Role.MUNICIPAL_ADMINISTRATOR)])
