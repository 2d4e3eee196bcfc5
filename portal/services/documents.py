"""Documents that a company hands in: what may be one, attach, reuse, remove.

Bytes never pass through here: they are in the store before a row is written
(an object that no row names does no harm).  Who may read them is said in
``portal.services.document_access``.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam
from sqlmodel import Session, col, exists, func, or_, select

from documents.intake import ALL_TYPES, FileType, IntakeRules, Received
from documents.kinds import DOCX, HEIC, JPEG, ODT, PDF, PNG, SIE, XHTML, XLSX
from portal.db.queue import later
from portal.db.session import write_new
from portal.db.tables import AnswerDocument, Application, Document
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import STOPPED, Criterion, Demand, DocumentState
from portal.domain.uploads import DEFAULT_MAX_BYTES, MEGABYTE, NUMBERS, Within
from portal.domain.validity import Limits
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.examination import order
from portal.services.figures import read_later
from portal.services.lifecycle import record
from portal.services.room import claim
from portal.services.writing import open_part, person_of, touch

MAX_BYTES = DEFAULT_MAX_BYTES
MAX_DOCUMENTS = NUMBERS[Within.CRITERION]
TYPES: dict[str, tuple[FileType, ...]] = {
    "pdf": (PDF,),
    "image": (JPEG, PNG, HEIC),
    "office": (DOCX, XLSX, ODT),
    "ixbrl": (XHTML,),
    "sie": (SIE,),
}


def rules_for(sets: ConditionSets, criterion: Criterion) -> IntakeRules | None:
    """What files the criterion's evidence may be, and how large each kind; None where nothing is uploaded."""
    if criterion.question is None or criterion.question.documents is Demand.NONE:
        return None
    greatest: dict[FileType, int] = {}
    for id_ in criterion.evidence:
        if not (evidence := sets.evidence_type(id_)).never:
            most = MAX_BYTES if evidence.max_mb is None else evidence.max_mb * MEGABYTE
            for kind in (kind for name in evidence.kinds for kind in TYPES[name]):
                greatest[kind] = max(most, greatest.get(kind, 0))
    if not greatest:
        return None
    return IntakeRules(
        MAX_BYTES,
        tuple(kind for kind in ALL_TYPES if kind in greatest),
        {kind.name: most for kind, most in greatest.items() if most != MAX_BYTES},
    )


def fresh_key() -> str:
    """Where an upload is kept: a name that says nothing of what it holds."""
    return f"quarantine/{uuid4()}"


def attach(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    received: Iterable[Received],
    *,
    actor: Actor,
    now: datetime,
) -> list[Document]:
    """Take in what has come into the store, for one criterion; gives a document for each, in their order.

    Raises as ``take``, and ``NotAllowed``: ``no_documents_here``.
    """
    application, sets = open_part(db, application_id, criterion_id, actor=actor)
    criterion = sets.by_id[criterion_id]
    if rules_for(sets, criterion) is None:
        raise NotAllowed("no_documents_here")
    return take(db, application, criterion_id, received, accepted=sets.accepted(criterion), actor=actor, now=now)


def take(
    db: Session,
    application: Application,
    criterion_id: str,
    received: Iterable[Received],
    *,
    accepted: Mapping[str, Limits],
    actor: Actor,
    now: datetime,
) -> list[Document]:
    """Attach what has come into the store to a criterion that is open for it, and takes ``accepted`` kinds.

    A new one is examined by a job after the commit.

    Bytes that the company has handed in before are not kept twice: the document that it has is attached instead,
    with its own name and date, and what has come is dropped.  That is what people mean who send the same file
    again, and the page tells them; a file that was stopped is looked at anew.

    Raises:
        Invalid: with these there would be more documents, or bytes, than fit (``fil``: too_many or no_room).
    """
    files = list(received)
    size, digests = sum(each.size for each in files), [each.sha256 for each in files]
    known = claim(db, application, criterion_id, number=len(files), size=size, digests=digests)
    earlier, here = _earlier(db, application, criterion_id, files) if known else ({}, set())
    taken: list[Document] = []
    for each in files:
        document = earlier.get((each.sha256, each.media_type))
        if document is None:
            document = new_document(application, each, actor=actor, now=now)
            earlier[each.sha256, each.media_type] = document
            write_new(db, document)
            order(db, document)
            if each.sha256 not in here:
                here.add(each.sha256)
                tie(db, application, criterion_id, document.id, accepted=accepted, actor=actor, now=now, is_new=True)
        elif document not in taken and not is_tied(db, application.id, criterion_id, document.sha256):
            tie(db, application, criterion_id, document.id, accepted=accepted, actor=actor, now=now)
        taken.append(document)
    unwanted = [each.key for each, document in zip(files, taken, strict=True) if document.object_key != each.key]
    if unwanted:
        later(db, "uploads.drop", keys=unwanted)
    return taken


def _earlier(
    db: Session, application: Application, criterion_id: str, files: list[Received]
) -> tuple[dict[tuple[str, str], Document], set[str]]:
    """The company's documents that were handed in with the same bytes and type as one of these: the oldest of each.

    What is kept of an image is not what was handed in, so the digest of the latter is asked for where there is one.
    Beside them which of these bytes stand at the criterion already, also in a document that was stopped.
    """
    asked = {
        "provider": application.provider_id,
        "application": application.id,
        "criterion": criterion_id,
        "digests": [each.sha256 for each in files],
    }
    rows = db.execute(_with_these_bytes(), asked).all()
    usable = [row for row, _is_here in rows if row.state not in STOPPED]
    here = {row.sha256 for row, is_here in rows if is_here}
    return {(row.handed_in_sha256 or row.sha256, row.media_type): row for row in usable}, here


@cache
def _with_these_bytes() -> Any:
    at_criterion = (
        col(AnswerDocument.document_id) == col(Document.id),
        col(AnswerDocument.application_id) == bindparam("application"),
        col(AnswerDocument.criterion) == bindparam("criterion"),
        col(AnswerDocument.ended_at).is_(None),
    )
    digests: Any = bindparam("digests", expanding=True)
    return (
        select(Document, exists().where(*at_criterion))
        .where(
            col(Document.provider_id) == bindparam("provider"),
            or_(col(Document.sha256).in_(digests), col(Document.handed_in_sha256).in_(digests)),
            col(Document.discarded_at).is_(None),
        )
        .order_by(col(Document.uploaded_at).desc(), col(Document.id))
    )


def is_tied(db: Session, application_id: UUID, criterion_id: str, sha256: str) -> bool:
    """Whether a document with these bytes counts at the criterion."""
    same = (
        select(AnswerDocument.document_id)
        .join(Document, col(Document.id) == col(AnswerDocument.document_id))
        .where(
            col(AnswerDocument.application_id) == application_id,
            col(AnswerDocument.criterion) == criterion_id,
            col(AnswerDocument.ended_at).is_(None),
            col(Document.sha256) == sha256,
        )
    )
    return db.execute(same).first() is not None


def new_document(application: Application, received: Received, *, actor: Actor, now: datetime) -> Document:
    """The row of what has come into the store."""
    return Document(
        provider_id=application.provider_id,
        name=received.name,
        media_type=received.media_type,
        size=received.size,
        sha256=received.sha256,
        object_key=received.key,
        state=DocumentState.WAITING,
        uploaded_by=person_of(actor),
        uploaded_at=now,
    )


def reuse(
    db: Session, application_id: UUID, criterion_id: str, document_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Attach a document that the company has handed in before; one already here (by its bytes) changes nothing."""
    application, sets = open_part(db, application_id, criterion_id, actor=actor)
    # Held, so that it is not discarded at the same moment.
    document = db.get(Document, document_id, with_for_update={"read": True}, populate_existing=True)
    if document is None or document.provider_id != actor.provider_id or document.discarded_at is not None:
        raise NotFound("document", document_id)
    rules = rules_for(sets, sets.by_id[criterion_id])
    if rules is None:
        raise NotAllowed("no_documents_here")
    if document.state in STOPPED:
        raise NotAllowed("document_unsafe")
    if document.media_type not in {kind.media_type for kind in rules.allowed}:
        raise Invalid({"ateranvand": "type_not_allowed"})
    if is_tied(db, application.id, criterion_id, document.sha256):
        return
    if count(db, application.id, criterion_id) >= MAX_DOCUMENTS:
        raise Invalid({"ateranvand": "too_many"}, {"max": MAX_DOCUMENTS})
    accepted = sets.accepted(sets.by_id[criterion_id])
    tie(db, application, criterion_id, document.id, accepted=accepted, actor=actor, now=now)
    # One from before figures were read, or that an earlier reader read; for the others the job finds nothing to do.
    read_later(db, document)


def remove(
    db: Session, application_id: UUID, criterion_id: str, document_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Take a document off a criterion; it stays the company's and may be used again.

    What it had replaced counts again.  In a supplement the municipality has had it, and it is kept as taken away.
    """
    application, _sets = open_part(db, application_id, criterion_id, actor=actor)
    row = db.get(AnswerDocument, (application.id, criterion_id, document_id))
    if row is None or row.ended_at is not None:
        raise NotFound("document", document_id)
    for earlier in _replaced_by(db, row):
        earlier.ended_at, earlier.replaced_by = None, None
        db.add(earlier)
    if application.state is State.DRAFT:
        db.delete(row)
    else:
        row.ended_at = now
        db.add(row)
    facts = {"criterion": criterion_id, "document": str(document_id)}
    record(db, application.id, "document.removed", actor=actor, now=now, facts=facts)
    touch(db, application, criterion_id, now=now)


def count(db: Session, application_id: UUID, criterion_id: str) -> int:
    statement = (
        select(func.count())
        .select_from(AnswerDocument)
        .where(
            col(AnswerDocument.application_id) == application_id,
            col(AnswerDocument.criterion) == criterion_id,
            col(AnswerDocument.ended_at).is_(None),
        )
    )
    return int(db.execute(statement).scalar_one())


def bind(
    db: Session,
    application: Application,
    criterion_id: str,
    document_id: UUID,
    *,
    accepted: Mapping[str, Limits],
    actor: Actor,
    now: datetime,
    is_new: bool = False,
) -> AnswerDocument:
    """The document counts for the criterion from now on, also where it was taken away before.

    What was said of it elsewhere (its kind, where that is ``accepted`` here, and its dates) is taken over, for the
    company to correct; of one that is new, made in this transaction, nothing was said.
    """
    before = None if is_new else _latest_use(db, document_id)
    row = None if before is None else db.get(AnswerDocument, (application.id, criterion_id, document_id))
    row = row or AnswerDocument(
        application_id=application.id,
        criterion=criterion_id,
        document_id=document_id,
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        attached_by=person_of(actor),
        attached_at=now,
    )
    row.attached_by, row.attached_at, row.ended_at, row.replaced_by = person_of(actor), now, None, None
    if before is not None:
        row.kind = before.kind if before.kind in accepted else None
        row.issued_on, row.ends_on = before.issued_on, before.ends_on
    if is_new:
        write_new(db, row)
    else:
        db.add(row)
    return row


def _latest_use(db: Session, document_id: UUID) -> AnswerDocument | None:
    return db.exec(
        select(AnswerDocument)
        .where(col(AnswerDocument.document_id) == document_id)
        .order_by(col(AnswerDocument.attached_at).desc())
        .limit(1)
    ).one_or_none()


def _replaced_by(db: Session, row: AnswerDocument) -> list[AnswerDocument]:
    statement = select(AnswerDocument).where(
        col(AnswerDocument.application_id) == row.application_id,
        col(AnswerDocument.criterion) == row.criterion,
        col(AnswerDocument.replaced_by) == row.document_id,
    )
    return list(db.exec(statement))


def tie(
    db: Session,
    application: Application,
    criterion_id: str,
    document_id: UUID,
    *,
    accepted: Mapping[str, Limits],
    actor: Actor,
    now: datetime,
    is_new: bool = False,
) -> None:
    bind(db, application, criterion_id, document_id, accepted=accepted, actor=actor, now=now, is_new=is_new)
    facts = {"criterion": criterion_id, "document": str(document_id)}
    record(db, application.id, "document.attached", actor=actor, now=now, facts=facts)
    touch(db, application, criterion_id, now=now)
