"""What an administrator types about a person on the staff: a typed value, or every error by field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.roles import STAFF_ROLES, Role
from portal.domain.staff import StaffFacts
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problem

NAME, EMAIL, TITLE, DELEGATION, ROLES = "namn epost titel delegation roller".split(" ")
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_LONGEST = {NAME: 120, EMAIL: 254, TITLE: 120, DELEGATION: 80}


@dataclass(frozen=True)
class StaffForm:
    """``values`` is what was typed; ``facts`` is there when nothing stands in the way."""

    values: Mapping[str, str]
    roles: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    facts: StaffFacts | None = None


def read_staff(fields: Fields, *, with_email: bool) -> StaffForm:
    values = {name: " ".join(fields.text(name).split()) for name in (NAME, EMAIL, TITLE, DELEGATION)}
    chosen = fields.many(ROLES)
    roles = tuple(role for role in STAFF_ROLES if role.value in chosen)
    problems: list[Problem] = []
    if with_email:
        if not values[EMAIL]:
            problems.append((EMAIL, _("Skriv personens e-postadress i tjänsten.")))
        elif not _ADDRESS.fullmatch(values[EMAIL]):
            problems.append((EMAIL, _("Skriv adressen så här: namn@kommunen.se")))
    if not values[NAME]:
        problems.append((NAME, _("Skriv personens namn.")))
    if not values[TITLE]:
        problems.append((TITLE, _("Skriv personens titel. Den står i beslut och brev.")))
    for name, longest in _LONGEST.items():
        if len(values[name]) > longest:
            problems.append((name, _("Korta texten till högst %(count)s tecken.") % {"count": longest}))
    if not roles:
        problems.append((ROLES, _("Välj minst en roll.")))
    if Role.DECISION_MAKER in roles and not values[DELEGATION]:
        problems.append((DELEGATION, _("Skriv den punkt i delegationsordningen som beslutsfattaren beslutar enligt.")))
    facts = None
    if not problems:
        facts = StaffFacts(values[NAME], values[TITLE], values[DELEGATION], roles)
    return StaffForm(values, tuple(role.value for role in roles), tuple(problems), facts)


def already_there(reason: str) -> Problem:
    """What the service said of an address."""
    if reason == "staff_inactive":
        return EMAIL, _("Personen finns redan men är avstängd. Öppna personen i listan och släpp in den igen.")
    return EMAIL, _("Personen finns redan i listan.")
