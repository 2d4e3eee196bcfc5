"""An officer's judgements: of one criterion, of what the rules find, and of a whole group at once."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.confirming import Ground
from portal.domain.phrases import Purpose
from portal.domain.roles import Role
from portal.errors import Invalid
from portal.forms import review as forms
from portal.forms.phrases import TAKE, taken
from portal.locale.problems import Problems
from portal.routes.staff_cases import case_page, count, posted, seen
from portal.services import judging, phrases
from portal.services.seen import look
from portal.views import case, case_group
from portal.views.case_head import read_head
from portal.views.case_standing import next_to_judge
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.pages import page


@post("/{case_id:uuid}/villkor/{criterion:str}", sync_to_thread=False)
def judge(
    request: AnyRequest,
    case_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = posted(request)
    if fields.has(TAKE) and (got := taken(fields, phrases.offered(db, Purpose.JUDGEMENT, actor=actor))):
        typed = case.Typed(outcome=got.text("bedomning"), reason=got.text("motivering"), taken=True)
        return case_page(request, db, case_id, criterion, actor=actor, now=now, typed=typed)
    said = forms.read_judgement(fields)
    if not isinstance(said, tuple):
        try:
            judging.judge(
                db,
                case_id,
                criterion,
                outcome=said.outcome,
                reason=said.reason,
                shown=said.shown,
                actor=actor,
                now=now,
            )
            return _onwards(db, case_id, criterion, actor=actor, now=now)
        except Invalid as refused:
            said = forms.judgement_refused(refused, at="systemet")
    typed = case.Typed(problems=said, outcome=fields.text("bedomning"), reason=fields.text("motivering"))
    return case_page(request, db, case_id, criterion, actor=actor, now=now, typed=typed)


def _onwards(db: Session, case_id: UUID, criterion: str, *, actor: Actor, now: datetime) -> Redirect:
    """To the criterion that is best judged next, with the focus at its heading."""
    head = read_head(db, case_id, actor=actor, now=now)
    following = next_to_judge(db, head, criterion, look=look, now=now)
    return seen(f"/kommun/arenden/{case_id}?villkor={following}&sparat={criterion}#villkor")


@post("/{case_id:uuid}/villkor/{criterion:str}/bekrafta", sync_to_thread=False)
def confirm(
    request: AnyRequest,
    case_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    """The judgement stands on the evidence as it is now."""
    judging.confirm(db, case_id, criterion, actor=actor, now=now)
    return _onwards(db, case_id, criterion, actor=actor, now=now)


@post("/{case_id:uuid}/villkor/{criterion:str}/uppfyllt", sync_to_thread=False)
def confirm_met(
    request: AnyRequest,
    case_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """The officer agrees with what was in view."""
    shown = {criterion: posted(request).text("sett")}
    try:
        judging.confirm_seen(db, case_id, shown, grounds=frozenset(Ground), actor=actor, now=now)
    except Invalid as refused:
        typed = case.Typed(problems=forms.judgement_refused(refused, at="systemet"))
        return case_page(request, db, case_id, criterion, actor=actor, now=now, typed=typed)
    return _onwards(db, case_id, criterion, actor=actor, now=now)


@get("/{case_id:uuid}/grupp/{group:str}", sync_to_thread=False)
def show_group(
    request: AnyRequest,
    case_id: FromPath[UUID],
    group: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    bekraftade: FromQuery[str] = "",
) -> Response[str]:
    return _group(request, db, case_id, group, actor=actor, now=now, confirmed=count(bekraftade))


@post("/{case_id:uuid}/grupp/{group:str}", sync_to_thread=False)
def confirm_group(
    request: AnyRequest,
    case_id: FromPath[UUID],
    group: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    said = forms.read_confirmation(posted(request))
    try:
        confirmed = judging.confirm_seen(db, case_id, said.shown, grounds=said.grounds, actor=actor, now=now)
    except Invalid as refused:
        problems = forms.judgement_refused(refused)
        return _group(request, db, case_id, group, actor=actor, now=now, problems=problems)
    onwards = case_group.after_confirming(db, case_id, group, look=look, actor=actor, now=now)
    between = "&" if "?" in onwards else "?"
    return seen(f"{onwards}{between}bekraftade={len(confirmed)}{'#villkor' if 'villkor=' in onwards else '#innehall'}")


def _group(
    request: AnyRequest,
    db: Session,
    case_id: UUID,
    group: str,
    *,
    actor: Actor,
    now: datetime,
    confirmed: int = 0,
    problems: Problems = (),
) -> Response[str]:
    view = case_group.build(
        db,
        case_id,
        group,
        look=look,
        actor=actor,
        now=now,
        scanner=desk_of(request).resources.scanner.configured,
        confirmed=confirmed,
        problems=problems,
    )
    return page(request, "staff/case_group.html", view, status_code=422 if problems else 200)


router = Router(
    "/kommun/arenden",
    route_handlers=[judge, confirm, confirm_met, show_group, confirm_group],
    guards=[only(Role.CASE_OFFICER)],
)
