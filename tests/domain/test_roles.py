"""A company's roles contain each other; the municipality's are kept apart."""

import pytest

from portal.domain.actors import Actor, system
from portal.domain.roles import COMPANY_ROLES, STAFF_ROLES, Role, with_lesser


def test_a_signatory_may_all_that_the_others_may():
    assert with_lesser(Role.SIGNATORY) == set(COMPANY_ROLES)


def test_a_reader_may_only_read():
    assert with_lesser(Role.READER) == {Role.READER}


def test_an_administrator_does_not_bind_the_company():
    assert Role.SIGNATORY not in with_lesser(Role.ADMINISTRATOR)
    assert Role.EDITOR in with_lesser(Role.ADMINISTRATOR)


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_role_in_the_municipality_contains_no_other(role):
    with pytest.raises(ValueError, match="not in tuple"):
        with_lesser(role)
    actor = Actor(None, "Eva", frozenset({role}))
    assert [other for other in Role if actor.may(other)] == [role]


def test_each_role_is_on_one_side_and_the_clock_on_none():
    assert set(COMPANY_ROLES) & set(STAFF_ROLES) == set()
    assert set(Role) - set(COMPANY_ROLES) - set(STAFF_ROLES) == {Role.SYSTEM}


def test_the_clock_is_nobody():
    actor = system()

    assert actor.person_id is None
    assert actor.roles == {Role.SYSTEM}
