"""Figures typed from an annual report that is a PDF: the last resort, and marked as typed wherever they are shown."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.forms import figures as forms
from portal.forms.fields import Fields
from portal.services import figures
from portal.views.solvency_form import FiguresPage, figures_page
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page

PATH = "/{application_id:uuid}/villkor/{criterion:str}/dokument/{document_id:uuid}/siffror"
TEMPLATE = "application/figures.html"


@get(PATH, sync_to_thread=False)
def before_typing(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    figures.open_to_type(db, application_id, criterion, document_id, actor=actor)
    return page(request, TEMPLATE, _view(db, application_id, criterion, document_id, actor=actor, now=now))


@post(PATH, sync_to_thread=False)
def type_in(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    _application, document = figures.open_to_type(db, application_id, criterion, document_id, actor=actor)
    posted = Fields.of(desk_of(request).posted)
    form = forms.read_figures(posted, today=day_in_sweden(now), pages=document.pages)
    if form.problems or form.last_day is None:
        view = _view(db, application_id, criterion, document_id, actor=actor, now=now, form=form)
        return page(request, TEMPLATE, view, status_code=422)
    figures.type_in(
        db,
        application_id,
        criterion,
        document_id,
        day=form.last_day,
        first_day=form.first_day,
        amounts=form.amounts,
        page=form.page,
        actor=actor,
        now=now,
    )
    return Redirect(f"/foretag/ansokningar/{application_id}/villkor/{criterion}#ekonomi", status_code=303)


def _view(
    db: Session,
    application_id: UUID,
    criterion: str,
    document_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    form: forms.FiguresForm | None = None,
) -> FiguresPage:
    return figures_page(
        db,
        application_id,
        criterion,
        document_id,
        names=forms.FIELDS,
        days=(forms.FIRST_DAY, forms.LAST_DAY),
        page=forms.PAGE,
        actor=actor,
        now=now,
        typed=form.values if form else None,
        problems=form.problems if form else (),
    )


router = Router(path="/foretag/ansokningar", guards=[only(Role.READER)], route_handlers=[before_typing, type_in])
