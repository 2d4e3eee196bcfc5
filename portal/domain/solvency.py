"""Soliditet and kassalikviditet out of what annual reports say: formula, figures, and every doubt.

Nothing is chosen in silence. A figure that is given twice and differently, a
currency that is not kronor, a file of another company or of a group: the ratio
is then not known, with the reason. What a report states itself is shown beside
what is computed and never used in its place.

Soliditet = (equity + untaxed reserves × (1 − corporate tax rate)) / total assets.
Kassalikviditet = (current assets − inventories) / short-term liabilities.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from portal.domain.criteria import Criterion
from portal.domain.rules import leaves

CURRENCY = "SEK"
# Inkomstskattelagen 65 kap. 10 §, for financial years that begin on the day or later.
TAX_RATES = (
    (date(2021, 1, 1), Decimal("0.206")),
    (date(2019, 1, 1), Decimal("0.214")),
    (date(2013, 1, 1), Decimal("0.22")),
)
_FINEST_SHOWN = Decimal("0.1")


class Key(StrEnum):
    """What a figure is of."""

    ASSETS = "assets"
    EQUITY = "equity"
    UNTAXED_RESERVES = "untaxed_reserves"
    CURRENT_ASSETS = "current_assets"
    INVENTORIES = "inventories"
    SHORT_TERM_LIABILITIES = "short_term_liabilities"
    EQUITY_AND_LIABILITIES = "equity_and_liabilities"
    STATED_SOLIDITET = "stated_soliditet"
    STATED_KASSALIKVIDITET = "stated_kassalikviditet"


class Ratio(StrEnum):
    SOLIDITET = "soliditet"
    KASSALIKVIDITET = "kassalikviditet"


FACTS = {Ratio.SOLIDITET: "finance.soliditet_pct", Ratio.KASSALIKVIDITET: "finance.kassalikviditet_pct"}
"""The facts of the rules that these ratios are."""
STATED = {Ratio.SOLIDITET: Key.STATED_SOLIDITET, Ratio.KASSALIKVIDITET: Key.STATED_KASSALIKVIDITET}
# A company without them has no such row in its balance sheet.
ZERO_WHERE_ABSENT = frozenset({Key.UNTAXED_RESERVES, Key.INVENTORIES})
TYPED_KEYS = (
    Key.EQUITY,
    Key.UNTAXED_RESERVES,
    Key.ASSETS,
    Key.CURRENT_ASSETS,
    Key.INVENTORIES,
    Key.SHORT_TERM_LIABILITIES,
)


class Origin(StrEnum):
    IXBRL = "ixbrl"
    SIE = "sie"
    TYPED = "typed"


class Doubt(StrEnum):
    """Why a ratio is not known."""

    UNREADABLE = "unreadable"
    OTHER_COMPANY = "other_company"
    NO_ORGNR = "no_orgnr"
    GROUP = "group"
    NO_YEAR = "no_year"  # no balance sheet whose day has been
    MISSING = "missing"
    CONFLICT = "conflict"
    UNREAD_FIGURE = "unread_figure"
    CURRENCY = "currency"
    NO_DENOMINATOR = "no_denominator"
    NO_TAX_RATE = "no_tax_rate"
    UNBALANCED = "unbalanced"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """An amount in whole units of its currency, or per cent where a report states a ratio.

    ``day`` is the balance sheet's. ``step``: figures of the same thing that differ by less are the same, rounded.
    ``id`` is where it is kept, and no part of what it says.
    """

    key: Key
    day: date
    amount: Decimal
    step: Decimal = Decimal(0)
    currency: str = CURRENCY
    first_day: date | None = None
    line: int = 0
    element: str = ""
    file: str = ""
    printed: str = ""
    id: str = field(default="", compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A file that was read, or figures that a person typed. ``computed``: balances worked out from vouchers."""

    id: str
    origin: Origin
    figures: tuple[Figure, ...] = ()
    orgnr: str = ""
    is_group: bool = False
    computed: bool = False
    unreadable: bool = False
    unread: frozenset[Key] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Computed:
    """A ratio of one report and year. ``about`` is the figure in doubt; ``absent`` were taken as nothing.

    ``percent`` is rounded down to a tenth, so that a ratio just below a threshold never looks as if it reached it.
    """

    ratio: Ratio
    percent: Decimal | None = None
    doubt: Doubt | None = None
    about: Key | None = None
    used: Mapping[Key, Figure] = field(default_factory=dict)
    absent: frozenset[Key] = frozenset()
    tax_rate: Decimal | None = None
    stated: Figure | None = None

    @property
    def differs_from_stated(self) -> bool:
        """Whether the report's own figure is another than the computed one, by more than its rounding."""
        if self.stated is None or self.percent is None:
            return False
        return abs(self.stated.amount - self.percent) > max(self.stated.step, _FINEST_SHOWN)


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One report's latest year, as it stood on the day of the application."""

    report: Report
    day: date | None
    first_day: date | None
    ratios: Mapping[Ratio, Computed]

    @property
    def months(self) -> int | None:
        """How long the year is, where the report says when it began; 12 unless it was shortened or extended."""
        if self.day is None or self.first_day is None:
            return None
        after = self.day + timedelta(days=1)
        return (after.year - self.first_day.year) * 12 + after.month - self.first_day.month


@dataclass(frozen=True)
class Restated:
    """A figure that one report gives otherwise than another for the same day."""

    key: Key
    day: date
    values: tuple[tuple[str, Decimal], ...]  # by report


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is known of a company's solvency. ``latest`` are the readings of its latest year, more than one where
    several reports cover it; ``older`` are the rest, shown and not used."""

    latest: tuple[Reading, ...] = ()
    older: tuple[Reading, ...] = ()
    restated: tuple[Restated, ...] = ()

    def percents(self, ratio: Ratio) -> frozenset[Decimal]:
        """Every value that was found; more than one means that nothing is known until a person has looked."""
        return frozenset(value for each in self.latest if (value := each.ratios[ratio].percent) is not None)


def concerns(criterion: Criterion) -> bool:
    """Whether a criterion asks about either ratio."""
    return any(leaf.fact in FACTS.values() for leaf in leaves(criterion.rule))


def standing(reports: Iterable[Report], *, orgnr: str, on: date) -> Standing:
    """Read every report for the company ``orgnr`` (ten digits), as an application of the day ``on`` sees it."""
    known = tuple(reports)
    readings = [_reading(each, orgnr=orgnr, on=on) for each in known]
    last = max((each.day for each in readings if each.day is not None), default=None)
    return Standing(
        latest=tuple(each for each in readings if each.day in (last, None)),
        older=tuple(each for each in readings if each.day not in (last, None)),
        restated=tuple(_restated(known)),
    )


def _reading(report: Report, *, orgnr: str, on: date) -> Reading:
    balance = {*TYPED_KEYS, Key.EQUITY_AND_LIABILITIES}
    day = max((each.day for each in report.figures if each.key in balance and each.day <= on), default=None)
    of_year = [each for each in report.figures if each.day == day]
    first_day = next((each.first_day for each in of_year if each.first_day is not None), None)
    doubt = _doubt_of(report, orgnr) or (Doubt.NO_YEAR if day is None else None)
    ratios = {}
    for ratio in Ratio:
        stated = next((each for each in of_year if each.key is STATED[ratio]), None)
        if doubt is not None or day is None:
            ratios[ratio] = Computed(ratio=ratio, doubt=doubt, stated=stated)
        else:
            ratios[ratio] = _computed(ratio, of_year, report.unread, first_day or _a_year_before(day), stated)
    return Reading(report=report, day=day, first_day=first_day, ratios=ratios)


def _doubt_of(report: Report, orgnr: str) -> Doubt | None:
    """What makes every figure of a report uncertain."""
    if report.unreadable:
        return Doubt.UNREADABLE
    if report.origin is not Origin.TYPED:
        if not report.orgnr:
            return Doubt.NO_ORGNR
        if report.orgnr.removeprefix("16" if len(report.orgnr) == 12 else "") != orgnr:
            return Doubt.OTHER_COMPANY
    return Doubt.GROUP if report.is_group else None


def _computed(
    ratio: Ratio, figures: Iterable[Figure], unread: Collection[Key], first_day: date, stated: Figure | None
) -> Computed:
    by_key = {key: [each for each in figures if each.key is key] for key in Key}
    wanted = {
        Ratio.SOLIDITET: (Key.EQUITY, Key.UNTAXED_RESERVES, Key.ASSETS),
        Ratio.KASSALIKVIDITET: (Key.CURRENT_ASSETS, Key.INVENTORIES, Key.SHORT_TERM_LIABILITIES),
    }[ratio]
    used: dict[Key, Figure] = {}
    absent: set[Key] = set()

    def in_doubt(doubt: Doubt, about: Key) -> Computed:
        return Computed(ratio=ratio, doubt=doubt, about=about, used=used, absent=frozenset(absent), stated=stated)

    for key in wanted:
        given = by_key[key]
        if key in unread:
            return in_doubt(Doubt.UNREAD_FIGURE, key)
        if not given:
            if key not in ZERO_WHERE_ABSENT:
                return in_doubt(Doubt.MISSING, key)
            absent.add(key)
            continue
        used[key] = min(given, key=lambda each: each.step)
        if any(each.currency != CURRENCY for each in given):
            return in_doubt(Doubt.CURRENCY, key)
        if not all(same(each, used[key]) for each in given):
            return in_doubt(Doubt.CONFLICT, key)
    if ratio is Ratio.SOLIDITET and not all(
        same(each, used[Key.ASSETS]) for each in by_key[Key.EQUITY_AND_LIABILITIES]
    ):
        return in_doubt(Doubt.UNBALANCED, Key.EQUITY_AND_LIABILITIES)
    amounts = {key: used[key].amount if key in used else Decimal(0) for key in wanted}
    rate: Decimal | None = None
    if ratio is Ratio.SOLIDITET:
        rate = tax_rate(first_day)
        if rate is None and amounts[Key.UNTAXED_RESERVES]:
            return in_doubt(Doubt.NO_TAX_RATE, Key.UNTAXED_RESERVES)
        above = amounts[Key.EQUITY] + amounts[Key.UNTAXED_RESERVES] * (1 - (rate or 0))
        below, below_key = amounts[Key.ASSETS], Key.ASSETS
    else:
        above = amounts[Key.CURRENT_ASSETS] - amounts[Key.INVENTORIES]
        below, below_key = amounts[Key.SHORT_TERM_LIABILITIES], Key.SHORT_TERM_LIABILITIES
    if below <= 0:
        return in_doubt(Doubt.NO_DENOMINATOR, below_key)
    return Computed(
        ratio=ratio,
        percent=(above * 100 / below).quantize(_FINEST_SHOWN, ROUND_FLOOR),
        used=used,
        absent=frozenset(absent),
        tax_rate=rate,
        stated=stated,
    )


def same(one: Figure, other: Figure) -> bool:
    """Whether two figures can be the same amount, each told as finely as its ``step``."""
    apart = abs(one.amount - other.amount)
    return one.currency == other.currency and (apart == 0 or apart < (one.step + other.step) / 2)


def tax_rate(first_day: date) -> Decimal | None:
    """The corporate tax rate of a financial year that begins on the day; None before 2013."""
    return next((rate for since, rate in TAX_RATES if first_day >= since), None)


def _a_year_before(day: date) -> date:
    """When a year of twelve months that ends on the day began."""
    after = day + timedelta(days=1)
    return after.replace(year=after.year - 1, day=min(after.day, 28) if after.month == 2 else after.day)


def _restated(reports: Iterable[Report]) -> Iterator[Restated]:
    """Where reports that can be read give different amounts for the same day."""
    given: dict[tuple[Key, date], dict[str, Figure]] = {}
    for report in reports:
        for figure in report.figures:
            if figure.key not in STATED.values():
                given.setdefault((figure.key, figure.day), {}).setdefault(report.id, figure)
    for (key, day), by_report in given.items():
        first, *others = by_report.values()
        if not all(same(first, each) for each in others):
            yield Restated(key, day, tuple((report, each.amount) for report, each in by_report.items()))
