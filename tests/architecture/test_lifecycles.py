"""Every lifecycle decides by people, and the diagrams in the documentation are the tables."""

import importlib
from itertools import pairwise

import pytest

from portal import docs
from portal.domain import application, authorization
from portal.domain.letters import AUDIENCE
from portal.domain.machine import Machine
from portal.domain.roles import Role
from tests.architecture.source import TOP, modules, name_of

MACHINES = [
    value
    for path in modules("portal/domain")
    for value in vars(importlib.import_module(name_of(path))).values()
    if isinstance(value, Machine)
]
MACHINES = list({machine.name: machine for machine in MACHINES}.values())
STEPS = [
    pytest.param(step, id=f"{machine.name}-{step.source}-{step.action}")
    for machine in MACHINES
    for step in machine.transitions
]
# What only a named person decides (Kommunallagen 6 kap. 38 §), and what follows from a decision.
DECIDED = {application.State.APPROVED, application.State.REJECTED, authorization.State.SIGNED}
BINDING = DECIDED | {authorization.State.ACTIVE}


def test_both_lifecycles_are_seen():
    assert {machine.name for machine in MACHINES} == {"application", "authorization"}


@pytest.mark.parametrize("step", STEPS)
def test_no_decision_is_taken_by_the_clock(step):
    if step.target in BINDING and step.source is not step.target:
        assert step.by is not Role.SYSTEM


@pytest.mark.parametrize("step", STEPS)
def test_only_a_decision_maker_decides(step):
    decides = step.target in DECIDED and step.source is not step.target

    if decides:
        assert step.by is Role.DECISION_MAKER


def test_what_the_clock_may_do_is_written_down_here():
    by_clock = {(step.source, step.action) for m in MACHINES for step in m.transitions if step.by is Role.SYSTEM}

    assert by_clock == {(application.State.SUPPLEMENT_REQUESTED, application.Action.CLOSE_SUPPLEMENT)}


@pytest.mark.parametrize("step", STEPS)
def test_a_letter_of_a_step_has_somebody_to_go_to(step):
    assert all(kind in AUDIENCE for kind in step.sends)


@pytest.mark.parametrize("machine", MACHINES, ids=lambda machine: machine.name)
def test_a_step_is_listed_once(machine):
    """Two lines for the same source, action and role would make the target depend on their order."""
    keys = sorted((step.source, step.action, step.by) for step in machine.transitions)

    assert [one for one, other in pairwise(keys) if one == other] == []


def test_the_diagrams_in_the_documentation_are_the_tables():
    printed = (TOP / "docs" / "lifecycles.md").read_text(encoding="utf-8")

    assert printed == docs.lifecycles(), "python -m portal.docs > docs/lifecycles.md"


def test_every_lifecycle_is_in_the_documentation():
    assert {machine.name for _title, machine, *_ in docs.LIVES} == {machine.name for machine in MACHINES}
