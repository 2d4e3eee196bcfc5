"""Staff come by address, have roles, and somebody always administers."""

import json

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from portal.db.session import Scope, enter
from portal.db.tables import StaffMember
from portal.domain.roles import Role
from portal.domain.staff import StaffFacts
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services import sessions, staff
from tests.factories import make_staff
from tests.factories_admin import make_own_municipality, member_id_of

ADMINISTRATOR = Role.MUNICIPAL_ADMINISTRATOR


def facts(*roles, name="Leila Haddad"):
    return StaffFacts(name, "Handläggare", "4.12", roles or (Role.CASE_OFFICER,))


@pytest.fixture
def place(owner):
    return make_own_municipality(owner)


@pytest.fixture
def administrator(owner, place):
    return make_staff(owner, place.id, ADMINISTRATOR, name="Henrik Wallin")


def test_an_added_person_gets_a_letter_and_is_bound_at_the_first_sign_in(db, owner, administrator, now):
    address = f"Leila.{administrator.person_id.hex[:8]}@Prov.example"
    enter(db, Scope.of(administrator))

    member_id = staff.add(db, address, facts(Role.RECEPTION, Role.CASE_OFFICER), actor=administrator, now=now)
    db.commit()

    row = owner.get_one(StaffMember, member_id)
    assert (row.email, row.roles, row.person_id) == (address.lower(), ["case_officer", "reception"], None)
    jobs = owner.execute(sa.text("SELECT args FROM procrastinate_jobs WHERE task_name = 'letters.write_one'")).scalars()
    letters = [
        job for each in jobs if (job := each if isinstance(each, dict) else json.loads(each))["recipient"] == row.email
    ]
    assert [(job["kind"], job["facts"]["added_by"]) for job in letters] == [("staff_added", "Henrik Wallin")]
    sessions.begin(
        db,
        issuer="http://staff",
        subject=administrator.person_id.hex,
        name="Leila Haddad",
        email=address,
        staff=True,
        sid=None,
        id_token=None,
        now=now,
        hours=1,
    )
    db.commit()
    owner.refresh(row)
    assert row.person_id is not None


def test_an_address_is_added_once_and_a_former_one_is_said_to_be_there(db, owner, administrator, now):
    enter(db, Scope.of(administrator))
    address = f"{administrator.person_id.hex[:8]}@prov.example"
    member_id = staff.add(db, address, facts(), actor=administrator, now=now)

    with pytest.raises(Invalid) as refused:
        staff.add(db, address.upper(), facts(), actor=administrator, now=now)
    assert refused.value.errors == {"email": "staff"}

    staff.deactivate(db, member_id, actor=administrator, now=now)
    with pytest.raises(Invalid) as refused:
        staff.add(db, address, facts(), actor=administrator, now=now)
    assert refused.value.errors == {"email": "staff_inactive"}


def test_the_last_administrator_stays(db, owner, place, administrator, now):
    own = member_id_of(owner, administrator)
    enter(db, Scope.of(administrator))

    with pytest.raises(NotAllowed) as refused:
        staff.deactivate(db, own, actor=administrator, now=now)
    assert refused.value.reason == "last_administrator"
    with pytest.raises(NotAllowed) as refused:
        staff.change(db, own, facts(Role.CASE_OFFICER), actor=administrator, now=now)
    assert refused.value.reason == "last_administrator"


def test_ones_own_role_as_administrator_is_taken_by_somebody_else(db, owner, place, administrator, now):
    colleague = make_staff(owner, place.id, ADMINISTRATOR, name="Ingrid Åberg")
    own = member_id_of(owner, administrator)
    enter(db, Scope.of(administrator))

    for attempt in (
        lambda: staff.change(db, own, facts(Role.CASE_OFFICER), actor=administrator, now=now),
        lambda: staff.deactivate(db, own, actor=administrator, now=now),
    ):
        with pytest.raises(NotAllowed) as refused:
            attempt()
        assert refused.value.reason == "own_administrator"

    enter(db, Scope.of(colleague))
    staff.deactivate(db, own, actor=colleague, now=now)
    db.commit()
    assert not owner.get_one(StaffMember, own, populate_existing=True).active


def test_an_administrator_who_never_signed_in_does_not_count(db, owner, place, administrator, now):
    enter(db, Scope.of(administrator))
    staff.add(db, f"{place.slug}@prov.example", facts(ADMINISTRATOR), actor=administrator, now=now)

    with pytest.raises(NotAllowed) as refused:
        staff.deactivate(db, member_id_of(owner, administrator), actor=administrator, now=now)
    assert refused.value.reason == "last_administrator"


def test_two_administrators_who_remove_each_other_leave_one(db, owner, resources, place, administrator, now):
    colleague = make_staff(owner, place.id, ADMINISTRATOR, name="Ingrid Åberg")
    first, second = member_id_of(owner, administrator), member_id_of(owner, colleague)
    enter(db, Scope.of(administrator))
    staff.deactivate(db, second, actor=administrator, now=now)
    with Session(resources.engine) as other:
        enter(other, Scope.of(colleague))
        other.execute(sa.text("SET LOCAL lock_timeout = '200ms'"))
        with pytest.raises(sa.exc.OperationalError, match="lock timeout"):
            staff.deactivate(other, first, actor=colleague, now=now)
        other.rollback()
        db.commit()

        enter(other, Scope.of(colleague))
        with pytest.raises(NotAllowed) as refused:
            staff.deactivate(other, first, actor=colleague, now=now)

    assert refused.value.reason == "last_administrator"


def test_a_deactivated_person_comes_back_with_the_same_roles(db, owner, place, administrator, now):
    officer = make_staff(owner, place.id, Role.CASE_OFFICER, Role.RECEPTION)
    member_id = member_id_of(owner, officer)
    enter(db, Scope.of(administrator))

    staff.deactivate(db, member_id, actor=administrator, now=now)
    staff.reactivate(db, member_id, actor=administrator, now=now)
    db.commit()

    row = owner.get_one(StaffMember, member_id, populate_existing=True)
    assert (row.active, set(row.roles)) == (True, {"case_officer", "reception"})


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.DECISION_MAKER, Role.RECEPTION, Role.CONTROLLER])
def test_nobody_else_manages_staff(db, owner, place, administrator, now, role):
    actor = make_staff(owner, place.id, role)
    enter(db, Scope.of(actor))

    with pytest.raises(NotAllowed) as refused:
        staff.add(db, "x@prov.example", facts(ADMINISTRATOR), actor=actor, now=now)
    assert refused.value.reason == "role"
    with pytest.raises(NotAllowed):
        staff.deactivate(db, member_id_of(owner, administrator), actor=actor, now=now)


def test_another_municipalitys_person_is_not_found(db, owner, administrator, ekholm, now):
    stranger = member_id_of(owner, make_staff(owner, ekholm.id))
    enter(db, Scope.of(administrator))

    with pytest.raises(NotFound):
        staff.change(db, stranger, facts(), actor=administrator, now=now)
    with pytest.raises(NotFound):
        staff.deactivate(db, stranger, actor=administrator, now=now)
