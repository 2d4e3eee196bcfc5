"""The documents of one criterion as its page shows them: attached, ended, on their way, and to be used again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, String, Uuid, all_, any_, bindparam, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col

from portal.db import handed_in
from portal.db.tables import AnswerDocument, Document, Person, Upload
from portal.domain.criteria import STOPPED, Criterion
from portal.domain.documents import may_be_opened
from portal.domain.uploads import RESUMABLE_FOR
from portal.domain.validity import Days, Stated
from portal.locale import formats
from portal.locale.problems import Problems
from portal.views import upload_words, words
from portal.views.application_head import Head
from portal.views.document_links import Look, look_at
from portal.views.evidence_dates import Dated, DateFields, date_fields, dated, ended_words
from portal.views.upload_offer import Accepted, kind_of
from portal.views.words import Status

REUSABLE = 100
KNOWN = 20


# Statements are built once: to build one takes longer than to run it.
APPLICATION = bindparam("application", type_=Uuid())
CRITERION = bindparam("criterion", type_=String())


@dataclass(frozen=True)
class Attached:
    id: UUID
    name: str
    kind: str
    size: int
    by: str
    at: datetime
    status: Status
    look: Look | None
    stopped: str
    remove: str
    replace: str
    dated: Dated
    fields: DateFields | None


@dataclass(frozen=True)
class Ended:
    """A document that no longer counts: what took its place, and when."""

    name: str
    address: str | None
    words: str


@dataclass(frozen=True)
class Unfinished:
    """An upload that was broken off; ``until`` is when it is given up if nobody goes on with it."""

    id: UUID
    name: str
    size: int
    received: int
    until: datetime
    cancel: str


def retyped(each: Attached, typed: Mapping[str, str], problems: Problems) -> Attached:
    if each.fields is None or not any(name.endswith(each.fields.suffix) for name in typed):
        return each
    wrong = any(field.endswith(each.fields.suffix) for field, _sentence in problems)
    fields = each.fields.retyped(lambda name: typed.get(name, ""))
    return replace(each, fields=replace(fields, open=fields.open or wrong))


def replacing(db: Session, head: Head, criterion_id: str, document_id: UUID) -> tuple[Unfinished, ...]:
    """What was begun in the place of a document."""
    return _ahead(db, head.id, criterion_id, col(Upload.replaces) == document_id)


def confirming(db: Session, application_id: UUID, criterion_id: str, version: int) -> tuple[Unfinished, ...]:
    """What was begun for the answer to a version of conditions."""
    return _ahead(db, application_id, criterion_id, col(Upload.confirms) == version)


def _ahead(db: Session, application_id: UUID, criterion_id: str, what: ColumnElement[bool]) -> tuple[Unfinished, ...]:
    rows = db.execute(
        select(col(Upload.id), col(Upload.name), col(Upload.size), col(Upload.received), col(Upload.continued_at))
        .where(col(Upload.application_id) == application_id, col(Upload.criterion) == criterion_id, what)
        .order_by(col(Upload.name), col(Upload.continued_at))
    )
    return tuple(
        Unfinished(
            row.id,
            row.name,
            row.size,
            row.received,
            row.continued_at + RESUMABLE_FOR,
            f"/foretag/uppladdningar/{row.id}/avbryt",
        )
        for row in rows
    )


def unfinished(head: Head, criterion_id: str, coming: Sequence[handed_in.Coming]) -> tuple[Unfinished, ...]:
    address = head.criterion_address(criterion_id)
    found = (
        Unfinished(
            each.id,
            each.name,
            each.size,
            each.received,
            each.continued_at + RESUMABLE_FOR,
            f"{address}/uppladdningar/{each.id}/avbryt",
        )
        for each in coming
        if each.criterion == criterion_id and each.replaces is None
    )
    return tuple(sorted(found, key=lambda each: (each.name, each.until)))


def known_before(db: Session, head: Head, ids: Sequence[UUID]) -> tuple[str, ...]:
    rows = db.execute(
        select(col(Document.name), col(Document.uploaded_at)).where(
            col(Document.provider_id) == head.provider_id, col(Document.id).in_(ids[:KNOWN])
        )
    )
    return tuple(upload_words.known_before(row.name, formats.day_of(row.uploaded_at)) for row in rows)


@cache
def attached_statement() -> Any:
    return (
        select(
            col(Document.id),
            col(Document.name),
            col(Document.size),
            col(Document.sha256),
            col(Document.state),
            col(Document.because),
            col(Document.uploaded_at),
            col(Person.name).label("by"),
            col(AnswerDocument.kind),
            col(AnswerDocument.issued_on),
            col(AnswerDocument.ends_on),
            col(AnswerDocument.ended_at),
            col(AnswerDocument.replaced_by),
        )
        .join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
        .join(Person, col(Person.id) == col(Document.uploaded_by))
        .where(col(AnswerDocument.application_id) == APPLICATION, col(AnswerDocument.criterion) == CRITERION)
        .order_by(col(AnswerDocument.attached_at), col(Document.name))
    )


def attached_here(
    rows: Sequence[Any], head: Head, criterion: Criterion, *, scanner: bool, on: Days
) -> tuple[Attached, ...]:
    address = head.criterion_address(criterion.id)
    return tuple(
        Attached(
            id=row.id,
            name=row.name,
            kind=kind_of(row.name),
            size=row.size,
            by=row.by,
            at=row.uploaded_at,
            status=words.document(row.state),
            look=look_at("foretag", row.id, row.name, application_id=head.id, criterion=criterion.id)
            if may_be_opened(row.state, scanner=scanner)
            else None,
            stopped=words.stopped(row.state, row.because),
            remove=f"{address}/dokument/{row.id}/ta-bort",
            replace=f"{address}/dokument/{row.id}/ersatt",
            dated=dated(head.sets, criterion, _stated(row), row.state, on=on),
            fields=date_fields(head.sets, criterion, row.id, _stated(row), on=on, state=row.state),
        )
        for row in rows
    )


def _stated(row: Any) -> Stated:
    return Stated(row.kind, row.issued_on, row.ends_on)


def ended_here(head: Head, criterion: str, rows: Sequence[Any], *, scanner: bool) -> tuple[Ended, ...]:
    """What no longer counts, the latest first; what replaced it is among the documents of the criterion."""
    names = {row.id: row.name for row in rows}
    return tuple(
        Ended(
            row.name,
            look_at("foretag", row.id, row.name, application_id=head.id, criterion=criterion).page
            if may_be_opened(row.state, scanner=scanner)
            else None,
            ended_words(names.get(row.replaced_by), row.ended_at),
        )
        for row in sorted(rows, key=lambda row: row.ended_at or row.uploaded_at, reverse=True)
        if row.ended_at is not None
    )


def reusable_here(db: Session, head: Head, here: frozenset[str], allowed: Accepted) -> tuple[tuple[str, str], ...]:
    """The company's earlier documents, each content once (the latest), except those that are here already."""
    rows = db.execute(
        _reusable_statement(),
        {
            "ours": head.provider_id,
            "types": [kind.media_type for kind in allowed.allowed],
            "here": list(here),
        },
    )
    return tuple(
        (str(row.id), f"{row.name}, {formats.size(row.size)}, {formats.day(formats.day_of(row.uploaded_at))}")
        for row in rows
    )


@cache
def _reusable_statement() -> Any:
    latest = (
        select(
            col(Document.id), col(Document.name), col(Document.size), col(Document.sha256), col(Document.uploaded_at)
        )
        .ext(distinct_on(col(Document.sha256)))
        .where(
            col(Document.provider_id) == bindparam("ours", type_=Uuid()),
            col(Document.state).not_in(STOPPED),
            col(Document.media_type) == any_(bindparam("types", type_=ARRAY(String()))),
            col(Document.discarded_at).is_(None),
            col(Document.sha256) != all_(bindparam("here", type_=ARRAY(String()))),
        )
        .order_by(col(Document.sha256), col(Document.uploaded_at).desc())
        .subquery()
    )
    return select(latest).order_by(latest.c.uploaded_at.desc(), latest.c.name).limit(REUSABLE)
