"""The period that is asked for, as it stands in the address: the last twelve months where nothing is said."""

from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.equal_treatment import LONGEST_YEARS
from portal.locale import gettext as _

Problems = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Period:
    """Both days with; ``None`` where it could not be read, and then ``problems`` says why at which field."""

    since: date | None
    until: date | None
    typed: tuple[str, str]
    problems: Problems = ()


def read_period(fran: str, till: str, *, today: date) -> Period:
    """``fran`` and ``till`` as typed; an empty one is a year before the other, or today."""
    typed = (fran.strip()[:40], till.strip()[:40])
    problems = []
    until = _day(typed[1]) if typed[1] else today
    since = _day(typed[0]) if typed[0] else _year_before(until or today)
    if since is None:
        problems.append(("fran", _("Skriv den första dagen som år-månad-dag, till exempel 2026-01-31.")))
    if until is None:
        problems.append(("till", _("Skriv den sista dagen som år-månad-dag, till exempel 2026-12-31.")))
    if since is not None and until is not None:
        if since > until:
            problems.append(("till", _("Välj en sista dag som inte är före den första.")))
        elif (until - since).days > 366 * LONGEST_YEARS:
            problems.append(("fran", _("Välj en period på högst fem år.")))
    if problems or since is None or until is None:
        return Period(None, None, typed, tuple(problems))
    return Period(since, until, (since.isoformat(), until.isoformat()))


def _day(typed: str) -> date | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    # Outside of these there are no decisions, and the ends of the calendar cannot be counted from.
    return day if 2000 <= day.year <= 2200 else None


def _year_before(until: date) -> date:
    """The day after the same day of the year before, so that the period is twelve months."""
    leap = until.month == 2 and until.day == 29
    return until.replace(year=until.year - 1, day=28 if leap else until.day) + timedelta(days=1)
