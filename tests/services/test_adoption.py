"""Which version an authorization stands under: nothing moves before an officer has accepted, and never back."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from portal import library
from portal.db.tables import (
    Application,
    ConditionVersion,
    Confirmation,
    EffectPart,
    EffectResult,
    EffectRun,
    Letter,
)
from portal.domain.changeover import Need
from portal.domain.criteria import Outcome
from portal.domain.deadlines import day_in_sweden
from portal.domain.letters import LetterKind
from portal.errors import ChangedMeanwhile, NotAllowed, NotFound
from portal.jobs import effects as jobs
from portal.jobs.tasks import write_letters
from portal.jobs.workshop import open_workshop
from portal.services import adoption, confirmations, decisions
from tests.factories import NOW, make_staff
from tests.factories_adoption import AuthorisedCase
from tests.factories_drafts import make_administrator, make_draft
from tests.factories_effects import STRICTER, change, make_stricter_draft, publish
from tests.factories_review import acting, make_decider, make_officer, make_proposed

OTHER = "tax.employer_registered"
TERM = next(
    each.id for each in library.load().criteria if each.id.startswith("GEN") and not each.is_asked_at_application
)


@pytest.fixture
def case(owner, db, place, workshop):
    return AuthorisedCase(owner, db, place, workshop)


def test_it_stands_under_the_new_version_when_an_officer_has_accepted_and_not_before(case):
    case.publish()
    assert case.stands() == 1
    case.answer(2)
    assert case.stands() == 1

    case.accept(2)

    assert case.stands() == 2
    (event,) = case.events("authorization.adopt")
    assert event.actor_id == case.officer.person_id
    assert (event.facts["was_number"], event.facts["number"], event.facts["set"]) == (1, 2, "general")
    application = case.owner.get_one(Application, case.id)
    decided = case.owner.get_one(ConditionVersion, application.general_version_id)
    assert decided.number == 1, "what was decided is kept"


def test_a_term_that_no_application_is_asked_for_is_confirmed_too(case):
    draft = make_draft(case.db, case.administrator)
    change(case.db, draft, TERM, text={"sv": "Något annat ska gälla.", "en": "Other."}, actor=case.administrator)
    publish(case.owner, case.db, case.workshop, case.place, case.administrator, draft)
    row = case.rows()[2]
    assert (row.criterion, row.need, row.seen) == (TERM, Need.CONFIRM, Outcome.CANNOT_TELL)
    assert case.events("conditions.changed")[0].facts["criteria"] == [TERM]

    acting(case.db, confirmations.answer, case.id, TERM, declared=True, description="", version=2, actor=case.signatory)
    case.accept(2)

    assert case.stands() == 2


def test_the_company_is_told_under_which_version_it_stands(case, workshop):
    case.publish()
    case.answer(2)
    case.accept(2)
    (event,) = case.events("authorization.adopt")

    write_letters(
        workshop,
        municipality_id=str(event.municipality_id),
        provider_id=str(event.provider_id),
        case_id=str(case.id),
        seq=event.seq,
        kinds=[LetterKind.CONDITIONS_ADOPTED.value],
    )

    case.owner.rollback()
    of_it = col(Letter.case_id) == case.id, col(Letter.kind) == LetterKind.CONDITIONS_ADOPTED
    letter = case.owner.exec(select(Letter).where(*of_it)).first()
    assert "version 2, som gäller från 1 maj" in letter.body
    assert letter.link == f"/foretag/avtal/{case.authorization().id}"


def test_the_next_version_is_counted_from_the_one_it_stands_under(case):
    case.publish()
    case.answer(2)
    case.accept(2)

    case.publish(demand="tax.f_skatt", valid_from=date(2026, 9, 1))
    assert set(case.rows()) == {2}, "nothing in it is new"
    case.publish(demand=OTHER, valid_from=date(2026, 10, 1))

    assert set(case.rows()) == {2, 4}


def test_of_two_versions_that_wait_the_older_can_be_confirmed_first_and_the_newer_stays_open(case):
    case.publish()
    case.publish(demand=OTHER, valid_from=date(2026, 9, 1))
    assert set(case.rows()) == {2, 3}

    case.answer(2)
    case.accept(2)

    assert case.stands() == 2
    assert case.rows()[3].answered_at is None
    case.answer(3)
    case.accept(3)
    assert case.stands() == 3


def test_who_confirms_the_newer_is_no_longer_asked_for_the_older(case):
    case.publish()
    case.publish(demand=OTHER, valid_from=date(2026, 9, 1))
    case.answer(2)

    case.answer(3)
    case.accept(3)

    assert case.stands() == 3
    assert case.rows()[2].ended_at == NOW
    with pytest.raises(ChangedMeanwhile):
        case.accept(2)
    assert case.stands() == 3


def test_what_two_versions_ask_alike_is_answered_and_accepted_once(case):
    case.publish()
    case.answer(2)
    case.publish(demand="tax.f_skatt", valid_from=date(2026, 9, 1))
    newer = case.rows()[3]
    assert (newer.declared, newer.answered_at, newer.accepted_at) == (True, NOW, None)

    case.accept(2)

    assert case.rows()[3].accepted_at == NOW
    assert case.stands() == 3
    assert len(case.events("authorization.adopt")) == 1


def test_a_run_that_comes_late_asks_for_nothing_that_it_has_passed(case, workshop):
    first = case.publish()
    case.publish(demand=OTHER, valid_from=date(2026, 9, 1))
    case.answer(3)
    case.accept(3)
    for statement in (
        sa.delete(Confirmation).where(col(Confirmation.id) == case.rows()[2].id),
        sa.delete(EffectResult).where(col(EffectResult.run_id) == first),
        sa.update(EffectPart).where(col(EffectPart.run_id) == first).values(done_at=None),
    ):
        case.owner.execute(statement)
    case.owner.commit()

    counted = jobs.count(workshop, municipality_id=str(case.place.id), run_id=str(first), number=0)

    assert counted == 1
    assert set(case.rows()) == {3}


def test_those_of_whom_nothing_is_asked_stand_under_it_when_an_officer_says_so(case, ekholm):
    case.publish()
    case.answer(2)
    case.accept(2)
    case.publish(valid_from=date(2026, 9, 1))
    third = version_id(case, 3)
    assert case.stands() == 2, "nothing is adopted by itself"
    with pytest.raises(NotAllowed):
        acting(case.db, adoption.adopt_unasked, third, actor=case.administrator)
    with pytest.raises(NotFound):
        acting(case.db, adoption.adopt_unasked, third, actor=make_staff(case.owner, ekholm.id))

    assert acting(case.db, adoption.adopt_unasked, third, actor=case.officer) == 1

    assert case.stands() == 3
    event = case.events("authorization.adopt")[-1]
    assert (event.actor_id, event.facts["asked"], event.facts["was_number"]) == (case.officer.person_id, False, 2)
    assert acting(case.db, adoption.adopt_unasked, third, actor=case.officer) == 0


def test_who_is_asked_something_does_not_come_to_stand_under_it_with_the_others(case):
    case.publish()

    assert acting(case.db, adoption.adopt_unasked, version_id(case, 2), actor=case.officer) == 0

    assert case.stands() == 1


def version_id(case, number):
    case.owner.rollback()
    found = select(ConditionVersion.id).where(
        col(ConditionVersion.municipality_id) == case.place.id,
        col(ConditionVersion.service_id).is_(None),
        col(ConditionVersion.number) == number,
    )
    return case.owner.exec(found).one()


def test_who_is_approved_after_a_publication_is_asked_too_and_has_no_less_time(owner, db, place, settings, workshop):
    application = make_proposed(owner, db, place, make_officer(owner, place))
    administrator = make_administrator(owner, place)
    run_id = publish(owner, db, workshop, place, administrator, make_stricter_draft(db, administrator))
    later = NOW + timedelta(days=90)
    acting(db, decisions.approve, application.id, actor=make_decider(owner, place), now=later)
    owner.rollback()
    of_it = col(EffectPart.run_id) == run_id, col(EffectPart.applications).contains([application.id])
    part = owner.exec(select(EffectPart.number).where(*of_it)).one()
    workshop = open_workshop(settings, clock=lambda: later)

    for counted in (1, 0):
        assert jobs.count(workshop, municipality_id=str(place.id), run_id=str(run_id), number=part) == counted
    workshop.engine.dispose()

    owner.rollback()
    row = owner.exec(select(Confirmation).where(col(Confirmation.case_id) == application.id)).one()
    assert (row.criterion, row.due_on) == (STRICTER, day_in_sweden(later) + timedelta(days=30))
    run = owner.get_one(EffectRun, run_id)
    assert (run.done, run.finished_at) == (run.total, later)
