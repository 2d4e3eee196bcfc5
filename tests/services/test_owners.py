"""A company's word on its beneficial owners: kept, changed, removed; seen by nobody but it and whom it applies to."""

from datetime import UTC, date, datetime

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import BeneficialOwner, Event, Provider
from portal.domain.owners import Owner, Ownership
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.jobs.timetable import sweep
from portal.jobs.workshop import open_workshop
from portal.services import owners
from tests.factories import NOW, make_member, make_provider, make_staff
from tests.factories_company import stated_owners
from tests.factories_review import acting, make_submitted

ANNA = Owner(None, "Anna Lindqvist", date(2020, 1, 1))


@pytest.fixture
def actor(owner):
    return make_member(owner, make_provider(owner), Role.ADMINISTRATOR)


def state(db, ownership, people, actor, **more):
    acting(db, lambda db, *args, **kw: owners.state(db, *args, **kw), ownership, people, actor=actor, **more)


def test_what_is_said_is_kept_and_can_be_changed_and_taken_back(owner, db, actor):
    state(db, Ownership.STATED, [ANNA], actor)
    (row,) = stated_owners(owner, actor.provider_id)
    assert (row.name, row.name_key, row.since, row.until) == ("Anna Lindqvist", "anna lindqvist", ANNA.since, None)

    ended = Owner(row.id, row.name, row.since, date(2026, 1, 31))
    state(db, Ownership.NONE, [ended], actor)
    (row,) = stated_owners(owner, actor.provider_id)
    assert row.until == date(2026, 1, 31)
    assert owner.get_one(Provider, actor.provider_id).ownership is Ownership.NONE

    state(db, Ownership.NOT_ESTABLISHED, [], actor, without=[row.id])
    assert stated_owners(owner, actor.provider_id) == []


def test_what_cannot_be_right_is_refused_and_nothing_is_kept(owner, db, actor):
    for ownership, people, said in (
        (Ownership.STATED, [], "nobody"),
        (Ownership.NONE, [ANNA], "somebody"),
        (None, [ANNA], "missing"),
        (Ownership.STATED, [Owner(None, "850101-1234", ANNA.since)], "faulty"),
        (Ownership.STATED, [ANNA] * 21, "too_many"),
    ):
        with pytest.raises(Invalid) as refused:
            state(db, ownership, people, actor)
        assert refused.value.errors == {"owners": said}
    assert stated_owners(owner, actor.provider_id) == []


def test_its_open_cases_are_told_without_a_name(owner, db, bjorkvik, actor):
    signatory = make_member(owner, actor.provider_id)
    case = make_submitted(owner, bjorkvik, by=signatory)

    state(db, Ownership.STATED, [ANNA], actor)
    (row,) = stated_owners(owner, actor.provider_id)
    state(db, Ownership.STATED, [Owner(row.id, row.name, row.since)], actor)

    told = select(Event.facts).where(col(Event.case_id) == case.id, col(Event.kind) == "company.owners_stated")
    assert owner.exec(told).all() == [{"ownership": "stated", "owners": 1}], "the same once more is no news"


def test_others_neither_state_nor_see_and_a_municipality_sees_those_who_have_applied(
    owner, db, bjorkvik, ekholm, actor
):
    make_submitted(owner, bjorkvik, by=make_member(owner, actor.provider_id))
    state(db, Ownership.STATED, [ANNA], actor)
    (row,) = stated_owners(owner, actor.provider_id)
    stranger = make_member(owner, make_provider(owner), Role.ADMINISTRATOR)

    with pytest.raises(NotAllowed):
        state(db, Ownership.NONE, [], make_member(owner, actor.provider_id, Role.EDITOR))
    with pytest.raises(NotFound):
        state(db, Ownership.STATED, [Owner(row.id, "Någon", ANNA.since)], stranger)
    seen = select(BeneficialOwner.name).where(col(BeneficialOwner.provider_id) == actor.provider_id)
    for scope, names in (
        (Scope.of(stranger), []),
        (Scope.of(make_staff(owner, ekholm.id)), []),
        (Scope.of(make_staff(owner, bjorkvik.id)), ["Anna Lindqvist"]),
        (Scope(), []),
    ):
        enter(db, scope)
        assert db.exec(seen).all() == names
        db.rollback()


def test_a_former_owner_is_removed_after_five_years_by_the_clock(owner, db, settings, actor):
    former = Owner(None, "Karin Ståhl", date(2018, 1, 1), date(2024, 6, 30))
    state(db, Ownership.STATED, [ANNA, former], actor)
    names = []
    for at in (NOW, datetime(2029, 6, 30, 9, tzinfo=UTC), datetime(2029, 7, 2, 9, tzinfo=UTC)):
        workshop = open_workshop(settings, clock=lambda at=at: at)
        sweep(workshop)
        workshop.engine.dispose()
        names.append({row.name for row in stated_owners(owner, actor.provider_id)})

    assert names == [{"Anna Lindqvist", "Karin Ståhl"}, {"Anna Lindqvist", "Karin Ståhl"}, {"Anna Lindqvist"}]
