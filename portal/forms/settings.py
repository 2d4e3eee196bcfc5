"""A municipality's settings as they are typed: a typed value, or every error by field."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.marks import MarkFault
from portal.domain.municipal_rules import (
    DEADLINE_BOUNDS,
    LONGEST_TEXT,
    THRESHOLD_KINDS,
    ColourFault,
    Kind,
    OneOf,
    Whole,
    YearDay,
    colour_faults,
    unknown_placeholders,
)
from portal.domain.retention import BOUNDS
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale import language
from portal.locale.problems import Problem
from portal.locale.thresholds import how_to_write

EMAIL, TELEPHONE, ADDRESS, MARK = "epost telefon adress marke".split(" ")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class SettingsForm:
    """``typed`` by field, as it was written; ``values`` is what to store when there are no problems."""

    typed: Mapping[str, str]
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_deadlines(fields: Fields, names: tuple[str, ...]) -> SettingsForm:
    return _read(fields, {name: DEADLINE_BOUNDS[name] for name in names if name in DEADLINE_BOUNDS})


def read_thresholds(fields: Fields, names: tuple[str, ...]) -> SettingsForm:
    return _read(fields, {name: THRESHOLD_KINDS[name] for name in names if name in THRESHOLD_KINDS})


def read_retention(fields: Fields) -> SettingsForm:
    return _read(fields, BOUNDS)


def read_whole(fields: Fields, kinds: Mapping[str, Kind]) -> SettingsForm:
    return _read(fields, kinds)


def _read(fields: Fields, kinds: Mapping[str, Kind]) -> SettingsForm:
    typed = {name: fields.text(name) for name in kinds}
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, kind in kinds.items():
        value = read_value(typed[name], kind)
        if value is None:
            problems.append((name, how_to_write(kind)))
        else:
            values[name] = value
    return SettingsForm(typed, values, tuple(problems))


def read_value(typed: str, kind: Kind) -> int | str | list[str] | None:
    """The value as it is stored, or None; a number may be written with spaces between its thousands."""
    if isinstance(kind, Whole):
        digits = re.sub(r"\s", "", typed)
        number = int(digits) if re.fullmatch(r"[0-9]{1,12}", digits) else None
        return number if number is not None and kind.low <= number <= kind.high else None
    if isinstance(kind, OneOf):
        return typed if typed in kind.values else None
    if isinstance(kind, YearDay):
        found = re.fullmatch(r"(?:--)?([0-9]{1,2})-([0-9]{1,2})", typed)
        if (
            found is None
            or not 1 <= int(found[1]) <= 12
            or not 1 <= int(found[2]) <= monthrange(2026, int(found[1]))[1]
        ):
            return None
        return f"--{int(found[1]):02d}-{int(found[2]):02d}"
    ratings = [each.upper() for each in re.split(r"[\s,;]+", typed) if each]
    if not ratings or not all(re.fullmatch(r"[A-Z]{1,3}[+-]?", each) for each in ratings):
        return None
    return list(dict.fromkeys(ratings))


def as_typed(value: Any) -> str:
    """A stored value as one would type it."""
    if isinstance(value, list | tuple):
        return ", ".join(value)
    return str(value).removeprefix("--")


def read_texts(fields: Fields, names: tuple[str, ...]) -> SettingsForm:
    typed = {f"{name}_{tongue}": fields.text(f"{name}_{tongue}") for name in names for tongue in ("sv", "en")}
    problems: list[Problem] = []
    for key, words in typed.items():
        unknown = unknown_placeholders(words)
        if not words:
            problems.append((key, _("Skriv texten. Den visas på båda språken, så ingen av dem får vara tom.")))
        elif len(words) > LONGEST_TEXT:
            problems.append((key, _("Korta texten till högst %(count)s tecken.") % {"count": LONGEST_TEXT}))
        elif unknown:
            names_there = ", ".join(f"{{{name}}}" for name in unknown)
            problems.append(
                (
                    key,
                    _("Det finns inget som heter %(names)s. Se listan över ord som fylls i.") % {"names": names_there},
                )
            )
    values = {name: {tongue: typed[f"{name}_{tongue}"] for tongue in ("sv", "en")} for name in names}
    return SettingsForm(typed, values, tuple(problems))


def read_contact(fields: Fields) -> SettingsForm:
    typed = {name: fields.text(name) for name in (EMAIL, TELEPHONE, ADDRESS)}
    lines = [line.strip() for line in typed[ADDRESS].split("\n") if line.strip()]
    problems: list[Problem] = []
    if not _ADDRESS.fullmatch(typed[EMAIL]) or len(typed[EMAIL]) > 254:
        problems.append((EMAIL, _("Skriv en e-postadress, till exempel kundval@kommunen.se")))
    if not re.fullmatch(r"\+?[0-9][0-9 ()-]{5,24}", typed[TELEPHONE]):
        problems.append((TELEPHONE, _("Skriv ett telefonnummer med siffror, till exempel 0000-12 30 00.")))
    if not 2 <= len(lines) <= 6 or any(len(line) > 80 for line in lines):
        problems.append((ADDRESS, _("Skriv adressen på två till sex rader, högst 80 tecken på varje.")))
    values = {"email": typed[EMAIL], "telephone": typed[TELEPHONE], "address": lines}
    return SettingsForm(typed, values, tuple(problems))


def read_theme(fields: Fields, names: tuple[str, ...]) -> SettingsForm:
    typed = {name: fields.text(name) for name in names}
    values = {name: _colour(words) for name, words in typed.items()}
    faults = list(colour_faults(values))
    order = {name: index for index, name in enumerate(names)}
    faults.sort(key=lambda fault: order[fault.name])
    return SettingsForm(typed, values, tuple((fault.name, _colour_words(fault)) for fault in faults))


def _colour(typed: str) -> str:
    colour = typed.strip().lower()
    return colour if colour.startswith("#") else f"#{colour}"


def _colour_words(fault: ColourFault) -> str:
    if fault.reason == "form":
        return _("Skriv färgen som # och sex tecken, till exempel #17573f.")
    facts = {"ratio": decimal(fault.ratio), "needed": decimal(fault.needed)}
    if fault.against == "accent":
        return (
            _("Huvudfärgen syns för dåligt på bandet: kontrasten är %(ratio)s:1 och behöver vara minst %(needed)s:1.")
            % facts
        )
    return _("Välj en mörkare färg: kontrasten mot vitt är %(ratio)s:1 och behöver vara minst %(needed)s:1.") % facts


def decimal(ratio: float) -> str:
    """``6,9`` and never rounded up to what is needed."""
    cut = f"{int(ratio * 10) / 10:.1f}"
    return cut if language() == "en" else cut.replace(".", ",")


def mark_words(fault: MarkFault) -> str:
    what = {"what": fault.what}
    words = {
        "empty": _("Välj en SVG-fil."),
        "size": _("Filen är för stor. Den får vara högst 50 kB."),
        "not_svg": _("Filen är inte en SVG-bild. Spara märket som SVG och försök igen."),
        "doctype": _("Filen har en DOCTYPE eller egna entiteter. Spara den som vanlig SVG (plain SVG)."),
        "element": _("Elementet %(what)s får inte finnas i ett märke. Spara filen som vanlig SVG (plain SVG).") % what,
        "event": _("Filen kör ett skript (%(what)s). Ett märke får inte innehålla skript.") % what,
        "reference": _("Filen hämtar något utifrån (%(what)s). Allt ska finnas i filen.") % what,
        "attribute": _("Attributet %(what)s får inte finnas i ett märke. Spara filen som vanlig SVG (plain SVG).")
        % what,
    }
    return words[fault.reason]
