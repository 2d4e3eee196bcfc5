"""Declared lifecycles: one table says every step, who may take it, and what letters it sends.

Buttons, guards, letters, the diagrams in the documentation and the tests all
read the same table.  Storing a step happens in ``portal.services.lifecycle``
and nowhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from portal.domain.letters import LetterKind
from portal.domain.roles import Role
from portal.errors import TransitionRefused

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


@dataclass(frozen=True)
class Transition(Generic[S, A]):
    """One step.  ``sends`` is empty only where somebody chose that no letter goes out."""

    source: S
    action: A
    target: S
    by: Role
    sends: tuple[LetterKind, ...] = ()


@dataclass(frozen=True)
class Machine(Generic[S, A]):
    name: str
    transitions: tuple[Transition[S, A], ...]

    def step(self, state: S, action: A, roles: Iterable[Role]) -> Transition[S, A]:
        """Return the one transition that one of these roles may take, or refuse with the facts."""
        held = frozenset(roles)
        for transition in self.transitions:
            if transition.source is state and transition.action is action and transition.by in held:
                return transition
        raise TransitionRefused(self.name, state.value, action.value, tuple(sorted(held)))

    def open_actions(self, state: S, roles: Iterable[Role]) -> tuple[A, ...]:
        """The actions to offer these roles now, in the order of the table, each once."""
        held = frozenset(roles)
        found = (t.action for t in self.transitions if t.source is state and t.by in held)
        return tuple(dict.fromkeys(found))
