"""What a company says of a new condition: yes or no, in its own words, and which of its documents show it."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from portal.forms.evidence import ENDS, ISSUED, KIND
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems

ORDER = ("svar", "beskrivning", KIND, ISSUED, ENDS, "underlag", "fil", "skal")
NEW = "ny"
"""What stands in the names of the fields for the document that is not there yet."""


@dataclass(frozen=True)
class Answered:
    declared: bool | None
    description: str
    documents: tuple[UUID, ...]
    without: tuple[UUID, ...]


def read(fields: Fields) -> Answered:
    return Answered(
        {"ja": True, "nej": False}.get(fields.text("svar")),
        fields.text("beskrivning"),
        _ids(fields, "underlag"),
        _ids(fields, "bort"),
    )


def problems_of(errors: Mapping[str, str]) -> Problems:
    """The refusals of the service in words, in the order of the page."""
    words = {
        ("svar", "missing"): _("Svara ja eller nej."),
        ("beskrivning", "missing"): _("Skriv vad som saknas och när ni räknar med att uppfylla det."),
        ("beskrivning", "too_long"): _("Skriv högst 4 000 tecken."),
        ("underlag", "missing"): _("Välj ett underlag eller ladda upp ett nytt."),
        ("underlag", "type_not_allowed"): _("Det valda underlaget är inte en sorts fil som tas emot här."),
        ("skal", "missing"): _("Skriv vad företaget behöver komplettera."),
        ("skal", "too_long"): _("Skriv högst 4 000 tecken."),
    }
    dated = {
        "kind_missing": _("Välj vilken sorts underlag dokumentet är."),
        "date_missing": _("Skriv dokumentets datum."),
        "too_old": _("Dokumentet är för gammalt. Lämna ett nyare och ange att det här inte ska räknas."),
        "expired": _("Dokumentet har gått ut. Lämna ett som gäller och ange att det här inte ska räknas."),
    }
    said = ((name, words.get((name, code)) or dated[code]) for name, code in errors.items())
    return in_order(said)


def in_order(problems: Iterable[tuple[str, str]]) -> Problems:
    """As their fields stand on the page, and of each field only the first."""
    first: dict[str, str] = {}
    for name, sentence in problems:
        first.setdefault(name, sentence)

    def place(problem: tuple[str, str]) -> int:
        return next(number for number, field in enumerate(ORDER) if problem[0].startswith(field))

    return tuple(sorted(first.items(), key=place))


def renamed(fields: Fields, made: Sequence[UUID]) -> Fields:
    """What was said of the document that was new, as said of the one that it has become."""
    if not made:
        return fields
    new = {f"{part}-{NEW}": f"{part}-{made[0]}" for part in (KIND, ISSUED, ENDS)}
    return Fields.of((new.get(name, name), value) for name, value in fields.pairs)


def _ids(fields: Fields, name: str) -> tuple[UUID, ...]:
    found = []
    for each in fields.many(name):
        with suppress(ValueError):
            found.append(UUID(each))
    return tuple(found)
