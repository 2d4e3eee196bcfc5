"""A company's evidence: its library, and a newer document in an older's place."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from documents.intake import Received
from portal.domain.actors import Actor
from portal.domain.conditions import ConditionSets
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.domain.uploads import SIZES, Room, Within
from portal.forms import evidence as forms
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.routes.answering import read_uuid
from portal.services import documents, evidence, rates
from portal.services import evidence_library as services_library
from portal.services.room import room_left
from portal.views import evidence_library, evidence_replace, upload_words
from portal.web.desk import AnyRequest, Desk, desk_of
from portal.web.guards import only
from portal.web.multipart_forms import Sent, is_multipart, take_in
from portal.web.pages import page

REPLACE = "/{application_id:uuid}/villkor/{criterion:str}/dokument/{document_id:uuid}/ersatt"
UPLOAD_BODY = SIZES[Within.CASE] + 2_000_000  # the sizes of files are their types' own, and asked while they come


@get(REPLACE, sync_to_thread=False)
def before_replacing(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    _application, sets = evidence.open_to_replace(db, application_id, criterion, actor=actor)
    view = evidence_replace.replace_page(
        db, application_id, criterion, document_id, sets=sets, rules=documents.rules_for, actor=actor, now=now
    )
    return page(request, "application/replace.html", view)


@post(REPLACE, request_max_body_size=UPLOAD_BODY)
async def replace(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    """Take in the newer document, with its kind and dates; nothing is replaced unless all of it is right."""
    desk = desk_of(request)
    application, sets = evidence.open_to_replace(db, application_id, criterion, actor=actor)
    asked = sets.by_id[criterion]
    room = room_left(db, application, criterion).for_one()
    sent = await receive(request, desk, documents.rules_for(sets, asked), room)
    fields = Fields.of(sent.fields)
    said, problems = forms.read_stated(
        fields, evidence_replace.NEW, accepted=sets.accepted(asked), today=day_in_sweden(now)
    )

    newer, ahead, stopped = _newer(db, sent, fields, application_id, sets, criterion, actor)
    problems += stopped

    def shown(problems: Problems) -> evidence_replace.ReplacePage:
        return evidence_replace.replace_page(
            db,
            application_id,
            criterion,
            document_id,
            sets=sets,
            rules=documents.rules_for,
            actor=actor,
            now=now,
            typed=fields.text,
            problems=problems,
            ahead=ahead,
        )

    view = shown(problems)
    if sent.refused_whole:
        problems = (*problems, ("fil", _("Filen är större än vad vi kan ta emot. Spara den i mindre format.")))
    problems += tuple(
        ("fil", upload_words.refused(each.name, each.reason, each.facts, accepted=view.upload.extensions))
        for each in sent.refused
    )
    if problems and sent.received:
        problems = (*problems, ("fil", _("Välj filen en gång till när resten är rättat.")))
    elif newer is None and not any(field == "fil" for field, _sentence in problems):
        problems = (*problems, ("fil", _("Välj en fil att ladda upp.")))
    if problems or newer is None:
        return page(request, "application/replace.html", shown(problems), status_code=422)
    evidence.replace(db, application_id, criterion, document_id, newer, said, actor=actor, now=now)
    return Redirect(view.back, status_code=303)


def _newer(
    db: Session, sent: Sent, fields: Fields, application_id: UUID, sets: ConditionSets, criterion: str, actor: Actor
) -> tuple[Received | UUID | None, evidence_replace.Ahead | None, Problems]:
    """What the form brings; or what came ahead of it, the latest of it, which may be shown again or was stopped."""
    if sent.received:
        return sent.received[0], None, ()
    told = [found for text in fields.many("fardigt") if (found := read_uuid(text)) is not None]
    if sent.refused or not told:
        return None, None, ()
    document = evidence.come_ahead(db, application_id, sets, criterion, told[-1], actor=actor)
    if document is None:
        return None, None, ()
    if why := upload_words.stopped(document.name, document.state, document.because):
        return None, None, (("fil", why),)
    return document.id, evidence_replace.Ahead(document.id, document.name), ()


async def receive(request: AnyRequest, desk: Desk, rules: Any, room: Room) -> Sent:
    """What a form brings, its files into the store; the transaction is let go meanwhile."""
    kind = request.headers.get("content-type", "")
    if not is_multipart(kind):
        return Sent(fields=desk.posted)
    if desk.brings_files:
        rates.allow(desk.db, f"upload {desk.signed_in().person_id}", limit=100, seconds=600, now=desk.now)
    desk.let_go()
    try:
        sent = await take_in(
            request.stream(), kind, store=desk.resources.store, rules=rules, room=room, new_key=documents.fresh_key
        )
    except HTTPException as error:
        if error.status_code != 413:
            raise
        sent = Sent(fields=desk.posted)
        sent.refused_whole = True
    desk.take_up()
    desk.posted = sent.fields
    return sent


@get("/", sync_to_thread=False)
def shelves(
    request: AnyRequest,
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    visa: FromQuery[str] = "",
    sort: FromQuery[str] = "",
    q: FromQuery[str] = "",
    efter: FromQuery[str] = "",
    ordning: FromQuery[str] = "",
) -> Response[str]:
    scanner = desk_of(request).resources.scanner.configured
    wanted = evidence_library.Wanted.read(visa=visa, sort=sort, q=q, efter=efter, ordning=ordning)
    view = evidence_library.library(db, wanted, actor=actor, now=now, scanner=scanner)
    return page(request, "company/library.html", view)


@get("/{document_id:uuid}", sync_to_thread=False)
def shelved(
    request: AnyRequest,
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    scanner = desk_of(request).resources.scanner.configured
    view = evidence_library.document_page(db, document_id, actor=actor, now=now, scanner=scanner)
    return page(request, "company/library_document.html", view)


@post("/{document_id:uuid}/ta-bort", sync_to_thread=False)
def discard(
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Redirect:
    services_library.discard(db, document_id, actor=actor, now=now)
    return Redirect("/foretag/underlag", status_code=303)


library = Router(path="/foretag/underlag", guards=[only(Role.READER)], route_handlers=[shelves, shelved, discard])
replacing = Router(path="/foretag/ansokningar", guards=[only(Role.READER)], route_handlers=[before_replacing, replace])
