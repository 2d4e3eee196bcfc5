"""Start, answer, submit, supplement, comment, withdraw: and what must not happen."""

import pytest
from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import (
    Answer,
    Application,
    ApplicationWord,
    CaseFile,
    DiarySerial,
    Event,
    Hearing,
    Paper,
    Service,
    Supplement,
    SupplementItem,
)
from portal.domain.application import State
from portal.domain.criteria import DocumentState, Lack
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, Invalid, NotAllowed, NotFound, NotReady, TransitionRefused
from portal.services import applications, writing
from tests.factories import NOW, make_member, make_provider, make_staff
from tests.factories_application import answer_all, make_application


def serve(db: Session, actor) -> Session:
    enter(db, Scope.of(actor))
    return db


def kinds(owner: Session, application: Application) -> list[str]:
    return list(owner.exec(select(Event.kind).where(Event.case_id == application.id).order_by(col(Event.seq))))


@pytest.mark.parametrize("state", list(State))
def test_an_application_can_be_made_in_every_state(owner, bjorkvik, state):
    assert make_application(owner, bjorkvik, state=state).state is state


# Start


def test_a_draft_keeps_the_versions_that_are_in_force_that_day(db, owner, bjorkvik, anna, now):
    started = applications.start(serve(db, anna), bjorkvik.services["familjeradgivning"], actor=anna, now=now)
    db.commit()

    assert started.state is State.DRAFT
    assert started.number is None
    assert started.asked == 37
    assert kinds(owner, started) == ["application.started"]


def test_a_draft_that_is_there_already_is_opened_instead(db, owner, bjorkvik, anna, now):
    first = make_application(owner, bjorkvik, by=anna)

    again = applications.start(serve(db, anna), bjorkvik.services["familjeradgivning"], actor=anna, now=now)

    assert again.id == first.id


def test_after_submission_a_new_draft_can_be_started(db, owner, bjorkvik, anna, now):
    first = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)

    again = applications.start(serve(db, anna), bjorkvik.services["familjeradgivning"], actor=anna, now=now)

    assert again.id != first.id


def test_a_closed_service_takes_no_application(db, owner, bjorkvik, anna, now):
    closed = Service(
        municipality_id=bjorkvik.id,
        slug=f"x-{now.timestamp()}-{anna.person_id}",
        name_sv="X",
        name_en="X",
        sort_key="x",
        open=False,
    )
    owner.add(closed)
    owner.commit()

    with pytest.raises(NotAllowed) as refused:
        applications.start(serve(db, anna), closed.id, actor=anna, now=now)

    assert refused.value.reason == "service_closed"


def test_a_reader_starts_nothing(db, owner, bjorkvik, now):
    reader = make_member(owner, make_provider(owner), Role.READER)

    with pytest.raises(NotAllowed):
        applications.start(serve(db, reader), bjorkvik.services["familjeradgivning"], actor=reader, now=now)


# Answer


def save(db, application, actor, criterion="GEN-01", declared=True, description="Så här.", now=NOW):
    return applications.save_answer(
        db, application.id, criterion, declared=declared, description=description, actor=actor, now=now
    )


def test_an_answer_is_kept_and_changed_in_place(db, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna)

    assert save(serve(db, anna), application, anna, description="Ett")
    assert save(db, application, anna, description="Två")
    assert not save(db, application, anna, description="Två")
    db.commit()

    row = owner.get(Answer, (application.id, "GEN-01"))
    assert (row.declared, row.description) == (True, "Två")
    assert kinds(owner, application) == ["application.started", "answer.saved", "answer.saved"]


def test_the_record_holds_no_words_of_an_answer(db, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna)

    save(serve(db, anna), application, anna, description="Anna Andersson leder")
    db.commit()

    facts = owner.exec(select(Event.facts).where(Event.case_id == application.id, Event.kind == "answer.saved")).one()
    assert facts == {"criterion": "GEN-01"}


def test_another_company_finds_no_application(db, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna)
    other = make_member(owner, make_provider(owner, "Annan AB"))

    with pytest.raises(NotFound):
        save(serve(db, other), application, other)


def test_another_company_finds_none_even_where_the_database_would_show_it(owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna)
    other = make_member(owner, make_provider(owner, "Annan AB"))

    with pytest.raises(NotFound):
        save(owner, application, other)


def test_a_reader_changes_no_answer(db, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna)
    reader = make_member(owner, anna.provider_id, Role.READER)

    with pytest.raises(NotAllowed) as refused:
        save(serve(db, reader), application, reader)

    assert refused.value.reason == "role"


def test_what_is_only_followed_up_cannot_be_answered(db, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna)

    with pytest.raises(NotFound):
        save(serve(db, anna), application, anna, criterion="GEN-02")


@pytest.mark.parametrize(
    "state", [State.SUBMITTED, State.UNDER_REVIEW, State.PROPOSED_DECISION, State.APPROVED, State.WITHDRAWN]
)
def test_after_submission_no_answer_is_changed(db, owner, bjorkvik, anna, state):
    application = make_application(owner, bjorkvik, by=anna, state=state)

    with pytest.raises(TransitionRefused):
        save(serve(db, anna), application, anna)


def test_an_answer_that_comes_while_it_is_submitted_is_told(db, owner, resources, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    seen = serve(db, anna).get(Application, application.id)
    with Session(resources.engine, expire_on_commit=False) as other:
        applications.submit(serve(other, anna), application.id, attested=True, actor=anna, now=now)
        other.commit()

    assert seen is not None
    with pytest.raises(ChangedMeanwhile):
        save(db, application, anna)


def test_an_application_is_held_anew_in_each_transaction(db, owner, resources, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna)
    other = Session(resources.engine, expire_on_commit=False)

    def is_held() -> bool:
        alone = select(Application.id).where(Application.id == application.id).with_for_update(skip_locked=True)
        found = serve(other, anna).exec(alone).one_or_none()
        other.rollback()
        return found is None

    with other:
        writing.held(serve(db, anna), application.id, actor=anna)
        writing.held(db, application.id, actor=anna)
        held_first = is_held()
        db.commit()
        held_between = is_held()
        writing.held(serve(db, anna), application.id, actor=anna)
        held_again = is_held()

    assert (held_first, held_between, held_again) == (True, False, True)


# Submit


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
    seen = serve(db, anna).get(Application, application.id)
    with Session(resources.engine, expire_on_commit=False) as other:
        applications.submit(serve(other, anna), application.id, attested=True, actor=anna, now=now)
        other.commit()

    assert seen is not None
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


# Supplement


def test_in_a_supplement_only_what_was_asked_about_is_open(db, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED, asked_about=["GEN-01"])

    assert save(serve(db, anna), application, anna, description="Mer")
    with pytest.raises(NotAllowed) as refused:
        save(db, application, anna, criterion="GEN-03")

    assert refused.value.reason == "closed_part"
    item = db.exec(select(SupplementItem).join(Supplement).where(Supplement.application_id == application.id)).one()
    db.refresh(item)
    assert item.touched_at == NOW


def test_an_untouched_point_needs_an_explanation(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED)

    with pytest.raises(NotReady) as lacking:
        applications.answer_supplement(serve(db, anna), application.id, actor=anna, now=now)
    assert lacking.value.obstacles == ("GEN-01", "GEN-25")

    answered = applications.answer_supplement(
        db, application.id, explanation="Försäkringen kommer i april.", actor=anna, now=now
    )
    db.commit()

    assert answered.state is State.UNDER_REVIEW
    assert answered.complete_at == now
    assert answered.due_on.isoformat() == "2026-04-01"
    supplement = owner.exec(select(Supplement).where(Supplement.application_id == application.id)).one()
    assert supplement.answered_at == now
    assert supplement.explanation == "Försäkringen kommer i april."
    event = owner.exec(select(Event).where(Event.case_id == application.id).order_by(col(Event.seq).desc())).first()
    assert event.facts["untouched"] == ["GEN-01", "GEN-25"]
    assert "april" not in str(event.facts)


def test_an_editor_may_send_in_a_supplement_and_a_reader_may_not(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED)
    reader = make_member(owner, anna.provider_id, Role.READER)
    editor = make_member(owner, anna.provider_id, Role.EDITOR)

    with pytest.raises(TransitionRefused):
        applications.answer_supplement(serve(db, reader), application.id, explanation="x", actor=reader, now=now)
    applications.answer_supplement(serve(db, editor), application.id, explanation="x", actor=editor, now=now)


# Hearing and withdrawal


def test_a_draft_refusal_is_commented_once(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, state=State.PROPOSED_DECISION, heard=True)

    applications.comment(serve(db, anna), application.id, "Försäkringen gäller.", actor=anna, now=now)
    with pytest.raises(NotAllowed):
        applications.comment(db, application.id, "En gång till.", actor=anna, now=now)
    db.commit()

    hearing = owner.exec(select(Hearing).where(Hearing.application_id == application.id)).one()
    assert hearing.comment == "Försäkringen gäller."
    assert hearing.commented_by == anna.person_id


def test_where_no_draft_was_shown_there_is_nothing_to_comment(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, state=State.PROPOSED_DECISION)

    with pytest.raises(NotFound):
        applications.comment(serve(db, anna), application.id, "Hej", actor=anna, now=now)


def test_an_empty_comment_is_not_sent(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, state=State.PROPOSED_DECISION, heard=True)

    with pytest.raises(Invalid):
        applications.comment(serve(db, anna), application.id, " ", actor=anna, now=now)


def test_what_the_municipality_has_is_withdrawn_with_a_reason(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, state=State.UNDER_REVIEW)

    with pytest.raises(Invalid):
        applications.withdraw(serve(db, anna), application.id, reason=" ", actor=anna, now=now)
    withdrawn = applications.withdraw(db, application.id, reason="Vi bygger om.", actor=anna, now=now)

    assert withdrawn.state is State.WITHDRAWN
    assert withdrawn.withdrawal_reason == "Vi bygger om."
    assert withdrawn.due_on is None


def test_a_draft_is_withdrawn_without_a_reason_and_nobody_is_written_to(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna)

    applications.withdraw(serve(db, anna), application.id, reason="", actor=anna, now=now)
    db.commit()

    assert kinds(owner, application)[-1] == "application.withdraw"


def test_only_a_signatory_withdraws_and_not_what_is_decided(db, owner, bjorkvik, anna, now):
    editor = make_member(owner, anna.provider_id, Role.EDITOR)
    waiting = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    decided = make_application(owner, bjorkvik, "hemtjanst", by=anna, state=State.APPROVED)

    with pytest.raises(TransitionRefused):
        applications.withdraw(serve(db, editor), waiting.id, reason="x", actor=editor, now=now)
    with pytest.raises(TransitionRefused):
        applications.withdraw(serve(db, anna), decided.id, reason="x", actor=anna, now=now)
