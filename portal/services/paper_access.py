"""Who may read a paper that the portal made, and the log of who did: receipt, decision, contract.

As of documents, save that a paper needs no reason beside its case.
"""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.tables import Paper
from portal.domain.actors import Actor
from portal.domain.documents import ONE_VIEW
from portal.errors import NotAllowed, NotFound
from portal.services.writing import person_of


def open_paper(db: Session, paper_id: UUID, *, actor: Actor) -> Paper:
    """A paper of the actor's own company or municipality, ready to be streamed.  ``note_reading`` writes it down.

    Raises:
        NotFound: it is not theirs.
        NotAllowed: ``paper_not_ready``.
    """
    paper = db.get(Paper, paper_id)
    if paper is None or not (
        (actor.provider_id and paper.provider_id == actor.provider_id)
        or (actor.municipality_id and paper.municipality_id == actor.municipality_id)
    ):
        raise NotFound("paper", paper_id)
    if paper.ready_at is None:
        raise NotAllowed("paper_not_ready")
    return paper


_ADD_ONCE = sa.text("""
INSERT INTO paper_access (id, paper_id, provider_id, municipality_id, person_id, at, translation)
SELECT :id, :paper, :provider, CAST(:municipality AS uuid), :person, :now, :translation
 WHERE NOT EXISTS (
       SELECT FROM paper_access a
        WHERE a.paper_id = :paper AND a.person_id = :person AND a.at > :since AND a.translation = :translation
          AND a.municipality_id IS NOT DISTINCT FROM CAST(:municipality AS uuid))
""").bindparams(
    *(sa.bindparam(name, type_=sa.Uuid()) for name in ("id", "paper", "provider", "person")),
    sa.bindparam("translation", type_=sa.Boolean()),
    *(sa.bindparam(name, type_=sa.DateTime(timezone=True)) for name in ("now", "since")),
)


def note_reading(db: Session, paper: Paper, *, translation: bool = False, actor: Actor, now: datetime) -> None:
    """That it was sent to somebody; once in ``ONE_VIEW``, for a browser that shows it asks for it in parts."""
    db.execute(
        _ADD_ONCE,
        {
            "id": uuid4(),
            "paper": paper.id,
            "provider": paper.provider_id,
            "municipality": actor.municipality_id,
            "person": person_of(actor),
            "now": now,
            "since": now - ONE_VIEW,
            "translation": translation,
        },
    )
