"""Who changed the staff or the settings is written down, in codes, and stays written."""

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import StaffEvent
from portal.domain.roles import Role
from portal.domain.staff import StaffFacts
from portal.services import municipalities, staff
from tests.factories import make_staff
from tests.factories_admin import make_own_municipality

LEILA = StaffFacts("Leila Haddad", "Handläggare", "4.12", (Role.CASE_OFFICER,))


@pytest.fixture
def place(owner):
    return make_own_municipality(owner)


@pytest.fixture
def administrator(owner, db, place):
    actor = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    enter(db, Scope.of(actor))
    return actor


def written(owner, place):
    owner.rollback()
    rows = owner.exec(select(StaffEvent).where(col(StaffEvent.municipality_id) == place.id))
    return {row.kind: row for row in rows}


def test_each_change_of_a_person_is_written_with_codes_and_no_names(db, owner, place, administrator, now):
    promoted = StaffFacts("Leila Haddad", "Enhetschef", "4.1", (Role.DECISION_MAKER,))

    member_id = staff.add(db, "leila@prov.example", LEILA, actor=administrator, now=now)
    staff.change(db, member_id, promoted, actor=administrator, now=now)
    staff.deactivate(db, member_id, actor=administrator, now=now)
    staff.reactivate(db, member_id, actor=administrator, now=now)
    db.commit()

    events = written(owner, place)
    assert set(events) == {"staff.added", "staff.changed", "staff.deactivated", "staff.reactivated"}
    assert events["staff.changed"].facts == {"roles_before": ["case_officer"], "roles": ["decision_maker"]}
    for event in events.values():
        assert (event.member_id, event.actor_id, event.at) == (member_id, administrator.person_id, now)
        assert "Leila" not in str(event.facts)
        assert "Enhetschef" not in str(event.facts)


def test_a_change_of_settings_is_written_by_its_section(db, owner, place, administrator, now):
    municipalities.change_deadlines(db, {"decide_days": 45}, actor=administrator, now=now)
    municipalities.change_contact(db, {"telephone": "0123-45 67 89"}, actor=administrator, now=now)
    db.commit()

    events = written(owner, place)
    assert set(events) == {"settings.deadlines", "settings.contact"}
    assert {event.actor_id for event in events.values()} == {administrator.person_id}
    assert all(event.facts == {} for event in events.values())


@pytest.mark.parametrize("statement", ["UPDATE staff_event SET kind = 'x'", "DELETE FROM staff_event"])
def test_what_is_written_is_neither_changed_nor_removed(db, administrator, now, statement):
    staff.add(db, "leila@prov.example", LEILA, actor=administrator, now=now)

    with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
        db.execute(sa.text(statement))


def test_another_municipality_does_not_see_it(db, place, ekholm, administrator, now):
    staff.add(db, "leila@prov.example", LEILA, actor=administrator, now=now)
    wanted = select(StaffEvent.id).where(col(StaffEvent.municipality_id) == place.id)

    assert len(db.exec(wanted).all()) == 1
    enter(db, Scope(municipality_id=ekholm.id))
    assert db.exec(wanted).all() == []
