"""Equal treatment in figures: time, supplements, refusals and overrides per officer, service and size of company.

Nobody is ranked: the rows stand in the order of names, and of size.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from portal.db.decided_cases import Counted, counted
from portal.domain.actors import Actor
from portal.domain.criteria import Text
from portal.domain.equal_treatment import Dimension, Measure, Report, Row, Share, Size, report
from portal.domain.followed_periods import LAST_TWELVE_MONTHS, Period, larger
from portal.domain.identifiers import sort_key
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import language, ngettext

ADDRESS = "/kommun/likabehandling"


@dataclass(frozen=True)
class Choice:
    words: str
    address: str
    current: bool


@dataclass(frozen=True)
class Figure:
    """A number in words, with what it is counted of; ``bar`` is its length in per cent.  Without words it is hidden."""

    words: str = ""
    of: str = ""
    bar: int | None = None


@dataclass(frozen=True)
class Line:
    name: str
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Table:
    id: str
    heading: str
    about: str
    first: str
    lines: tuple[Line, ...]
    hides: bool


@dataclass(frozen=True)
class EqualTreatmentPage:
    """``decided`` is None where too few to tell were, or where a larger period would tell of so few."""

    since: date
    until: date
    periods: tuple[Choice, ...]
    columns: tuple[str, ...]
    decided: int | None
    none_at_all: bool
    all_cases: tuple[tuple[str, Figure], ...]
    tables: tuple[Table, ...]

    @property
    def hides(self) -> bool:
        return any(table.hides for table in self.tables)


def build(db: Session, period: Period, periods: Sequence[Period], *, actor: Actor) -> EqualTreatmentPage:
    """One statement beside the session's.  ``periods`` are all that can be chosen."""
    if actor.municipality_id is None:
        raise NotFound("municipality", "")
    found = counted(db, actor.municipality_id, period, larger(period, periods))
    shown = report(found.cases, found.rests)
    columns = (_("Beslut"), _("Tid till beslut"), _("Komplettering begärd"), _("Avslag"), _("Annan bedömning"))
    return EqualTreatmentPage(
        since=period.first,
        until=period.last,
        periods=tuple(
            Choice(period_words(each), f"{ADDRESS}?period={each.key}", each.key == period.key) for each in periods
        ),
        columns=columns,
        decided=shown.total.cases if shown else None,
        none_at_all=found.cases.total.cases == 0,
        all_cases=tuple(zip(columns, _figures(shown.total, 0, 0), strict=True))[1:] if shown else (),
        tables=tuple(_table(each, shown, found) for each in Dimension) if shown else (),
    )


def period_words(period: Period) -> str:
    if period.key == LAST_TWELVE_MONTHS:
        return _("Senaste tolv månaderna")
    words = {1: _("Första halvåret %(year)s"), 2: _("Andra halvåret %(year)s")}
    return words[period.half] % {"year": period.first.year} if period.half else str(period.first.year)


def _table(dimension: Dimension, shown: Report, found: Counted) -> Table:
    heading, about, first = _words_of(dimension)
    rows = shown.tables[dimension]
    named = [(_name(dimension, row.key, found.names), row) for row in rows]
    sizes = list(Size)
    if dimension is Dimension.SIZE:
        named.sort(key=lambda each: sizes.index(Size(each[1].key)))
    else:
        # A case without an officer stands last; of two with the same name, the order is always the same.
        named.sort(key=lambda each: (each[1].key == "", sort_key(each[0]), each[1].key))
    most = max((row.cases or 0 for row in rows), default=0)
    longest = max((row.median_days or 0 for row in rows), default=0)
    lines = tuple(Line(name, _figures(row, most, longest)) for name, row in named)
    hides = any(not figure.words for line in lines for figure in line.figures)
    return Table(dimension.value, heading, about, first, lines, hides)


def _figures(row: Row, most: int, longest: float) -> tuple[Figure, ...]:
    """In the order of the columns; the bars of numbers reach to the largest one, those of shares to all."""
    cases, days = Figure(), Figure()
    if row.cases is not None:
        cases = Figure(str(row.cases), bar=_part(row.cases, most))
    if row.median_days is not None:
        words = ngettext("%(days)s dag", "%(days)s dagar", 1 if row.median_days == 1 else 2)
        days = Figure(words % {"days": _number(row.median_days)}, bar=_part(row.median_days, longest))
    return (cases, days, *(_share(row.shares[measure]) for measure in Measure))


def _share(share: Share | None) -> Figure:
    if share is None:
        return Figure()
    if share.percent is None:
        return Figure(_("inget att jämföra"))
    percent = f"{share.percent}%" if language() == "en" else f"{share.percent}\N{NO-BREAK SPACE}%"
    return Figure(percent, _("%(part)s av %(whole)s") % {"part": share.part, "whole": share.whole}, share.percent)


def _part(value: float, largest: float) -> int:
    return round(100 * value / largest) if largest else 0


def _number(value: float) -> str:
    """The middle of two whole numbers of days is whole, or ends in a half."""
    text = f"{value:g}"
    return text if language() == "en" else text.replace(".", ",")


def _name(dimension: Dimension, key: str, names: Mapping[str, Text]) -> str:
    if dimension is Dimension.SIZE:
        return {
            Size.SMALL: _("Under 1,5 miljoner kronor"),
            Size.MEDIUM: _("Från 1,5 till 40 miljoner kronor"),
            Size.LARGE: _("40 miljoner kronor eller mer"),
            Size.UNKNOWN: _("Inte känt"),
        }[Size(key)]
    name = names[key]
    return (name.en if language() == "en" else name.sv) or _("Ingen handläggare")


def _words_of(dimension: Dimension) -> tuple[str, str, str]:
    """Heading, what must be known to read it, and what the rows are."""
    return {
        Dimension.OFFICER: (
            _("Per handläggare"),
            _("Den som hade ärendet när det beslutades. I bokstavsordning; tabellen rangordnar ingen."),
            _("Handläggare"),
        ),
        Dimension.SERVICE: (
            _("Per tjänst"),
            _("Tjänsterna har olika villkor, och olika mycket att granska."),
            _("Tjänst"),
        ),
        Dimension.SIZE: (
            _("Per företagets storlek"),
            _(
                "Efter balansomslutningen i den senaste årsredovisning som har lästs eller skrivits av i ärendet. "
                "Antal anställda och omsättning finns inte i portalen. Nya företag, och de som har visat sin ekonomi "
                "på annat sätt, står som inte känt."
            ),
            _("Balansomslutning"),
        ),
    }[dimension]
