"""The only writer of state: a step, its event and its letters are stored together or not at all."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import Application, CaseFile, ConditionVersion, Event
from portal.domain.application import APPLICATION, Action, State
from portal.domain.record import Recorded, breaks
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, NotFound, TransitionRefused
from portal.services.lifecycle import move, record
from tests.factories import make_member, make_provider, make_staff


@pytest.fixture
def submitted(owner, bjorkvik, now):
    """The id of an application that waits for an officer."""
    provider_id = make_provider(owner)
    applicant = make_member(owner, provider_id)
    case = CaseFile(municipality_id=bjorkvik.id, provider_id=provider_id, opened_at=now)
    owner.add(case)
    owner.flush()
    case.number = f"TEST {case.id.hex[:12]}"
    versions = {
        service_id: id_
        for id_, service_id in owner.execute(
            select(ConditionVersion.id, ConditionVersion.service_id).where(
                col(ConditionVersion.municipality_id) == bjorkvik.id
            )
        )
    }
    service_id = bjorkvik.services["familjebehandling"]
    owner.add(
        Application(
            id=case.id,
            municipality_id=bjorkvik.id,
            provider_id=provider_id,
            service_id=service_id,
            general_version_id=versions[None],
            service_version_id=versions[service_id],
            state=State.SUBMITTED,
            started_at=now,
            started_by=applicant.person_id,
            submitted_at=now,
            submitted_by=applicant.person_id,
            provider_name="Vega Familjestöd AB",
            provider_sort_key="vega",
            number=case.number,
        )
    )
    owner.commit()
    return case.id


@pytest.fixture
def other(resources):
    """A second officer's session."""
    with Session(resources.engine, expire_on_commit=False) as session:
        yield session


def opened(db: Session, actor, case_id: UUID) -> Application:
    enter(db, Scope.of(actor))
    return db.get_one(Application, case_id)


def start(db, row, actor, now):
    return move(
        db, row, APPLICATION, Action.START_REVIEW, case_id=row.id, actor=actor, now=now, officer_id=actor.person_id
    )


def letters(owner, case_id):
    owner.rollback()
    jobs = owner.execute(sa.text("SELECT args FROM procrastinate_jobs WHERE task_name = 'letters.write'")).scalars()
    found = [job if isinstance(job, dict) else json.loads(job) for job in jobs]
    return [job for job in found if job["case_id"] == str(case_id)]


def test_a_step_stores_state_columns_event_and_letter(db, owner, submitted, officer, now):
    row = opened(db, officer, submitted)

    taken = start(db, row, officer, now)
    db.commit()

    assert taken.target is State.UNDER_REVIEW
    stored = owner.get_one(Application, submitted)
    assert (stored.state, stored.officer_id) == (State.UNDER_REVIEW, officer.person_id)
    event = owner.exec(select(Event).where(col(Event.case_id) == submitted)).one()
    assert (event.seq, event.kind, event.actor_id, event.actor_side) == (
        1,
        "application.start_review",
        officer.person_id,
        "municipality",
    )
    assert event.facts == {"from": "submitted", "to": "under_review"}
    (job,) = letters(owner, submitted)
    assert (job["kinds"], job["seq"]) == (["review_started"], 1)


def test_a_rollback_takes_state_event_and_letter_with_it(db, owner, submitted, officer, now):
    row = opened(db, officer, submitted)

    start(db, row, officer, now)
    db.rollback()

    assert owner.get_one(Application, submitted).state is State.SUBMITTED
    assert owner.exec(select(Event.seq).where(col(Event.case_id) == submitted)).all() == []
    assert owner.get_one(CaseFile, submitted).last_seq == 0
    assert letters(owner, submitted) == []


def test_of_two_who_act_at_once_the_second_is_told(db, other, owner, bjorkvik, submitted, officer, now):
    colleague = make_staff(owner, bjorkvik.id, Role.CASE_OFFICER, name="Leila Haddad")
    first, second = opened(db, officer, submitted), opened(other, colleague, submitted)

    start(db, first, officer, now)
    db.commit()
    with pytest.raises(ChangedMeanwhile) as told:
        start(other, second, colleague, now)
    other.rollback()

    assert told.value.case_id == submitted
    assert owner.get_one(Application, submitted).officer_id == officer.person_id
    assert len(letters(owner, submitted)) == 1


def test_a_step_that_the_table_does_not_list_stores_nothing(db, owner, submitted, officer, now):
    row = opened(db, officer, submitted)

    with pytest.raises(TransitionRefused):
        move(db, row, APPLICATION, Action.APPROVE, case_id=row.id, actor=officer, now=now)
    db.commit()

    assert owner.get_one(Application, submitted).state is State.SUBMITTED
    assert owner.exec(select(Event.seq).where(col(Event.case_id) == submitted)).all() == []


def test_a_step_without_letters_defers_none(db, owner, submitted, officer, now):
    row = opened(db, officer, submitted)
    start(db, row, officer, now)

    move(db, row, APPLICATION, Action.HAND_OVER, case_id=row.id, actor=officer, now=now, officer_id=None)
    db.commit()

    assert [job["seq"] for job in letters(owner, submitted)] == [1]


def test_events_of_a_case_make_a_chain_that_holds(db, owner, submitted, officer, now):
    row = opened(db, officer, submitted)
    start(db, row, officer, now)
    for minute in range(3):
        record(db, row.id, "note.written", actor=officer, now=now + timedelta(minutes=minute), internal=True)
    db.commit()

    case = owner.get_one(CaseFile, submitted)
    events = owner.exec(select(Event).where(col(Event.case_id) == submitted).order_by(col(Event.seq))).all()
    written = [
        (Recorded(e.case_id, e.seq, e.kind, e.actor_id, e.actor_side, e.at, e.facts, e.internal), e.hash)
        for e in events
    ]
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert breaks(written, last_seq=case.last_seq, last_hash=case.last_hash) == ()


def test_an_event_altered_by_the_owner_breaks_the_chain(db, owner, submitted, officer, now):
    row = opened(db, officer, submitted)
    start(db, row, officer, now)
    db.commit()
    owner.execute(
        sa.text('UPDATE event SET facts = facts || \'{"to": "approved"}\' WHERE case_id = :id'), {"id": submitted}
    )
    owner.commit()

    case = owner.get_one(CaseFile, submitted)
    event = owner.exec(select(Event).where(col(Event.case_id) == submitted)).one()
    written = Recorded(
        event.case_id, event.seq, event.kind, event.actor_id, event.actor_side, event.at, event.facts, event.internal
    )
    (found,) = breaks([(written, event.hash)], last_seq=case.last_seq, last_hash=case.last_hash)
    assert (found.seq, found.reason) == (1, "altered")


def test_two_who_record_at_once_come_one_after_the_other(db, other, owner, submitted, officer, now):
    """The second waits for the first's lock on the case and then continues its chain."""
    enter(db, Scope.of(officer))
    record(db, submitted, "note.written", actor=officer, now=now)
    enter(other, Scope.of(officer))
    other.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))

    with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
        record(other, submitted, "note.written", actor=officer, now=now)
    other.rollback()
    db.commit()
    enter(other, Scope.of(officer))
    event = record(other, submitted, "note.written", actor=officer, now=now)
    other.commit()

    assert event.seq == 2


def test_a_case_of_another_municipality_is_not_found(db, owner, ekholm, submitted, now):
    stranger = make_staff(owner, ekholm.id, Role.CASE_OFFICER)
    enter(db, Scope.of(stranger))

    with pytest.raises(NotFound):
        record(db, submitted, "note.written", actor=stranger, now=now)
