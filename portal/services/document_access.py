"""Who may open a document, for what reason, and the log of who did.

A company's people read what is the company's; staff what was handed in to their
municipality and submitted.  A reason is a place where the document is used: an
application and one of its criteria, checked here, never words of the reader's.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from documents.renditions import Shown
from portal.db.tables import AnswerDocument, Application, Document, DocumentAccess
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.documents import ONE_VIEW, Opening, may_be_opened
from portal.errors import NotAllowed, NotFound
from portal.services.writing import person_of


@dataclass(frozen=True)
class Use:
    """Where a document is used: the reason to look at it."""

    application_id: UUID
    criterion: str


@dataclass(frozen=True)
class Opened:
    """A document that this actor may read, and why: staff always have a case; a criterion only if they came by it."""

    document: Document
    application_id: UUID | None
    criterion: str | None

    @property
    def shown(self) -> Shown:
        """As the library that draws its pages knows it."""
        document = self.document
        return Shown(document.id, document.sha256, document.object_key, document.media_type, document.size)


def open_document(db: Session, document_id: UUID, *, use: Use | None, actor: Actor, scanner: bool) -> Opened:
    """The document, for reading.  What is read of it is written down by ``note_view`` and ``note_download``.

    Raises:
        NotFound: it is not theirs to read, or not used where they say that it is.
        NotAllowed: it has not been found safe.
    """
    found = _owned(db, document_id, use, actor) if actor.provider_id is not None else _used(db, document_id, use, actor)
    if found is None or found.document.discarded_at is not None or found.document.thinned_at is not None:
        raise NotFound("document", document_id)
    if not may_be_opened(found.document.state, scanner=scanner):
        raise NotAllowed("document_unsafe")
    return found


def _owned(db: Session, document_id: UUID, use: Use | None, actor: Actor) -> Opened | None:
    statement = select(Document).where(col(Document.id) == document_id, col(Document.provider_id) == actor.provider_id)
    if use is None:
        document = db.exec(statement).one_or_none()
        return Opened(document, None, None) if document else None
    document = db.exec(
        statement.join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id)).where(
            col(AnswerDocument.application_id) == use.application_id, col(AnswerDocument.criterion) == use.criterion
        )
    ).one_or_none()
    return Opened(document, use.application_id, use.criterion) if document else None


def _used(db: Session, document_id: UUID, use: Use | None, actor: Actor) -> Opened | None:
    """Without a criterion, the case is the latest in which it was handed in."""
    statement = (
        select(Document, col(AnswerDocument.application_id))
        .join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
        .join(Application, col(Application.id) == col(AnswerDocument.application_id))
        .where(
            col(Document.id) == document_id,
            col(AnswerDocument.municipality_id) == actor.municipality_id,
            col(Application.state) != State.DRAFT,
            col(Application.submitted_at).is_not(None),
        )
        .order_by(col(Application.submitted_at).desc())
        .limit(1)
    )
    if use is not None:
        statement = statement.where(
            col(AnswerDocument.application_id) == use.application_id, col(AnswerDocument.criterion) == use.criterion
        )
    row = db.exec(statement).one_or_none()
    return Opened(row[0], row[1], use.criterion if use else None) if row else None


_ADD_ONCE = sa.text("""
INSERT INTO document_access (id, document_id, provider_id, municipality_id, person_id, at, what, page, application_id,
                             criterion)
SELECT :id, :document, :provider, CAST(:municipality AS uuid), :person, :now, :what, :page,
       CAST(:application AS uuid), CAST(:criterion AS varchar)
 WHERE NOT EXISTS (
       SELECT FROM document_access a
        WHERE a.document_id = :document AND a.person_id = :person AND a.at > :since AND a.what = :what
          AND a.page IS NOT DISTINCT FROM :page
          AND a.municipality_id IS NOT DISTINCT FROM CAST(:municipality AS uuid)
          AND a.application_id IS NOT DISTINCT FROM CAST(:application AS uuid)
          AND a.criterion IS NOT DISTINCT FROM CAST(:criterion AS varchar))
""").bindparams(
    *(sa.bindparam(name, type_=sa.Uuid()) for name in ("id", "document", "provider", "person")),
    sa.bindparam("page", type_=sa.Integer()),
    *(sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("now", "since")),
    *(sa.bindparam(name, type_=sa.Text()) for name in ("what",)),
)


def note_view(db: Session, opened: Opened, *, page: int, actor: Actor, now: datetime) -> None:
    """That a page was sent to somebody who could read it; once in ``ONE_VIEW``."""
    db.execute(_ADD_ONCE, _row(opened, Opening.VIEW, actor, now) | {"page": page, "since": now - ONE_VIEW})


def note_download(db: Session, opened: Opened, *, continued: bool, actor: Actor, now: datetime) -> None:
    """That the original was sent.  ``continued``: the rest of one that began before, noted unless that is long ago."""
    if continued:
        db.execute(_ADD_ONCE, _row(opened, Opening.DOWNLOAD, actor, now) | {"page": None, "since": now - ONE_VIEW})
        return
    db.add(
        DocumentAccess(
            document_id=opened.document.id,
            provider_id=opened.document.provider_id,
            municipality_id=actor.municipality_id,
            person_id=person_of(actor),
            at=now,
            what=Opening.DOWNLOAD,
            application_id=opened.application_id,
            criterion=opened.criterion,
        )
    )
    db.flush()


def note_pages(db: Session, document: Document, pages: int) -> None:
    """How many pages it turned out to have, for the lists."""
    if document.pages != pages:
        statement = sa.update(Document).where(col(Document.id) == document.id).values(pages=pages)
        db.execute(statement.execution_options(synchronize_session=False))


def _row(opened: Opened, what: Opening, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "id": uuid4(),
        "document": opened.document.id,
        "provider": opened.document.provider_id,
        "municipality": actor.municipality_id,
        "person": person_of(actor),
        "now": now,
        "what": what.value,
        "application": opened.application_id,
        "criterion": opened.criterion,
    }
