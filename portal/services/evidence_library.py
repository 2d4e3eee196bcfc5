"""A company's evidence library: what it no longer uses anywhere can be discarded.  The rest is shown by its view."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.queue import later
from portal.db.tables import Document
from portal.domain.actors import Actor
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound

# Whatever it was handed in for counts, also where it has been replaced or taken away: a judgement may rest on it.
_USED = sa.text("""
SELECT EXISTS (SELECT FROM answer_document WHERE document_id = :id)
    OR EXISTS (SELECT FROM staff_education WHERE document_id = :id OR uhr_document_id = :id)
    OR EXISTS (SELECT FROM staff_employment WHERE document_id = :id)
    OR EXISTS (SELECT FROM staff_language WHERE document_id = :id)
    OR EXISTS (SELECT FROM staff_supervision WHERE document_id = :id)
""")


def discard(db: Session, document_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Remove a document that is used nowhere: its name now, its bytes by a job after the commit.

    Raises:
        NotFound: it is not the company's, or is discarded already.
        NotAllowed: the role does not write, something uses it, or it is just being examined.
    """
    # Held whole: who would use it at this moment waits, and then finds it discarded.
    document = db.get(Document, document_id, with_for_update=True, populate_existing=True)
    if document is None or actor.provider_id is None or document.provider_id != actor.provider_id:
        raise NotFound("document", document_id)
    if document.discarded_at is not None or document.thinned_at is not None:
        raise NotFound("document", document_id)
    if not actor.may(Role.EDITOR):
        raise NotAllowed("role")
    if db.execute(_USED, {"id": document_id}).scalar_one():
        raise NotAllowed("document_used")
    if document.state is DocumentState.WAITING:
        raise NotAllowed("document_waiting")
    later(
        db,
        "documents.discard",
        lock=f"document {document.id}",
        provider_id=str(document.provider_id),
        document_id=str(document.id),
        object_key=document.object_key,
    )
    document.discarded_at, document.name, document.object_key = now, "", ""
    db.add(document)
    db.flush()
