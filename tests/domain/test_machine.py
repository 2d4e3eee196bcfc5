"""A declared lifecycle takes the steps that it lists, and refuses every other one with the facts."""

from enum import StrEnum

import pytest

from portal.domain.letters import LetterKind
from portal.domain.machine import Machine, Transition
from portal.domain.roles import Role
from portal.errors import TransitionRefused


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Push(StrEnum):
    SHUT = "shut"
    OPEN = "open"
    KNOCK = "knock"


DOOR = Machine(
    "door",
    (
        Transition(Door.OPEN, Push.SHUT, Door.SHUT, Role.CASE_OFFICER),
        Transition(Door.SHUT, Push.OPEN, Door.OPEN, Role.CASE_OFFICER, (LetterKind.RECEIPT,)),
        Transition(Door.SHUT, Push.OPEN, Door.OPEN, Role.DECISION_MAKER),
        Transition(Door.SHUT, Push.KNOCK, Door.SHUT, Role.READER),
    ),
)


def test_a_listed_step_is_taken():
    taken = DOOR.step(Door.SHUT, Push.OPEN, {Role.CASE_OFFICER})

    assert (taken.target, taken.sends) == (Door.OPEN, (LetterKind.RECEIPT,))


def test_of_two_lines_the_role_chooses():
    assert DOOR.step(Door.SHUT, Push.OPEN, {Role.DECISION_MAKER}).sends == ()


def test_a_step_that_is_not_listed_is_refused_with_the_facts():
    with pytest.raises(TransitionRefused) as refused:
        DOOR.step(Door.OPEN, Push.KNOCK, {Role.READER, Role.CASE_OFFICER})

    facts = refused.value
    assert (facts.machine, facts.state, facts.action) == ("door", "open", "knock")
    assert facts.roles == ("case_officer", "reader")


def test_without_a_role_nothing_is_open():
    assert DOOR.open_actions(Door.SHUT, ()) == ()
    with pytest.raises(TransitionRefused):
        DOOR.step(Door.SHUT, Push.OPEN, ())


def test_open_actions_stand_in_the_order_of_the_table_and_each_once():
    assert DOOR.open_actions(Door.SHUT, (Role.READER, Role.DECISION_MAKER, Role.CASE_OFFICER)) == (
        Push.OPEN,
        Push.KNOCK,
    )
