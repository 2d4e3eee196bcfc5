"""An application is submitted by a signatory when nothing is missing, and gets a number without a hole."""

import pytest
from sqlmodel import select

from portal.db.tables import Answer, Application, ApplicationWord, CaseFile, DiarySerial, Paper
from portal.domain.application import State
from portal.domain.criteria import DocumentState, Lack
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, NotReady, TransitionRefused
from portal.services import applications
from tests.factories import make_member, make_provider, make_staff
from tests.factories_application import answer_all, make_application
from tests.services.serving import looked_at_before_another_submits, serve


def test_submitting_gives_a_number_a_day_words_and_a_receipt(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)

    submitted = applications.submit(serve(db, anna), application.id, attested=True, actor=anna, now=now)
    db.commit()

    assert submitted.state is State.SUBMITTED
    assert submitted.number.startswith("SN 2026/")
    assert submitted.due_on.isoformat() == "2026-03-09"
    assert submitted.submitted_by == anna.person_id
    assert owner.get(CaseFile, application.id).number == submitted.number
    words = set(owner.exec(select(ApplicationWord.word).where(ApplicationWord.application_id == application.id)))
    assert {"vega", "familjestöd", submitted.number.partition(" ")[2]} <= words
    receipt = owner.exec(select(Paper).where(Paper.case_id == application.id)).one()
    assert receipt.kind == "receipt"
    assert receipt.facts["case_number"] == submitted.number
    assert "document_number" not in receipt.facts
    assert sum(len(group["criteria"]) for group in receipt.facts["groups"]) == 37


def test_numbers_follow_each_other_without_a_hole(db, owner, bjorkvik, now):
    numbers = []
    for _ in range(2):
        anna = make_member(owner, make_provider(owner))
        application = make_application(owner, bjorkvik, by=anna, complete=True)
        numbers.append(applications.submit(serve(db, anna), application.id, attested=True, actor=anna, now=now).number)
        db.commit()

    first, second = (int(number.rpartition("/")[2]) for number in numbers)
    assert second == first + 1


def test_a_submission_that_fails_gives_its_number_back(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    before = owner.exec(select(DiarySerial.last).where(DiarySerial.municipality_id == bjorkvik.id)).first() or 0

    applications.submit(serve(db, anna), application.id, attested=True, actor=anna, now=now)
    db.rollback()

    owner.rollback()
    after = owner.exec(select(DiarySerial.last).where(DiarySerial.municipality_id == bjorkvik.id)).first() or 0
    assert after == before
    owner.refresh(application)
    assert application.state is State.DRAFT


def test_every_obstacle_is_named_when_it_cannot_be_submitted(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna)
    answer_all(owner, application, by=anna, leave_out=["GEN-01", "GEN-25"])
    owner.commit()

    with pytest.raises(NotReady) as lacking:
        applications.submit(serve(db, anna), application.id, attested=False, actor=anna, now=now)

    *obstacles, last = lacking.value.obstacles
    assert last == "attestation"
    assert {(each.criterion_id, each.lack) for each in obstacles} == {
        ("GEN-01", Lack.UNANSWERED),
        ("GEN-01", Lack.DESCRIPTION_MISSING),
        ("GEN-25", Lack.UNANSWERED),
        ("GEN-25", Lack.DOCUMENT_MISSING),
    }


def test_nothing_is_submitted_without_the_attestation(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)

    with pytest.raises(NotReady) as lacking:
        applications.submit(serve(db, anna), application.id, attested=False, actor=anna, now=now)

    assert lacking.value.obstacles == ("attestation",)


def test_an_infected_document_stands_in_the_way_and_a_waiting_one_does_not(db, owner, bjorkvik, anna, now):
    waiting = make_application(owner, bjorkvik, by=anna, complete=True, document_state=DocumentState.WAITING)
    infected = make_application(
        owner, bjorkvik, "familjebehandling", by=anna, complete=True, document_state=DocumentState.INFECTED
    )

    assert applications.submit(serve(db, anna), waiting.id, attested=True, actor=anna, now=now).number
    with pytest.raises(NotReady):
        applications.submit(db, infected.id, attested=True, actor=anna, now=now)


def test_only_a_signatory_submits(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    editor = make_member(owner, anna.provider_id, Role.ADMINISTRATOR)

    with pytest.raises(TransitionRefused):
        applications.submit(serve(db, editor), application.id, attested=True, actor=editor, now=now)


def test_of_two_who_submit_at_once_the_second_is_told(db, owner, resources, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    _seen = looked_at_before_another_submits(db, resources, application, anna, now=now)

    with pytest.raises(ChangedMeanwhile):
        applications.submit(db, application.id, attested=True, actor=anna, now=now)


def test_staff_see_nothing_of_a_draft_and_everything_once_it_is_submitted(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    officer = make_staff(owner, bjorkvik.id)
    assert serve(db, officer).get(Application, application.id) is None
    db.rollback()

    applications.submit(owner, application.id, attested=True, actor=anna, now=now)
    owner.commit()

    assert serve(db, officer).get(Application, application.id) is not None
    assert db.exec(select(Answer).where(Answer.application_id == application.id)).first() is not None
