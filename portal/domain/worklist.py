"""The work list: which cases are asked for, in what order, from where; and what is shown of each.

Paging goes by key, not by number: a cursor holds the sort value and the id of
the row that one stands at, so that page 50 costs what page 1 does.
"""

import base64
import binascii
import json
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.domain.application import OPEN, State

PAGE = 25
CAP = 100
"""Counts stop here: what is more is said as "99+", so that a count never costs more than this many rows."""
MOST_VIEWS = 12
"""So many selections may one person save: they are links in a row above the list."""


class Choice(StrEnum):
    ALL = "alla"
    MINE = "mina"
    NEW = "nya"
    WAITING = "vantar"
    LATE = "forsenade"
    DONE = "avslutade"

    @property
    def states(self) -> tuple[State, ...]:
        """``OPEN`` where any open state will do."""
        return {
            Choice.NEW: (State.SUBMITTED,),
            Choice.WAITING: (State.SUPPLEMENT_REQUESTED,),
            Choice.DONE: (State.APPROVED, State.REJECTED, State.WITHDRAWN),
        }.get(self, OPEN)


class Sort(StrEnum):
    DUE = "klart"
    COMPANY = "foretag"
    RECEIVED = "inkom"


@dataclass(frozen=True)
class Cursor:
    """A place in the list: the row with this sort value and id; ``back`` asks for the page before it."""

    value: str
    id: UUID
    back: bool = False

    def written(self) -> str:
        raw = json.dumps([self.value, self.id.hex, int(self.back)], separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """What stands in the address; one that cannot be read begins the list anew."""
        try:
            value, id_, back = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(str(value), UUID(id_), bool(back))
        except (ValueError, TypeError, AttributeError, binascii.Error):
            return None


@dataclass(frozen=True)
class Wanted:
    choice: Choice = Choice.ALL
    query: str = ""
    service: UUID | None = None
    sort: Sort = Sort.DUE
    descending: bool = False
    cursor: Cursor | None = None

    @classmethod
    def read(cls, *, urval: str, q: str, tjanst: str, sortering: str, efter: str = "") -> "Wanted":
        """From an address that anyone may have typed: what is not understood is left out."""
        choice = next((each for each in Choice if each.value == urval), Choice.ALL)
        named = next((each for each in Sort if each.value == sortering.removeprefix("-")), None)
        descending = named is not None and sortering.startswith("-")
        if choice is Choice.DONE and named in (None, Sort.DUE):
            # A decided case has nothing left to be done by a day: the latest comes first.
            named, descending = Sort.RECEIVED, True
        try:
            service = UUID(tjanst) if tjanst else None
        except ValueError:
            service = None
        wanted = cls(choice, q.strip()[:100], service, named or Sort.DUE, descending)
        cursor = Cursor.read(efter) if efter else None
        return replace(wanted, cursor=cursor) if cursor and wanted.key_of(cursor.value) is not None else wanted

    def kept(self) -> dict[str, str]:
        """The selection as it stands in an address, without the place in the list; ``read`` reads it back."""
        return {
            "urval": self.choice.value,
            "q": self.query,
            "tjanst": str(self.service or ""),
            "sortering": f"-{self.sort.value}" if self.descending else self.sort.value,
        }

    def key_of(self, value: str) -> Any:
        """A cursor's sort value with its type, or nothing when it is not one."""
        try:
            match self.sort:
                case Sort.DUE:
                    return date.fromisoformat(value)
                case Sort.RECEIVED:
                    return datetime.fromisoformat(value)
                case Sort.COMPANY:
                    return value
        except ValueError:
            return None


@dataclass(frozen=True)
class Row:
    id: UUID
    company: str
    number: str
    service_sv: str
    service_en: str
    state: State
    answered: bool
    asked: int
    judged: int
    officer: str | None
    due_on: date | None
    submitted_at: datetime
    sort_value: str


@dataclass(frozen=True)
class Counts:
    """How many cases each choice has (at most ``CAP``), and of the reader's own: how many late, how many tomorrow."""

    by_choice: dict[Choice, int]
    my_late: int
    my_tomorrow: int


@dataclass(frozen=True)
class Found:
    wanted: Wanted
    rows: tuple[Row, ...]
    before: Cursor | None
    after: Cursor | None
    counts: Counts
    services: tuple[tuple[UUID, str, str], ...]


@dataclass(frozen=True)
class Kept:
    """A selection that somebody has saved; ``whose`` is that person's name."""

    id: UUID
    name: str
    wanted: Wanted
    shared: bool
    mine: bool
    whose: str
