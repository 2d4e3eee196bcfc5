"""Dates, moments, sizes and money as Swedes write them, and the same in English."""

from datetime import date, datetime

from portal.domain.deadlines import SWEDEN, working_days_left
from portal.locale import gettext, language, ngettext

_MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december".split(" "),
    "en": "January February March April May June July August September October November December".split(" "),
}
_DAYS = {
    "sv": "måndag tisdag onsdag torsdag fredag lördag söndag".split(" "),
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" "),
}
_NO_BREAK = "\N{NO-BREAK SPACE}"


def day(value: date) -> str:
    """``24 november 2026``."""
    return f"{value.day} {_MONTHS[language()][value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """``24 november``: where the year goes without saying."""
    return f"{value.day} {_MONTHS[language()][value.month - 1]}"


def weekday(value: date) -> str:
    """``fredag 4 december``."""
    return f"{_DAYS[language()][value.weekday()]} {short_day(value)}"


def moment(value: datetime) -> str:
    """``24 november 2026 kl. 10.14``, in Swedish time."""
    local = value.astimezone(SWEDEN)
    if language() == "en":
        return f"{day(local.date())} at {local:%H:%M}"
    return f"{day(local.date())} kl.{_NO_BREAK}{local:%H.%M}"


def day_of(value: datetime) -> date:
    return value.astimezone(SWEDEN).date()


def until(due: date, today: date) -> str:
    """The distance to a due date in words: ``i morgon``, ``om 4 dagar``, ``2 dagar försenat``."""
    days = (due - today).days
    if days == 0:
        return gettext("i dag")
    if days == 1:
        return gettext("i morgon")
    if days > 1:
        return ngettext("om %(days)s dag", "om %(days)s dagar", days) % {"days": days}
    return ngettext("%(days)s dag försenat", "%(days)s dagar försenat", -days) % {"days": -days}


def working_days(due: date, today: date) -> str:
    """The distance in working days: ``5 arbetsdagar kvar``, ``i dag``, ``2 arbetsdagar försenat``."""
    days = working_days_left(due, today)
    if due == today:
        return gettext("i dag")
    if due < today and days == 0:
        return gettext("försenat")
    if days == 0:
        # Due on a free day, with only free days before it.
        return gettext("ingen arbetsdag kvar")
    if days > 0:
        return ngettext("%(days)s arbetsdag kvar", "%(days)s arbetsdagar kvar", days) % {"days": days}
    return ngettext("%(days)s arbetsdag försenat", "%(days)s arbetsdagar försenat", -days) % {"days": -days}


def size(octets: int) -> str:
    """``412 kB``, ``1,2 MB``."""
    if octets < 1000:
        return f"{octets}{_NO_BREAK}byte"
    if octets < 1_000_000:
        return f"{octets // 1000}{_NO_BREAK}kB"
    number = f"{octets / 1_000_000:.1f}"
    return f"{number if language() == 'en' else number.replace('.', ',')}{_NO_BREAK}MB"


def money(kronor: int) -> str:
    """``1 250 kr``; whole kronor."""
    grouped = f"{kronor:,}".replace(",", _NO_BREAK)
    return f"SEK{_NO_BREAK}{grouped}" if language() == "en" else f"{grouped}{_NO_BREAK}kr"


def in_sentence(name: str) -> str:
    """A service's name inside a sentence: ``daily activities LSS`` keeps its abbreviation."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
