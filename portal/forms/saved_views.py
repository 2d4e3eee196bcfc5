"""A saved selection as it is typed: its name, and whether colleagues see it."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.forms.fields import Fields
from portal.locale import gettext as _


@dataclass(frozen=True)
class ViewForm:
    name: str
    shared: bool

    @classmethod
    def read(cls, fields: Fields) -> "ViewForm":
        return cls(fields.text("namn"), fields.text("delad") == "ja")


def name_problem(errors: Mapping[str, str]) -> str:
    """What the service refused of the name, in words."""
    return {
        "missing": _("Skriv vad vyn ska heta."),
        "too_long": _("Namnet är för långt. Det får ha högst 40 tecken."),
        "taken": _("Du har redan en vy med det namnet."),
        "too_many": _("Du har redan tolv vyer. Ta bort en innan du sparar en ny."),
    }[errors["name"]]
