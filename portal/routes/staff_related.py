"""The same company and those near it, beside a case; and cases linked with it."""

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
from portal.errors import Invalid
from portal.forms import case_links as forms
from portal.forms.fields import Fields
from portal.services import case_links
from portal.views import related_cases
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@get("/{case_id:uuid}/narstaende", sync_to_thread=False)
def show(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "staff/related.html", related_cases.build(db, case_id, actor=actor, now=now))


@post("/{case_id:uuid}/kopplingar", sync_to_thread=False)
def link(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    form = forms.read_link(fields)
    if isinstance(form, forms.LinkForm):
        try:
            case_links.link(db, case_id, form.number, note=form.note, actor=actor, now=now)
        except Invalid as refused:
            problems = forms.number_problem(refused.errors)
        else:
            return Redirect(f"/kommun/arenden/{case_id}/narstaende#kopplade", status_code=303)
    else:
        problems = form
    typed = (fields.text("nummer"), fields.text("varfor"))
    view = related_cases.build(db, case_id, actor=actor, now=now, typed=typed, problems=problems)
    return page(request, "staff/related.html", view, status_code=422)


@post("/{case_id:uuid}/kopplingar/{link_id:uuid}/ta-bort", sync_to_thread=False)
def unlink(
    case_id: FromPath[UUID],
    link_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    case_links.unlink(db, case_id, link_id, actor=actor, now=now)
    return Redirect(f"/kommun/arenden/{case_id}/narstaende#kopplade", status_code=303)


reading = Router("/kommun/arenden", route_handlers=[show], guards=[only(Role.CASE_OFFICER, Role.DECISION_MAKER)])
writing = Router("/kommun/arenden", route_handlers=[link, unlink], guards=[only(Role.CASE_OFFICER)])
