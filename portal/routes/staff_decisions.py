"""What waits for a decision, and the decision itself."""

from collections.abc import Callable
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
from portal.forms import review as forms
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.services import decisions
from portal.views import decision
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@get("/att-besluta", sync_to_thread=False)
def to_decide(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    efter: FromQuery[str] = "",
) -> Response[str]:
    return page(request, "staff/to_decide.html", decision.to_decide(db, cursor=efter, actor=actor, now=now))


@get("/arenden/{case_id:uuid}/beslut", sync_to_thread=False)
def show(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "staff/decision.html", decision.build(db, case_id, actor=actor, now=now))


def _again(
    request: AnyRequest, db: Session, case_id: UUID, problems: Problems, *, actor: Actor, now: datetime
) -> Response[str]:
    typed = Fields.of(desk_of(request).posted).text("tillagg")
    view = decision.build(db, case_id, actor=actor, now=now, addition=typed, problems=problems)
    return page(request, "staff/decision.html", view, status_code=422)


@post("/arenden/{case_id:uuid}/beslut/aterlamna", sync_to_thread=False)
def send_back(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    reason = forms.read_words(
        fields, "tillagg", _("Skriv varför du återlämnar ärendet, så att handläggaren vet vad som behövs.")
    )
    if isinstance(reason, tuple):
        return _again(request, db, case_id, reason, actor=actor, now=now)
    decisions.send_back(db, case_id, reason=reason, actor=actor, now=now)
    return Redirect("/kommun/att-besluta", status_code=303)


@post("/arenden/{case_id:uuid}/beslut/yttrande", sync_to_thread=False)
def hear(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _decide(decisions.hear, request, db, case_id, actor=actor, now=now)


@post("/arenden/{case_id:uuid}/beslut/godkann", sync_to_thread=False)
def approve(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _decide(decisions.approve, request, db, case_id, actor=actor, now=now)


@post("/arenden/{case_id:uuid}/beslut/avsla", sync_to_thread=False)
def reject(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _decide(decisions.reject, request, db, case_id, actor=actor, now=now)


def _decide(
    verb: Callable[..., object], request: AnyRequest, db: Session, case_id: UUID, *, actor: Actor, now: datetime
) -> Response[Any]:
    """What is added to the reasons is optional, but not endless."""
    said = forms.read_words(Fields.of(desk_of(request).posted), "tillagg", "", least=0)
    if isinstance(said, tuple):
        return _again(request, db, case_id, said, actor=actor, now=now)
    verb(db, case_id, addition=said, actor=actor, now=now)
    return Redirect(f"/kommun/arenden/{case_id}/beslut", status_code=303)


router = Router(
    "/kommun",
    route_handlers=[to_decide, show, send_back, hear, approve, reject],
    guards=[only(Role.DECISION_MAKER)],
)
