"""What an administrator types in a draft of conditions: kept as it was typed, whatever is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.criteria import Consequence, ControlPoint, Demand, Text
from portal.domain.drafting import Edit
from portal.domain.municipal_rules import THRESHOLD_KINDS
from portal.forms.fields import Fields
from portal.forms.settings import read_value


def read_edit(fields: Fields, thresholds: Mapping[str, Any]) -> Edit:
    """One criterion; ``thresholds`` names those that it has.  A number that is none stays as the words it was."""
    return Edit(
        group=fields.text("del"),
        title=_both(fields, "rubrik", one_line=True),
        text=_both(fields, "text"),
        question=_both(fields, "fraga"),
        help=_both(fields, "hjalp"),
        description=_demand(fields, "beskrivning"),
        documents=_demand(fields, "dokument"),
        evidence=tuple(dict.fromkeys(fields.many("underlag"))),
        control_points=_chosen(fields, "kontroll", ControlPoint),
        on_breach=_chosen(fields, "brist", Consequence),
        thresholds={name: _threshold(name, fields.text(f"grans-{name}")) for name in thresholds},
    )


def read_title(fields: Fields) -> Text:
    return _both(fields, "rubrik", one_line=True)


@dataclass(frozen=True)
class DecisionForm:
    """``errors``: what cannot be a day at all, field → why; the service says what else is wrong."""

    typed: Mapping[str, str]
    decided_by: str
    paragraph: str
    decided_on: date | None
    valid_from: date | None
    answer_by: date | None

    @property
    def errors(self) -> dict[str, str]:
        days = {"decided_on": self.decided_on, "valid_from": self.valid_from}
        words = {"decided_by": self.decided_by, "paragraph": self.paragraph}
        return {
            **{name: "missing" for name, said in words.items() if not said},
            **{name: "missing" for name, day in days.items() if day is None},
            **({"answer_by": "no_day"} if self.typed["svara_senast"] and self.answer_by is None else {}),
        }


def read_decision(fields: Fields) -> DecisionForm:
    names = ("beslutad_av", "paragraf", "beslutsdag", "galler_fran", "svara_senast")
    typed = {name: " ".join(fields.text(name).split()) for name in names}
    # People write "§ 41" as often as "41"; the pages put the sign there themselves.
    paragraph = typed["paragraf"].lstrip("§ ")
    days = (_day(typed[name]) for name in names[2:])
    return DecisionForm(typed, typed["beslutad_av"], paragraph, *days)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _both(fields: Fields, name: str, *, one_line: bool = False) -> Text:
    sv, en = (fields.text(f"{name}_{tongue}") for tongue in ("sv", "en"))
    return Text(" ".join(sv.split()), " ".join(en.split())) if one_line else Text(sv, en)


def _demand(fields: Fields, name: str) -> Demand:
    typed = fields.text(name)
    return Demand(typed) if typed in {each.value for each in Demand} else Demand.NONE


def _chosen(fields: Fields, name: str, kind: type[StrEnum]) -> tuple[str, ...]:
    """In the order in which they are listed; what is no choice is nobody's."""
    sent = set(fields.many(name))
    return tuple(each.value for each in kind if each.value in sent)


def _threshold(name: str, typed: str) -> Any:
    kind = THRESHOLD_KINDS.get(name)
    if kind is None:
        return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 12 else typed
    value = read_value(typed, kind)
    return typed if value is None else value
