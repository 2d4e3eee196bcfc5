"""The municipality's cases: the work list, the workbench, and an officer's steps."""

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
from portal.domain.phrases import Purpose
from portal.domain.roles import READS_CASES, Role
from portal.domain.worklist import Wanted
from portal.errors import NotFound, NotReady
from portal.forms import review as forms
from portal.forms.fields import Fields
from portal.forms.phrases import taken
from portal.locale import gettext as _
from portal.services import letters, phrases, review, saved_views, sessions, worklist
from portal.services.seen import look
from portal.views import case, case_record, case_steps
from portal.views import worklist as worklist_page
from portal.views.case_head import read_head
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only, staff_side
from portal.web.pages import page


def seen(path: str) -> Redirect:
    return Redirect(path, status_code=303)


def count(text: str) -> int:
    """A small number of an address, such as how many were confirmed; 0 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def posted(request: AnyRequest) -> Fields:
    return Fields.of(desk_of(request).posted)


@get("/", sync_to_thread=False)
def home(request: AnyRequest) -> Redirect:
    """To where this person's work is."""
    identity = desk_of(request).signed_in()
    if identity.municipality_id is None:
        return seen("/kommun/valj")
    if Role.CASE_OFFICER in identity.staff_roles:
        return seen("/kommun/arenden")
    if Role.DECISION_MAKER in identity.staff_roles:
        return seen("/kommun/att-besluta")
    if Role.MUNICIPAL_ADMINISTRATOR in identity.staff_roles:
        return seen("/kommun/personal")
    return seen("/kommun/anordnare")


@get("/valj", sync_to_thread=False)
def choose(request: AnyRequest, db: NamedDependency[Session]) -> Response[str]:
    identity = desk_of(request).signed_in()
    places = tuple(
        worklist_page.Workplace(id_, name, title, id_ == identity.municipality_id)
        for id_, name, title in worklist.places_of(db, identity.person_id)
    )
    return page(request, "staff/choose.html", worklist_page.ChoosePage(places))


@post("/valj", sync_to_thread=False)
def act_for(request: AnyRequest, db: NamedDependency[Session]) -> Redirect:
    desk = desk_of(request)
    try:
        municipality_id = UUID(posted(request).text("kommun"))
    except ValueError as error:
        raise NotFound("municipality", posted(request).text("kommun")) from error
    sessions.act_for_municipality(db, desk.token or "", municipality_id, person_id=desk.signed_in().person_id)
    return seen("/kommun")


@get("/arenden", sync_to_thread=False)
def work_list(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    urval: FromQuery[str] = "",
    q: FromQuery[str] = "",
    tjanst: FromQuery[str] = "",
    sortering: FromQuery[str] = "",
    efter: FromQuery[str] = "",
) -> Response[str]:
    wanted = Wanted.read(urval=urval, q=q, tjanst=tjanst, sortering=sortering, efter=efter)
    found = worklist.find(db, wanted, actor=actor, now=now)
    return page(request, "staff/worklist.html", worklist_page.build(found, saved_views.kept_for(db, actor), now=now))


@get("/arenden/{case_id:uuid}", sync_to_thread=False)
def show(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    villkor: FromQuery[str | None] = None,
    sparat: FromQuery[str] = "",
    dokument: FromQuery[str] = "",
    bekraftade: FromQuery[str] = "",
) -> Response[str]:
    return case_page(
        request,
        db,
        case_id,
        villkor or None,
        actor=actor,
        now=now,
        saved=sparat,
        confirmed=count(bekraftade),
        document=dokument,
    )


def case_page(
    request: AnyRequest,
    db: Session,
    case_id: UUID,
    criterion: str | None,
    *,
    actor: Actor,
    now: datetime,
    saved: str = "",
    confirmed: int = 0,
    document: str = "",
    typed: case.Typed | None = None,
) -> Response[str]:
    scanner = desk_of(request).resources.scanner.configured
    view = case.build(
        db,
        case_id,
        criterion,
        look=look,
        actor=actor,
        now=now,
        scanner=scanner,
        saved=saved,
        confirmed=confirmed,
        document=document,
        typed=typed,
    )
    return page(request, "staff/case.html", view, status_code=422 if typed and typed.problems else 200)


@get("/arenden/{case_id:uuid}/protokoll", sync_to_thread=False)
def protocol(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "staff/protocol.html", case_record.protocol(db, case_id, actor=actor, now=now))


@get("/arenden/{case_id:uuid}/historik", sync_to_thread=False)
def history(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    fore: FromQuery[str] = "",
) -> Response[str]:
    before = int(fore) if fore.isdecimal() and len(fore) < 10 else None
    view = case_record.history(db, case_id, before=before, actor=actor, now=now)
    return page(request, "staff/history.html", view)


@post("/arenden/{case_id:uuid}/anteckningar", sync_to_thread=False)
def note(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = posted(request)
    text = forms.read_words(fields, "anteckning", _("Skriv något i anteckningen."), least=1)
    criterion = fields.text("villkor") or None
    if isinstance(text, tuple):
        typed = case.Typed(problems=text, note=fields.text("anteckning"))
        return case_page(request, db, case_id, criterion, actor=actor, now=now, typed=typed)
    review.write_note(db, case_id, text, actor=actor, now=now)
    return seen(f"/kommun/arenden/{case_id}{f'?villkor={criterion}' if criterion else ''}#anteckningar")


@post("/arenden/{case_id:uuid}/jav", sync_to_thread=False)
def declare_conflict(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    review.declare_conflict(db, case_id, note=posted(request).text("jav-not"), actor=actor, now=now)
    return seen(f"/kommun/arenden/{case_id}")


@post("/{case_id:uuid}/ta", sync_to_thread=False)
def take(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = posted(request)
    said = forms.read_declaration(fields)
    if isinstance(said, tuple):
        typed = case.Typed(problems=said, conflict=fields.text("jav"))
        return case_page(request, db, case_id, None, actor=actor, now=now, typed=typed)
    review.take(db, case_id, conflicted=said.conflicted, note=said.note, actor=actor, now=now)
    return seen(f"/kommun/arenden/{case_id}")


@get("/{case_id:uuid}/lamna-over", sync_to_thread=False)
def hand_over_form(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "staff/hand_over.html", case_steps.hand_over(db, case_id, actor=actor, now=now))


@post("/{case_id:uuid}/lamna-over", sync_to_thread=False)
def hand_over(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = posted(request)
    reason = forms.read_words(fields, "skal", _("Skriv varför du lämnar över ärendet, med minst några ord."))
    if isinstance(reason, tuple):
        view = case_steps.hand_over(db, case_id, actor=actor, now=now, reason=fields.text("skal"), problems=reason)
        return page(request, "staff/hand_over.html", view, status_code=422)
    review.hand_over(db, case_id, reason=reason, actor=actor, now=now)
    return seen("/kommun/arenden")


@get("/{case_id:uuid}/komplettering", sync_to_thread=False)
def supplement_form(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    """First which criteria, then (with them in the address) what is asked about each."""
    head = read_head(db, case_id, actor=actor, now=now)
    chosen = tuple(id_ for id_ in request.query_params.getall("villkor", []) if id_ in head.sets.by_id)
    if chosen and "valj" not in request.query_params:
        least = review.LEAST_SUPPLEMENT_DAYS
        own = phrases.offered(db, Purpose.SUPPLEMENT, actor=actor)
        reads = letters.language_of(db, head.provider_id)
        view = case_steps.supplement(
            db, head, chosen, actor=actor, now=now, least_days=least, language=reads, phrases=own
        )
        return page(request, "staff/supplement.html", view)
    asked_nothing = "fraga" in request.query_params and not chosen
    problems = (("villkor", _("Välj minst ett villkor att fråga om.")),) if asked_nothing else ()
    choice = case_steps.choose_criteria(db, head, chosen=chosen, problems=problems)
    return page(request, "staff/supplement_choose.html", choice, status_code=422 if problems else 200)


@post("/{case_id:uuid}/komplettering", sync_to_thread=False)
def request_supplement(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields, head = posted(request), read_head(db, case_id, actor=actor, now=now)
    identity, least = desk_of(request).signed_in(), review.LEAST_SUPPLEMENT_DAYS
    own, reads = phrases.offered(db, Purpose.SUPPLEMENT, actor=actor), letters.language_of(db, head.provider_id)
    if got := taken(fields, own, language=reads):
        view = case_steps.supplement(
            db,
            head,
            got.many("villkor"),
            actor=actor,
            now=now,
            least_days=least,
            language=reads,
            phrases=own,
            typed=got.text,
        )
        return page(request, "staff/supplement.html", view)
    form = forms.read_supplement(
        fields,
        head.sets,
        municipality=identity.municipality_name or "",
        reads=reads,
        today=day_in_sweden(now),
        least_days=least,
    )
    if isinstance(form, tuple):
        view = case_steps.supplement(
            db,
            head,
            fields.many("villkor"),
            actor=actor,
            now=now,
            least_days=least,
            language=reads,
            phrases=own,
            typed=fields.text,
            problems=form,
        )
        return page(request, "staff/supplement.html", view, status_code=422)
    review.request_supplement(
        db, case_id, questions=form.questions, message=form.message, due_on=form.due_on, actor=actor, now=now
    )
    return seen(f"/kommun/arenden/{case_id}")


@get("/{case_id:uuid}/forslag", sync_to_thread=False)
def proposal_form(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    head = read_head(db, case_id, actor=actor, now=now)
    own = phrases.offered(db, Purpose.REFUSAL, actor=actor)
    return page(request, "staff/proposal.html", case_steps.proposal(db, head, phrases=own))


@post("/{case_id:uuid}/forslag", sync_to_thread=False)
def propose(
    request: AnyRequest,
    case_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields, head = posted(request), read_head(db, case_id, actor=actor, now=now)
    own = phrases.offered(db, Purpose.REFUSAL, actor=actor)
    if got := taken(fields, own):
        return page(request, "staff/proposal.html", case_steps.proposal(db, head, phrases=own, typed=got.text))
    form = forms.read_proposal(fields, case_steps.unmet_of(db, head))
    if isinstance(form, tuple):
        view = case_steps.proposal(db, head, phrases=own, typed=fields.text, problems=form)
        return page(request, "staff/proposal.html", view, status_code=422)
    try:
        review.propose(
            db, case_id, approve=form.approve, summary=form.summary, coded=form.reasons, actor=actor, now=now
        )
    except NotReady:
        # The page itself names every judgement that is missing, each with its link.
        view = case_steps.proposal(db, head, typed=fields.text)
        return page(request, "staff/proposal.html", view, status_code=422)
    return seen(f"/kommun/arenden/{case_id}")


entrance = Router("/kommun", route_handlers=[home, choose, act_for], guards=[staff_side])
reading = Router(
    "/kommun",
    route_handlers=[work_list, show, protocol, history, note, declare_conflict],
    guards=[only(*READS_CASES)],
)
handling = Router(
    "/kommun/arenden",
    route_handlers=[
        take,
        hand_over_form,
        hand_over,
        supplement_form,
        request_supplement,
        proposal_form,
        propose,
    ],
    guards=[only(Role.CASE_OFFICER)],
)
