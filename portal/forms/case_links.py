"""A link between two cases as it is typed: the other's number, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.forms.fields import Fields
from portal.forms.review import read_words
from portal.locale import gettext as _
from portal.locale.problems import Problems


@dataclass(frozen=True)
class LinkForm:
    number: str
    note: str


def read_link(fields: Fields) -> LinkForm | Problems:
    number, note = fields.text("nummer"), read_words(fields, "varfor", _("Skriv vad ärendena har gemensamt."), least=1)
    problems: Problems = () if number else (("nummer", _("Skriv det andra ärendets diarienummer.")),)
    if isinstance(note, tuple):
        return (*problems, *note)
    return problems or LinkForm(number, note)


def number_problem(errors: Mapping[str, str]) -> Problems:
    said = {
        "unknown": _(
            "Det finns inget ärende med det numret här. Skriv det som i arbetslistan, till exempel SN 2026/0417."
        ),
        "same": _("Det är numret på det här ärendet. Skriv det andra ärendets nummer."),
        "linked": _("Ärendena är redan kopplade."),
    }
    return (("nummer", said[errors["number"]]),)
