"""What a provider with an authorization must confirm or prove when new conditions come to apply, and by when.

A machine finds out what is asked, and reminds. That something is confirmed is the company's word, and that it is
enough is an officer's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
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
    """Evidence is asked for where an application must bring it and what lies there already does not reach."""
    demands = criterion.question is not None and criterion.question.documents is Demand.REQUIRED
    asked = criterion.is_asked_at_application
    return Need.PROVE if asked and demands and seen is not Outcome.MET else Need.CONFIRM


def last_day(published: date, valid_from: date, days: int = DAYS) -> date:
    """The first day of the new conditions, or later where that would leave the company too little time."""
    return max(valid_from, published + timedelta(days=days))


def standing(*, answered: bool, accepted: bool, due_on: date, today: date) -> Standing:
    if accepted:
        return Standing.ACCEPTED
    if answered:
        return Standing.ANSWERED
    return Standing.LATE if due_on < today else Standing.OPEN


@dataclass(frozen=True)
class Asked:
    """One thing that was asked under a version of one set of conditions, by the version's number."""

    number: int
    accepted: bool


def comes_to(stands: int, asked: Iterable[Asked]) -> int | None:
    """The version under which an authorization comes to stand: the newest of which all that was asked is accepted.

    Never an older one than it stands under: what is accepted late, when a newer version has been confirmed, moves
    nothing. Where nothing was asked nobody has taken a stand, and it stays. ``None``: it stays.
    """
    whole: dict[int, bool] = {}
    for each in asked:
        whole[each.number] = whole.get(each.number, True) and each.accepted
    return max((number for number, accepted in whole.items() if accepted and number > stands), default=None)


def reminder_due(due_on: date, *, today: date, reminded: int | None) -> int | None:
    """The step that is to be reminded of now; each is once, and of those that were missed only the nearest."""
    left = (due_on - today).days
    if left < 0:
        return None
    step = min((each for each in REMINDED_BEFORE if left <= each), default=None)
    return step if step is not None and (reminded is None or step < reminded) else None
