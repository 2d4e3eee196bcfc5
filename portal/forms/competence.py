"""What a company types of its people: a typed value, or every error by field, with nothing lost."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from portal.domain.competence import (
    SWEDEN,
    Area,
    Cefr,
    Education,
    Employment,
    Impossible,
    LanguageSkill,
    Level,
    Qualification,
    StaffRole,
    Subject,
    Supervision,
    SupervisionKind,
    faults,
)
from portal.domain.competence_facts import Part
from portal.domain.months import Month, read_month
from portal.forms.application import holds_personal_number
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problem

Claim = Education | Employment | LanguageSkill | Supervision
E = TypeVar("E", bound=StrEnum)

LONGEST = 200
MOST_CREDITS, MOST_HOURS = 2_000, 2_000
NAMES: dict[Part, tuple[str, ...]] = {
    Part.EDUCATION: ("larosate", "utbildning", "niva", "inriktning", "examen", "poang", "land", "underlag", "uhr"),
    Part.EMPLOYMENT: (
        *("arbetsgivare", "befattning", "omrade", "andel", "start", "slut", "pagar"),
        *("personal", "drift", "underlag"),
    ),
    Part.LANGUAGE: ("sprak", "niva", "underlag"),
    Part.SUPERVISION: ("slag", "timmar", "extern", "underlag"),
}


@dataclass(frozen=True)
class ProfileForm:
    values: Mapping[str, str]
    problems: tuple[Problem, ...]
    role: StaffRole | None = None


@dataclass(frozen=True)
class ClaimForm:
    """``claim`` is there when nothing stands in the way; ``values`` is what was typed, whatever it was."""

    values: Mapping[str, str]
    problems: tuple[Problem, ...]
    claim: Claim | None = None


def read_profile(fields: Fields) -> ProfileForm:
    values = {name: fields.text(name) for name in ("namn", "roll", "titel")}
    reading = _Reading(values)
    reading.text("namn", _("Skriv personens namn."))
    reading.optional_text("titel")
    role = reading.choice("roll", StaffRole, _("Välj vad personen gör hos er."))
    return ProfileForm(values, tuple(reading.problems), role)


def read_claim(part: Part, fields: Fields, *, today: date) -> ClaimForm:
    values = {name: fields.text(name) for name in NAMES[part]}
    reading = _Reading(values)
    claim = {
        Part.EDUCATION: _education,
        Part.EMPLOYMENT: lambda each: _employment(each, today),
        Part.LANGUAGE: _language,
        Part.SUPERVISION: _supervision,
    }[part](reading)
    return ClaimForm(values, tuple(reading.problems), None if reading.problems else claim)


class _Reading:
    """Reads one field after the other and keeps every problem, in the order of the page."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values
        self.problems: list[Problem] = []

    def text(self, name: str, missing: str) -> str:
        if not self.values[name]:
            self.problems.append((name, missing))
        return self.optional_text(name)

    def optional_text(self, name: str) -> str:
        typed = self.values[name]
        if len(typed) > LONGEST:
            self.problems.append((name, _("Korta texten till högst %(longest)s tecken.") % {"longest": LONGEST}))
        if holds_personal_number(typed):
            self.problems.append(
                (name, _("Texten ser ut att innehålla ett personnummer. Det behövs inte, ta bort det."))
            )
        return typed

    def choice(self, name: str, enum: type[E], missing: str) -> E | None:
        found = next((each for each in enum if each.value == self.values[name]), None)
        if found is None:
            self.problems.append((name, missing))
        return found

    def number(self, name: str, most: int, wrong: str, *, missing: str = "") -> int | None:
        typed = self.values[name].replace("\N{NO-BREAK SPACE}", "").replace(" ", "")
        if not typed:
            if missing:
                self.problems.append((name, missing))
            return None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 9 and 1 <= int(typed) <= most):
            self.problems.append((name, wrong))
            return None
        return int(typed)

    def document(self, name: str = "underlag") -> str | None:
        typed = self.values[name]
        try:
            return str(UUID(typed)) if typed else None
        except ValueError:
            self.problems.append((name, _("Välj ett dokument i listan.")))
            return None

    def checked(self, name: str) -> bool:
        return self.values[name] == "ja"


def _education(reading: _Reading) -> Education | None:
    institution = reading.text("larosate", _("Skriv var utbildningen gavs."))
    name = reading.text("utbildning", _("Skriv vad utbildningen heter."))
    level = reading.choice("niva", Level, _("Välj utbildningens nivå."))
    subject = reading.choice("inriktning", Subject, _("Välj vad utbildningen handlade om."))
    qualification = reading.choice("examen", Qualification, _("Välj i listan."))
    credits_ = reading.number(
        "poang", MOST_CREDITS, _("Skriv poängen som ett heltal mellan 1 och %(most)s.") % {"most": MOST_CREDITS}
    )
    country = reading.values["land"]
    if not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper()):
        reading.problems.append(("land", _("Välj i vilket land utbildningen gavs.")))
    document, uhr = reading.document(), reading.document("uhr")
    if uhr and country == SWEDEN:
        reading.problems.append(
            ("uhr", _("UHR bedömer bara utländsk utbildning. Välj ett annat land, eller inget utlåtande."))
        )
    if level is None or subject is None or qualification is None:
        return None
    return Education(
        institution=institution,
        name=name,
        level=level,
        subject=subject,
        qualification=qualification,
        credits=credits_,
        country=country,
        document=document,
        uhr_document=uhr,
    )


def _employment(reading: _Reading, today: date) -> Employment | None:
    employer = reading.text("arbetsgivare", _("Skriv vem som var arbetsgivare."))
    role = reading.text("befattning", _("Skriv personens befattning."))
    area = reading.choice("omrade", Area, _("Välj vad arbetet handlade om."))
    wrong_share = _("Skriv tjänstgöringsgraden i procent, ett heltal mellan 1 och 100.")
    share = reading.number("andel", 100, wrong_share, missing=wrong_share)
    start, end = _period(reading, today)
    document = reading.document()
    if area is None or start is None or share is None:
        return None
    return Employment(
        employer=employer,
        role=role,
        area=area,
        share=share,
        start=start,
        end=end,
        leads_staff=reading.checked("personal"),
        leads_operations=reading.checked("drift"),
        document=document,
    )


def _period(reading: _Reading, today: date) -> tuple[Month | None, Month | None]:
    values = reading.values
    start = read_month(values["start"])
    if start is None:
        reading.problems.append(("start", _("Skriv första månaden som år och månad, till exempel 2021-08.")))
    end = read_month(values["slut"]) if values["slut"] else None
    going_on = reading.checked("pagar")
    if going_on and values["slut"]:
        reading.problems.append(("slut", _("Skriv sista månaden eller kryssa för att anställningen pågår, inte båda.")))
    elif end is None and not going_on:
        reading.problems.append(
            ("slut", _("Skriv sista månaden, till exempel 2023-07, eller kryssa för att anställningen pågår."))
        )
    if start is not None:
        probe = Employment(employer="", role="", area=Area.OTHER, start=start, end=end)
        found = faults(probe, this_month=Month.of(today))
        reading.problems += [
            (name, impossible(each)) for name, each in (("start", found.start), ("slut", found.end)) if each is not None
        ]
    return start, end


def impossible(fault: Impossible) -> str:
    return {
        Impossible.STARTS_LATER: _("Anställningen har inte börjat än. Bara det som redan är arbetat räknas."),
        Impossible.TOO_LONG_AGO: _("Det är för länge sedan. Kontrollera årtalet."),
        Impossible.ENDS_BEFORE_START: _("Sista månaden är före den första. Kontrollera båda."),
        Impossible.ENDS_LATER: _("Sista månaden har inte varit än. Kryssa i stället för att anställningen pågår."),
        Impossible.SHARE: _("Skriv tjänstgöringsgraden i procent, ett heltal mellan 1 och 100."),
    }[fault]


def _language(reading: _Reading) -> LanguageSkill | None:
    language = reading.values["sprak"]
    if not (2 <= len(language) <= 3 and language.isascii() and language.isalpha() and language.islower()):
        reading.problems.append(("sprak", _("Välj ett språk.")))
    level = reading.choice("niva", Cefr, _("Välj en nivå."))
    document = reading.document()
    return LanguageSkill(language=language, level=level, document=document) if level else None


def _supervision(reading: _Reading) -> Supervision | None:
    kind = reading.choice("slag", SupervisionKind, _("Välj vilken handledning det är."))
    wrong = _("Skriv antalet timmar som ett heltal.")
    hours = reading.number("timmar", MOST_HOURS, wrong, missing=wrong)
    document = reading.document()
    if kind is None or hours is None:
        return None
    return Supervision(kind=kind, hours=hours, external=reading.checked("extern"), document=document)
