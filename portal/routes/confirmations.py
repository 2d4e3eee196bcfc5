"""New conditions that authorised providers confirm or prove: the company answers, the municipality takes a stand."""

from collections.abc import Iterator
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
from portal.domain.roles import COMPANY_ROLES, Role
from portal.errors import Invalid, NotFound
from portal.forms import confirmation as forms
from portal.forms.evidence import read_dates, read_stated
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.routes.answering import read_uuid
from portal.routes.evidence import UPLOAD_BODY, receive
from portal.services import adoption, confirmation_evidence, confirmations, evidence
from portal.services.confirmation_evidence import ToAnswer
from portal.services.documents import rules_for
from portal.services.room import room_left
from portal.views import confirmation, confirmation_list, upload_words
from portal.views.confirmation_list import Wanted
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import only
from portal.web.multipart_forms import Sent
from portal.web.pages import page


@get("/{application_id:uuid}", sync_to_thread=False)
def asked(
    request: AnyRequest,
    application_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    return page(request, "confirmation/asked.html", confirmation.of_case(db, application_id, actor=actor, now=now))


@get("/{application_id:uuid}/{criterion:str}", sync_to_thread=False)
def show(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    villkor: FromQuery[str] = "",
) -> Response[str]:
    view = confirmation.one(
        db, application_id, criterion, rules=rules_for, version=_number(villkor), actor=actor, now=now
    )
    return page(request, "confirmation/answer.html", view)


@post("/{application_id:uuid}/{criterion:str}", request_max_body_size=UPLOAD_BODY)
async def answer(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    villkor: FromQuery[str] = "",
) -> Response[Any]:
    """Take in the answer with its documents: what was handed in stays, also where something else is wrong."""
    desk = desk_of(request)
    version = _number(villkor)
    to_answer = confirmation_evidence.open_to_answer(db, application_id, criterion, version=version, actor=actor)
    room = room_left(db, to_answer.application, criterion).for_one()
    sent = await receive(request, desk, to_answer.rules, room)
    asked = confirmation_evidence.open_to_answer(db, application_id, criterion, version=version, actor=actor)
    said = forms.read(Fields.of(sent.fields))
    problems: list[tuple[str, str]] = []
    if sent.refused_whole:
        problems.append(("fil", _("Filen är större än vad vi kan ta emot. Spara den i mindre format.")))
    problems += (
        ("fil", upload_words.refused(each.name, each.reason, each.facts, accepted="")) for each in sent.refused
    )
    ahead, stopped = _ahead(db, asked, Fields.of(sent.fields), sent, actor)
    problems += stopped
    made: tuple[UUID, ...] = ()
    try:
        made = confirmation_evidence.hand_in(
            db,
            asked,
            documents=said.documents,
            received=sent.received,
            ahead=ahead,
            without=said.without,
            actor=actor,
            now=now,
        )
    except Invalid as refused:
        problems += _not_handed_in(refused, sent)
    fields = forms.renamed(Fields.of(sent.fields), made)
    dates = read_dates(fields, accepted=asked.accepted, today=day_in_sweden(now))
    confirmation_evidence.say(db, asked, dates.stated, actor=actor, now=now)
    problems += dates.problems
    if sent.received and not made:
        # What was said of a file that was not taken is kept on the page, for the one that comes in its place.
        problems += read_stated(fields, forms.NEW, accepted=asked.accepted, today=day_in_sweden(now))[1]
    handed_in = confirmation_evidence.handed_in_with(db, asked, now=now)
    found = confirmations.faults(asked, handed_in, declared=said.declared, description=said.description)
    problems += forms.problems_of(found)
    if not problems:
        confirmations.answer(
            db,
            application_id,
            criterion,
            declared=said.declared,
            description=said.description,
            version=version,
            actor=actor,
            now=now,
        )
        return Redirect(f"/foretag/nya-villkor/{application_id}", status_code=303)
    view = confirmation.one(
        db,
        application_id,
        criterion,
        rules=rules_for,
        version=version,
        actor=actor,
        now=now,
        typed=fields,
        problems=forms.in_order(problems),
    )
    return page(request, "confirmation/answer.html", view, status_code=422)


def _ahead(db: Session, asked: ToAnswer, fields: Fields, sent: Sent, actor: Actor) -> tuple[UUID | None, Problems]:
    """The latest that a script sent ahead of this form, unless the form itself brings a file; or why it was stopped."""
    told = [found for text in fields.many("fardigt") if (found := read_uuid(text)) is not None]
    if sent.received or sent.refused or not told or asked.rules is None:
        return None, ()
    application_id, criterion_id = asked.application.id, asked.criterion.id
    document = evidence.come_ahead(db, application_id, asked.sets, criterion_id, told[-1], actor=actor)
    if document is None:
        return None, ()
    why = upload_words.stopped(document.name, document.state, document.because)
    return (None, (("fil", why),)) if why else (document.id, ())


def _not_handed_in(refused: Invalid, sent: Sent) -> Iterator[tuple[str, str]]:
    if "fil" in refused.errors:
        for each in sent.received:
            yield "fil", upload_words.refused(each.name, refused.errors["fil"], refused.facts, accepted="")
    else:
        yield from forms.problems_of(refused.errors)


def _number(text: str) -> int | None:
    """Of a version; what is no such number is the newest."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None


@get("/", sync_to_thread=False)
def waiting(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    urval: FromQuery[str] = "",
    tjanst: FromQuery[str] = "",
    villkor: FromQuery[str] = "",
    arende: FromQuery[str] = "",
    efter: FromQuery[str] = "",
) -> Response[str]:
    typed = {"urval": urval, "tjanst": tjanst, "villkor": villkor, "arende": arende}
    wanted = Wanted.read(lambda name: typed[name])
    view = confirmation_list.of_municipality(db, wanted, actor=actor, now=now, after=efter)
    return page(request, "confirmation/staff.html", view)


@post("/{confirmation_id:uuid}/godta", sync_to_thread=False)
def accept(
    request: AnyRequest,
    confirmation_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    wanted = Wanted.read(Fields.of(desk_of(request).posted).text)
    confirmations.accept(db, confirmation_id, actor=actor, now=now)
    return Redirect(wanted.address, status_code=303)


@post("/{confirmation_id:uuid}/aterlamna", sync_to_thread=False)
def give_back(
    request: AnyRequest,
    confirmation_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    fields = Fields.of(desk_of(request).posted)
    wanted = Wanted.read(fields.text)
    try:
        confirmations.give_back(db, confirmation_id, fields.text("skal"), actor=actor, now=now)
    except Invalid as refused:
        problems = tuple((f"{name}-{confirmation_id}", said) for name, said in forms.problems_of(refused.errors))
        view = confirmation_list.of_municipality(
            db,
            wanted,
            actor=actor,
            now=now,
            after=fields.text("efter"),
            typed=fields.text("skal"),
            problems=problems,
        )
        return page(request, "confirmation/staff.html", view, status_code=422)
    return Redirect(wanted.address, status_code=303)


@post("/inget-nytt", sync_to_thread=False)
def adopt_unasked(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    typed = Fields.of(desk_of(request).posted).text("version")
    try:
        version_id = UUID(typed)
    except ValueError:
        raise NotFound("conditions", typed) from None
    adoption.adopt_unasked(db, version_id, actor=actor, now=now)
    return Redirect(confirmation_list.HERE, status_code=303)


company = Router("/foretag/nya-villkor", route_handlers=[asked, show, answer], guards=[only(*COMPANY_ROLES)])
reading = Router(
    "/kommun/nya-villkor",
    route_handlers=[waiting],
    guards=[only(Role.CASE_OFFICER, Role.DECISION_MAKER, Role.MUNICIPAL_ADMINISTRATOR)],
)
handling = Router(
    "/kommun/nya-villkor", route_handlers=[accept, give_back, adopt_unasked], guards=[only(Role.CASE_OFFICER)]
)
