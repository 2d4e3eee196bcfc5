"""Saved selections of the work list: whose they are, who sees them, and what is refused."""

from uuid import uuid4

import pytest

from portal.db.session import Scope, enter
from portal.domain.roles import Role
from portal.domain.worklist import MOST_VIEWS, Choice, Sort, Wanted
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services import saved_views
from tests.factories import make_staff
from tests.factories_review import acting, make_officer

WANTED = Wanted(choice=Choice.NEW, query="vega", service=uuid4(), sort=Sort.COMPANY, descending=True)


@pytest.fixture
def officer(owner, place):
    return make_officer(owner, place)


def names(db, actor):
    enter(db, Scope.of(actor))
    found = [each.name for each in saved_views.kept_for(db, actor)]
    db.rollback()
    return found


def test_what_was_chosen_is_what_is_shown_again(db, officer):
    acting(db, saved_views.save, "Vega, nya", WANTED, shared=False, actor=officer)

    enter(db, Scope.of(officer))
    [kept] = saved_views.kept_for(db, officer)

    assert (kept.name, kept.wanted, kept.mine) == ("Vega, nya", WANTED, True)
    db.rollback()


def test_a_colleague_sees_only_what_is_shared_and_another_municipality_nothing(owner, db, place, officer, ekholm):
    acting(db, saved_views.save, "Min egen", WANTED, shared=False, actor=officer)
    acting(db, saved_views.save, "Allas", WANTED, shared=True, actor=officer)

    assert names(db, officer) == ["Allas", "Min egen"]
    assert names(db, make_officer(owner, place, "Leila Haddad")) == ["Allas"]
    assert names(db, make_officer(owner, ekholm)) == []


def test_only_its_own_person_changes_or_removes_a_view(owner, db, place, officer):
    view = acting(db, saved_views.save, "Allas", WANTED, shared=True, actor=officer)
    colleague = make_officer(owner, place, "Leila Haddad")

    for verb, args in ((saved_views.change, ("Min nu",)), (saved_views.remove, ())):
        enter(db, Scope.of(colleague))
        with pytest.raises(NotFound):
            verb(db, view, *args, **({"shared": False} if args else {}), actor=colleague)
        db.rollback()

    assert names(db, officer) == ["Allas"]


def test_a_view_is_renamed_and_removed(db, officer):
    view = acting(db, saved_views.save, "Nya", WANTED, shared=False, actor=officer)
    enter(db, Scope.of(officer))
    saved_views.change(db, view, "  Nya   i dag ", shared=True, actor=officer)
    db.commit()

    assert names(db, officer) == ["Nya i dag"]
    enter(db, Scope.of(officer))
    saved_views.remove(db, view, actor=officer)
    db.commit()
    assert names(db, officer) == []


@pytest.mark.parametrize(("name", "why"), [("  ", "missing"), ("x" * 41, "too_long"), ("NYA", "taken")])
def test_a_name_that_will_not_do_is_refused(db, officer, name, why):
    acting(db, saved_views.save, "Nya", WANTED, shared=False, actor=officer)

    with pytest.raises(Invalid) as refused:
        acting(db, saved_views.save, name, WANTED, shared=False, actor=officer)

    assert refused.value.errors == {"name": why}


def test_nobody_saves_more_than_fits_above_the_list(db, officer):
    for index in range(MOST_VIEWS):
        acting(db, saved_views.save, f"Vy {index}", WANTED, shared=False, actor=officer)

    with pytest.raises(Invalid) as refused:
        acting(db, saved_views.save, "En till", WANTED, shared=False, actor=officer)

    assert refused.value.errors == {"name": "too_many"}


def test_who_does_not_read_the_work_list_saves_nothing(owner, db, place):
    reception = make_staff(owner, place.id, Role.RECEPTION)

    with pytest.raises(NotAllowed):
        acting(db, saved_views.save, "Nya", WANTED, shared=False, actor=reception)
