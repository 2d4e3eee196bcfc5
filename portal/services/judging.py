"""An officer's judgement of one criterion: made, made anew, or let stand on other evidence.

What is replaced is kept, and what lay before the officer is pinned.  A machine
proposes; the judgement is a named person's.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db import handed_in
from portal.db.tables import AnswerDocument, Application, Document, FormerJudgement, Judgement
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.criteria import Outcome
from portal.domain.deadlines import day_in_sweden
from portal.domain.evidence import Pinned, as_data
from portal.domain.record import text_hash
from portal.errors import NotFound
from portal.services.facts import findings_of
from portal.services.lifecycle import record
from portal.services.review import conditions_of, judgements, lock_own, person_of


def judge(
    db: Session,
    application_id: UUID,
    criterion: str,
    *,
    outcome: Outcome,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Judge one criterion, or judge it anew; what is replaced is kept.

    The record is never rewritten, so it holds the hash of the reason and not
    the words, which may speak of a person.  What lies before the officer is
    pinned by hash, in the judgement and in the record.
    What the system saw stands beside it, and whether the officer found otherwise:
    where it could not tell there was nothing to override.
    """
    application = lock_own(db, application_id, actor, State.UNDER_REVIEW, action="judge")
    if criterion not in conditions_of(db, application).by_id:
        raise NotFound("criterion", criterion)
    proposed = _proposed(db, application, criterion, now)
    before = db.get(Judgement, (application.id, criterion))
    if before is not None:
        db.add(FormerJudgement(**before.model_dump()))
    row = before or Judgement(
        application_id=application.id,
        criterion=criterion,
        municipality_id=application.municipality_id,
        outcome=outcome,
        reason=reason,
        judged_by=person_of(actor),
        judged_at=now,
    )
    row.outcome, row.reason, row.judged_by, row.judged_at = outcome, reason, person_of(actor), now
    row.evidence = as_data(_present(db, application.id, criterion))
    db.add(row)
    record(
        db,
        application.id,
        "criterion.judged",
        actor=actor,
        now=now,
        facts={
            "criterion": criterion,
            "outcome": outcome.value,
            "reason_sha256": text_hash(reason),
            "evidence": row.evidence,
            "proposed": proposed.value,
            "override": proposed not in (Outcome.CANNOT_TELL, outcome),
        },
        internal=True,
    )
    application.judged = len(judgements(db, application.id))
    db.add(application)
    db.flush()


def confirm(db: Session, application_id: UUID, criterion: str, *, actor: Actor, now: datetime) -> None:
    """Let a judgement stand on the evidence as it is now: it is made anew, with the same outcome and reason.

    Raises:
        NotFound: the criterion has not been judged.
    """
    lock_own(db, application_id, actor, State.UNDER_REVIEW, action="judge")
    before = db.get(Judgement, (application_id, criterion))
    if before is None:
        raise NotFound("judgement", criterion)
    judge(db, application_id, criterion, outcome=before.outcome, reason=before.reason, actor=actor, now=now)


def _present(db: Session, application_id: UUID, criterion: str) -> list[Pinned]:
    statement = (
        select(Document.id, Document.sha256)
        .join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
        .where(
            col(AnswerDocument.application_id) == application_id,
            col(AnswerDocument.criterion) == criterion,
            col(AnswerDocument.ended_at).is_(None),
        )
    )
    return [Pinned(str(id_), sha256) for id_, sha256 in db.exec(statement)]


def _proposed(db: Session, application: Application, criterion: str, now: datetime) -> Outcome:
    sets = conditions_of(db, application)
    found = findings_of(
        db,
        application.id,
        provider_id=application.provider_id,
        sets=sets,
        criteria=(sets.by_id[criterion],),
        given=handed_in.read(db, application.id),
        on=day_in_sweden(application.submitted_at or now),
    )
    return found[criterion].outcome
