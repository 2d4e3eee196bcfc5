"""Cases given from one officer to another: by whom, to whom, and what is answered first."""

from uuid import uuid4

import pytest
from sqlmodel import col, select

from portal.db.tables import Event, Note, StaffMember
from portal.domain.application import State
from portal.domain.criteria import Outcome
from portal.domain.roles import STAFF_ROLES, Role
from portal.errors import Invalid, NotAllowed, NotFound, TransitionRefused
from portal.services import assignment, judging, review
from tests.factories import make_staff
from tests.factories_application import make_application
from tests.factories_review import REASON, acting, fresh, make_officer, make_proposed, make_submitted, make_taken

WHY = "Mikael är sjukskriven."


@pytest.fixture
def lead(owner, bjorkvik):
    return make_staff(owner, bjorkvik.id, Role.MUNICIPAL_ADMINISTRATOR, name="Henrik Wallin")


def give(db, lead, to, *cases, reason=WHY):
    return acting(db, assignment.assign, [each.id for each in cases], to=to.person_id, reason=reason, actor=lead)


def test_several_cases_get_another_officer_and_keep_their_state_and_day(owner, db, bjorkvik, lead, officer, colleague):
    taken, proposed = make_taken(owner, db, bjorkvik, officer), make_proposed(owner, db, bjorkvik, officer)

    moved = give(db, lead, colleague, taken, proposed)

    assert set(moved) == {taken.id, proposed.id}
    for before in (taken, proposed):
        now = fresh(owner, before.id)
        assert (now.officer_id, now.state, now.due_on, now.judged) == (
            colleague.person_id,
            before.state,
            before.due_on,
            before.judged,
        )
        events = owner.exec(select(Event).where(col(Event.case_id) == before.id).order_by(col(Event.seq))).all()
        assert [each.kind for each in events][-2:] == ["note.written", "application.assign"]
        assert events[-1].facts["officer"] == str(colleague.person_id)
        assert owner.exec(select(Note.text).where(col(Note.application_id) == before.id)).all() == [WHY]


def test_whoever_is_given_a_case_answers_for_a_conflict_before_working_in_it(
    owner, db, bjorkvik, lead, officer, colleague
):
    case = make_taken(owner, db, bjorkvik, officer)
    give(db, lead, colleague, case)
    judged = {"outcome": Outcome.MET, "reason": REASON}

    with pytest.raises(NotAllowed) as refused:
        acting(db, judging.judge, case.id, "GEN-25", **judged, actor=colleague)
    assert refused.value.reason == "conflict_undeclared"
    acting(db, review.take, case.id, conflicted=False, actor=colleague)
    acting(db, judging.judge, case.id, "GEN-25", **judged, actor=colleague)

    assert fresh(owner, case.id).state is State.UNDER_REVIEW
    with pytest.raises(NotAllowed) as refused:
        acting(db, judging.judge, case.id, "GEN-25", **judged, actor=officer)
    assert refused.value.reason == "not_yours"


def test_a_new_case_that_is_given_to_somebody_is_theirs_to_take(owner, db, bjorkvik, lead, officer, colleague):
    case = make_submitted(owner, bjorkvik)
    give(db, lead, colleague, case)

    with pytest.raises(NotAllowed) as refused:
        acting(db, review.take, case.id, conflicted=False, actor=officer)
    assert refused.value.reason == "not_yours"
    acting(db, review.take, case.id, conflicted=False, actor=colleague)

    assert fresh(owner, case.id).state is State.UNDER_REVIEW


@pytest.mark.parametrize("taken", [False, True])
def test_whoever_answers_yes_to_a_conflict_leaves_the_case_to_all(owner, db, bjorkvik, lead, officer, colleague, taken):
    case = make_taken(owner, db, bjorkvik, officer) if taken else make_submitted(owner, bjorkvik)
    give(db, lead, colleague, case)

    acting(db, review.take, case.id, conflicted=True, actor=colleague)

    left = fresh(owner, case.id)
    assert (left.state, left.officer_id) == (State.SUBMITTED, None)


def test_whoever_has_declared_a_conflict_is_given_nothing(owner, db, bjorkvik, lead, officer, colleague):
    barred, free = make_taken(owner, db, bjorkvik, officer), make_taken(owner, db, bjorkvik, officer)
    acting(db, review.declare_conflict, barred.id, note="", actor=colleague)

    with pytest.raises(Invalid) as refused:
        give(db, lead, colleague, barred, free)

    assert refused.value.errors == {"to": "conflict"}
    assert refused.value.facts["numbers"] == (barred.number,)
    assert fresh(owner, free.id).officer_id == officer.person_id, "all of them, or none"


def test_what_the_officer_has_already_is_left_as_it_is(owner, db, bjorkvik, lead, officer):
    case = make_taken(owner, db, bjorkvik, officer)

    assert give(db, lead, officer, case) == ()


@pytest.mark.parametrize(
    "role", [each for each in STAFF_ROLES if each not in (Role.DECISION_MAKER, Role.MUNICIPAL_ADMINISTRATOR)]
)
def test_only_who_leads_gives_cases(owner, db, bjorkvik, officer, colleague, role):
    case = make_taken(owner, db, bjorkvik, officer)

    with pytest.raises(NotAllowed):
        give(db, make_staff(owner, bjorkvik.id, role), colleague, case)


def test_only_an_officer_who_can_work_is_given_a_case(owner, db, bjorkvik, ekholm, lead, officer, colleague):
    case = make_taken(owner, db, bjorkvik, officer)
    row = owner.exec(select(StaffMember).where(col(StaffMember.person_id) == colleague.person_id)).one()
    row.active = False
    owner.add(row)
    owner.commit()

    for to in (colleague, lead, make_officer(owner, ekholm)):
        with pytest.raises(Invalid) as refused:
            give(db, lead, to, case)
        assert refused.value.errors == {"to": "unknown"}


def test_neither_another_municipalitys_case_nor_a_decided_one_is_given(owner, db, bjorkvik, ekholm, lead, colleague):
    theirs = make_taken(owner, db, ekholm, make_officer(owner, ekholm))
    decided = make_application(owner, bjorkvik, state=State.APPROVED)

    with pytest.raises(NotFound):
        give(db, lead, colleague, theirs)
    with pytest.raises(TransitionRefused):
        give(db, lead, colleague, decided)
    with pytest.raises(Invalid) as refused:
        acting(db, assignment.assign, [], to=colleague.person_id, reason=WHY, actor=lead)
    assert refused.value.errors == {"cases": "missing"}
    with pytest.raises(Invalid):
        acting(db, assignment.assign, [uuid4() for _ in range(101)], to=colleague.person_id, reason=WHY, actor=lead)
