"""Days and deadlines as the municipality counts them.

A *day* is the day in Sweden.  A working day is a helgfri vardag: midsummer,
Christmas and New Year's eves count as holidays, which ``holidays`` knows as
``de_facto``.  ``holidays`` is the one package this layer uses: a calendar is a
rule, not input or output.
"""

from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import holidays

SWEDEN = ZoneInfo("Europe/Stockholm")


def day_in_sweden(moment: datetime) -> date:
    """The Swedish calendar day of a moment; a moment without a time zone is a programming error."""
    if moment.tzinfo is None:
        raise ValueError("a moment carries its time zone")
    return moment.astimezone(SWEDEN).date()


@cache
def _free_days(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("SE", years=year, categories=("public", "de_facto")))


def is_working_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _free_days(day.year)


def add_working_days(start: date, count: int) -> date:
    """The ``count``-th working day after ``start``; the first day counted is the next working day."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def working_days_left(due: date, today: date) -> int:
    """How many working days remain after ``today``, the due day included; when late, how many have passed, below zero.

    Nothing is left on the due day itself, and none has passed on the free days that follow it: the two are told
    apart by the days.
    """
    if due < today:
        return -working_days_left(today, due)
    # Whole years are never waited for, so that counting day by day is soon done.
    return sum(is_working_day(today + timedelta(days=ahead)) for ahead in range(1, (due - today).days + 1))


def add_days(start: date, count: int) -> date:
    """``count`` calendar days on, moved to the next working day where it falls on a free one (lag 1930:173)."""
    day = start + timedelta(days=count)
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
