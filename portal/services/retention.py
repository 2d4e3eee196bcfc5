"""What a decision rests on is put under object lock, until the day that the municipality has set for it.

Runs in a job after the decision and after each paper that is sealed, and may
run any number of times: a lock is prolonged, never shortened, and the record
says only what is new.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from documents.store import Locked, Store
from portal.db.queue import later
from portal.db.tables import AnswerDocument, CaseFile, Decision, Document, Judgement, Municipality, Paper, Retention
from portal.domain.actors import Actor, system
from portal.domain.criteria import STOPPED, DocumentState
from portal.domain.deadlines import day_in_sweden
from portal.domain.retention import RetentionRules
from portal.errors import NotFound
from portal.services.lifecycle import record
from portal.services.municipalities import change_section

NEVER_OPENED = (*STOPPED, DocumentState.WAITING)


def keep_later(db: Session, case: CaseFile) -> None:
    later(
        db,
        "evidence.keep",
        lock=f"evidence {case.id}",
        municipality_id=str(case.municipality_id),
        provider_id=str(case.provider_id),
        case_id=str(case.id),
    )


def keep(db: Session, case_id: UUID, *, store: Store, now: datetime) -> Retention | None:
    """Lock every judged document and every paper of a decided case; ``None`` while there is no decision.

    Raises:
        Missing: something that the decision rests on is not in the store.
    """
    locked = select(CaseFile).where(col(CaseFile.id) == case_id).with_for_update(key_share=True)
    case = db.exec(locked).one_or_none()
    if case is None:
        raise NotFound("case", case_id)
    decision = db.exec(select(Decision).where(col(Decision.application_id) == case_id)).one_or_none()
    if decision is None:
        return None
    rules = RetentionRules.of(db.get_one(Municipality, case.municipality_id).settings)
    until = rules.until(day_in_sweden(decision.decided_at), approved=decision.approved)
    row = db.get(Retention, case_id)
    if row is not None and row.thinned_at is not None:
        return row
    until = until if row is None else max(until, row.until)
    objects: dict[str, str] = {}
    kept: dict[str, dict[str, str]] = {"documents": {}, "papers": {}}
    for document in judged_documents(db, case_id):
        kept["documents"][str(document.id)] = document.sha256
        objects[document.object_key] = str(document.id)
    for paper in db.exec(select(Paper).where(col(Paper.case_id) == case_id, col(Paper.ready_at).is_not(None))):
        if paper.object_key and paper.sha256:
            kept["papers"][str(paper.id)] = paper.sha256
            objects[paper.object_key] = str(paper.id)
    for key in objects:
        try:
            store.lock_until(key, until)
        except Locked:
            continue  # for longer already: another decision rests on it too
    if row is not None and (row.until, row.kept) == (until, kept):
        return row
    made = row or Retention(
        case_id=case_id,
        municipality_id=case.municipality_id,
        provider_id=case.provider_id,
        until=until,
        kept_at=now,
    )
    made.until, made.kept, made.kept_at = until, kept, now
    db.add(made)
    db.flush()
    facts: dict[str, Any] = {"until": until.isoformat(), **kept}
    actor = system(municipality_id=case.municipality_id, provider_id=case.provider_id)
    record(db, case_id, "evidence.kept", actor=actor, now=now, facts=facts)
    return made


def judged_documents(db: Session, case_id: UUID) -> list[Document]:
    """The documents that each judgement pinned; of one from before pins were kept, those of its criterion.

    What nobody could open is none of them.
    """
    wanted: set[UUID] = set()
    unpinned = []
    judged = select(Judgement.criterion, Judgement.evidence).where(col(Judgement.application_id) == case_id)
    for criterion, evidence in db.execute(judged):
        if evidence is None:
            unpinned.append(criterion)
        else:
            wanted |= {UUID(each["document"]) for each in evidence}
    used = select(AnswerDocument.document_id).where(
        col(AnswerDocument.application_id) == case_id, col(AnswerDocument.criterion).in_(unpinned)
    )
    wanted |= set(db.scalars(used))
    found = select(Document).where(
        col(Document.id).in_(wanted),
        col(Document.state).not_in(NEVER_OPENED),
        col(Document.thinned_at).is_(None),
    )
    return list(db.exec(found.order_by(col(Document.id))))


def change_rules(db: Session, rules: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """For decisions from now on; what is kept already is never kept for shorter."""
    change_section(db, "retention", rules, actor=actor, now=now)
