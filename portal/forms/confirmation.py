"""What a company says of a new condition: yes or no, in its own words, and which of its documents show it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from portal.forms.fields import Fields
from portal.locale import gettext as _

Problems = tuple[tuple[str, str], ...]
ORDER = ("svar", "beskrivning", "underlag", "skal")


@dataclass(frozen=True)
class Answered:
    declared: bool | None
    description: str
    documents: tuple[UUID, ...]


def read(fields: Fields) -> Answered:
    return Answered({"ja": True, "nej": False}.get(fields.text("svar")), fields.text("beskrivning"), _ids(fields))


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
    return tuple((name, words[name, errors[name]]) for name in ORDER if name in errors)


def _ids(fields: Fields) -> tuple[UUID, ...]:
    found = []
    for each in fields.many("underlag"):
        with suppress(ValueError):
            found.append(UUID(each))
    return tuple(found)
