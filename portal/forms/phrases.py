"""Phrases as an administrator types them, and one taken into a form that an officer is writing."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.domain.criteria import Language
from portal.domain.phrases import Offered, Purpose
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems

TAKE = "hamta"
"""The button that takes a phrase: its value is the field that the phrase goes into."""


FIELDS = ("anvands", "rubrik_sv", "rubrik_en", "villkor", "text_sv", "text_en")


@dataclass(frozen=True)
class PhraseForm:
    typed: Mapping[str, str]
    purpose: Purpose | None
    title: str
    criterion: str
    text: str
    text_en: str
    title_en: str
    problems: Problems


def read_phrase(fields: Fields) -> PhraseForm:
    typed = {name: fields.text(name) for name in FIELDS}
    purpose = next((each for each in Purpose if each.value == typed["anvands"]), None)
    criterion = typed["villkor"].upper().replace(" ", "")
    problems = []
    if purpose is None:
        problems.append(("anvands", _("Välj var frasen ska användas.")))
    if criterion and not re.fullmatch(r"[A-ZÅÄÖ]{2,5}-[0-9]{1,3}", criterion):
        problems.append(("villkor", _("Skriv villkorets beteckning, till exempel GEN-25, eller lämna tomt.")))
    return PhraseForm(
        typed,
        purpose,
        title=typed["rubrik_sv"],
        criterion=criterion,
        text=typed["text_sv"],
        text_en=typed["text_en"],
        title_en=typed["rubrik_en"],
        problems=tuple(problems),
    )


def refused(errors: Mapping[str, str]) -> Problems:
    """What the service refused, at its field, in the order of the page."""
    said = {
        ("title", "missing"): _("Skriv en rubrik på svenska, så att frasen går att hitta."),
        ("title", "too_long"): _("Rubriken är för lång. Den får ha högst 80 tecken."),
        ("title", "taken"): _("Det finns redan en fras med den rubriken för samma användning."),
        ("title", "too_many"): _("Ni har redan 200 fraser. Ta bort någon som inte används."),
        ("text", "missing"): _("Skriv texten på svenska."),
        ("text", "too_long"): _("Texten är för lång. Den får ha högst 4 000 tecken."),
        ("text_en", "too_long"): _("Texten är för lång. Den får ha högst 4 000 tecken."),
        ("title_en", "too_long"): _("Rubriken är för lång. Den får ha högst 80 tecken."),
    }
    at = {"title": "rubrik_sv", "title_en": "rubrik_en", "text": "text_sv", "text_en": "text_en"}
    return tuple((field, said[name, errors[name]]) for name, field in at.items() if name in errors)


def taken(fields: Fields, offered: Iterable[Offered], *, language: Language = "sv") -> Fields | None:
    """The form with the chosen phrase in its field, after what was there; none where no phrase was asked for.

    ``language`` is the company's where the text is a letter to it; what a decision rests on is written in Swedish.
    With nothing chosen the form comes back as it was: nothing typed is lost.
    """
    target = fields.text(TAKE)
    if not target:
        return None
    chosen = next((each for each in offered if str(each.id) == fields.text(f"fras-{target}")), None)
    if chosen is None:
        return fields
    text = "\n\n".join(part for part in (fields.text(target), chosen.says(language)) if part)
    return Fields((*(pair for pair in fields.pairs if pair[0] != target), (target, text)))
