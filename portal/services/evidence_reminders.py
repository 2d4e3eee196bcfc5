"""Evidence of running authorizations that is about to end: the company is reminded, once for each of its steps.

Nothing is decided here.  When the day has passed, the pages say so; what comes
of it is an officer's to consider.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import AnswerDocument
from portal.domain.actors import Actor
from portal.domain.deadlines import day_in_sweden
from portal.domain.letters import LetterKind
from portal.domain.validity import reminder_due
from portal.services.evidence import runs
from portal.services.lifecycle import record, send_letters


def remind(db: Session, application_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """One letter of all that is due in one application, which is marked as reminded of.  Whether one goes out."""
    if not runs(db, application_id):
        return False
    rows = db.exec(
        select(AnswerDocument)
        .where(
            col(AnswerDocument.application_id) == application_id,
            col(AnswerDocument.ended_at).is_(None),
            col(AnswerDocument.ends_on).is_not(None),
        )
        .order_by(col(AnswerDocument.ends_on), col(AnswerDocument.criterion))
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    told = []
    for row in rows:
        ends_on = row.ends_on
        due = reminder_due(ends_on, today=day_in_sweden(now), reminded=row.reminded_days) if ends_on else None
        if ends_on is not None and due is not None:
            row.reminded_days = due
            db.add(row)
            told.append({"criterion": row.criterion, "document": str(row.document_id), "ends_on": ends_on.isoformat()})
    if not told:
        return False
    event = record(db, application_id, "evidence.reminded", actor=actor, now=now, facts={"documents": told})
    send_letters(db, event, LetterKind.EVIDENCE_ENDING)
    return True
