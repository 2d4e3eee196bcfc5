"""When a decided version of conditions may begin to apply, and what must be said of its decision."""

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Decision:
    """Who decided a version, in which paragraph of the minutes and when, and from which day it applies.

    The board decides; the administrator who publishes writes down what it decided.  ``answer_by`` is the last day for
    those who are authorised to confirm or prove what is new, where it was decided.
    """

    decided_by: str
    paragraph: str
    decided_on: date
    valid_from: date
    answer_by: date | None = None


LONGEST_NAME = 120
LEAST_DAYS_TO_ANSWER = 14


def obstacles(decision: Decision, *, today: date, latest: date | None) -> dict[str, str]:
    """Every field that cannot stand as it is, with why: all of them, never the first.

    ``latest`` is the first day of the newest published version. A version that began on the same day or earlier would
    never apply, or would change what applicants have already relied on; so would one whose first day has passed.
    A board can decide today for tomorrow, but nobody writes down today what it will decide tomorrow.
    """
    found: dict[str, str] = {}
    for name, words in (("decided_by", decision.decided_by), ("paragraph", decision.paragraph)):
        if not words.strip():
            found[name] = "missing"
        elif len(words) > LONGEST_NAME:
            found[name] = "too_long"
    if decision.decided_on > today:
        found["decided_on"] = "in_the_future"
    if decision.valid_from < today:
        found["valid_from"] = "passed"
    elif decision.valid_from < decision.decided_on:
        found["valid_from"] = "before_the_decision"
    elif latest is not None and decision.valid_from <= latest:
        found["valid_from"] = "not_after_the_latest"
    if decision.answer_by is not None and decision.answer_by < today + timedelta(days=LEAST_DAYS_TO_ANSWER):
        found["answer_by"] = "too_soon"
    return found
