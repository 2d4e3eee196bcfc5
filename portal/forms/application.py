"""What a company sends of its application: an answer, an explanation, a comment, a reason."""

import re
from dataclasses import dataclass
from datetime import date

from portal.domain.identifiers import luhn_holds
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems

LONGEST = 10_000
LONGEST_REASON = 4_000

# Twelve or ten digits with or without a separator: yymmdd-nnnn, as people write a personal identity number.
_PERSONAL = re.compile(r"(?<![\d-])(?:19|20)?(\d{2})(\d{2})(\d{2})[ ]?[-+]?[ ]?(\d{4})(?![\d-])")


@dataclass(frozen=True)
class AnswerForm:
    """``problems`` are what keeps the answer from being kept at all; what it lacks is said by ``domain.criteria``."""

    declared: bool | None
    description: str
    problems: Problems


def read_answer(fields: Fields) -> AnswerForm:
    declared = {"ja": True, "nej": False}.get(fields.text("svar"))
    description = fields.text("beskrivning")
    return AnswerForm(declared, description, text_problems("beskrivning", description, longest=LONGEST))


def read_text(fields: Fields, name: str) -> tuple[str, Problems]:
    """A reason, an explanation or a comment; whether it may be empty is the verb's to say."""
    text = fields.text(name)
    return text, text_problems(name, text, longest=LONGEST_REASON)


def text_problems(name: str, text: str, *, longest: int) -> Problems:
    problems: list[tuple[str, str]] = []
    if len(text) > longest:
        too_long = _("Texten är %(length)s tecken lång. Korta den till högst %(longest)s tecken.")
        problems.append((name, too_long % {"length": len(text), "longest": longest}))
    if holds_personal_number(text):
        sentence = _("Texten ser ut att innehålla ett personnummer. Ta bort det och skriv ett namn i stället.")
        problems.append((name, sentence))
    return tuple(problems)


def holds_personal_number(text: str) -> bool:
    """Whether a Swedish personal identity number, or a coordination number, stands in the text (house rule 8).

    An organisation number is not one: its third digit is at least 2, and so its "month" is no month.
    """
    for found in _PERSONAL.finditer(text):
        year, month, day, last = found.groups()
        number = int(day) - 60 if int(day) > 60 else int(day)
        try:
            date(2000 + int(year), int(month), number)
        except ValueError:
            continue
        if luhn_holds(year + month + day + last):
            return True
    return False
