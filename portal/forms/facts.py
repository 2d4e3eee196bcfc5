"""Facts that a company states in fields of their own: values, or what is wrong at each field, with nothing lost."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.criteria import Criterion
from portal.domain.facts import LEVELS, Fact, Kind, Single, Source, Unit, is_web_address
from portal.domain.stated import field_of, stated_at
from portal.forms.application import text_problems
from portal.forms.fields import Fields
from portal.forms.numbers import ungrouped
from portal.library import declared
from portal.locale import gettext as _
from portal.locale.problems import Problems

LONGEST_TEXT, LONGEST_ADDRESS, MOST_LINES = 200, 500, 20
_NUMBER = re.compile(r"\d{1,12}(,\d{1,2})?")


@dataclass(frozen=True)
class FactsForm:
    """``values`` are by the id of the fact, ``typed`` by field; a field that was left empty has neither."""

    values: Mapping[str, Single]
    typed: Mapping[str, tuple[str, ...]]
    problems: Problems


class _Wrong(Exception):
    """With the sentence that stands at the field."""


def read_stated(fields: Fields, criterion: Criterion | None) -> FactsForm:
    """What is stated at a criterion beside the yes or no."""
    return read_facts(fields, stated_at(criterion.rule, declared()) if criterion else ())


def read_facts(fields: Fields, facts: Iterable[Fact]) -> FactsForm:
    values: dict[str, Single] = {}
    typed: dict[str, tuple[str, ...]] = {}
    problems: list[tuple[str, str]] = []
    for fact in facts:
        name = field_of(fact)
        given = tuple(each for each in fields.many(name) if each)
        if not given:
            continue
        typed[name] = given
        try:
            values[fact.id] = _READ[fact.kind](fact, given)
        except _Wrong as wrong:
            problems.append((name, str(wrong)))
    return FactsForm(values, typed, tuple(problems))


def _yes_no(fact: Fact, given: tuple[str, ...]) -> bool:
    if given[-1] not in ("ja", "nej"):
        raise _Wrong(_("Välj ja eller nej."))
    return given[-1] == "ja"


def _integer(fact: Fact, given: tuple[str, ...]) -> int:
    number = _decimal(fact, given)
    if number != number.to_integral_value():
        raise _Wrong(_("Skriv ett helt tal, till exempel 12."))
    return int(number)


def _decimal(fact: Fact, given: tuple[str, ...]) -> Decimal:
    plain = ungrouped(re.sub(r"(?i)\s*(kr|kronor|sek|%|procent)$", "", given[-1]))
    # A point before one or two digits is how others write a comma.
    plain = re.sub(r"\.(?=\d{1,2}$)", ",", plain)
    # A ratio of a balance sheet can be less than nothing and more than the whole; a share of something cannot.
    is_ratio = fact.source is Source.ANNUAL_REPORT
    if not _NUMBER.fullmatch(re.sub("^[-−]", "", plain) if is_ratio else plain):
        raise _Wrong(_wrong_number(fact))
    number = Decimal(plain.replace(",", ".").replace("−", "-"))
    if fact.unit is Unit.PERCENT and number > 100 and not is_ratio:
        raise _Wrong(_("Skriv en andel mellan 0 och 100 procent."))
    return number


def _wrong_number(fact: Fact) -> str:
    match fact.unit:
        case Unit.KRONOR:
            return _("Skriv hela beloppet i kronor med siffror, till exempel 10 000 000.")
        case Unit.PERCENT:
            return _("Skriv en andel mellan 0 och 100 procent.")
        case _:
            return _("Skriv talet med siffror, till exempel 12 eller 7,5.")


def _text(fact: Fact, given: tuple[str, ...]) -> str:
    return _short(given[-1], LONGEST_TEXT)


def _short(text: str, longest: int) -> str:
    for _field, sentence in text_problems("", text, longest=longest):
        raise _Wrong(sentence)
    return text


def _code(fact: Fact, given: tuple[str, ...]) -> str:
    if fact.words and given[-1] not in fact.words:
        raise _Wrong(_("Välj i listan."))
    return _text(fact, given)


def _level(fact: Fact, given: tuple[str, ...]) -> str:
    if given[-1] not in LEVELS:
        raise _Wrong(_("Välj i listan."))
    return given[-1]


def _set(fact: Fact, given: tuple[str, ...]) -> frozenset[str]:
    """Boxes where the values have names; otherwise one on each line."""
    if fact.words:
        if not set(given) <= set(fact.words):
            raise _Wrong(_("Välj i listan."))
        return frozenset(given)
    lines = [line.strip() for line in given[-1].split("\n") if line.strip()]
    if len(lines) > MOST_LINES:
        raise _Wrong(_("Skriv högst %(most)s rader.") % {"most": MOST_LINES})
    return frozenset(_short(line, LONGEST_TEXT) for line in lines)


def _address(fact: Fact, given: tuple[str, ...]) -> str:
    if len(given[-1]) > LONGEST_ADDRESS or not is_web_address(given[-1]):
        raise _Wrong(_("Skriv hela adressen, till exempel https://www.foretaget.se/tillganglighet."))
    return given[-1]


def _day(fact: Fact, given: tuple[str, ...]) -> date:
    try:
        return date.fromisoformat(given[-1])
    except ValueError as error:
        raise _Wrong(_("Skriv dagen som en dag, till exempel 2026-06-01.")) from error


_READ: Mapping[Kind, Callable[[Fact, tuple[str, ...]], Single]] = {
    Kind.BOOLEAN: _yes_no,
    Kind.DOCUMENT: _yes_no,  # whether there is one, where somebody is asked instead of shown
    Kind.INTEGER: _integer,
    Kind.MONTHS: _integer,
    Kind.DECIMAL: _decimal,
    Kind.MONEY: _decimal,
    Kind.TEXT: _text,
    Kind.CHOICE: _code,
    Kind.LEVEL: _level,
    Kind.SET: _set,
    Kind.ADDRESS: _address,
    Kind.DATE: _day,
}
