"""What providers confirm or prove after new conditions were published: asked for, answered, accepted, reminded of.

The company's signatory answers; an officer of the municipality accepts, or gives back with the reason. When all of a
version is accepted, the authorization stands under it (``services.adoption``). Nothing follows by itself of a day that
has passed: the page says who has not answered.

Two versions can wait at once, since each applies from its own day. What both ask alike is answered once.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from portal.db import conditions
from portal.db.queue import BEHIND, later
from portal.db.tables import ConditionVersion, Confirmation, EffectRun, Municipality
from portal.domain.actors import Actor
from portal.domain.changeover import DAYS, Need, last_day, need_of, reminder_due
from portal.domain.criteria import Criterion, Outcome
from portal.domain.deadlines import day_in_sweden
from portal.domain.effect import asks_alike
from portal.domain.letters import LetterKind
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, Invalid, NotAllowed, NotFound
from portal.services import adoption
from portal.services.confirmation_evidence import HandedIn, ToAnswer, handed_in_with, open_to_answer
from portal.services.lifecycle import record, send_letters
from portal.services.review import refuse_conflicted

LONGEST = 4000


def order(
    db: Session, version: ConditionVersion, *, answer_by: date | None = None, actor: Actor, now: datetime
) -> None:
    """Have everybody who is authorised asked for what the published version asks otherwise than theirs."""
    if actor.person_id is None:
        raise NotAllowed("role")
    settings = db.exec(select(Municipality.settings).where(col(Municipality.id) == version.municipality_id)).one()
    days = settings.get("deadlines", {}).get("confirm_days", DAYS)
    run = EffectRun(
        municipality_id=version.municipality_id,
        version_id=version.id,
        service_id=version.service_id,
        digest="",
        content=version.content,
        due_on=answer_by or last_day(day_in_sweden(now), version.valid_from, days),
        ordered_at=now,
        ordered_by=actor.person_id,
    )
    db.add(run)
    db.flush()
    later(db, "effects.begin", priority=BEHIND, municipality_id=str(run.municipality_id), run_id=str(run.id))


def ask(
    db: Session,
    run: EffectRun,
    application_id: UUID,
    provider_id: UUID,
    seen: Mapping[str, Outcome],
    criteria: Mapping[str, Criterion],
    *,
    due_on: date | None,
    actor: Actor,
    now: datetime,
) -> int:
    """Ask one provider for all that is new to it, in one letter; how many criteria.  Of what is asked already: none.

    ``seen`` is what the system sees of each of them. What it has answered of another version that asks alike stands as
    its answer here too.
    """
    if not seen:
        return 0
    rows = [
        {
            "id": uuid4(),
            "municipality_id": run.municipality_id,
            "provider_id": provider_id,
            "case_id": application_id,
            "version_id": run.version_id,
            "criterion": id_,
            "need": need_of(criteria[id_], outcome),
            "seen": outcome,
            "due_on": due_on,
            "asked_at": now,
            "description": "",
            "returned": "",
        }
        for id_, outcome in seen.items()
    ]
    added = db.scalars(insert(Confirmation).on_conflict_do_nothing().returning(col(Confirmation.id)), rows).all()
    if added:
        answered = _carry_over(db, run.version_id, added)
        left = [id_ for id_ in seen if id_ not in answered]
        _write_to(db, application_id, "conditions.changed", left, run.version_id, due_on, actor=actor, now=now)
    return len(added)


def faults(asked: ToAnswer, handed_in: HandedIn, *, declared: bool | None, description: str) -> dict[str, str]:
    """Everything that stands in the way of an answer, by the field where it is mended."""
    words = description.strip()
    found = {}
    if declared is None:
        found["svar"] = "missing"
    if declared is False and not words:
        found["beskrivning"] = "missing"
    if len(words) > LONGEST:
        found["beskrivning"] = "too_long"
    if declared is not False:
        if declared and asked.row.need is Need.PROVE and not handed_in.proves:
            found["underlag"] = "missing"
        found |= handed_in.faults
    return found


def answer(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    *,
    declared: bool | None,
    description: str,
    version: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """The company's word on one criterion, once its documents are handed in (``confirmation_evidence``).

    It may answer again until an officer has accepted.

    Raises:
        NotFound, NotAllowed: as ``open_to_answer``.
        Invalid: what ``faults`` finds.
    """
    asked = open_to_answer(db, application_id, criterion_id, version=version, actor=actor)
    handed_in = handed_in_with(db, asked, now=now)
    if errors := faults(asked, handed_in, declared=declared, description=description):
        raise Invalid(errors)
    row = asked.row
    for one in (row, *_alike(db, row)):
        one.declared, one.description = declared, description.strip()
        one.answered_by, one.answered_at, one.returned = actor.person_id, now, ""
        db.add(one)
    facts = {"criterion": criterion_id, "version": str(row.version_id), "declared": declared}
    record(db, application_id, "conditions.confirmed", actor=actor, now=now, facts=facts)


def accept(db: Session, confirmation_id: UUID, *, actor: Actor, now: datetime) -> None:
    """An officer finds that what was answered is enough; with the last of a version the authorization adopts it.

    Raises:
        NotFound: it is another municipality's.
        NotAllowed: ``role``; ``conflict``: they have declared one in the case.
        ChangedMeanwhile: it is not answered, is accepted already, or is no longer asked.
    """
    row = _of_officer(db, confirmation_id, actor=actor)
    for each in (row, *(other for other in _alike(db, row) if other.answered_at is not None)):
        each.accepted_by, each.accepted_at = actor.person_id, now
        db.add(each)
    facts = {"criterion": row.criterion, "version": str(row.version_id)}
    # The record holds the case: of two who accept the last two at once, the second sees what the first has accepted.
    record(db, row.case_id, "conditions.accepted", actor=actor, now=now, facts=facts)
    adoption.adopt(db, row.case_id, row.version_id, actor=actor, now=now)


def give_back(db: Session, confirmation_id: UUID, reason: str, *, actor: Actor, now: datetime) -> None:
    """An officer asks for more, with the reason; it is open again.

    Raises as ``accept``, and ``Invalid``: ``skal`` is ``missing`` or ``too_long``.
    """
    row = _of_officer(db, confirmation_id, actor=actor)
    words = reason.strip()
    if not words or len(words) > LONGEST:
        raise Invalid({"skal": "too_long" if words else "missing"})
    for each in (row, *_alike(db, row)):
        each.answered_at, each.answered_by, each.declared, each.returned = None, None, None, words
        db.add(each)
    facts = {"criterion": row.criterion, "version": str(row.version_id)}
    record(db, row.case_id, "conditions.given_back", actor=actor, now=now, facts=facts)


def remind(db: Session, application_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """A letter for each version of which a company has not answered all, where a reminder is due.  Whether any goes."""
    rows = db.exec(
        select(Confirmation)
        .where(
            col(Confirmation.case_id) == application_id,
            col(Confirmation.answered_at).is_(None),
            col(Confirmation.ended_at).is_(None),
        )
        .order_by(col(Confirmation.due_on), col(Confirmation.criterion))
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    told = []
    for row in rows:
        step = reminder_due(row.due_on, today=day_in_sweden(now), reminded=row.reminded_days)
        if step is not None:
            row.reminded_days = step
            db.add(row)
            told.append(row)
    for first in {row.version_id: row for row in reversed(told)}.values():
        of_it = [row.criterion for row in told if row.version_id == first.version_id]
        _write_to(
            db, application_id, "conditions.reminded", of_it, first.version_id, first.due_on, actor=actor, now=now
        )
    return bool(told)


def _write_to(
    db: Session,
    application_id: UUID,
    kind: str,
    criteria: list[str],
    version_id: UUID | None,
    due_on: date | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    facts = {
        "version": str(version_id),
        "due_on": due_on.isoformat() if due_on else None,
        "criteria": sorted(criteria),
    }
    event = record(db, application_id, kind, actor=actor, now=now, facts=facts)
    if criteria:
        send_letters(db, event, LetterKind.CONDITIONS_CHANGED)


def _alike(db: Session, row: Confirmation) -> list[Confirmation]:
    """The others of the case that wait under another version and ask for the same thing, locked."""
    others = db.exec(
        select(Confirmation)
        .where(
            col(Confirmation.case_id) == row.case_id,
            col(Confirmation.criterion) == row.criterion,
            col(Confirmation.id) != row.id,
            col(Confirmation.accepted_at).is_(None),
            col(Confirmation.ended_at).is_(None),
        )
        .order_by(col(Confirmation.id))
        .with_for_update(),
        execution_options={"populate_existing": True},
    ).all()
    this = conditions.read(db, row.version_id) if others else None
    return [each for each in others if this and asks_alike(row.criterion, this, conditions.read(db, each.version_id))]


def _carry_over(db: Session, version_id: UUID | None, added: Sequence[UUID]) -> set[str]:
    """Give what is newly asked the answers that wait or were accepted elsewhere; whether it is enough is asked anew."""
    rows = db.exec(select(Confirmation).where(col(Confirmation.id).in_(added))).all()
    earlier = db.exec(
        select(Confirmation)
        .where(
            col(Confirmation.case_id) == rows[0].case_id,
            col(Confirmation.criterion).in_([row.criterion for row in rows]),
            col(Confirmation.version_id) != version_id,
            col(Confirmation.answered_at).is_not(None),
            col(Confirmation.ended_at).is_(None),
        )
        .order_by(col(Confirmation.answered_at))
    ).all()
    answered = {each.criterion: each for each in earlier}
    carried = set()
    for row in rows:
        was = answered.get(row.criterion)
        if was is None:
            continue
        if asks_alike(row.criterion, conditions.read(db, was.version_id), conditions.read(db, row.version_id)):
            row.declared, row.description = was.declared, was.description
            row.answered_by, row.answered_at = was.answered_by, was.answered_at
            db.add(row)
            carried.add(row.criterion)
    return carried


def _of_officer(db: Session, confirmation_id: UUID, *, actor: Actor) -> Confirmation:
    row = db.get(Confirmation, confirmation_id, with_for_update=True, populate_existing=True)
    if row is None or actor.municipality_id is None or row.municipality_id != actor.municipality_id:
        raise NotFound("confirmation", confirmation_id)
    if not actor.may(Role.CASE_OFFICER):
        raise NotAllowed("role")
    refuse_conflicted(db, row.case_id, actor)
    if row.answered_at is None or row.accepted_at is not None or row.ended_at is not None:
        raise ChangedMeanwhile(row.case_id)
    return row
