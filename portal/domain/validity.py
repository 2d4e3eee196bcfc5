"""Whether a document is still worth something: its age, its end date, and what the applicant has said of it.

A kind of evidence may have a greatest age (a tax statement must not be older
than two months) and an end date (an insurance holds until a day).  The age is
counted back from the day the application was submitted: what was fresh then
does not grow old while the municipality works.  Nothing here reads a clock.
"""

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

SOON_DAYS = 60
"""So long before its end date a document is said to end soon."""

REMINDERS = (60, 30, 7)
"""Days before the end date on which a company with a running authorization is reminded."""


class Validity(StrEnum):
    VALID = "valid"
    ENDING = "ending"  # valid, and ends within ``SOON_DAYS``
    EXPIRED = "expired"
    TOO_OLD = "too_old"
    DATE_MISSING = "date_missing"
    KIND_MISSING = "kind_missing"  # the criterion accepts several kinds, and which this is decides what holds

    @property
    def has_run_out(self) -> bool:
        return self in (Validity.EXPIRED, Validity.TOO_OLD)


@dataclass(frozen=True)
class Limits:
    """What a kind of evidence demands of a document's dates."""

    greatest_age_months: int | None = None
    has_end_date: bool = False

    @property
    def any(self) -> bool:
        return self.has_end_date or self.greatest_age_months is not None


NO_LIMITS = Limits()


@dataclass(frozen=True)
class Stated:
    """What the applicant has said of a document: which kind of evidence it is, and its dates."""

    kind: str | None = None
    issued_on: date | None = None
    ends_on: date | None = None


class Fault(StrEnum):
    """Why a statement is not accepted."""

    UNKNOWN_KIND = "unknown_kind"
    FUTURE = "future"
    ENDS_BEFORE_ISSUE = "ends_before_issue"


@dataclass(frozen=True)
class Days:
    """The Swedish day it is, and the day from which age is counted back."""

    today: date
    counted_from: date

    @classmethod
    def of(cls, today: date, submitted_on: date | None) -> "Days":
        return cls(today, submitted_on or today)


def assess(stated: Stated, accepted: Mapping[str, Limits], *, on: Days) -> Validity:
    """What a document is worth on a day; ``accepted`` are the kinds that the criterion takes, with their limits."""
    limits = limits_of(stated.kind, accepted)
    if limits is None:
        return Validity.KIND_MISSING
    if stated.ends_on is not None and stated.ends_on < on.today:
        return Validity.EXPIRED
    months = limits.greatest_age_months
    if (
        stated.issued_on is not None
        and months is not None
        and stated.issued_on < months_before(on.counted_from, months)
    ):
        return Validity.TOO_OLD
    if (limits.has_end_date and stated.ends_on is None) or (months is not None and stated.issued_on is None):
        return Validity.DATE_MISSING
    if stated.ends_on is not None and stated.ends_on <= on.today + timedelta(days=SOON_DAYS):
        return Validity.ENDING
    return Validity.VALID


def limits_of(kind: str | None, accepted: Mapping[str, Limits]) -> Limits | None:
    """The limits of a kind; one alone need not be named.  None where it must be named and is not."""
    if kind is not None and kind in accepted:
        return accepted[kind]
    if len(accepted) == 1:
        return next(iter(accepted.values()))
    return None if any(each.any for each in accepted.values()) else NO_LIMITS


def faults(stated: Stated, accepted: Mapping[str, Limits], *, today: date) -> dict[str, Fault]:
    """Everything that is wrong with a statement, by the name of its part; an end date that has passed is none."""
    found: dict[str, Fault] = {}
    if stated.kind is not None and stated.kind not in accepted:
        found["kind"] = Fault.UNKNOWN_KIND
    if stated.issued_on is not None and stated.issued_on > today:
        found["issued_on"] = Fault.FUTURE
    if stated.issued_on is not None and stated.ends_on is not None and stated.ends_on < stated.issued_on:
        found["ends_on"] = Fault.ENDS_BEFORE_ISSUE
    return found


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier; the last of the month where that month is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def reminder_due(ends_on: date, *, today: date, reminded: int | None) -> int | None:
    """The reminder that is due, in days before the end; None when it was sent, or the day has passed.

    Where the clock stood still the latest one is sent and not those that were missed.
    """
    left = (ends_on - today).days
    if left < 0:
        return None
    due = [days for days in REMINDERS if left <= days]
    return min(due) if due and (reminded is None or min(due) < reminded) else None
