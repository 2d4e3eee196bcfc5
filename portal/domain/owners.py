"""Who ultimately owns or controls a company, as it says itself: its beneficial owners (verkliga huvudmän).

Of lag (2017:631) om registrering av verkliga huvudmän: a natural person who ultimately owns or controls the company
(1 kap. 3 §), presumed of more than a quarter of the votes (4 §). What is registered is at Bolagsverket (2 kap. 3 §),
and may be that there is none, or that it cannot be established. Here are only a name and the days: no personal
identity number, no share. A name that two companies have in common is a hint that a person judges.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

LONGEST_NAME = 120
MOST = 20
FORMER_YEARS = 5
"""So long after the last day a former owner is kept, to be compared with; then the name is removed."""

_NUMBER = re.compile(r"[0-9]{6}")


class Ownership(StrEnum):
    STATED = "stated"
    NONE = "none"
    NOT_ESTABLISHED = "not_established"


@dataclass(frozen=True)
class Owner:
    """One of them; ``until`` is the last day of one who no longer is.  A new one has no id yet."""

    id: UUID | None
    name: str
    since: date | None
    until: date | None = None


class Fault(StrEnum):
    NAME_MISSING = "name_missing"
    NAME_TOO_LONG = "name_too_long"
    NUMBER_IN_NAME = "number_in_name"
    SINCE_MISSING = "since_missing"
    FUTURE = "future"
    ENDS_BEFORE = "ends_before"


def name_key(name: str) -> str:
    """What is compared of a name: without capitals, and with one space between its words."""
    return " ".join(unicodedata.normalize("NFC", name).lower().split())


def faults(owner: Owner, *, today: date) -> dict[str, Fault]:
    """Everything that is wrong with one, by its part."""
    found: dict[str, Fault] = {}
    if not owner.name:
        found["name"] = Fault.NAME_MISSING
    elif len(owner.name) > LONGEST_NAME:
        found["name"] = Fault.NAME_TOO_LONG
    elif _NUMBER.search(re.sub(r"[\s+-]", "", owner.name)):
        found["name"] = Fault.NUMBER_IN_NAME
    if owner.since is None:
        found["since"] = Fault.SINCE_MISSING
    elif owner.since > today:
        found["since"] = Fault.FUTURE
    if owner.until is not None and owner.until > today:
        found["until"] = Fault.FUTURE
    elif owner.until is not None and owner.since is not None and owner.until < owner.since:
        found["until"] = Fault.ENDS_BEFORE
    return found


def contradicts(ownership: Ownership | None, owners: Sequence[Owner]) -> str | None:
    """How what is said of them all fails to agree with who they are: ``missing``, ``nobody``, ``somebody``, or not."""
    if ownership is None:
        return "missing"
    here = any(owner.until is None for owner in owners)
    if ownership is Ownership.STATED:
        return None if here else "nobody"
    return "somebody" if here else None


def kept_since(today: date) -> date:
    """Who stopped before this day is removed."""
    year = today.year - FORMER_YEARS
    return date(year, today.month, 28 if (today.month, today.day) == (2, 29) else today.day)
