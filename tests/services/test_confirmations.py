"""New conditions are confirmed or proved: asked for once, answered by a signatory, accepted by an officer."""

from datetime import date, timedelta

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import AnswerDocument, Authorization, Confirmation, Conflict, Event, Letter
from portal.domain.actors import system
from portal.domain.changeover import Need
from portal.domain.letters import LetterKind
from portal.domain.roles import Role
from portal.domain.validity import Stated
from portal.errors import ChangedMeanwhile, Invalid, NotAllowed, NotFound
from portal.jobs import effects as jobs
from portal.jobs.tasks import write_letters
from portal.jobs.timetable import unconfirmed
from portal.services import confirmation_evidence, confirmations
from tests.factories import NOW, make_member, make_provider, make_staff
from tests.factories_application import make_application, make_document
from tests.factories_drafts import make_administrator
from tests.factories_effects import STRICTER, answer_with, make_authorised, make_stricter_draft, publish
from tests.factories_review import acting


@pytest.fixture
def asked(owner, db, place, workshop):
    """An authorised company that is asked about one criterion; its case, and its signatory."""
    case_id = make_authorised(owner, place)
    actor = make_administrator(owner, place)
    publish(owner, db, workshop, place, actor, make_stricter_draft(db, actor))
    owner.rollback()
    provider_id = owner.exec(select(Authorization.provider_id).where(col(Authorization.case_id) == case_id)).one()
    return case_id, make_member(owner, provider_id)


def rows(owner, case_id):
    owner.rollback()
    return owner.exec(
        select(Confirmation).where(col(Confirmation.case_id) == case_id), execution_options={"populate_existing": True}
    ).all()


def events(owner, case_id, kind):
    owner.rollback()
    return owner.exec(select(Event).where(col(Event.case_id) == case_id, col(Event.kind) == kind)).all()


def test_when_a_version_is_published_who_is_authorised_is_asked_once_and_an_open_application_is_not(
    owner, db, place, workshop
):
    case_id = make_authorised(owner, place)
    applied = make_application(owner, place, state="submitted")
    actor = make_administrator(owner, place)

    run_id = publish(owner, db, workshop, place, actor, make_stricter_draft(db, actor))
    jobs.begin(workshop, municipality_id=str(place.id), run_id=str(run_id))
    jobs.count(workshop, municipality_id=str(place.id), run_id=str(run_id), number=0)

    (row,) = rows(owner, case_id)
    assert (row.criterion, row.need, row.due_on, row.answered_at) == (STRICTER, Need.PROVE, date(2026, 5, 1), None)
    assert rows(owner, applied.id) == []
    assert len(events(owner, case_id, "conditions.changed")) == 1


def test_the_letter_names_the_criteria_and_the_last_day(owner, workshop, asked):
    case_id, _ = asked
    (event,) = events(owner, case_id, "conditions.changed")

    write_letters(
        workshop,
        municipality_id=str(event.municipality_id),
        provider_id=str(event.provider_id),
        case_id=str(case_id),
        seq=event.seq,
        kinds=[LetterKind.CONDITIONS_CHANGED.value],
    )

    owner.rollback()
    letter = owner.exec(select(Letter).where(col(Letter.case_id) == case_id)).first()
    assert "1 maj" in letter.subject
    assert letter.link == f"/foretag/nya-villkor/{case_id}"


def test_a_signatory_answers_an_officer_gives_back_and_then_accepts(owner, db, place, asked):
    case_id, signatory = asked
    officer = make_staff(owner, place.id)
    document = make_document(owner, signatory.provider_id, by=signatory)
    owner.commit()

    def answer():
        acting(db, answer_with, case_id, STRICTER, [document.id], actor=signatory)
        return rows(owner, case_id)[0]

    first = answer()
    assert (first.declared, first.answered_by) == (True, signatory.person_id)
    acting(db, confirmations.give_back, first.id, "Intyget är för gammalt.", actor=officer)
    returned = rows(owner, case_id)[0]
    assert (returned.answered_at, returned.returned) == (None, "Intyget är för gammalt.")
    with pytest.raises(ChangedMeanwhile):
        acting(db, confirmations.accept, first.id, actor=officer)
    answer()
    acting(db, confirmations.accept, first.id, actor=officer)

    assert rows(owner, case_id)[0].accepted_by == officer.person_id
    with pytest.raises(NotAllowed):
        answer()
    with pytest.raises(ChangedMeanwhile):
        acting(db, confirmations.accept, first.id, actor=officer)
    assert len(events(owner, case_id, "conditions.confirmed")) == 2


def test_a_document_must_say_when_it_is_from_and_must_not_have_run_out_by_the_day_of_the_answer(owner, db, asked):
    case_id, signatory = asked
    document = make_document(owner, signatory.provider_id, by=signatory)
    owner.commit()
    for said, errors in (
        (None, {f"utfardat-{document.id}": "date_missing"}),
        (Stated(issued_on=date(2025, 12, 1)), {f"utfardat-{document.id}": "too_old"}),
    ):
        with pytest.raises(Invalid) as refused:
            acting(db, answer_with, case_id, STRICTER, [document.id], said=said, actor=signatory)
        assert {key: refused.value.errors.get(key) for key in errors} == errors
    assert rows(owner, case_id)[0].answered_at is None

    acting(db, answer_with, case_id, STRICTER, [document.id], actor=signatory)

    row = owner.exec(select(AnswerDocument).where(col(AnswerDocument.document_id) == document.id)).one()
    assert row.issued_on == date(2026, 2, 20)
    assert len(events(owner, case_id, "document.dated")) == 1


def test_a_document_that_is_no_longer_to_count_is_kept_as_it_was_and_demands_nothing(owner, db, asked):
    case_id, signatory = asked
    old, new = (make_document(owner, signatory.provider_id, by=signatory) for _ in range(2))
    owner.commit()

    def hand_in(documents, without, issued):
        to_answer = confirmation_evidence.open_to_answer(db, case_id, STRICTER, actor=signatory)
        confirmation_evidence.hand_in(db, to_answer, documents=documents, without=without, actor=signatory, now=NOW)
        said = {document: Stated(issued_on=issued) for document in documents}
        confirmation_evidence.say(db, to_answer, said, actor=signatory, now=NOW)
        db.commit()
        enter(db, Scope.of(signatory))
        to_answer = confirmation_evidence.open_to_answer(db, case_id, STRICTER, actor=signatory)
        return confirmation_evidence.handed_in_with(db, to_answer, now=NOW)

    enter(db, Scope.of(signatory))
    assert dict(hand_in([old.id], [], date(2025, 1, 1)).faults) == {f"utfardat-{old.id}": "too_old"}
    found = hand_in([new.id], [old.id], date(2026, 2, 20))

    assert (found.proves, dict(found.faults)) == (True, {})
    db.rollback()
    owner.rollback()
    row = owner.exec(select(AnswerDocument).where(col(AnswerDocument.document_id) == old.id)).one()
    assert (row.ended_at, row.issued_on) == (NOW, date(2025, 1, 1))


def test_what_is_not_right_is_said_field_by_field_and_nothing_is_kept(owner, db, place, asked):
    case_id, signatory = asked
    for declared, description, errors in (
        (None, "", {"svar": "missing"}),
        (False, "", {"beskrivning": "missing"}),
        (True, "x" * 4001, {"beskrivning": "too_long"}),
    ):
        with pytest.raises(Invalid) as refused:
            acting(
                db,
                confirmations.answer,
                case_id,
                STRICTER,
                declared=declared,
                description=description,
                actor=signatory,
            )
        assert refused.value.errors == errors
    assert rows(owner, case_id)[0].answered_at is None


def test_others_neither_answer_nor_accept_nor_see(owner, db, place, asked, ekholm):
    case_id, signatory = asked
    (row,) = rows(owner, case_id)
    editor = make_member(owner, signatory.provider_id, Role.EDITOR)
    stranger = make_member(owner, make_provider(owner))
    said = {"declared": True, "description": ""}

    with pytest.raises(NotAllowed):
        acting(db, confirmations.answer, case_id, STRICTER, actor=editor, **said)
    with pytest.raises(NotFound):
        acting(db, confirmations.answer, case_id, STRICTER, actor=stranger, **said)
    with pytest.raises(NotFound):
        acting(db, confirmations.accept, row.id, actor=make_staff(owner, ekholm.id))
    with pytest.raises(NotAllowed):
        acting(db, confirmations.accept, row.id, actor=make_administrator(owner, place))
    enter(db, Scope.of(stranger))
    assert db.exec(select(Confirmation)).all() == []


def test_who_has_a_conflict_of_interest_in_the_case_neither_accepts_nor_gives_back(owner, db, place, asked):
    case_id, signatory = asked
    acting(db, confirmations.answer, case_id, STRICTER, declared=False, description="I juni.", actor=signatory)
    (row,) = rows(owner, case_id)
    officer = make_staff(owner, place.id)
    told = {"conflicted": True, "declared_at": NOW, "note": ""}
    owner.add(Conflict(case_id=case_id, municipality_id=place.id, person_id=officer.person_id, **told))
    owner.commit()

    for verb, more in ((confirmations.accept, ()), (confirmations.give_back, ("Visa mer.",))):
        with pytest.raises(NotAllowed, match="conflict"):
            acting(db, verb, row.id, *more, actor=officer)

    (row,) = rows(owner, case_id)
    assert (row.answered_at, row.accepted_at) == (NOW, None)


def test_who_has_not_answered_is_reminded_fourteen_and_three_days_before(owner, db, place, asked, workshop):
    case_id, _ = asked
    reminded = []
    for left in (20, 14, 13, 3, 2, 0):
        at = NOW.replace(month=5, day=1) - timedelta(days=left)
        clock = system(municipality_id=place.id)
        reminded.append(acting(db, confirmations.remind, case_id, actor=clock, now=at))

    assert reminded == [False, True, False, True, False, False]
    assert unconfirmed(workshop) == 0, "the clock stands in March"
