"""Fields for facts that are stated: one control for each kind of fact, with what is kept or what was typed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.domain.criteria import Text
from portal.domain.fact_words import number
from portal.domain.facts import LEVELS, NUMBERS, Fact, Kind, Single, Unit
from portal.domain.stated import field_of
from portal.locale import gettext as _
from portal.locale import language


class Control(StrEnum):
    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"
    LINES = "lines"
    ADDRESS = "address"
    DAY = "day"
    ONE_OF = "one_of"
    SEVERAL = "several"


@dataclass(frozen=True)
class FactField:
    """``typed`` is what the field shows; ``options`` are values with their names, where there is a choice."""

    name: str
    label: Text
    hint: str
    control: Control
    typed: tuple[str, ...]
    options: tuple[tuple[str, Text], ...] = ()


_CONTROLS: Mapping[Kind, Control] = {
    Kind.BOOLEAN: Control.YES_NO,
    Kind.DOCUMENT: Control.YES_NO,
    Kind.LEVEL: Control.ONE_OF,
    Kind.ADDRESS: Control.ADDRESS,
    Kind.DATE: Control.DAY,
    **dict.fromkeys(NUMBERS, Control.NUMBER),
}


def fact_fields(
    facts: Iterable[Fact], stated: Mapping[str, Single], *, typed: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[FactField, ...]:
    """``typed`` is what came with a form that could not be accepted, and goes before what is kept."""
    return tuple(
        FactField(
            name=field_of(fact),
            label=fact.name,
            hint=_hint(fact),
            control=_control(fact),
            typed=typed.get(field_of(fact), ()) if typed is not None else _shown(stated.get(fact.id)),
            options=_options(fact),
        )
        for fact in facts
    )


def _control(fact: Fact) -> Control:
    if fact.kind is Kind.SET:
        return Control.SEVERAL if fact.words else Control.LINES
    if fact.kind is Kind.CHOICE:
        return Control.ONE_OF if fact.words else Control.TEXT
    return _CONTROLS.get(fact.kind, Control.TEXT)


def _options(fact: Fact) -> tuple[tuple[str, Text], ...]:
    if fact.kind is Kind.LEVEL:
        return tuple((level, Text(level, level)) for level in LEVELS)
    return tuple(fact.words.items())


def _hint(fact: Fact) -> str:
    if _control(fact) is Control.LINES:
        return _("Skriv en på varje rad.")
    return {
        Unit.PERCENT: _("I procent."),
        Unit.KRONOR: _("I kronor."),
        Unit.MONTHS: _("I månader."),
        Unit.DAYS: _("I dagar."),
        Unit.WORKING_DAYS: _("I arbetsdagar."),
        Unit.HOURS: _("I timmar."),
        Unit.ECTS: _("I högskolepoäng."),
        Unit.YH: _("I yrkeshögskolepoäng."),
    }.get(fact.unit, "")


def _shown(value: Single | None) -> tuple[str, ...]:
    match value:
        case bool():
            return ("ja" if value else "nej",)
        case int() | Decimal():
            return (number(value, language()),)
        case frozenset():
            return tuple(sorted(value))
        case date():
            return (value.isoformat(),)
        case str():
            return (value,)
        case _:
            return ()
