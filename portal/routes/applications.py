"""A company's applications: start, answer with files, check, submit, supplement, comment, withdraw.

Thin: what may be done is said by the services, what is shown by the views.  The
question page is one form for text and files, so that nothing typed is lost when
a file is refused, and needs no script.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.criteria import Lack, Obstacle, obstacles
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.domain.uploads import SIZES, Within
from portal.errors import Invalid, NotFound, NotReady
from portal.forms import evidence as dates_form
from portal.forms.application import AnswerForm, Problems, read_answer, read_text
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.services import (
    applications,
    competence_choice,
    documents,
    evidence,
    facts,
    rates,
    uploads,
    writing,
)
from portal.views import application as views
from portal.views import application_check, application_criterion, application_tasks, upload_words
from portal.web.desk import Desk, desk_of
from portal.web.guards import company_side, only
from portal.web.multipart_forms import Sent, is_multipart, take_in
from portal.web.pages import page

AnyRequest = Request[Any, Any, Any]
UPLOAD_BODY = SIZES[Within.CASE] + 2_000_000


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


@get("/{application_id:uuid}/villkor/{criterion:str}", sync_to_thread=False)
def criterion_page(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    forut: FromQuery[list[UUID] | None] = None,
) -> Response[str]:
    view = _criterion(request, db, application_id, criterion, actor, known=forut or ())
    return page(request, "application/criterion.html", view)


@post(
    ["/{application_id:uuid}/villkor/{criterion:str}", "/{application_id:uuid}/villkor/{criterion:str}/dokument"],
    request_max_body_size=UPLOAD_BODY,
)
async def answer(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Save what was answered and take in the files; each button of the page says where to go then."""
    form, sent = await _receive(request, db, application_id, criterion, actor)
    problems, known = _keep(request, db, application_id, criterion, form, sent, actor, now)
    view = _criterion(request, db, application_id, criterion, actor, known=known)
    fields = Fields.of(sent.fields)
    then = "stay" if request.url.path.endswith("/dokument") else fields.text("sedan")
    # With a script the files have come before the form, each by itself.
    if then == "stay" and not (problems or sent.received or fields.text("uppladdat")):
        problems = (("fil", _("Välj en fil att ladda upp.")),)
    if then == "next" and not form.problems:
        # All that is wrong at once, though not twice at the same field.
        said = {field for field, _sentence in problems}
        problems += tuple(each for each in _lacking(db, application_id, criterion, now) if each[0] not in said)
    if problems:
        refused = _corrected(view, problems, form, sent)
        return page(request, "application/criterion.html", refused, status_code=422)
    if then == "stay":
        return Redirect(f"{view.address}{_told(known)}#dok", status_code=303)
    if then == "overview":
        return Redirect(view.head.address, status_code=303)
    asked = tuple(writing.asked_again(db, application_id)) if view.due_on else ()
    return Redirect(f"{application_criterion.following(view.head, criterion, asked)}{_told(known)}", status_code=303)


@post("/{application_id:uuid}/villkor/{criterion:str}/kompetens", request_max_body_size=UPLOAD_BODY)
async def name_people(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Name who leads or does the work, and see what their profiles say; what was typed is saved with it."""
    form, sent = await _receive(request, db, application_id, criterion, actor)
    problems, known = _keep(request, db, application_id, criterion, form, sent, actor, now)
    return _stay(request, db, application_id, criterion, actor, form, sent, problems, known, anchor="profil")


@post("/{application_id:uuid}/villkor/{criterion:str}/ateranvand", request_max_body_size=UPLOAD_BODY)
async def reuse(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Attach one of the company's earlier documents; what was typed is saved with it."""
    form, sent = await _receive(request, db, application_id, criterion, actor)
    problems, known = _keep(request, db, application_id, criterion, form, sent, actor, now)
    chosen = _uuid(Fields.of(sent.fields).text("ateranvand"))
    if chosen is None:
        problems = (*problems, ("ateranvand", _("Välj ett dokument i listan.")))
    else:
        try:
            documents.reuse(db, application_id, criterion, chosen, actor=actor, now=now)
        except Invalid as invalid:
            problems = (*problems, *((field, _reuse_words(code)) for field, code in invalid.errors.items()))
    return _stay(request, db, application_id, criterion, actor, form, sent, problems, known)


@post(
    "/{application_id:uuid}/villkor/{criterion:str}/dokument/{document_id:uuid}/ta-bort",
    request_max_body_size=UPLOAD_BODY,
)
async def remove(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Take a document off; what was typed is saved with it."""
    form, sent = await _receive(request, db, application_id, criterion, actor)
    documents.remove(db, application_id, criterion, document_id, actor=actor, now=now)
    problems, known = _keep(request, db, application_id, criterion, form, sent, actor, now)
    return _stay(request, db, application_id, criterion, actor, form, sent, problems, known)


@post(
    "/{application_id:uuid}/villkor/{criterion:str}/uppladdningar/{upload_id:uuid}/avbryt",
    request_max_body_size=UPLOAD_BODY,
)
async def cancel(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    upload_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Give up an upload that was begun; what was typed is saved with it."""
    form, sent = await _receive(request, db, application_id, criterion, actor)
    writing.open_part(db, application_id, criterion, actor=actor)
    uploads.give_up(db, upload_id, actor=actor)
    problems, known = _keep(request, db, application_id, criterion, form, sent, actor, now)
    return _stay(request, db, application_id, criterion, actor, form, sent, problems, known)


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
    if (found := _uuid(text)) is None:
        raise NotFound("service", "")
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _reuse_words(code: str) -> str:
    if code == "too_many":
        return _("Här finns redan så många dokument som får plats. Ta bort ett och försök igen.")
    return _("Dokumentet har ett format som inte tas emot för det här villkoret. Välj ett annat.")


def _told(known: Sequence[UUID]) -> str:
    """The next page says of these that the company had handed them in before."""
    return "?" + "&".join(f"forut={each}" for each in known) if known else ""


def _criterion(
    request: AnyRequest,
    db: Session,
    application_id: UUID,
    criterion: str,
    actor: Actor,
    *,
    known: Sequence[UUID] = (),
) -> application_criterion.CriterionPage:
    return application_criterion.criterion_page(
        db,
        application_id,
        criterion,
        rules=documents.rules_for,
        room=documents.MAX_DOCUMENTS,
        known=known,
        scanner=desk_of(request).resources.scanner.configured,
        find=facts.findings_of,
        actor=actor,
        now=desk_of(request).now,
    )


async def _receive(
    request: AnyRequest, db: Session, application_id: UUID, criterion: str, actor: Actor
) -> tuple[AnswerForm, Sent]:
    """Read the form, its files into the store.  Whether one may write is asked first: nobody uploads in vain."""
    desk = desk_of(request)
    kind = request.headers.get("content-type", "")
    if not is_multipart(kind):
        sent = Sent(fields=desk.posted)
        return read_answer(Fields.of(sent.fields)), sent
    place = uploads.place(db, application_id, criterion, actor=actor)
    if desk.brings_files:
        rates.allow(db, f"upload {actor.person_id}", limit=100, seconds=600, now=desk.now)
    sent = await _stream(request, desk, kind, place)
    desk.posted = sent.fields
    return read_answer(Fields.of(sent.fields)), sent


async def _stream(request: AnyRequest, desk: Desk, kind: str, place: uploads.Place) -> Sent:
    """The files into the store, while no transaction is held open; a body that is too large costs only its files."""
    desk.let_go()
    try:
        sent = await take_in(
            request.stream(),
            kind,
            store=desk.resources.store,
            rules=place.rules,
            room=place.room,
            new_key=documents.fresh_key,
        )
    except HTTPException as error:
        if error.status_code != 413:
            raise
        sent = Sent(fields=desk.posted)
        sent.refused_whole = True
    desk.take_up()
    return sent


def _keep(
    request: AnyRequest,
    db: Session,
    application_id: UUID,
    criterion: str,
    form: AnswerForm,
    sent: Sent,
    actor: Actor,
    now: datetime,
) -> tuple[Problems, tuple[UUID, ...]]:
    """Save the answer unless it may not be kept, attach what came in, and say of the rest why not.

    Gives what is wrong, and the documents that the company had handed in before.
    """
    problems = list(form.problems)
    known = [each for text in Fields.of(sent.fields).many("forut") if (each := _uuid(text)) is not None]
    if not form.problems:
        applications.save_answer(
            db,
            application_id,
            criterion,
            declared=form.declared,
            description=form.description,
            actor=actor,
            now=now,
        )
    dates = _read_dates(db, application_id, criterion, sent, actor, now)
    if dates.stated:
        evidence.state(db, application_id, criterion, dates.stated, actor=actor, now=now)
    problems += dates.problems
    problems += _name(db, application_id, criterion, Fields.of(sent.fields), actor, now)
    if sent.received:
        try:
            taken = documents.attach(db, application_id, criterion, sent.received, actor=actor, now=now)
            keys = {each.key for each in sent.received}
            known += [each.id for each in taken if each.object_key not in keys]
        except Invalid as invalid:
            reason = invalid.errors["fil"]
            problems += [("fil", _file_words(reason, each.name, invalid.facts, "")) for each in sent.received]
    if sent.refused:
        view = _criterion(request, db, application_id, criterion, actor)
        accepted = view.upload.extensions if view.upload else ""
        problems += [("fil", _file_words(each.reason, each.name, each.facts, accepted)) for each in sent.refused]
    if sent.refused_whole:
        problems.append(("fil", _("Filerna är tillsammans större än vad vi kan ta emot. Ladda upp dem några i taget.")))
    return tuple(problems), tuple(dict.fromkeys(known))


def _name(db: Session, application_id: UUID, criterion: str, fields: Fields, actor: Actor, now: datetime) -> Problems:
    """Whom the form names, where it asks for somebody."""
    if not fields.has("profiler"):
        return ()
    typed = [each for each in fields.many("profil") if each]
    chosen = [found for each in typed if (found := _uuid(each)) is not None]
    if len(chosen) < len(typed):
        return (("profil", _("Välj i listan.")),)
    try:
        competence_choice.choose(db, application_id, criterion, chosen, actor=actor, now=now)
    except Invalid:
        return (("profil", _("Välj färre personer.")),)
    return ()


def _file_words(reason: str, name: str, facts: Mapping[str, Any], accepted: str) -> str:
    return upload_words.refused(name, reason, facts, accepted=accepted)


def _lacking(db: Session, application_id: UUID, criterion: str, now: datetime) -> Problems:
    """What the page still needs before one goes on from it; it is saved all the same."""
    sets, given = applications.answered(db, application_id, now=now)
    sentences = {
        Lack.UNANSWERED: ("svar", _("Svara ja eller nej.")),
        Lack.NOT_DECLARED: ("beskrivning", _("Förklara varför svaret är nej och när ni kan uppfylla villkoret.")),
        Lack.DESCRIPTION_MISSING: ("beskrivning", _("Beskriv hur ni uppfyller villkoret.")),
        Lack.DOCUMENT_MISSING: ("fil", _("Bifoga minst ett dokument.")),
        Lack.DOCUMENT_UNWANTED: ("dok", _("Ta bort dokumentet. För det här villkoret ska inget lämnas in.")),
        Lack.DOCUMENT_INFECTED: ("dok", _("Ta bort filen som innehåller skadlig kod.")),
    }
    found = [each for each in obstacles(sets.by_id[criterion], given.get(criterion)) if each.blocks]
    return tuple(dict.fromkeys(sentences.get(each.lack) or _undated(each) for each in found))


def _undated(found: Obstacle) -> tuple[str, str]:
    """Each at the field of its own document."""
    part, sentence = {
        Lack.DOCUMENT_KIND_MISSING: (dates_form.KIND, _("Välj vilken sorts underlag dokumentet är.")),
        Lack.DOCUMENT_DATE_MISSING: (dates_form.ISSUED, _("Skriv dokumentets datum.")),
        Lack.DOCUMENT_TOO_OLD: (dates_form.ISSUED, _("Dokumentet är för gammalt. Ersätt det med ett nyare.")),
        Lack.DOCUMENT_EXPIRED: (dates_form.ENDS, _("Dokumentet har gått ut. Ersätt det med ett som gäller.")),
    }[found.lack]
    return f"{part}-{found.document_id}", sentence


def _read_dates(
    db: Session, application_id: UUID, criterion: str, sent: Sent, actor: Actor, now: datetime
) -> dates_form.DatesForm:
    """What was said of the documents of the page, by what the criterion accepts."""
    sets = writing.sets_of(db, writing.own(db, application_id, actor=actor))
    asked = sets.by_id.get(criterion)
    accepted = sets.accepted(asked) if asked else {}
    return dates_form.read_dates(Fields.of(sent.fields), accepted=accepted, today=day_in_sweden(now))


def _stay(
    request: AnyRequest,
    db: Session,
    application_id: UUID,
    criterion: str,
    actor: Actor,
    form: AnswerForm,
    sent: Sent,
    problems: Problems,
    known: Sequence[UUID],
    *,
    anchor: str = "dok",
) -> Response[Any]:
    view = _criterion(request, db, application_id, criterion, actor, known=known)
    if not problems:
        return Redirect(f"{view.address}{_told(known)}#{anchor}", status_code=303)
    refused = _corrected(view, problems, form, sent)
    return page(request, "application/criterion.html", refused, status_code=422)


def _corrected(
    view: application_criterion.CriterionPage, problems: Problems, form: AnswerForm, sent: Sent
) -> application_criterion.CriterionPage:
    typed = {name: Fields.of(sent.fields).text(name) for name, _value in sent.fields}
    return view.corrected(
        problems, declared=form.declared, described=form.description, saved=not form.problems, typed=typed
    )


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
        criterion_page,
        answer,
        name_people,
        reuse,
        remove,
        cancel,
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
