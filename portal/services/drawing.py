"""A document's pages counted, and its first page drawn for the lists, as soon as it is kept and before anybody looks.

A file that cannot be shown is no fault: its page says why to whoever opens it.
"""

import logging
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session

from documents.preview import DRAWN, CannotShow, NoSuchPage
from documents.renditions import WIDTHS, Renditions, Shown
from documents.store import Missing
from portal.db.queue import later
from portal.db.tables import Document
from portal.domain.criteria import STOPPED, DocumentState
from portal.services.document_access import note_pages

log = logging.getLogger("portal.documents")

IN_LISTS = WIDTHS[:2]
"""Beside a name, and in the officer's column."""


@dataclass(frozen=True)
class Drawn:
    pages: int | None
    busy: bool = False


def order(db: Session, document: Document) -> None:
    """Have it drawn, by a job in this transaction; of a document one job at a time, so that none draws what is gone."""
    later(
        db,
        "documents.draw",
        lock=f"document {document.id}",
        provider_id=str(document.provider_id),
        document_id=str(document.id),
    )


def subject_of(db: Session, document_id: UUID) -> Shown | None:
    """What is to be drawn; None where it is not kept, or no longer."""
    document = db.get(Document, document_id)
    unkept = (*STOPPED, DocumentState.WAITING)
    if document is None or document.state in unkept or document.discarded_at or document.thinned_at:
        return None
    return Shown(document.id, document.sha256, document.object_key, document.media_type, document.size)


def draw(subject: Shown, renditions: Renditions) -> Drawn:
    """Slow, and outside a transaction. Repeatable: what has been drawn is not drawn again."""
    try:
        pages = renditions.contents(subject).pages
        if subject.media_type in DRAWN:
            for width in IN_LISTS:
                renditions.picture(subject, page=1, width=width)
    except CannotShow as refused:
        return Drawn(None, busy=not refused.lasting)
    except (Missing, NoSuchPage) as gone:
        log.warning("document %s was not drawn: %s", subject.id, type(gone).__name__)
        return Drawn(None)
    return Drawn(pages)


def settle(db: Session, subject: Shown, drawn: Drawn) -> None:
    document = db.get(Document, subject.id, populate_existing=True)
    if document is not None and document.sha256 == subject.sha256 and drawn.pages is not None:
        note_pages(db, document, drawn.pages)
