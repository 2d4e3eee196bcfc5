"""Turns what a file says into the figures of solvency: names of the taxonomy and account classes into keys.

Pure: knows files and rules, no database. What it does not recognise it leaves
out, and a tagged figure whose number could not be read is named.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from documents import ixbrl, sie
from documents.kinds import SIE, XHTML
from documents.unreadable import Unreadable
from portal.domain.solvency import STATED, Figure, Key, Origin

READER: Final = 1
"""Raise it when the same bytes would be read otherwise: what was read before is then read again where it is used."""

NAMES: Final = {
    "Tillgangar": Key.ASSETS,
    "EgetKapital": Key.EQUITY,
    "ObeskattadeReserver": Key.UNTAXED_RESERVES,
    "Omsattningstillgangar": Key.CURRENT_ASSETS,
    "VarulagerMm": Key.INVENTORIES,
    "KortfristigaSkulder": Key.SHORT_TERM_LIABILITIES,
    "EgetKapitalSkulder": Key.EQUITY_AND_LIABILITIES,
    "Soliditet": Key.STATED_SOLIDITET,
    "Kassalikviditet": Key.STATED_KASSALIKVIDITET,
}
_LONGEST_YEAR: Final = 550  # days; a financial year may be extended to 18 months (bokföringslagen 3 kap. 3 §)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a file says; ``fault`` where it could not be read."""

    origin: Origin
    figures: tuple[Figure, ...] = ()
    orgnr: str = ""
    is_group: bool = False
    computed: bool = False
    unread: frozenset[Key] = field(default_factory=frozenset)
    fault: str | None = None
    fault_line: int | None = None


def read_file(data: bytes, media_type: str) -> Found | None:
    """What the file says; None for a kind of file that holds no figures to read."""
    readers: dict[str, tuple[Origin, Callable[[bytes], Found]]] = {
        XHTML.media_type: (Origin.IXBRL, _of_report),
        SIE.media_type: (Origin.SIE, _of_ledger),
    }
    if media_type not in readers:
        return None
    origin, read = readers[media_type]
    try:
        return read(data)
    except Unreadable as error:
        return Found(origin=origin, fault=error.why.value, fault_line=error.line)


def _of_report(data: bytes) -> Found:
    report = ixbrl.read_report(data)
    years = _years(report.figures)
    return Found(
        origin=Origin.IXBRL,
        figures=tuple(
            _of_tag(each, NAMES[each.name], years.get(each.period.last))
            for each in report.figures
            if each.vocabulary == "gen-base" and each.name in NAMES and _is_of_its_kind(each)
        ),
        orgnr=",".join(report.entities)[:60],
        is_group=report.is_group,
        unread=frozenset(
            NAMES[each.name] for each in report.unread if each.vocabulary == "gen-base" and each.name in NAMES
        ),
    )


def _is_of_its_kind(figure: ixbrl.Figure) -> bool:
    """An amount of a balance sheet is of one day; a stated ratio is no money."""
    if NAMES[figure.name] in STATED.values():
        return not figure.currency
    return figure.period.first is None


def _of_tag(figure: ixbrl.Figure, key: Key, first_day: date | None) -> Figure:
    # A stated ratio is printed in per cent, with the scale -2 or, as some programs write it, without any.
    back = -figure.scale if key in STATED.values() else 0
    return Figure(
        key=key,
        day=figure.period.last,
        first_day=first_day,
        amount=figure.value.scaleb(back),
        step=figure.step.scaleb(back),
        currency=figure.currency,
        line=figure.place.line,
        element=figure.place.element,
        file=figure.place.file,
        printed=figure.place.printed,
    )


def _years(figures: Iterable[ixbrl.Figure]) -> dict[date, date]:
    """By its last day, when each financial year began: the longest period that can be one."""
    found: dict[date, date] = {}
    for period in {each.period for each in figures}:
        if period.first is not None and (period.last - period.first).days <= _LONGEST_YEAR:
            found[period.last] = min(period.first, found.get(period.last, period.first))
    return found


def _of_ledger(data: bytes) -> Found:
    ledger = sie.read_ledger(data)
    return Found(
        origin=Origin.SIE,
        figures=tuple(figure for year in ledger.years for figure in _of_year(year, ledger)),
        orgnr=ledger.orgnr,
        computed=ledger.years[0].computed,
    )


# BAS: the classes of accounts, and the sign that makes a liability's balance positive.
_CLASSES: Final[dict[Key, tuple[tuple[str, ...], int]]] = {
    Key.ASSETS: (("1",), 1),
    Key.EQUITY: (("20",), -1),
    Key.UNTAXED_RESERVES: (("21",), -1),
    Key.CURRENT_ASSETS: (("14", "15", "16", "17", "18", "19"), 1),
    Key.INVENTORIES: (("14",), 1),
    Key.SHORT_TERM_LIABILITIES: (("24", "25", "26", "27", "28", "29"), -1),
    Key.EQUITY_AND_LIABILITIES: (("2",), -1),
}
_WITH_RESULT: Final = frozenset({Key.EQUITY, Key.EQUITY_AND_LIABILITIES})


def _of_year(year: sie.Year, ledger: sie.Ledger) -> list[Figure]:
    """Sums of accounts; the result that has not been booked to the equity yet is counted to it."""
    last = min(year.last, ledger.until) if year.index == 0 and ledger.until else year.last
    result = [each for each in year.result if each.account[:1] in "345678"]
    found = []
    for key, (classes, sign) in _CLASSES.items():
        accounts = [each for each in year.closing if each.account.startswith(classes)]
        counted = [*accounts, *(result if key in _WITH_RESULT else ())]
        if not counted:
            continue
        numbers = sorted(each.account for each in accounts)
        found.append(
            Figure(
                key=key,
                day=last,
                first_day=year.first,
                amount=sign * sum((each.amount for each in counted), Decimal(0)),
                currency=ledger.currency,
                line=min(each.line for each in counted),
                element="–".join(dict.fromkeys((numbers[0], numbers[-1])))[:40] if numbers else "",
            )
        )
    return found
