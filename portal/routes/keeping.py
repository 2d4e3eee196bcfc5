"""Archives to fetch, of a case and of one's own data; and the list of what is to be thinned out."""

from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import COMPANY_ROLES, Role
from portal.forms.fields import Fields
from portal.services import archives, thinning
from portal.views import keeping
from portal.web.desk import AnyRequest, desk_of
from portal.web.downloads import download
from portal.web.guards import only
from portal.web.pages import page


@get("/arenden/{case_id:uuid}/arkivpaket", sync_to_thread=False)
def of_case(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "staff/archive.html", keeping.of_case(db, case_id, actor=actor, now=now))


@post("/arenden/{case_id:uuid}/arkivpaket", sync_to_thread=False)
def order_case(
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    archives.order_case(db, case_id, actor=actor, now=now)
    return Redirect(f"/kommun/arenden/{case_id}/arkivpaket", status_code=303)


def _send(request: AnyRequest, archive_id: UUID, db: Session, actor: Actor, now: datetime) -> Response[Any]:
    row = archives.fetch(db, archive_id, actor=actor, now=now)
    return download(
        request,
        desk_of(request).resources.store,
        row.object_key or "",
        name=f"kundval-{row.ordered_at:%Y-%m-%d}-{row.id.hex[:6]}.zip",
        media_type="application/zip",
        size=row.size or 0,
        sha256=row.sha256 or "",
    )


@get("/arkivpaket/{archive_id:uuid}", sync_to_thread=True)
def fetch_case(
    request: AnyRequest,
    archive_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _send(request, archive_id, db, actor, now)


@get("/utdrag", sync_to_thread=False)
def own(request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Response[str]:
    return page(request, "company/own_data.html", keeping.own(db, actor=actor))


@post("/utdrag", sync_to_thread=False)
def order_own(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    of_company = Fields.of(desk_of(request).posted).text("vems") == "foretaget"
    archives.order_own(db, of_company=of_company, actor=actor, now=now)
    return Redirect("/foretag/utdrag", status_code=303)


@get("/utdrag/{archive_id:uuid}", sync_to_thread=True)
def fetch_own(
    request: AnyRequest,
    archive_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _send(request, archive_id, db, actor, now)


@get("/gallring", sync_to_thread=False)
def show(
    request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor], klart: FromQuery[str] = ""
) -> Response[str]:
    return page(request, "admin/thinning.html", keeping.thinning(db, actor=actor, said=klart))


@post("/gallring", sync_to_thread=False)
def propose(db: NamedDependency[Session], actor: NamedDependency[Actor], now: NamedDependency[datetime]) -> Redirect:
    thinning.propose_later(db, actor=actor, now=now)
    return Redirect("/kommun/gallring?klart=soker", status_code=303)


@post("/gallring/{thinning_id:uuid}/godkann", sync_to_thread=False)
def approve(
    request: AnyRequest,
    thinning_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    fields = Fields.of(desk_of(request).posted)
    shown, spare = (_ids(fields.many(name)) for name in ("visad", "behall"))
    thinning.approve(db, thinning_id, shown=shown, spare=spare, actor=actor, now=now)
    return Redirect("/kommun/gallring?klart=godkand", status_code=303)


def _ids(sent: tuple[str, ...]) -> frozenset[UUID]:
    """What is no id is nobody's."""
    found = set()
    for each in sent:
        with suppress(ValueError):
            found.add(UUID(each))
    return frozenset(found)


staff = Router(
    "/kommun", route_handlers=[of_case, order_case, fetch_case], guards=[only(Role.CASE_OFFICER, Role.DECISION_MAKER)]
)
company = Router("/foretag", route_handlers=[own, order_own, fetch_own], guards=[only(*COMPANY_ROLES)])
administrator = Router("/kommun", route_handlers=[show, propose, approve], guards=[only(Role.MUNICIPAL_ADMINISTRATOR)])
