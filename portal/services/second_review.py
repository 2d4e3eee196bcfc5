"""A second officer reads what the first has judged, and says of each criterion whether it is seen alike.

Asked for by the officer, or because the case is drawn.  Until it is answered
no proposal is made.  Nothing is judged here: the officer reads the answer and
judges anew, or not, and the decision maker sees both.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db import second_reviews
from portal.db.judgements import judgements_of, standing
from portal.db.tables import Application, Event, SecondReview
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, State
from portal.domain.review import HANDLING, unjudged
from portal.domain.roles import Role
from portal.domain.second_review import Because, Point, faults, is_drawn, percent_of
from portal.errors import Invalid, NotAllowed, NotReady, TransitionRefused
from portal.services.deadlines import settings_of
from portal.services.lifecycle import record
from portal.services.municipalities import change_section
from portal.services.review import conditions_of, declare_none, declared, lock_case, person_of, refuse_conflicted


def demand(db: Session, application_id: UUID, *, note: str, actor: Actor, now: datetime) -> UUID:
    """Ask a colleague to read the case, when every criterion is judged.

    Raises:
        NotAllowed: ``not_yours``, ``conflict_undeclared``, or ``second_review_open``: it is asked for once a case.
        NotReady: something is not judged yet, so that there is nothing to read.
    """
    application = _lock(db, application_id, actor)
    if application.officer_id != actor.person_id:
        raise NotAllowed("not_yours")
    said = declared(db, application_id, actor)
    if said is None or said.conflicted:
        raise NotAllowed("conflict_undeclared" if said is None else "conflict")
    before = second_reviews.latest(db, application_id)
    if before is not None:
        raise NotAllowed("second_review_open")
    if missing := unjudged(conditions_of(db, application).by_id, standing(judgements_of(db, application_id))):
        raise NotReady(missing)
    percent = percent_of(settings_of(db, application.municipality_id).raw)
    because = Because.SAMPLE if is_drawn(application_id, percent) else Because.REQUESTED
    row = SecondReview(
        application_id=application.id,
        municipality_id=application.municipality_id,
        because=because,
        question=note,
        demanded_by=person_of(actor),
        demanded_at=now,
    )
    db.add(row)
    facts = {"second_review": str(row.id), "because": because.value}
    record(db, application.id, "second_review.demanded", actor=actor, now=now, facts=facts, internal=True)
    return row.id


def answer(
    db: Session,
    application_id: UUID,
    points: Sequence[Point],
    *,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say of every criterion whether it is seen alike; whoever answers has no conflict of interest, and declares so.

    Raises:
        NotAllowed: ``own_review``, when this person has the case or has handled it; or ``conflict``.
        Invalid: by criterion, as ``faults``.
        TransitionRefused: no second review is awaited.
    """
    application = _lock(db, application_id, actor)
    row = second_reviews.latest(db, application_id)
    if row is None or row.reviewed_at is not None:
        raise TransitionRefused(APPLICATION.name, application.state.value, "second_review", tuple(sorted(actor.roles)))
    if actor.person_id in (application.officer_id, row.demanded_by) or _has_handled(db, application_id, actor):
        raise NotAllowed("own_review")
    before = refuse_conflicted(db, application_id, actor)
    asked = conditions_of(db, application).by_id
    if found := faults(points, asked):
        raise Invalid(found)
    if before is None:
        declare_none(db, application, actor=actor, now=now)
    judged = judgements_of(db, application_id)
    kept = {each.criterion: each for each in points if each.criterion in asked}
    row.points = [
        {
            "criterion": criterion,
            "agrees": kept[criterion].agrees,
            "note": "" if kept[criterion].agrees else kept[criterion].note,
            "outcome": judged[criterion].outcome.value if criterion in judged else None,
        }
        for criterion in asked
    ]
    row.note, row.reviewed_by, row.reviewed_at = note, person_of(actor), now
    db.add(row)
    differs = [criterion for criterion in asked if not kept[criterion].agrees]
    facts = {"second_review": str(row.id), "differs": differs}
    record(db, application.id, "second_review.answered", actor=actor, now=now, facts=facts, internal=True)


def change_share(db: Session, values: dict[str, int], *, actor: Actor, now: datetime) -> None:
    """How many of a hundred cases are drawn, from now on; a case that has been read is not read again for it."""
    change_section(db, "second_review", values, actor=actor, now=now)


def _lock(db: Session, application_id: UUID, actor: Actor) -> Application:
    application = lock_case(db, application_id, actor)
    if application.state is not State.UNDER_REVIEW or not actor.may(Role.CASE_OFFICER):
        raise TransitionRefused(APPLICATION.name, application.state.value, "second_review", tuple(sorted(actor.roles)))
    return application


def _has_handled(db: Session, application_id: UUID, actor: Actor) -> bool:
    mine = select(Event.seq).where(
        col(Event.case_id) == application_id, col(Event.actor_id) == actor.person_id, col(Event.kind).in_(HANDLING)
    )
    return db.exec(mine.limit(1)).first() is not None
