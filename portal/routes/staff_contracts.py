"""The municipality's providers and contracts: read, countersign (in ``signing``), start."""

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import STAFF_ROLES, Role
from portal.errors import NotFound
from portal.forms.contracts import read_start
from portal.forms.fields import Fields
from portal.routes.signing import signs
from portal.services import contracts
from portal.views import contract, contract_lists
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@get("/anordnare", sync_to_thread=False)
def providers(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    lage: FromQuery[str] = "",
    efter: FromQuery[str] = "",
) -> Response[str]:
    view = contract_lists.providers(db, actor=actor, now=desk_of(request).now, chosen=lage, after=efter)
    return page(request, "contract/providers.html", view)


@get("/avtal/{authorization_id:uuid}", sync_to_thread=True)
def read(
    request: AnyRequest,
    authorization_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    view = contract.read(db, authorization_id, actor=actor, now=now, signs=signs(request, "municipality"))
    return page(request, "contract/staff.html", view)


@post("/avtal/{authorization_id:uuid}/starta", guards=[only(Role.CASE_OFFICER)], sync_to_thread=False)
def start(
    request: AnyRequest,
    authorization_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str] | Redirect:
    form = read_start(Fields.of(desk_of(request).posted))
    view = contract.read(db, authorization_id, actor=actor, now=now)
    if view.start is not None:
        problems = form.problems(first=view.start.first, last=view.start.last)
        if problems:
            sent = contract.Sent(form.confirmed, form.typed, problems)
            view = contract.read(db, authorization_id, actor=actor, now=now, sent=sent)
            return page(request, "contract/staff.html", view, status_code=422)
    if form.active_from is None:
        raise NotFound("authorization", authorization_id)
    contracts.start(db, authorization_id, confirmed=form.confirmed, active_from=form.active_from, actor=actor, now=now)
    return Redirect(f"/kommun/avtal/{authorization_id}", status_code=303)


router = Router("/kommun", route_handlers=[providers, read, start], guards=[only(*STAFF_ROLES)])
