"""Files that a script sends, each by itself: begun, gone on with after a break, and asked about.  The answers are JSON.

A file that fits in one part comes whole with the request that begins it.  Of a
larger one only the first bytes come with it, enough to refuse it before the rest
is sent; the rest goes to the upload's own address, from the byte that is told.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.exceptions import HTTPException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from documents.continuing import Continuation, complete, first_look
from documents.intake import Intake, IntakeRules, Received
from documents.judging import Refused
from documents.kinds import HEAD_BYTES
from documents.store import PART_BYTES, Missing, StoreError
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.domain.uploads import SIZES, Within
from portal.errors import Invalid, OutOfStep
from portal.routes import upload_answers as answers
from portal.routes.upload_answers import Answer, Words
from portal.services import confirmation_evidence, documents, evidence, rates, uploads
from portal.services.uploads import Standing
from portal.web.desk import AnyRequest, Desk, desk_of
from portal.web.guards import only

RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+)")


@dataclass(frozen=True)
class _There:
    """Where a file is to stand, and in whose place; or which version of conditions it goes with an answer to."""

    application_id: UUID
    criterion: str
    replaces: UUID | None = None
    confirms: int | None = None


@post(
    "/ansokningar/{application_id:uuid}/villkor/{criterion:str}/uppladdningar",
    request_max_body_size=PART_BYTES,
)
async def begin(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    namn: FromQuery[str] = "",
    storlek: FromQuery[int] = 0,
    ersatter: FromQuery[UUID | None] = None,
) -> Answer:
    """``storlek`` is the size of the whole file; the body is all of it, or its first bytes where it is larger.

    ``ersatter`` is the document that it is to replace.  That is not done here: the form that says so comes after.
    """
    there = _There(application_id, criterion, replaces=ersatter)
    return await _begin(request, there, namn, storlek, db=db, actor=actor, now=now)


@post("/nya-villkor/{application_id:uuid}/{criterion:str}/uppladdningar", request_max_body_size=PART_BYTES)
async def begin_confirming(
    request: AnyRequest,
    application_id: FromPath[UUID],
    criterion: FromPath[str],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    namn: FromQuery[str] = "",
    storlek: FromQuery[int] = 0,
    villkor: FromQuery[int | None] = None,
) -> Answer:
    """As ``begin``, of a file that goes with an answer to new conditions; ``villkor`` is the version, or the newest."""
    asked = confirmation_evidence.open_to_answer(db, application_id, criterion, version=villkor, actor=actor)
    there = _There(application_id, criterion, confirms=asked.sets.general.number)
    return await _begin(request, there, namn, storlek, db=db, actor=actor, now=now)


async def _begin(
    request: AnyRequest, there: _There, name: str, size: int, *, db: Session, actor: Actor, now: datetime
) -> Answer:
    desk, where = desk_of(request), (there.application_id, there.criterion)
    place = uploads.place(db, *where, actor=actor, replaces=there.replaces, confirms=there.confirms)
    rates.allow(db, f"upload {actor.person_id}", limit=400, seconds=600, now=now)
    desk.let_go()
    said, body = Words(name, place.rules, place.room), _body(request)
    try:
        if place.rules is None:
            return await _refused(body, said("no_documents"))
        if size > PART_BYTES:
            return await _begin_large(body, desk, said.name, place.rules, there, size)
        if place.room.number < 1:
            return await _refused(body, said("too_many", within=place.room.number_within))
        received = await _whole(body, desk, said.name, place.rules)
        desk.take_up()
        if there.replaces is not None:
            newer = evidence.take_ahead(db, *where, there.replaces, received, actor=actor, now=now)
            return answers.done(newer.id, ahead=True)
        if there.confirms is not None:
            newer = confirmation_evidence.take_ahead(db, *where, received, version=there.confirms, actor=actor, now=now)
            return answers.done(newer.id, ahead=True)
        [document] = documents.attach(db, *where, [received], actor=actor, now=desk.now)
    except Refused as refused:
        return await _refused(body, said.of(refused))
    except Invalid as invalid:
        return answers.failed(desk, said(invalid.errors["fil"], **invalid.facts))
    except StoreError:
        return answers.unavailable(said("store"))
    except HungUp:
        return Response({}, status_code=HTTPStatus.BAD_REQUEST)
    return answers.done(document.id, known=document.object_key != received.key)


@get("/uppladdningar/{upload_id:uuid}", sync_to_thread=False)
def look(upload_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Answer:
    """How much has come: where to go on after a break."""
    return answers.begun(uploads.look(db, upload_id, actor=actor), HTTPStatus.OK)


@post("/uppladdningar/{upload_id:uuid}", request_max_body_size=SIZES[Within.CASE])
async def proceed(
    request: AnyRequest,
    upload_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Answer:
    """The rest of the file, from where the upload stands; ``Content-Range`` says from where the sender means to."""
    desk = desk_of(request)
    upload = uploads.look(db, upload_id, actor=actor)
    rules = uploads.rules_of(db, upload, actor=actor)
    rates.allow(db, f"upload {actor.person_id}", limit=400, seconds=600, now=now)
    said = Words(upload.name, rules)
    try:
        offset = _offset(request, upload)
        upload = uploads.take_turn(db, upload_id, offset=offset, actor=actor, now=now)
        desk.let_go()
        digest = await _continue(request, desk, upload, rules, actor)
        if (standing := uploads.look(desk.db, upload_id, actor=actor)).received < standing.size:
            return answers.begun(standing, HTTPStatus.OK)
        desk.let_go()
        received = await asyncio.to_thread(_complete, desk, standing, rules, digest)
        desk.take_up()
        document = uploads.hand_over(desk.db, upload_id, received, actor=actor, now=desk.now)
    except OutOfStep as out_of_step:
        desk.clear()
        answer = {"kommit": out_of_step.received, "annan": out_of_step.elsewhere}
        return Response(answer, status_code=HTTPStatus.CONFLICT)
    except Refused as refused:
        return answers.given_up(desk, upload_id, actor, said.of(refused))
    except Invalid as invalid:
        desk.clear()
        return answers.given_up(desk, upload_id, actor, said(invalid.errors["fil"], **invalid.facts))
    except Missing:
        return answers.given_up(desk, upload_id, actor, said("store"))
    except StoreError:
        return answers.unavailable(said("store"))
    return answers.done(document.id, known=document.object_key != received.key, ahead=upload.ahead)


@post("/uppladdningar/{upload_id:uuid}/avbryt", sync_to_thread=False)
def cancel(upload_id: FromPath[UUID], db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Redirect:
    """Give up what came ahead of its form.  (What was to stand beside others: on the criterion's own page.)"""
    upload = uploads.look(db, upload_id, actor=actor)
    uploads.rules_of(db, upload, actor=actor)
    uploads.give_up(db, upload_id, actor=actor)
    return Redirect(answers.page_of(upload), status_code=303)


async def _whole(body: AsyncIterator[bytes], desk: Desk, name: str, rules: IntakeRules) -> Received:
    async with Intake(desk.resources.store, documents.fresh_key(), filename=name, rules=rules) as intake:
        async for chunk in body:
            await intake.feed(chunk)
        return await intake.finish()


async def _begin_large(
    body: AsyncIterator[bytes],
    desk: Desk,
    name: str,
    rules: IntakeRules,
    there: _There,
    size: int,
) -> Answer:
    """Judge what can be judged now, and find the upload that was begun before or begin one."""
    actor, store = desk.signed_in().actor, desk.resources.store
    head = bytearray()
    async for chunk in body:
        head += chunk[: HEAD_BYTES - len(head)]
    # What is on its way has its room already, so one that is gone on with is not measured against what is left.
    judge = first_look(bytes(head), filename=name, rules=replace(rules, room=None), size=size)
    digest = hashlib.sha256(head).hexdigest()
    desk.take_up()
    found = uploads.find(
        desk.db,
        there.application_id,
        there.criterion,
        name=judge.name,
        size=size,
        head_sha256=digest,
        actor=actor,
        replaces=there.replaces,
        confirms=there.confirms,
    )
    if found is not None:
        return answers.begun(found, HTTPStatus.OK)
    desk.let_go()
    key = documents.fresh_key()
    store_id = await asyncio.to_thread(store.begin_parts, key, judge.kind.media_type)
    try:
        desk.take_up()
        upload = uploads.begin(
            desk.db,
            there.application_id,
            there.criterion,
            judge,
            size=size,
            head_sha256=digest,
            key=key,
            store_id=store_id,
            actor=actor,
            now=desk.now,
            replaces=there.replaces,
            confirms=there.confirms,
        )
    except BaseException:
        desk.clear()
        await asyncio.to_thread(store.abort_parts, key, store_id)
        raise
    return answers.begun(upload, HTTPStatus.CREATED)


async def _continue(request: AnyRequest, desk: Desk, upload: Standing, rules: IntakeRules, actor: Actor) -> str | None:
    """Take in what this connection brings, part by part; the digest of the whole where it brought all of it."""

    def keep(sent: Any) -> None:
        if sent is not None:
            part, size = sent
            desk.take_up()
            uploads.keep_part(desk.db, upload.id, part, size, actor=actor, now=desk.now)
            desk.let_go()

    coming = Continuation(
        desk.resources.store,
        upload.key,
        upload.store_id,
        filename=upload.name,
        rules=rules,
        size=upload.size,
        offset=upload.received,
        number=upload.next_number,
    )
    try:
        try:
            async for chunk in _body(request):
                keep(await coming.feed(chunk))
        except HungUp:
            pass
        while sent := await coming.drain():
            keep(sent)
    finally:
        await coming.stop()
    desk.take_up()
    return coming.digest


def _complete(desk: Desk, upload: Standing, rules: IntakeRules, digest: str | None) -> Received:
    return complete(
        desk.resources.store,
        upload.key,
        upload.store_id,
        upload.parts,
        filename=upload.name,
        rules=rules,
        size=upload.size,
        digest=digest,
    )


class HungUp(Exception):
    """The sender is gone: what has come of the file is kept."""


async def _body(request: AnyRequest) -> AsyncIterator[bytes]:
    try:
        async for chunk in request.stream():
            if chunk:
                yield chunk
    except HTTPException as error:
        if error.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            raise
        raise HungUp from error


def _offset(request: AnyRequest, upload: Standing) -> int:
    """From which byte the sender goes on.

    Raises:
        OutOfStep: it is not said, or it and what comes do not fit in the upload.
    """
    told = RANGE.fullmatch(request.headers.get("content-range", ""))
    if told is None or int(told[3]) != upload.size:
        raise OutOfStep(upload.received)
    if told[1] is None:
        return upload.size  # all has come, and only the end was not told
    first, last = int(told[1]), int(told[2])
    length = request.headers.get("content-length", "")
    if not first <= last < upload.size or (length and int(length) != last - first + 1):
        raise OutOfStep(upload.received)
    return first


async def _refused(body: AsyncIterator[bytes], sentence: str) -> Answer:
    """Read the rest of what is at most one part, so that the sender gets the answer."""
    try:
        async for _chunk in body:
            pass
    except (HungUp, HTTPException):
        pass
    return answers.refused(sentence)


router = Router(
    path="/foretag", guards=[only(Role.READER)], route_handlers=[begin, begin_confirming, look, proceed, cancel]
)
