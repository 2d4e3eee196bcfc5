"""Who has which case, changed by whoever leads the work: one case, or several at once.

The state of a case is not touched, and what was judged stays.  Whoever is
given a case answers for conflict of interest before working in it, as when
taking one; whoever has declared a conflict is not given it.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Application, Conflict, Note, StaffMember
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, Action
from portal.domain.roles import LEADS, Role
from portal.errors import Invalid, NotAllowed
from portal.services.lifecycle import move, record
from portal.services.review import lock_case, person_of

MOST_AT_ONCE = 100


def assign(
    db: Session, cases: Collection[UUID], *, to: UUID, reason: str, actor: Actor, now: datetime
) -> tuple[UUID, ...]:
    """Give open cases to an officer: all of them, or none.  Those that the officer has already are left as they are.

    Raises:
        Invalid: ``cases`` (``missing``, ``too_many``), or ``to``: ``unknown`` when it is no officer who can work,
            ``conflict`` when that person has declared one; then ``facts["numbers"]`` says in which cases.
        TransitionRefused: a case is not open any longer.
    """
    if not actor.roles & frozenset(LEADS) or actor.municipality_id is None:
        raise NotAllowed("role")
    if not cases:
        raise Invalid({"cases": "missing"})
    if len(cases) > MOST_AT_ONCE:
        raise Invalid({"cases": "too_many"})
    receiver = select(StaffMember.id).where(
        col(StaffMember.municipality_id) == actor.municipality_id,
        col(StaffMember.person_id) == to,
        col(StaffMember.active),
        col(StaffMember.roles).contains([Role.CASE_OFFICER.value]),
    )
    if db.exec(receiver).first() is None:
        raise Invalid({"to": "unknown"})
    # In one order, so that two who give at once wait for each other and do not lock each other out.
    held = [lock_case(db, each, actor) for each in sorted(frozenset(cases))]
    if barred := _barred(db, [each.id for each in held], to):
        numbers = tuple(each.number or "" for each in held if each.id in barred)
        raise Invalid({"to": "conflict"}, {"numbers": numbers})
    moved = [each for each in held if each.officer_id != to]
    for application in moved:
        _give(db, application, to, reason=reason, actor=actor, now=now)
    return tuple(each.id for each in moved)


def _barred(db: Session, cases: Collection[UUID], person: UUID) -> frozenset[UUID]:
    declared = select(Conflict.case_id).where(
        col(Conflict.case_id).in_(cases), col(Conflict.person_id) == person, col(Conflict.conflicted)
    )
    return frozenset(db.exec(declared))


def _give(db: Session, application: Application, to: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    note = Note(
        application_id=application.id,
        municipality_id=application.municipality_id,
        text=reason,
        written_by=person_of(actor),
        written_at=now,
    )
    db.add(note)
    facts = {"note": str(note.id)}
    record(db, application.id, "note.written", actor=actor, now=now, facts=facts, internal=True)
    move(
        db,
        application,
        APPLICATION,
        Action.ASSIGN,
        case_id=application.id,
        actor=actor,
        now=now,
        facts={"officer": str(to)},
        officer_id=to,
    )
