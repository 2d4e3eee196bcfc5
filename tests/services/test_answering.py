"""An answer is kept and changed in place by its own company, while it is open to them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from portal.db.tables import Answer, Application, Event, Supplement, SupplementItem
from portal.domain.application import State
from portal.domain.roles import Role
from portal.embedded.waiting import wait_until
from portal.errors import ChangedMeanwhile, NotAllowed, NotFound, TransitionRefused
from portal.services import applications, writing
from tests.factories import NOW, make_member, make_provider
from tests.factories_application import make_application
from tests.services.serving import kinds, looked_at_before_another_submits, serve


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


def test_in_a_supplement_only_what_was_asked_about_is_open(db, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED, asked_about=["GEN-01"])

    assert save(serve(db, anna), application, anna, description="Mer")
    with pytest.raises(NotAllowed) as refused:
        save(db, application, anna, criterion="GEN-03")

    assert refused.value.reason == "closed_part"
    item = db.exec(select(SupplementItem).join(Supplement).where(Supplement.application_id == application.id)).one()
    db.refresh(item)
    assert item.touched_at == NOW


def test_an_answer_that_comes_while_it_is_submitted_is_told(db, owner, resources, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    _seen = looked_at_before_another_submits(db, resources, application, anna, now=now)

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


def test_an_answer_that_waits_for_a_submission_is_told(db, owner, resources, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, complete=True)
    mine = serve(db, anna).connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    waiting = text("SELECT count(*) FROM pg_locks WHERE pid = :pid AND NOT granted")
    with Session(resources.engine, expire_on_commit=False) as other, ThreadPoolExecutor(1) as thread:
        applications.submit(serve(other, anna), application.id, attested=True, actor=anna, now=now)
        answer = thread.submit(save, db, application, anna)
        assert wait_until(lambda: owner.execute(waiting, {"pid": mine}).scalar_one(), patience=20)
        other.commit()

        with pytest.raises(ChangedMeanwhile):
            answer.result(timeout=20)
