"""Makes a decided case with everything in it: documents in the store, papers made and sealed, letters written."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Letter, Paper
from portal.domain.application import State
from portal.domain.letters import LetterKind
from portal.domain.roles import Role
from portal.jobs.tasks import make_paper
from portal.jobs.workshop import Workshop
from portal.services import decisions, review
from tests.factories import NOW, Place, make_staff
from tests.factories_application import make_application
from tests.factories_review import acting, judge_all


def make_decided(
    owner: Session, db: Session, place: Place, workshop: Workshop, *, by: Any = None, now: datetime = NOW
) -> UUID:
    """An approved case; its papers are made as the worker makes them."""
    officer = make_staff(owner, place.id, Role.CASE_OFFICER)
    decider = make_staff(owner, place.id, Role.DECISION_MAKER, name="Eva Sandström", title="Beslutsfattare")
    application = make_application(owner, place, by=by, state=State.SUBMITTED, store=workshop.store, now=now)
    acting(db, review.take, application.id, conflicted=False, actor=officer, now=now + timedelta(minutes=5))
    judge_all(db, application, officer, now=now)
    more = {"actor": officer, "now": now + timedelta(hours=2)}
    acting(db, review.propose, application.id, approve=True, summary="Alla villkor är bedömda.", coded=[], **more)
    acting(db, decisions.approve, application.id, actor=decider, now=now + timedelta(hours=3))
    owner.rollback()
    owner.add(
        Letter(
            case_id=application.id,
            municipality_id=place.id,
            provider_id=application.provider_id,
            kind=LetterKind.APPROVED,
            to_company=True,
            recipient="anna@vega.example",
            recipient_name="Anna Lindqvist",
            language="sv",
            subject="Ni är godkända",
            body="Hej Anna!\n\nNi är godkända.",
            created_at=now + timedelta(hours=3),
        )
    )
    owner.commit()
    make_papers(owner, workshop, application.id)
    return application.id


def make_papers(owner: Session, workshop: Workshop, case_id: UUID) -> None:
    """Every paper of the case that is ordered and not made yet."""
    owner.rollback()
    for paper in owner.exec(select(Paper).where(col(Paper.case_id) == case_id, col(Paper.ready_at).is_(None))).all():
        make_paper(
            workshop,
            municipality_id=str(paper.municipality_id),
            provider_id=str(paper.provider_id),
            paper_id=str(paper.id),
        )
    owner.expire_all()
