"""A case is taken by one officer without a conflict, and handed over with what has been judged."""

import threading
from datetime import date

import pytest
from sqlmodel import Session, col, select

from portal.db.tables import Conflict, Note
from portal.domain.application import State
from portal.errors import ChangedMeanwhile, NotAllowed, TransitionRefused
from portal.services import judging, review
from tests.factories_review import JUDGE, acting, fresh, make_submitted
from tests.services.serving import kinds


def test_taking_a_case_declares_no_conflict_and_gives_it_an_officer_and_a_day(owner, db, officer, bjorkvik):
    application = make_submitted(owner, bjorkvik)

    acting(db, review.take, application.id, conflicted=False, actor=officer)

    taken = fresh(owner, application.id)
    assert (taken.state, taken.officer_id) == (State.UNDER_REVIEW, officer.person_id)
    assert taken.due_on == date(2026, 4, 1)
    assert kinds(owner, application)[-2:] == ["conflict.declared_none", "application.start_review"]
    declared = owner.exec(select(Conflict).where(col(Conflict.case_id) == application.id)).one()
    assert not declared.conflicted


def test_whoever_declares_a_conflict_leaves_the_case_to_others_and_cannot_take_it(owner, db, officer, bjorkvik):
    application = make_submitted(owner, bjorkvik)

    acting(db, review.take, application.id, conflicted=True, note="Min syster arbetar där.", actor=officer)

    left = fresh(owner, application.id)
    assert (left.state, left.officer_id) == (State.SUBMITTED, None)
    with pytest.raises(NotAllowed) as refused:
        acting(db, review.take, application.id, conflicted=False, actor=officer)
    assert refused.value.reason == "conflict"


def test_a_conflict_found_while_handling_hands_the_case_over(owner, db, taken, officer):
    acting(db, review.declare_conflict, taken.id, note="En vän har anställts.", actor=officer)

    assert fresh(owner, taken.id).state is State.SUBMITTED
    with pytest.raises(NotAllowed):
        acting(db, review.take, taken.id, conflicted=False, actor=officer)


def test_a_case_that_is_taken_cannot_be_taken_again(db, taken, colleague):
    with pytest.raises(TransitionRefused):
        acting(db, review.take, taken.id, conflicted=False, actor=colleague)


def test_of_two_officers_who_take_at_once_one_is_told(owner, resources, bjorkvik, officer, colleague):
    application = make_submitted(owner, bjorkvik)
    officers = [officer, colleague]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def press(index: int) -> None:
        with Session(resources.engine, expire_on_commit=False) as session:
            start.wait()
            try:
                acting(session, review.take, application.id, conflicted=False, actor=officers[index])
                outcomes.append("taken")
            except (ChangedMeanwhile, TransitionRefused):
                outcomes.append("told")

    threads = [threading.Thread(target=press, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["taken", "told"]
    assert kinds(owner, application).count("application.start_review") == 1


def test_handing_over_keeps_the_judgements_for_the_next_officer(owner, db, taken, officer, colleague):
    acting(db, judging.judge, taken.id, "GEN-25", **JUDGE, actor=officer)

    acting(db, review.hand_over, taken.id, reason="Jag går på semester.", actor=officer)

    handed = fresh(owner, taken.id)
    assert (handed.state, handed.officer_id, handed.judged) == (State.SUBMITTED, None, 1)
    assert owner.exec(select(Note.text).where(col(Note.application_id) == taken.id)).all() == ["Jag går på semester."]
    acting(db, review.take, taken.id, conflicted=False, actor=colleague)
    assert fresh(owner, taken.id).judged == 1
