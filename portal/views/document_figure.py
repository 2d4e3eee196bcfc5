"""A figure of an annual report where it stands: what the file says of it, word for word, and how that was read."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from portal.domain.fact_words import amount, number
from portal.domain.facts import Unit
from portal.domain.solvency import CURRENCY, STATED, Key
from portal.locale import formats, language
from portal.locale import gettext as _
from portal.views import solvency_words as said


class Kept(Protocol):
    """``db.tables.FinancialFigure``, as far as it is shown."""

    key: Key
    day: date
    amount: Decimal
    currency: str


class Period(Protocol):
    @property
    def first(self) -> date | None: ...

    @property
    def last(self) -> date: ...


class Tagged(Protocol):
    @property
    def context(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def vocabulary(self) -> str: ...

    @property
    def scale(self) -> int: ...

    @property
    def decimals(self) -> int | None: ...

    @property
    def period(self) -> Period: ...


class Excerpt(Protocol):
    """``documents.ixbrl.Excerpt``: views know no files."""

    @property
    def figure(self) -> Tagged: ...

    @property
    def row(self) -> str: ...

    @property
    def tag(self) -> str: ...

    @property
    def sign(self) -> str: ...

    @property
    def unit(self) -> str: ...


@dataclass(frozen=True)
class FigureInFile:
    """``row`` and ``tag`` are the file's own words, empty where it has none; ``facts`` how they were read."""

    name: str
    amount: str
    day: date
    row: str
    tag: str
    facts: tuple[tuple[str, str], ...]


def figure_shown(figure: Kept, excerpt: Excerpt | None) -> FigureInFile:
    return FigureInFile(
        name=said.key(figure.key),
        amount=_amount(figure),
        day=figure.day,
        row=excerpt.row if excerpt else "",
        tag=excerpt.tag if excerpt else "",
        facts=tuple(_facts(excerpt)) if excerpt else (),
    )


def _amount(figure: Kept) -> str:
    if figure.key in STATED.values():
        return amount(figure.amount, Unit.PERCENT, language())
    if figure.currency == CURRENCY:
        return amount(figure.amount, Unit.KRONOR, language())
    return f"{number(figure.amount, language())}\N{NO-BREAK SPACE}{figure.currency}"


def _facts(excerpt: Excerpt) -> list[tuple[str, str]]:
    tagged, period = excerpt.figure, excerpt.figure.period
    day = formats.day(period.last)
    return [
        (_("Begrepp"), f"{tagged.vocabulary}:{tagged.name}"),
        (_("Period"), f"{formats.day(period.first)} – {day}" if period.first else day),
        (_("Sammanhang (contextRef)"), tagged.context),
        (_("Enhet"), excerpt.unit),
        (_("Skala"), _scale(tagged.scale)),
        (_("Tecken"), _("Minus: talet vänds") if excerpt.sign else _("Som det står")),
        (_("Noggrannhet"), _decimals(tagged.decimals)),
    ]


def _scale(scale: int) -> str:
    if not scale:
        return _("Talet som det står")
    power = number(Decimal(1).scaleb(scale), language()) if scale > 0 else f"10^{scale}"
    return _("Talet gånger %(power)s") % {"power": power}


def _decimals(decimals: int | None) -> str:
    if decimals is None:
        return _("Exakt")
    if decimals < 0:
        return _("Avrundat till %(step)s") % {"step": number(Decimal(1).scaleb(-decimals), language())}
    return _("%(num)s decimaler") % {"num": decimals}
