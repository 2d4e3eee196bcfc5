"""The life of an authorization: contract offered, signed by both, started (LOV 2 kap. 2 §, 8 kap.).

An approval creates it, offered.  Warnings, suspension and its end come with
their own case work, and then as rows of this table.
"""

from datetime import date, timedelta
from enum import StrEnum

from portal.domain.letters import LetterKind as Letter
from portal.domain.machine import Machine, Transition
from portal.domain.roles import Role


class State(StrEnum):
    OFFERED = "offered"
    SIGNED = "signed"
    ACTIVE = "active"


class Action(StrEnum):
    SIGN = "sign"
    COUNTERSIGN = "countersign"
    START = "start"
    ADOPT = "adopt"


PUBLIC = (State.ACTIVE,)
"""In the public list of authorised providers."""

START_CONDITIONS = ("insurance", "permit", "invoice", "profile")
"""What an officer confirms before an authorization starts (lifecycle: signed → active)."""


def start_window(signed_on: date, months: int) -> tuple[date, date]:
    """The first and the last day on which it may start: from the signing, for as long as the contract gives."""
    return signed_on, signed_on + timedelta(days=31 * months)


AUTHORIZATION: Machine[State, Action] = Machine(
    "authorization",
    (
        Transition(State.OFFERED, Action.SIGN, State.OFFERED, Role.SIGNATORY, (Letter.CONTRACT_SIGNED_BY_COMPANY,)),
        Transition(
            State.OFFERED,
            Action.COUNTERSIGN,
            State.SIGNED,
            Role.DECISION_MAKER,
            (Letter.CONTRACT_SIGNED, Letter.CONTRACT_SIGNED_OFFICER),
        ),
        Transition(
            State.SIGNED, Action.START, State.ACTIVE, Role.CASE_OFFICER, (Letter.STARTED, Letter.STARTED_REGISTRY)
        ),
        # From then on it stands under newer conditions; of one that has ended there is no such step.
        *(
            Transition(state, Action.ADOPT, state, Role.CASE_OFFICER, (Letter.CONDITIONS_ADOPTED,))
            for state in (State.OFFERED, State.SIGNED, State.ACTIVE)
        ),
    ),
)

LIVING = tuple(step.source for step in AUTHORIZATION.transitions if step.action is Action.ADOPT)
"""What new conditions concern: it can come to stand under them."""
