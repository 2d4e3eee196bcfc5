"""A company's applications: start, check, submit, supplement, comment, withdraw.

Thin: what may be done is said by the services, what is shown by the views.  The
pages of its criteria are in ``application_criteria``.
"""

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
from portal.errors import Invalid, NotFound, NotReady
from portal.forms.application import read_text
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.services import applications, facts
from portal.views import application as views
from portal.views import application_check, application_tasks
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import company_side, only
from portal.web.pages import page


@get("/ny", sync_to_thread=False)
def new(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    tjanst: FromQuery[str] = "",
) -> Response[Any]:
    """What one is about to start.  Who acts for no company yet is asked which first, and comes back."""
    if actor.provider_id is None:
        return Redirect(f"/foretag/valj?till=/foretag/ansokningar/ny%3Ftjanst%3D{_service_id(tjanst)}", status_code=303)
    view = views.new_application(db, _service_id(tjanst), actor=actor, now=now)
    return page(request, "application/new.html", view)


@get("/", sync_to_thread=False)
def overview(request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Response[str]:
    company = desk_of(request).signed_in().provider_name or ""
    return page(request, "application/list.html", views.application_list(db, actor=actor, company=company))


@post("/", sync_to_thread=False)
def start(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    service_id = _service_id(Fields.of(desk_of(request).posted).text("tjanst"))
    application = applications.start(db, service_id, actor=actor, now=now)
    return Redirect(f"/foretag/ansokningar/{application.id}", status_code=303)


@get("/{application_id:uuid}", sync_to_thread=False)
def tasks(
    request: AnyRequest,
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    view = application_tasks.task_list(db, application_id, actor=actor, now=now)
    return page(request, "application/tasks.html", view)


@get("/{application_id:uuid}/delar/{group:str}", sync_to_thread=False)
def part(
    request: AnyRequest,
    application_id: FromPath[UUID],
    group: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    view = application_tasks.part(db, application_id, group, actor=actor, now=now)
    return page(request, "application/part.html", view)


@get("/{application_id:uuid}/granska", sync_to_thread=False)
def check(
    request: AnyRequest,
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    scanner = desk_of(request).resources.scanner.configured
    view = application_check.check(db, application_id, actor=actor, now=now, scanner=scanner, find=facts.findings_of)
    return page(request, "application/check.html", view)


@post("/{application_id:uuid}/skicka-in", sync_to_thread=False)
def submit(
    request: AnyRequest,
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    attested = Fields.of(desk_of(request).posted).text("forsakran") == "ja"
    try:
        applications.submit(db, application_id, attested=attested, actor=actor, now=now)
    except NotReady as lacking:
        problems: Problems = ()
        if "attestation" in lacking.obstacles:
            problems = (("forsakran", _("Kryssa i försäkran innan du skickar in ansökan.")),)
        return _checked(request, db, application_id, actor, now, problems=problems, attested=attested)
    return Redirect(f"/foretag/ansokningar/{application_id}/kvitto", status_code=303)


@post("/{application_id:uuid}/komplettera", sync_to_thread=False)
def supplement(
    request: AnyRequest,
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    explanation, problems = read_text(Fields.of(desk_of(request).posted), "forklaring")
    if not problems:
        try:
            applications.answer_supplement(db, application_id, explanation=explanation, actor=actor, now=now)
        except NotReady:
            problems = (("forklaring", _("Förklara vad som saknas och varför, eller svara på alla punkter först.")),)
    if problems:
        return _checked(request, db, application_id, actor, now, problems=problems, explanation=explanation)
    return Redirect(f"/foretag/ansokningar/{application_id}", status_code=303)


@get("/{application_id:uuid}/kvitto", sync_to_thread=False)
def receipt(
    request: AnyRequest, application_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "application/receipt.html", views.receipt_page(db, application_id, actor=actor))


@get("/{application_id:uuid}/aterkalla", sync_to_thread=False)
def before_withdrawal(
    request: AnyRequest, application_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]
) -> Response[str]:
    return page(request, "application/withdraw.html", views.withdrawal(db, application_id, actor=actor))


@post("/{application_id:uuid}/aterkalla", sync_to_thread=False)
def withdraw(
    request: AnyRequest,
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    reason, problems = read_text(Fields.of(desk_of(request).posted), "skal")
    if not problems:
        try:
            applications.withdraw(db, application_id, reason=reason, actor=actor, now=now)
        except Invalid:
            problems = (("skal", _("Skriv varför ni återkallar ansökan.")),)
    if problems:
        view = views.withdrawal(db, application_id, actor=actor, reason=reason, problems=problems)
        return page(request, "application/withdraw.html", view, status_code=422)
    return Redirect(f"/foretag/ansokningar/{application_id}", status_code=303)


@get("/{application_id:uuid}/yttrande", sync_to_thread=False)
def hearing(
    request: AnyRequest,
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "application/hearing.html", views.hearing_page(db, application_id, actor=actor, now=now))


@post("/{application_id:uuid}/yttrande", sync_to_thread=False)
def comment(
    request: AnyRequest,
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    text, problems = read_text(Fields.of(desk_of(request).posted), "yttrande")
    if not problems:
        try:
            applications.comment(db, application_id, text, actor=actor, now=now)
        except Invalid:
            problems = (("yttrande", _("Skriv yttrandet innan du skickar det.")),)
    if problems:
        view = views.hearing_page(db, application_id, actor=actor, now=now, typed=text, problems=problems)
        return page(request, "application/hearing.html", view, status_code=422)
    return Redirect(f"/foretag/ansokningar/{application_id}", status_code=303)


def _service_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound("service", "") from error


def _checked(
    request: AnyRequest,
    db: Session,
    application_id: UUID,
    actor: Actor,
    now: datetime,
    *,
    problems: Problems,
    attested: bool = False,
    explanation: str = "",
) -> Response[str]:
    view = application_check.check(
        db,
        application_id,
        actor=actor,
        now=now,
        scanner=desk_of(request).resources.scanner.configured,
        find=facts.findings_of,
        refused=True,
        attested=attested,
        explanation=explanation,
        problems=problems,
    )
    return page(request, "application/check.html", view, status_code=422)


begin = Router(path="/foretag/ansokningar", guards=[company_side], route_handlers=[new])
router = Router(
    path="/foretag/ansokningar",
    guards=[only(Role.READER)],
    route_handlers=[
        overview,
        start,
        tasks,
        part,
        check,
        submit,
        supplement,
        receipt,
        before_withdrawal,
        withdraw,
        hearing,
        comment,
    ],
)
