"""Reminders of evidence that ends: each once, however often the clock looks, and only while an authorization runs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from sqlmodel import col, select

from portal.db.tables import AnswerDocument, Event, Letter
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.deadlines import day_in_sweden
from portal.domain.letters import LetterKind
from portal.jobs import tasks, timetable
from portal.jobs.workshop import open_workshop
from tests.factories import make_member, make_provider
from tests.factories_application import INSURANCE, make_application, tied
from tests.factories_company import make_authorization_row


@dataclass
class Clock:
    now: datetime


@pytest.fixture
def clock(now):
    return Clock(now)


@pytest.fixture
def workshop(settings, clock):
    opened = open_workshop(settings, clock=lambda: clock.now)
    yield opened
    opened.close()


@pytest.fixture
def running(owner, bjorkvik):
    def made(ends_on: date, state=AuthorizationState.ACTIVE):
        anna = make_member(owner, make_provider(owner))
        case = make_application(owner, bjorkvik, by=anna, state=State.APPROVED)
        make_authorization_row(owner, case, state)
        for row in owner.exec(select(AnswerDocument).where(AnswerDocument.application_id == case.id)):
            row.ends_on = ends_on if row.criterion == INSURANCE else None
        owner.commit()
        return case

    return made


def reminders(owner, case):
    owner.rollback()
    statement = select(Event).where(Event.case_id == case.id, Event.kind == "evidence.reminded")
    return owner.exec(statement.order_by(col(Event.seq))).all()


def test_a_company_is_reminded_60_30_and_7_days_before_and_once_each(owner, workshop, running, clock):
    ends_on = day_in_sweden(clock.now) + timedelta(days=70)
    case = running(ends_on)

    for left in (61, 60, 59, 31, 30, 8, 7, 1, 0, -1):
        clock.now += timedelta(days=(ends_on - day_in_sweden(clock.now)).days - left)
        for _twice in range(2):
            timetable.evidence(workshop)

    days = [(ends_on - day_in_sweden(event.at)).days for event in reminders(owner, case)]
    assert days == [60, 30, 7]


def test_the_letter_names_the_criterion_and_its_day_in_the_readers_language(owner, workshop, running, clock):
    case = running(day_in_sweden(clock.now) + timedelta(days=20))

    timetable.evidence(workshop)
    [event] = reminders(owner, case)
    for _twice in range(2):
        tasks.write_letters(
            workshop,
            municipality_id=str(case.municipality_id),
            provider_id=str(case.provider_id),
            case_id=str(case.id),
            seq=event.seq,
            kinds=["evidence_ending"],
        )

    owner.rollback()
    letters = owner.exec(
        select(Letter).where(Letter.case_id == case.id, Letter.kind == LetterKind.EVIDENCE_ENDING)
    ).all()
    assert len(letters) == len({letter.recipient for letter in letters}) > 0
    assert all("Ansvarsförsäkring: gäller till" in letter.body for letter in letters)
    assert {letter.link for letter in letters} == {f"/foretag/ansokningar/{case.id}/villkor/{INSURANCE}"}


@pytest.mark.parametrize("why", ["not active", "replaced"])
def test_nobody_is_reminded_of_what_no_longer_matters(owner, workshop, running, clock, why):
    soon = day_in_sweden(clock.now) + timedelta(days=20)
    case = running(soon, AuthorizationState.SIGNED if why == "not active" else AuthorizationState.ACTIVE)
    if why == "replaced":
        tied(owner, case)[0].ended_at = clock.now
        owner.commit()

    timetable.evidence(workshop)

    assert reminders(owner, case) == []
