"""Thinning (gallring): a list is proposed, an administrator looks at it and approves, a job removes.

A list is proposed each night and when somebody asks; one waits at a time.
Nothing is removed by a timer, and nothing that nobody has approved: the
database refuses it too.  Each removal is an event of the case, by the one who
approved, with the digest of what was removed and no personal data; the record
can still be verified.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from documents.renditions import keys_of
from documents.store import Locked, Store
from portal.db.queue import later
from portal.db.session import Scope, enter
from portal.db.tables import AnswerDocument, Application, Document, Municipality, Paper, Thinning, ThinningItem
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action, State
from portal.domain.deadlines import day_in_sweden
from portal.domain.retention import Reason, RetentionRules, months_after
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound
from portal.services.lifecycle import move, record
from portal.services.staff_record import tell

_CANDIDATES = sa.text(
    "SELECT reason, provider_id, case_id, document_id, since"
    " FROM thinning_candidates(:today, :draft_before, :withdrawn_before, :unused_before)"
)
_THIN = sa.text("SELECT thin(:item, :moment)")
LOCKED, IN_USE = "locked", "in_use"


def propose(db: Session, municipality_id: UUID, *, now: datetime) -> Thinning | None:
    """A list of what may go by today's rules; ``None`` when there is nothing.  One that waits is added to."""
    rules = RetentionRules.of(db.get_one(Municipality, municipality_id).settings)
    today = day_in_sweden(now)
    found = db.execute(
        _CANDIDATES,
        {
            "today": today,
            "draft_before": months_after(today, -rules.draft_months),
            "withdrawn_before": months_after(today, -rules.withdrawn_months),
            "unused_before": months_after(today, -rules.unused_months),
        },
    ).all()
    waiting = db.exec(
        select(Thinning).where(col(Thinning.municipality_id) == municipality_id, col(Thinning.approved_at).is_(None))
    ).first()
    if not found:
        return waiting
    made = waiting or Thinning(municipality_id=municipality_id, proposed_at=now)
    db.add(made)
    db.flush()
    db.add_all(
        ThinningItem(
            thinning_id=made.id,
            municipality_id=municipality_id,
            provider_id=row.provider_id,
            case_id=row.case_id,
            document_id=row.document_id,
            reason=Reason(row.reason).value,
            since=row.since,
        )
        for row in found
    )
    db.flush()
    return made


def propose_later(db: Session, *, actor: Actor, now: datetime) -> None:
    """Look for what may go, in a job; asked for by an administrator."""
    if not actor.may(Role.MUNICIPAL_ADMINISTRATOR) or actor.municipality_id is None:
        raise NotAllowed("role")
    tell(db, "thinning.asked", municipality_id=actor.municipality_id, actor=actor, now=now)
    order(db, actor.municipality_id)


def order(db: Session, municipality_id: UUID) -> None:
    """One look at a time, so that two do not begin two lists; the database holds it too."""
    later(db, "thinning.propose", lock="thinning.propose", municipality_id=str(municipality_id))


def approve(
    db: Session, thinning_id: UUID, *, shown: Iterable[UUID], spare: Iterable[UUID], actor: Actor, now: datetime
) -> None:
    """A named administrator decides: what was shown goes, save what is spared; what came later waits for a new list.

    Raises:
        NotFound: there is no such list that waits.
        NotAllowed: ``role``.
    """
    if not actor.may(Role.MUNICIPAL_ADMINISTRATOR) or actor.person_id is None or actor.municipality_id is None:
        raise NotAllowed("role")
    locked = select(Thinning).where(col(Thinning.id) == thinning_id).with_for_update()
    row = db.exec(locked, execution_options={"populate_existing": True}).one_or_none()
    if row is None or row.municipality_id != actor.municipality_id or row.approved_at is not None:
        raise NotFound("thinning", thinning_id)
    going = set(shown) - set(spare)
    items = db.exec(select(ThinningItem).where(col(ThinningItem.thinning_id) == row.id)).all()
    for item in items:
        item.spared = item.id not in going
    row.approved_at, row.approved_by = now, actor.person_id
    db.add_all([row, *items])
    db.flush()
    facts = {"thinning": str(row.id), "items": len(items), "spared": sum(each.spared for each in items)}
    tell(db, "thinning.approved", municipality_id=row.municipality_id, facts=facts, actor=actor, now=now)
    later(db, "thinning.run", municipality_id=str(row.municipality_id), thinning_id=str(row.id))


def left(db: Session, thinning_id: UUID) -> tuple[tuple[UUID, UUID], ...]:
    """What an approved list has still to remove, documents first: (item, company)."""
    found = db.execute(
        select(ThinningItem.id, ThinningItem.provider_id)
        .join(Thinning, col(Thinning.id) == col(ThinningItem.thinning_id))
        .where(
            col(ThinningItem.thinning_id) == thinning_id,
            col(Thinning.approved_at).is_not(None),
            col(ThinningItem.spared).is_(False),
            col(ThinningItem.removed_at).is_(None),
            col(ThinningItem.problem) == "",
        )
        .order_by(col(ThinningItem.document_id).is_(None), col(ThinningItem.id))
    )
    return tuple((item, provider) for item, provider in found)


def remove(db: Session, item_id: UUID, *, store: Store, now: datetime) -> None:
    """One item of an approved list.  Looked at again first: what somebody uses by now stays, and it is said why.

    Bytes go before rows: killed in between, the next run finds the bytes gone and does the rest.
    """
    item = db.exec(select(ThinningItem).where(col(ThinningItem.id) == item_id).with_for_update()).one()
    thinning = db.get_one(Thinning, item.thinning_id)
    if thinning.approved_by is None or item.spared or item.removed_at is not None:
        return
    roles = frozenset({Role.MUNICIPAL_ADMINISTRATOR})
    actor = Actor(thinning.approved_by, "", roles, municipality_id=thinning.municipality_id)
    # The company's side too, since drafts and documents are the company's.
    enter(db, Scope(thinning.municipality_id, item.provider_id, thinning.approved_by))
    try:
        if item.document_id is not None:
            _document(db, item, item.document_id, store=store, actor=actor, now=now)
        elif item.case_id is not None:
            _case(db, item, item.case_id, store=store, actor=actor, now=now)
    except Locked:
        item.problem = LOCKED
        db.add(item)
        db.flush()


def finish(db: Session, thinning_id: UUID, *, now: datetime) -> None:
    row = db.get_one(Thinning, thinning_id)
    if row.done_at is None and not left(db, thinning_id):
        row.done_at = now
        db.add(row)
        db.flush()


def _document(db: Session, item: ThinningItem, document_id: UUID, *, store: Store, actor: Actor, now: datetime) -> None:
    document = db.exec(select(Document).where(col(Document.id) == document_id).with_for_update()).one()
    free = db.scalar(sa.text("SELECT may_be_thinned(:id, :today)"), {"id": document_id, "today": day_in_sweden(now)})
    if document.thinned_at is not None or not free:
        item.problem = "" if document.thinned_at else IN_USE
        item.removed_at = document.thinned_at
        db.add(item)
        db.flush()
        return
    if document.object_key:
        store.delete(document.object_key)
    for key in list(keys_of(store, document.id)):
        store.delete(key)
    db.execute(_THIN, {"item": item.id, "moment": now})
    cases = select(AnswerDocument.application_id).where(
        col(AnswerDocument.document_id) == document_id, col(AnswerDocument.municipality_id) == item.municipality_id
    )
    facts = {"document": str(document_id), "sha256": document.sha256, "thinning": str(item.thinning_id)}
    for case_id in sorted(set(db.scalars(cases))):
        record(db, case_id, "document.thinned", actor=actor, now=now, facts=facts)
    told = {"reason": item.reason, **facts}
    tell(db, "thinning.removed", municipality_id=item.municipality_id, facts=told, actor=actor, now=now)


def _case(db: Session, item: ThinningItem, case_id: UUID, *, store: Store, actor: Actor, now: datetime) -> None:
    application = db.get_one(Application, case_id)
    facts = {"thinning": str(item.thinning_id)}
    if item.reason == Reason.DRAFT:
        if application.state is not State.DRAFT:
            item.problem = IN_USE
            db.add(item)
            db.flush()
            return
        move(db, application, APPLICATION, Action.THIN_OUT, case_id=case_id, actor=actor, now=now, facts=facts)
    papers = db.exec(select(Paper).where(col(Paper.case_id) == case_id).order_by(col(Paper.id))).all()
    for paper in papers:
        if paper.object_key:
            store.delete(paper.object_key)
    db.execute(_THIN, {"item": item.id, "moment": now})
    for paper in papers:
        removed = {"paper": str(paper.id), "sha256": paper.sha256, **facts}
        record(db, case_id, "paper.thinned", actor=actor, now=now, facts=removed)
    if item.reason != Reason.DRAFT:
        record(db, case_id, "case.thinned", actor=actor, now=now, facts=facts)
    told = {"reason": item.reason, "case": str(case_id), **facts}
    tell(db, "thinning.removed", municipality_id=item.municipality_id, facts=told, actor=actor, now=now)
