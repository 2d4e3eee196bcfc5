"""What a provider with an authorization must confirm or prove when new conditions come to apply, and by when.

A machine finds out what is asked, and reminds. That something is confirmed is the company's word, and that it is
enough is an officer's.
"""

from datetime import date, timedelta
from enum import StrEnum

from portal.domain.criteria import Criterion, Demand, Outcome

DAYS = 30
"""How long a company has at the least, where the municipality has not decided otherwise (``confirm_days``)."""

REMINDED_BEFORE = (14, 3)
"""Days before the last day."""


class Need(StrEnum):
    CONFIRM = "confirm"
    PROVE = "prove"


class Standing(StrEnum):
    """How one of them stands; ``LATE`` is open with its last day passed."""

    OPEN = "open"
    LATE = "late"
    ANSWERED = "answered"
    ACCEPTED = "accepted"


def need_of(criterion: Criterion, seen: Outcome) -> Need:
    """Evidence is asked for where the criterion demands it and what lies there already does not reach."""
    demands = criterion.question is not None and criterion.question.documents is Demand.REQUIRED
    return Need.PROVE if demands and seen is not Outcome.MET else Need.CONFIRM


def last_day(published: date, valid_from: date, days: int = DAYS) -> date:
    """The first day of the new conditions, or later where that would leave the company too little time."""
    return max(valid_from, published + timedelta(days=days))


def standing(*, answered: bool, accepted: bool, due_on: date, today: date) -> Standing:
    if accepted:
        return Standing.ACCEPTED
    if answered:
        return Standing.ANSWERED
    return Standing.LATE if due_on < today else Standing.OPEN


def reminder_due(due_on: date, *, today: date, reminded: int | None) -> int | None:
    """The step that is to be reminded of now; each is once, and of those that were missed only the nearest."""
    left = (due_on - today).days
    if left < 0:
        return None
    step = min((each for each in REMINDED_BEFORE if left <= each), default=None)
    return step if step is not None and (reminded is None or step < reminded) else None
