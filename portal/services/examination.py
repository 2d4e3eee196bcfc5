"""What becomes of a document after its upload: examined, kept or stopped, and told of.

Three steps, each of which may be done again after a worker was killed in it:
what is to be examined is read (``subject_of``), looked at without a transaction
(``examine``), and what was found is stored with its events, its letters and the
job that clears the quarantine (``settle``).  The lasting object is there before
the row says so; the quarantined one is removed after it does.  Nothing but the
scanner's own yes makes a document clean.
"""

import hashlib
import logging
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from uuid import UUID

from sqlmodel import Session, col, select

from documents.inspect import InspectionFailed, inspect
from documents.kinds import ALL_TYPES
from documents.renditions import keys_of
from documents.scan import LEAD, Outcome, Scanner, WhyNot
from documents.store import Locked, Missing, Store, StoreUnavailable
from portal.db.queue import later
from portal.db.tables import AnswerDocument, Document
from portal.domain.actors import system
from portal.domain.criteria import STOPPED, DocumentState
from portal.domain.documents import pause_after
from portal.domain.letters import LetterKind
from portal.services import drawing
from portal.services.figures import read_later
from portal.services.letters import write_to_company
from portal.services.lifecycle import record

log = logging.getLogger("portal.documents")

PIECE_BYTES = 256 * 1024
EVENT = {DocumentState.INFECTED: "document.infected", DocumentState.REFUSED: "document.refused"}
TEXTS = frozenset(kind.media_type for kind in ALL_TYPES if kind.text)
KEPT = (DocumentState.CLEAN, DocumentState.COULD_NOT_TELL)


@dataclass(frozen=True)
class Subject:
    """A document as it stood when its examination began."""

    id: UUID
    provider_id: UUID
    object_key: str
    media_type: str
    sha256: str


@dataclass(frozen=True)
class Finding:
    """What an examination found. ``WAITING`` means that it found nothing out, ``because`` of this."""

    state: DocumentState
    because: str | None = None
    scanned_with: str | None = None
    object_key: str | None = None
    size: int | None = None
    sha256: str | None = None


def order(db: Session, document: Document) -> None:
    """Have it examined, by a job in this transaction."""
    later(
        db,
        "documents.examine",
        lock=f"document {document.id}",
        provider_id=str(document.provider_id),
        document_id=str(document.id),
    )


def subject_of(db: Session, document_id: UUID) -> Subject | None:
    """What is to be examined; None where that has been done."""
    document = db.get(Document, document_id)
    if document is None or document.state is not DocumentState.WAITING or document.discarded_at is not None:
        return None
    return Subject(document.id, document.provider_id, document.object_key, document.media_type, document.sha256)


def examine(subject: Subject, *, store: Store, scanner: Scanner) -> Finding:
    """Look into the quarantined object, scan what would be kept, and put what passes under its lasting key."""
    with tempfile.TemporaryDirectory(prefix="kundval-") as folder:
        path = Path(folder) / "file"
        try:
            fault = _fetched(store, subject, path)
            if fault is not None:
                return Finding(DocumentState.WAITING, fault)
            inspection = inspect(path, subject.media_type)
            if inspection.reason is not None:
                log.info("document %s is refused: %s, %s", subject.id, inspection.reason.value, inspection.where)
                return Finding(DocumentState.REFUSED, inspection.reason.value)
            found = scanned(path, subject.media_type, scanner)
            if found.state not in KEPT:
                return found
            if not inspection.changed:
                digest, key = subject.sha256, kept_key(subject.id, subject.sha256)
                store.copy(subject.object_key, key)
            else:
                data = path.read_bytes()
                digest = hashlib.sha256(data).hexdigest()
                key = kept_key(subject.id, digest)
                store.put(key, data, media_type=subject.media_type)
        except StoreUnavailable:
            return Finding(DocumentState.WAITING, "store")
        except InspectionFailed as failed:
            log.warning("document %s could not be inspected: %s", subject.id, failed)
            return Finding(DocumentState.WAITING, "inspection")
        return Finding(found.state, None, found.scanned_with, key, path.stat().st_size, digest)


def kept_key(document_id: UUID, sha256: str) -> str:
    """Where a document is kept: under its own digest, so that what is put late never lies over another content."""
    return f"documents/{document_id}/{sha256[:16]}"


def scanned(path: Path, media_type: str, scanner: Scanner) -> Finding:
    """What the scanner says. Without one it could not be told; with one that does not say, the document waits.

    A text is clean only when the scanner says so twice: of the page that it may take it for, and of its bytes.
    """
    if not scanner.configured:
        return Finding(DocumentState.COULD_NOT_TELL)
    # Asked first: signatures that change meanwhile are then counted as the older ones, and scanned with again.
    version = scanner.version()
    verdict = scanner.scan(_pieces(path))
    if verdict.outcome is Outcome.CLEAN and media_type in TEXTS:
        verdict = scanner.scan(chain((LEAD,), _pieces(path)))
    if verdict.outcome is Outcome.CLEAN and version is not None:
        return Finding(DocumentState.CLEAN, None, version)
    if verdict.outcome is Outcome.INFECTED:
        return Finding(DocumentState.INFECTED, verdict.infection, version)
    return Finding(DocumentState.WAITING, (verdict.reason or WhyNot.UNREACHABLE).value)


def settle(db: Session, subject: Subject, finding: Finding, *, base_url: str, now: datetime) -> int | None:
    """Store what was found; the seconds to wait before the next try, where nothing could be found out."""
    document = _locked(db, subject)
    if document is None or document.state is not DocumentState.WAITING:
        return None
    document.examined_at = now
    document.because = finding.because
    db.add(document)
    if finding.state is DocumentState.WAITING:
        document.tries += 1
        db.flush()
        log.warning("document %s waits: %s (try %s)", document.id, finding.because, document.tries)
        return pause_after(document.tries)
    if finding.scanned_with is not None:
        document.scanned_with, document.scanned_at = finding.scanned_with, now
    if finding.state in STOPPED:
        stop(db, document, finding, base_url=base_url, now=now)
        return None
    _keep(db, document, finding, now=now)
    db.flush()
    read_later(db, document)
    drawing.order(db, document)
    _discard_later(db, document, subject.object_key)
    return None


def look_again(subject: Subject, *, store: Store, scanner: Scanner) -> Finding:
    """Scan what is kept, with the signatures of today."""
    with tempfile.TemporaryDirectory(prefix="kundval-") as folder:
        path = Path(folder) / "file"
        try:
            fault = _fetched(store, subject, path)
        except StoreUnavailable:
            fault = "store"
        return scanned(path, subject.media_type, scanner) if fault is None else Finding(DocumentState.WAITING, fault)


def settle_again(db: Session, subject: Subject, finding: Finding, *, base_url: str, now: datetime) -> None:
    """What was kept stays or is stopped; where nothing was found out, what was known before still holds."""
    document = _locked(db, subject)
    if document is None or document.state not in KEPT or finding.state is DocumentState.WAITING:
        return
    document.scanned_with, document.scanned_at = finding.scanned_with, now
    if finding.state in STOPPED:
        stop(db, document, finding, base_url=base_url, now=now)
        return
    document.state = finding.state
    db.add(document)
    db.flush()


def stop(db: Session, document: Document, finding: Finding, *, base_url: str, now: datetime) -> None:
    """Nobody can open it any more; its bytes go after the commit, and those whom it concerns are told."""
    document.state, document.because = finding.state, finding.because
    db.add(document)
    db.flush()
    facts = {"document": str(document.id), "because": finding.because}
    for case_id in _cases(db, document):
        record(db, case_id, EVENT[finding.state], actor=system(provider_id=document.provider_id), now=now, facts=facts)
    write_to_company(
        db,
        document.provider_id,
        LetterKind.DOCUMENT_STOPPED,
        key=f"document {document.id}",
        link="/foretag",
        facts={
            "name": document.name,
            "infected": finding.state is DocumentState.INFECTED,
            "because": finding.because or "",
        },
        base_url=base_url,
        now=now,
    )
    _discard_later(db, document, document.object_key)


def discard(db: Session, document_id: UUID, object_key: str, *, store: Store) -> None:
    """Remove an object that the document does not use, or must not have: every version of it."""
    document = db.get(Document, document_id)
    if document is None:
        return
    wanted = document.state not in STOPPED and document.discarded_at is None
    if document.object_key == object_key and wanted:
        return
    unwanted = [object_key]
    if not wanted:
        # What an examination that was killed had already kept goes too, and before all the pages drawn of it.
        unwanted = [*keys_of(store, document.id), object_key, *store.keys(f"documents/{document.id}/")]
    for key in unwanted:
        try:
            store.delete(key)
        except Locked:
            # Under retention since a decision rests on it: it stays, unopened, until its time is over.
            log.warning("an object of the stopped document %s is under retention and stays", document.id)


def _locked(db: Session, subject: Subject) -> Document | None:
    """The row, unless another has been quicker.  What refers to it can be written meanwhile."""
    return db.exec(
        select(Document)
        .where(col(Document.id) == subject.id, col(Document.object_key) == subject.object_key)
        .with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one_or_none()


def _keep(db: Session, document: Document, finding: Finding, *, now: datetime) -> None:
    if finding.object_key is None or finding.sha256 is None or finding.size is None:
        raise ValueError("what is kept has a place, a digest and a size")
    document.state, document.object_key, document.size = finding.state, finding.object_key, finding.size
    if finding.sha256 != document.sha256:
        document.handed_in_sha256, document.sha256 = document.sha256, finding.sha256
        facts = {"document": str(document.id), "handed_in": document.handed_in_sha256, "kept": document.sha256}
        for case_id in _cases(db, document):
            record(
                db,
                case_id,
                "document.stripped",
                actor=system(provider_id=document.provider_id),
                now=now,
                facts=facts,
            )
    db.flush()


def _cases(db: Session, document: Document) -> list[UUID]:
    """Where it is attached, in the order in which everybody locks them."""
    cases = select(AnswerDocument.application_id).where(col(AnswerDocument.document_id) == document.id).distinct()
    return sorted(db.exec(cases).all())


def _discard_later(db: Session, document: Document, object_key: str) -> None:
    later(
        db,
        "documents.discard",
        lock=f"document {document.id}",
        provider_id=str(document.provider_id),
        document_id=str(document.id),
        object_key=object_key,
    )


def _fetched(store: Store, subject: Subject, path: Path) -> str | None:
    """Bring the object here; why not, where it is not what was handed in."""
    digest = hashlib.sha256()
    try:
        with path.open("wb") as file:
            for piece in store.stream(subject.object_key):
                digest.update(piece)
                file.write(piece)
    except Missing:
        return "missing"
    return None if digest.hexdigest() == subject.sha256 else "altered"


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece
