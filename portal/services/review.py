"""An officer's work with an application: take it, ask for more, propose; ``judging`` judges each criterion.

Only the officer who has the case works in it, and only after having declared
that there is no conflict of interest.  Nothing here decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db import conditions, second_reviews
from portal.db.judgements import Judged, judgements_of, overtaken, standing
from portal.db.tables import (
    Application,
    Conflict,
    Note,
    Proposal,
    Supplement,
    SupplementItem,
)
from portal.domain.actors import Actor
from portal.domain.application import APPLICATION, OPEN, Action, State
from portal.domain.conditions import ConditionSets
from portal.domain.deadlines import add_working_days, day_in_sweden
from portal.domain.letters import LetterKind
from portal.domain.phrases import Purpose, english_of
from portal.domain.review import CodedReason, Lack, ProposalObstacle, obstacles_to_proposal
from portal.domain.roles import READS_CASES, Role
from portal.domain.second_review import percent_of
from portal.errors import Invalid, NotAllowed, NotFound, NotReady, TransitionRefused
from portal.library import reasons
from portal.services import phrases
from portal.services.deadlines import decide_by, settings_of
from portal.services.lifecycle import move, record, send_letters

LEAST_SUPPLEMENT_DAYS = 5
"""Working days that a company always has to answer a request for supplement."""


def lock_case(db: Session, application_id: UUID, actor: Actor) -> Application:
    """The municipality's own case, held until the transaction ends.  A draft, or another's, is not found."""
    statement = select(Application).where(col(Application.id) == application_id).with_for_update()
    found = db.exec(statement, execution_options={"populate_existing": True}).one_or_none()
    if found is None or found.municipality_id != actor.municipality_id or found.state is State.DRAFT:
        raise NotFound("application", application_id)
    return found


def person_of(actor: Actor) -> UUID:
    """Who writes: work in a case is always a person's, never a timer's."""
    if actor.person_id is None:
        raise NotAllowed("role")
    return actor.person_id


def conditions_of(db: Session, application: Application) -> ConditionSets:
    return conditions.read_sets(
        db, general_id=application.general_version_id, service_id=application.service_version_id
    )


def declared(db: Session, application_id: UUID, actor: Actor) -> Conflict | None:
    return db.exec(
        select(Conflict).where(col(Conflict.case_id) == application_id, col(Conflict.person_id) == actor.person_id)
    ).one_or_none()


def refuse_conflicted(db: Session, case_id: UUID, actor: Actor) -> Conflict | None:
    """What they have declared, if anything; nobody acts in a case in which it is a conflict of interest.

    Förvaltningslagen (2017:900) 16-18 §§.
    """
    said = declared(db, case_id, actor)
    if said is not None and said.conflicted:
        raise NotAllowed("conflict")
    return said


def take(db: Session, application_id: UUID, *, conflicted: bool, note: str = "", actor: Actor, now: datetime) -> None:
    """Answer the question of conflict of interest, and with a "no" take the case.

    With a "yes" the case stays for the others, and this person can no longer take it.  A case that was given to
    an officer is that officer's to answer for, in whatever state it was given.

    Raises:
        NotAllowed: ``conflict``, when this person has declared one before.
        TransitionRefused: somebody has taken it already.
    """
    application = lock_case(db, application_id, actor)
    if conflicted:
        declare_conflict(db, application_id, note=note, actor=actor, now=now)
        return
    if (before := declared(db, application_id, actor)) is not None and before.conflicted:
        raise NotAllowed("conflict")
    if application.state is State.SUBMITTED and application.officer_id not in (None, actor.person_id):
        raise NotAllowed("not_yours")
    if before is None and _is_given(application, actor):
        # It was given to this officer on its way, and goes on from where it stands.
        declare_none(db, application, actor=actor, now=now)
        return
    APPLICATION.step(application.state, Action.START_REVIEW, actor.roles)
    _declare(db, application, before, conflicted=False, note="", actor=actor, now=now)
    record(db, application.id, "conflict.declared_none", actor=actor, now=now, internal=True)
    begun = application.complete_at or application.submitted_at or now
    move(
        db,
        application,
        APPLICATION,
        Action.START_REVIEW,
        case_id=application.id,
        actor=actor,
        now=now,
        officer_id=actor.person_id,
        due_on=decide_by(db, application.municipality_id, begun=begun),
    )


def _is_given(application: Application, actor: Actor) -> bool:
    """Whether the case has been given to this officer by somebody else while it was being handled."""
    mine = application.officer_id is not None and application.officer_id == actor.person_id
    given_in = frozenset(OPEN) - {State.SUBMITTED}
    return mine and application.state in given_in and actor.may(Role.CASE_OFFICER)


def declare_none(db: Session, application: Application, *, actor: Actor, now: datetime) -> None:
    """Say that one has no conflict of interest, in a case where one has not answered yet."""
    _declare(db, application, None, conflicted=False, note="", actor=actor, now=now)
    record(db, application.id, "conflict.declared_none", actor=actor, now=now, internal=True)


def declare_conflict(db: Session, application_id: UUID, *, note: str, actor: Actor, now: datetime) -> None:
    """Say that one has a conflict of interest; a case that one has is handed over in the same step."""
    application = lock_case(db, application_id, actor)
    if application.state not in OPEN or not actor.roles & READS_CASES:
        raise TransitionRefused(APPLICATION.name, application.state.value, "declare_conflict", roles_of(actor))
    before = declared(db, application_id, actor)
    if before is not None and before.conflicted:
        return
    _declare(db, application, before, conflicted=True, note=note, actor=actor, now=now)
    record(db, application.id, "conflict.declared", actor=actor, now=now, internal=True)
    if application.officer_id == actor.person_id and application.state is State.UNDER_REVIEW:
        _hand_over(db, application, actor=actor, now=now)
    elif application.officer_id == actor.person_id and application.state is State.SUBMITTED:
        application.officer_id = None
        db.add(application)
        db.flush()


def _declare(
    db: Session,
    application: Application,
    row: Conflict | None,
    *,
    conflicted: bool,
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    row = row or Conflict(
        case_id=application.id,
        municipality_id=application.municipality_id,
        person_id=person_of(actor),
        conflicted=conflicted,
        declared_at=now,
    )
    row.conflicted, row.note, row.declared_at = conflicted, note, now
    db.add(row)


def hand_over(db: Session, application_id: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Give the case back to the common list; what has been judged stays."""
    application = lock_own(db, application_id, actor, State.UNDER_REVIEW, action=Action.HAND_OVER)
    _hand_over(db, application, actor=actor, now=now)
    _write_note(db, application, reason, actor=actor, now=now)


def _hand_over(db: Session, application: Application, *, actor: Actor, now: datetime) -> None:
    settings = settings_of(db, application.municipality_id)
    move(
        db,
        application,
        APPLICATION,
        Action.HAND_OVER,
        case_id=application.id,
        actor=actor,
        now=now,
        officer_id=None,
        due_on=add_working_days(day_in_sweden(now), settings.deadlines["assign_working_days"]),
    )


def write_note(db: Session, application_id: UUID, text: str, *, actor: Actor, now: datetime) -> None:
    """An internal note; any officer or decision maker of the municipality may write one, also when all is over."""
    application = lock_case(db, application_id, actor)
    if not actor.roles & READS_CASES:
        raise TransitionRefused(APPLICATION.name, application.state.value, "note", roles_of(actor))
    _write_note(db, application, text, actor=actor, now=now)


def _write_note(db: Session, application: Application, text: str, *, actor: Actor, now: datetime) -> None:
    note = Note(
        application_id=application.id,
        municipality_id=application.municipality_id,
        text=text,
        written_by=person_of(actor),
        written_at=now,
    )
    db.add(note)
    record(db, application.id, "note.written", actor=actor, now=now, facts={"note": str(note.id)}, internal=True)


def judgements(db: Session, application_id: UUID) -> dict[str, Judged]:
    """The judgements that stand, by criterion."""
    db.flush()
    return {criterion: each for criterion, each in judgements_of(db, application_id).items() if each.stands}


def request_supplement(
    db: Session,
    application_id: UUID,
    *,
    questions: Mapping[str, str],
    message: str,
    due_on: date,
    actor: Actor,
    now: datetime,
) -> UUID:
    """Ask the company for more: only the criteria asked about are open to it, until the due date.

    Raises:
        Invalid: ``questions`` when none is chosen, ``due_on`` when the company gets too little time.
    """
    application = lock_own(db, application_id, actor, State.UNDER_REVIEW, action=Action.REQUEST_SUPPLEMENT)
    asked = conditions_of(db, application).by_id
    errors = {}
    if not questions or any(not text.strip() or criterion not in asked for criterion, text in questions.items()):
        errors["questions"] = "missing"
    if due_on < add_working_days(day_in_sweden(now), LEAST_SUPPLEMENT_DAYS):
        errors["due_on"] = "too_soon"
    if errors:
        raise Invalid(errors)
    row = Supplement(
        application_id=application.id,
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        message=message,
        due_on=due_on,
        requested_by=person_of(actor),
        requested_at=now,
    )
    db.add(row)
    db.flush()
    db.add_all(
        SupplementItem(
            supplement_id=row.id,
            criterion=criterion,
            municipality_id=application.municipality_id,
            provider_id=application.provider_id,
            question=text,
        )
        for criterion, text in questions.items()
    )
    db.flush()
    move(
        db,
        application,
        APPLICATION,
        Action.REQUEST_SUPPLEMENT,
        case_id=application.id,
        actor=actor,
        now=now,
        facts={"supplement": str(row.id), "criteria": sorted(questions), "due_on": due_on.isoformat()},
        due_on=due_on,
        judged=len(judgements(db, application.id)),
    )
    return row.id


def propose(
    db: Session,
    application_id: UUID,
    *,
    approve: bool,
    summary: str,
    coded: Sequence[CodedReason] = (),
    actor: Actor,
    now: datetime,
) -> UUID:
    """Propose a decision.

    Raises:
        NotReady: with everything that stops it, as ``ProposalObstacle``.
    """
    application = lock_own(db, application_id, actor, State.UNDER_REVIEW, action=Action.PROPOSE)
    asked = tuple(conditions_of(db, application).by_id)
    found_so_far = judgements_of(db, application.id)
    judged = standing(found_so_far)
    known = {code: reason.note_required for code, reason in reasons.by_code(reasons.REFUSAL).items()}
    changed = overtaken(found_so_far)
    if found := obstacles_to_proposal(asked, judged, approve=approve, reasons=coded, known=known, changed=changed):
        raise NotReady(found)
    percent = percent_of(settings_of(db, application.municipality_id).raw)
    if second_reviews.is_awaited(second_reviews.latest(db, application.id), application.id, percent):
        raise NotReady((ProposalObstacle("", Lack.SECOND_REVIEW),))
    own = () if approve else phrases.offered(db, Purpose.REFUSAL, actor=actor)
    row = Proposal(
        application_id=application.id,
        municipality_id=application.municipality_id,
        approve=approve,
        summary=summary,
        reasons=[]
        if approve
        else [{**asdict(each), "note_en": english_of(each.note, own, each.criterion)} for each in coded],
        proposed_by=person_of(actor),
        proposed_at=now,
    )
    db.add(row)
    db.flush()
    move(
        db,
        application,
        APPLICATION,
        Action.PROPOSE,
        case_id=application.id,
        actor=actor,
        now=now,
        facts={"proposal": str(row.id)},
        proposed_by=actor.person_id,
    )
    return row.id


def close_overdue_supplement(db: Session, supplement_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """The time to answer is over: the review goes on with what there is.  Whether it was still open."""
    supplement, application = _open_supplement(db, supplement_id, actor)
    if supplement is None or application is None or supplement.due_on >= day_in_sweden(now):
        return False
    supplement.closed_at = now
    db.add(supplement)
    move(
        db,
        application,
        APPLICATION,
        Action.CLOSE_SUPPLEMENT,
        case_id=application.id,
        actor=actor,
        now=now,
        facts={"supplement": str(supplement.id)},
        complete_at=now,
        due_on=decide_by(db, application.municipality_id, begun=now),
    )
    return True


def remind_supplement(db: Session, supplement_id: UUID, *, actor: Actor, now: datetime) -> bool:
    """Remind the company, once.  Whether a letter goes out."""
    supplement, application = _open_supplement(db, supplement_id, actor)
    if supplement is None or application is None or supplement.reminded_at is not None:
        return False
    supplement.reminded_at = now
    db.add(supplement)
    event = record(
        db,
        application.id,
        "supplement.reminded",
        actor=actor,
        now=now,
        facts={"supplement": str(supplement.id), "due_on": supplement.due_on.isoformat()},
    )
    send_letters(db, event, LetterKind.SUPPLEMENT_REMINDER)
    return True


def _open_supplement(db: Session, supplement_id: UUID, actor: Actor) -> tuple[Supplement | None, Application | None]:
    """The request and its case, if it still waits for an answer; the case is locked first, as everywhere."""
    found = db.get(Supplement, supplement_id)
    if found is None or found.municipality_id != actor.municipality_id:
        raise NotFound("supplement", supplement_id)
    application = lock_case(db, found.application_id, actor)
    db.refresh(found)
    waits = application.state is State.SUPPLEMENT_REQUESTED and found.answered_at is None and found.closed_at is None
    return (found, application) if waits else (None, None)


def lock_own(db: Session, application_id: UUID, actor: Actor, state: State, *, action: str) -> Application:
    """The case, if this officer has it, has declared no conflict, and the step is open."""
    application = lock_case(db, application_id, actor)
    if application.state is not state or not actor.may(Role.CASE_OFFICER):
        raise TransitionRefused(APPLICATION.name, application.state.value, str(action), roles_of(actor))
    said = refuse_conflicted(db, application_id, actor)
    if application.officer_id != actor.person_id:
        raise NotAllowed("not_yours")
    if said is None:
        raise NotAllowed("conflict_undeclared")
    return application


def roles_of(actor: Actor) -> tuple[str, ...]:
    return tuple(sorted(actor.roles))
