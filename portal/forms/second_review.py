"""The second reviewer's answer as it is sent in: alike or otherwise for each criterion, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from portal.domain.second_review import BOUNDS, Point
from portal.forms.fields import Fields
from portal.forms.settings import SettingsForm, read_whole
from portal.locale import gettext as _
from portal.locale.problems import Problems


@dataclass(frozen=True)
class AnswerForm:
    """``conflicted`` is none until it is answered; ``points`` are those criteria that were answered."""

    conflicted: bool | None
    points: tuple[Point, ...]
    note: str


def read_answer(fields: Fields, asked: Iterable[str]) -> AnswerForm:
    said = {"ja": True, "nej": False}
    points = tuple(
        Point(each, fields.text(f"ser-{each}") == "lika", fields.text(f"varfor-{each}"))
        for each in asked
        if fields.text(f"ser-{each}") in ("lika", "annat")
    )
    return AnswerForm(said.get(fields.text("jav")), points, fields.text("kommentar"))


def jav_problem() -> Problems:
    return (("jav", _("Svara på om du är jävig i ärendet.")),)


def point_problems(errors: Mapping[str, str]) -> Problems:
    """In the order in which the service found them, each at its criterion."""
    return tuple(
        (f"ser-{criterion}", _("Välj om du ser %(code)s på samma sätt.") % {"code": criterion})
        if why == "missing"
        else (f"varfor-{criterion}", _("Skriv varför du ser %(code)s på ett annat sätt.") % {"code": criterion})
        for criterion, why in sorted(errors.items())
    )


def read_share(fields: Fields) -> SettingsForm:
    return read_whole(fields, BOUNDS)
