"""What a company says of its beneficial owners: one row for each that is known, and rows for those that are new."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from portal.domain.owners import LONGEST_NAME, Fault, Owner, Ownership, contradicts, faults
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems

OWNERSHIP, NAME, SINCE, UNTIL, REMOVED = "huvudman", "namn", "sedan", "till", "bort"
NEW = ("ny1", "ny2", "ny3")


@dataclass(frozen=True)
class OwnersForm:
    ownership: Ownership | None
    owners: tuple[Owner, ...]
    without: tuple[UUID, ...]
    problems: Problems


def read(fields: Fields, known: Sequence[UUID], *, today: date) -> OwnersForm:
    """``known`` are the company's own; a new row in which nothing was written is no row."""
    ownership = next((each for each in Ownership if each.value == fields.text(OWNERSHIP)), None)
    without = tuple(id_ for id_ in known if fields.has(f"{REMOVED}-{id_}"))
    owners: list[Owner] = []
    problems: list[tuple[str, str]] = []
    for id_, suffix in (*((id_, str(id_)) for id_ in known), *((None, new) for new in NEW)):
        if id_ in without or not any(fields.has(f"{part}-{suffix}") for part in (NAME, SINCE, UNTIL)):
            continue
        if id_ is None and not any(fields.text(f"{part}-{suffix}") for part in (NAME, SINCE, UNTIL)):
            continue
        owner, wrong = _row(fields, id_, suffix, today)
        owners.append(owner)
        problems += wrong
    if not problems and (said := contradicts(ownership, owners)):
        problems.append(_contradiction(said, owners))
    return OwnersForm(ownership, tuple(owners), without, tuple(problems))


def _row(fields: Fields, id_: UUID | None, suffix: str, today: date) -> tuple[Owner, list[tuple[str, str]]]:
    days: dict[str, date | None] = {}
    problems = []
    for part in (SINCE, UNTIL):
        days[part], understood = _day(fields.text(f"{part}-{suffix}"))
        if not understood:
            sentence = _("Datumet finns inte. Skriv det som år-månad-dag, till exempel 2026-03-31.")
            problems.append((f"{part}-{suffix}", sentence))
    owner = Owner(id_, " ".join(fields.text(f"{NAME}-{suffix}").split()), days[SINCE], days[UNTIL])
    said = {name for name, _sentence in problems}
    fields_of = {"name": NAME, "since": SINCE, "until": UNTIL}
    for part, fault in faults(owner, today=today).items():
        field = f"{fields_of[part]}-{suffix}"
        if field not in said:
            problems.append((field, fault_words(fault)))
    return owner, problems


def fault_words(fault: Fault) -> str:
    return {
        Fault.NAME_MISSING: _("Skriv för- och efternamn."),
        Fault.NAME_TOO_LONG: _("Texten är för lång. Skriv högst %(count)s tecken.") % {"count": LONGEST_NAME},
        Fault.NUMBER_IN_NAME: _("Skriv bara namnet, inget personnummer."),
        Fault.SINCE_MISSING: _("Skriv sedan vilken dag."),
        Fault.FUTURE: _("Dagen har inte varit än."),
        Fault.ENDS_BEFORE: _("Den sista dagen kan inte vara före den första."),
    }[fault]


def _contradiction(said: str, owners: Sequence[Owner]) -> tuple[str, str]:
    if said == "nobody":
        return f"{NAME}-{NEW[0]}", _("Skriv minst en som är verklig huvudman nu.")
    if said == "somebody":
        return OWNERSHIP, _("Skriv vilken dag de som står här slutade vara verkliga huvudmän, eller ta bort dem.")
    return OWNERSHIP, _("Välj vad som gäller för företaget.")


def _day(text: str) -> tuple[date | None, bool]:
    if not text:
        return None, True
    try:
        return date.fromisoformat(text), True
    except ValueError:
        return None, False
