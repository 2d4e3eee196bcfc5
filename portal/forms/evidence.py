"""What a company says of its documents: a kind, the day of issue, the last day.  Fields carry the document's id."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.domain.validity import Fault, Limits, Stated, faults
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems

KIND, ISSUED, ENDS = "sort", "utfardat", "galler-till"
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PARTS = {"kind": KIND, "issued_on": ISSUED, "ends_on": ENDS}


@dataclass(frozen=True)
class DatesForm:
    """``stated`` is what can be kept."""

    stated: Mapping[UUID, Stated]
    problems: Problems


def read_dates(fields: Fields, *, accepted: Mapping[str, Limits], today: date) -> DatesForm:
    """The statements of the documents whose fields were sent; one that is wrong keeps nothing of its own."""
    stated: dict[UUID, Stated] = {}
    problems: list[tuple[str, str]] = []
    for document in _documents(fields):
        said, wrong = read_stated(fields, str(document), accepted=accepted, today=today)
        problems += wrong
        if not wrong:
            stated[document] = said
    return DatesForm(stated, tuple(problems))


def _documents(fields: Fields) -> tuple[UUID, ...]:
    """Of which documents anything was sent, in the order of the page."""
    names = (name.removeprefix(f"{part}-") for name, _value in fields.pairs for part in (KIND, ISSUED, ENDS))
    return tuple(dict.fromkeys(UUID(name) for name in names if _ID.fullmatch(name)))


def read_stated(fields: Fields, suffix: str, *, accepted: Mapping[str, Limits], today: date) -> tuple[Stated, Problems]:
    """One statement, from ``sort-…``, ``utfardat-…`` and ``galler-till-…``."""
    problems: list[tuple[str, str]] = []
    days: dict[str, date | None] = {}
    for part in (ISSUED, ENDS):
        name = f"{part}-{suffix}"
        days[part], understood = _day(fields.text(name))
        if not understood:
            problems.append((name, _("Datumet finns inte. Skriv det som år-månad-dag, till exempel 2026-03-31.")))
    said = Stated(fields.text(f"{KIND}-{suffix}") or None, days[ISSUED], days[ENDS])
    found = faults(said, accepted, today=today)
    problems += [(f"{PARTS[part]}-{suffix}", fault_words(fault)) for part, fault in found.items()]
    return said, tuple(problems)


def fault_words(fault: Fault) -> str:
    return {
        Fault.UNKNOWN_KIND: _("Välj en sorts underlag i listan."),
        Fault.FUTURE: _("Dagen har inte varit än. Skriv den dag som dokumentet är utfärdat."),
        Fault.ENDS_BEFORE_ISSUE: _("Dokumentet kan inte sluta gälla innan det är utfärdat. Rätta ett av datumen."),
    }[fault]


def _day(text: str) -> tuple[date | None, bool]:
    if not text:
        return None, True
    try:
        return date.fromisoformat(text), True
    except ValueError:
        return None, False
