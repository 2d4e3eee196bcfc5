"""Makes a case in any state of its review, by the services themselves, as the portal's own role.

``acting`` runs one verb as one person, in one transaction, bound by row-level
security: what a test sees is what the portal would have done.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.db.session import Scope, enter
from portal.db.tables import Application
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.criteria import Outcome
from portal.domain.review import CodedReason
from portal.domain.roles import Role
from portal.services import decisions, judging, review
from tests.factories import NOW, Place, make_staff
from tests.factories_application import make_application

REASON = "Underlaget visar det som villkoret kräver."
# What an officer's verbs are told where a test asks for nothing else.
JUDGE = {"outcome": Outcome.MET, "reason": REASON}
ASK = {"questions": {"GEN-25": "Skicka försäkringsbrevet."}, "message": "Vi behöver mer.", "due_on": date(2026, 3, 20)}
PROPOSE = {"approve": True, "summary": "Allt är uppfyllt."}


def acting(db: Session, verb: Callable[..., Any], subject: Any, *args: Any, actor: Actor, **kwargs: Any) -> Any:
    """One verb, committed; on a refusal, rolled back as a request would be."""
    enter(db, Scope.of(actor))
    try:
        done = verb(db, subject, *args, actor=actor, **{"now": NOW, **kwargs})
        db.commit()
    except BaseException:
        db.rollback()
        raise
    return done


def make_officer(owner: Session, place: Place, name: str = "Mikael Öberg") -> Actor:
    return make_staff(owner, place.id, Role.CASE_OFFICER, name=name)


def make_decider(owner: Session, place: Place, name: str = "Eva Sandström") -> Actor:
    return make_staff(owner, place.id, Role.DECISION_MAKER, name=name, title="Beslutsfattare")


def make_submitted(owner: Session, place: Place, **more: Any) -> Application:
    return make_application(owner, place, state=State.SUBMITTED, **more)


def make_taken(owner: Session, db: Session, place: Place, officer: Actor, *, now: datetime = NOW) -> Application:
    """A case that ``officer`` has taken, without conflict."""
    application = make_submitted(owner, place, now=now)
    acting(db, review.take, application.id, conflicted=False, actor=officer, now=now + timedelta(minutes=5))
    return fresh(owner, application.id)


def judge_all(
    db: Session, application: Application, officer: Actor, *, unmet: Iterable[str] = (), now: datetime = NOW
) -> None:
    """Judge every criterion met, save those named."""
    named = set(unmet)
    enter(db, Scope.of(officer))
    for criterion in review.conditions_of(db, application).asked_criteria:
        outcome = Outcome.NOT_MET if criterion.id in named else Outcome.MET
        judging.judge(
            db,
            application.id,
            criterion.id,
            outcome=outcome,
            reason=REASON,
            actor=officer,
            now=now + timedelta(hours=1),
        )
    db.commit()


def make_proposed(
    owner: Session,
    db: Session,
    place: Place,
    officer: Actor,
    *,
    unmet: Iterable[str] = (),
    now: datetime = NOW,
) -> Application:
    """A case with a proposal: refusal where something is not met, otherwise approval."""
    application = make_taken(owner, db, place, officer, now=now)
    judge_all(db, application, officer, unmet=unmet, now=now)
    coded = [CodedReason(each, "requirement_not_met.insurance_insufficient") for each in unmet]
    acting(
        db,
        review.propose,
        application.id,
        approve=not coded,
        summary="Alla villkor är bedömda." if not coded else "Ett villkor är inte uppfyllt.",
        coded=coded,
        actor=officer,
        now=now + timedelta(hours=2),
    )
    return fresh(owner, application.id)


def make_heard(owner: Session, db: Session, place: Place, officer: Actor, decider: Actor) -> Application:
    """A refusal whose draft the company has been shown."""
    application = make_proposed(owner, db, place, officer, unmet=("GEN-25",))
    acting(db, decisions.hear, application.id, actor=decider, now=NOW + timedelta(hours=3))
    return fresh(owner, application.id)


def fresh(owner: Session, application_id: UUID) -> Application:
    """The application as it stands now."""
    owner.rollback()
    return owner.get_one(Application, application_id, populate_existing=True)
