"""What people type about their company and about whom they invite: a typed value, or every error by field.

Nothing here reads the database; that a number is taken, or an address known, is the service's to say.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.company import CompanyDetails
from portal.domain.identifiers import OrganisationForm, Orgnr, OrgnrFault, read_orgnr
from portal.domain.roles import COMPANY_ROLES, Role
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problem

ORGNR, NAME, FORM, STREET, POSTCODE, TOWN, EMAIL, PHONE, ATTESTED = (
    "organisationsnummer namn form gata postnummer ort epost telefon intygar".split(" ")
)
ROLE = "roll"
_DETAILS = (NAME, FORM, STREET, POSTCODE, TOWN, EMAIL, PHONE)
_LONGEST = {NAME: 200, STREET: 200, TOWN: 100, EMAIL: 254}

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


@dataclass(frozen=True)
class CompanyForm:
    """``values`` is what was typed, field by field; ``details`` is there when nothing stands in the way."""

    values: Mapping[str, str]
    problems: tuple[Problem, ...]
    details: CompanyDetails | None = None
    orgnr: Orgnr | None = None


@dataclass(frozen=True)
class InvitationForm:
    values: Mapping[str, str]
    problems: tuple[Problem, ...]
    role: Role | None = None


def read_registration(fields: Fields) -> CompanyForm:
    values = _values(fields, (ORGNR, *_DETAILS, ATTESTED))
    orgnr = read_orgnr(values[ORGNR])
    number = None if isinstance(orgnr, OrgnrFault) else orgnr
    if number is not None and not values[FORM]:
        values[FORM] = number.form.value
    problems: list[Problem] = []
    if isinstance(orgnr, OrgnrFault):
        problems.append((ORGNR, orgnr_fault(orgnr)))
    # Without a number that can be read there is nothing to propose from: that is said once, at the number.
    problems += _detail_problems(values, form_is_needed=number is not None)
    if values[ATTESTED] != "ja":
        problems.append((ATTESTED, _("Intyga att du är firmatecknare för att kunna registrera.")))
    details = None if problems else _details(values)
    return CompanyForm(values, tuple(problems), details, number)


def read_details(fields: Fields) -> CompanyForm:
    values = _values(fields, _DETAILS)
    problems = tuple(_detail_problems(values, form_is_needed=True))
    return CompanyForm(values, problems, None if problems else _details(values))


def read_invitation(fields: Fields) -> InvitationForm:
    values = _values(fields, (EMAIL, ROLE))
    problems = [] if (fault := address_fault(values[EMAIL])) is None else [(EMAIL, fault)]
    role = read_role(values[ROLE])
    if role is None:
        problems.append((ROLE, _("Välj vilken roll personen ska ha.")))
    return InvitationForm(values, tuple(problems), role)


def read_role(typed: str) -> Role | None:
    return next((role for role in COMPANY_ROLES if role.value == typed), None)


def orgnr_fault(fault: OrgnrFault) -> str:
    return {
        OrgnrFault.EMPTY: _("Skriv företagets organisationsnummer."),
        OrgnrFault.FORM: _("Organisationsnumret ska ha tio siffror, till exempel 559900-0142."),
        OrgnrFault.PERSONAL: _(
            "Det här ser ut som ett personnummer. Enskilda firmor kan inte registreras här än."
            " Kontakta kommunen, så hjälper de dig att ansöka på annat sätt."
        ),
        OrgnrFault.CHECK_DIGIT: _("Numret stämmer inte. Kontrollera siffrorna mot registreringsbeviset."),
    }[fault]


def orgnr_taken() -> str:
    return _("Företaget är redan registrerat. Be den som administrerar det hos er att bjuda in dig.")


def address_fault(typed: str) -> str | None:
    """Why this is no address that mail can be sent to, or ``None``."""
    if not typed:
        return _("Skriv en e-postadress.")
    if not typed.isascii():
        return _("E-postadressen får inte ha å, ä eller ö eller andra särskilda tecken.")
    if len(typed) > _LONGEST[EMAIL] or not _ADDRESS.fullmatch(typed) or ".." in typed:
        return _("Skriv hela e-postadressen, till exempel namn@foretaget.se.")
    return None


def invited_fault(code: str) -> str:
    return {
        "member": _("Personen är redan med i företaget."),
        "invited": _("Adressen har redan en inbjudan. Skicka den igen i listan över inbjudningar."),
    }[code]


def _values(fields: Fields, names: tuple[str, ...]) -> dict[str, str]:
    """One line each: a line break in a name would travel on into letters and headers."""
    return {name: " ".join(fields.text(name).split()) for name in names}


def _detail_problems(values: Mapping[str, str], *, form_is_needed: bool) -> list[Problem]:
    problems: list[Problem] = []
    missing = {
        NAME: _("Skriv företagets namn."),
        STREET: _("Skriv gatuadress eller box."),
        TOWN: _("Skriv postort."),
    }
    too_long = _("Texten är för lång. Skriv högst %(count)s tecken.")
    for name in _DETAILS:
        value = values[name]
        if name in missing and not value:
            problems.append((name, missing[name]))
        elif name in missing and len(value) > _LONGEST[name]:
            problems.append((name, too_long % {"count": _LONGEST[name]}))
        elif name == FORM and value not in list(OrganisationForm) and (value or form_is_needed):
            problems.append((name, _("Välj organisationsform.")))
        elif name == POSTCODE and _postcode(value) is None:
            problems.append((name, _("Skriv postnumret med fem siffror, till exempel 123 45.")))
        elif name == EMAIL and (fault := address_fault(value)) is not None:
            problems.append((name, fault))
        elif name == PHONE and not _is_phone(value):
            problems.append((name, _("Skriv ett telefonnummer med riktnummer, till exempel 070-123 45 67.")))
    return problems


def _details(values: Mapping[str, str]) -> CompanyDetails:
    return CompanyDetails(
        name=values[NAME],
        form=OrganisationForm(values[FORM]),
        street=values[STREET],
        postcode=_postcode(values[POSTCODE]) or "",
        town=values[TOWN],
        email=values[EMAIL],
        phone=values[PHONE],
    )


def _postcode(typed: str) -> str | None:
    """``NNN NN``; Swedish postcodes do not begin with a zero."""
    digits = re.sub(r"(?i)^SE?[- ]?|\s", "", typed)
    return f"{digits[:3]} {digits[3:]}" if re.fullmatch(r"[1-9][0-9]{4}", digits) else None


def _is_phone(typed: str) -> bool:
    return bool(re.fullmatch(r"\+?[0-9 ()/–-]{6,30}", typed)) and 6 <= sum(c.isdecimal() for c in typed) <= 15
