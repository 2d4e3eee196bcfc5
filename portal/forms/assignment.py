"""Which cases are given to whom, as it is sent in."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.forms.fields import Fields
from portal.forms.review import read_words
from portal.locale import gettext as _
from portal.locale.problems import Problems


@dataclass(frozen=True)
class AssignmentForm:
    """What was chosen and typed; ``problems`` is what the form itself can see."""

    cases: frozenset[UUID]
    to: UUID | None
    reason: str
    problems: Problems


def read_assignment(fields: Fields) -> AssignmentForm:
    """What is no id is nobody's, and is left out."""
    cases, to = set(), None
    for each in fields.many("arende"):
        with suppress(ValueError):
            cases.add(UUID(each))
    with suppress(ValueError):
        to = UUID(fields.text("till"))
    problems = []
    if not cases:
        problems.append(("arenden", _("Välj minst ett ärende.")))
    if to is None:
        problems.append(("till", _("Välj vem som ska få ärendena.")))
    said = read_words(fields, "skal", _("Skriv varför ärendena byter handläggare, med minst några ord."))
    if isinstance(said, tuple):
        problems += said
    return AssignmentForm(frozenset(cases), to, fields.text("skal"), tuple(problems))


def refused(errors: Any, facts: Any) -> Problems:
    """What the service refused, at the field that it concerns."""
    if "cases" in errors:
        return (("arenden", _("Välj högst hundra ärenden åt gången.")),)
    if errors["to"] == "conflict":
        numbers = ", ".join(facts["numbers"])
        return (("till", _("Personen har anmält jäv i %(numbers)s. Välj någon annan.") % {"numbers": numbers}),)
    return (("till", _("Personen är inte handläggare här längre. Välj någon annan.")),)
