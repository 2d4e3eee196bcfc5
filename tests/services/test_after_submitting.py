"""What the company may still do when it has submitted: supplement, comment on a draft refusal, withdraw."""

import pytest
from sqlmodel import col, select

from portal.db.tables import Event, Hearing, Supplement
from portal.domain.application import State
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound, NotReady, TransitionRefused
from portal.services import applications
from tests.factories import make_member
from tests.factories_application import make_application
from tests.services.serving import kinds, serve


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
