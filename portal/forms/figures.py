"""Figures that a person types from an annual report: amounts in kronor, or every error at its field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from portal.domain.solvency import TYPED_KEYS, ZERO_WHERE_ABSENT, Key
from portal.domain.typed_figures import Wrong, wrong_amounts, wrong_year
from portal.forms.fields import Fields
from portal.forms.numbers import ungrouped
from portal.locale import gettext as _
from portal.locale import ngettext
from portal.locale.problems import Problems

FIRST_DAY, LAST_DAY, PAGE = "forsta-dag", "sista-dag", "sida"
MOST_PAGES = 5000
FIELDS: Mapping[Key, str] = {
    Key.EQUITY: "eget-kapital",
    Key.UNTAXED_RESERVES: "obeskattade-reserver",
    Key.ASSETS: "summa-tillgangar",
    Key.CURRENT_ASSETS: "omsattningstillgangar",
    Key.INVENTORIES: "varulager",
    Key.SHORT_TERM_LIABILITIES: "kortfristiga-skulder",
}
NAMES = (FIRST_DAY, LAST_DAY, PAGE, *FIELDS.values())
_AMOUNT = re.compile(r"[-−–]?\d{1,16}(,\d{1,2})?")
_FOREIGN = re.compile(r"(?i)eur|usd|nok|dkk|gbp|chf|[€$£]")


@dataclass(frozen=True)
class FiguresForm:
    """``values`` is what was typed, whatever it was; ``amounts`` and the days count where nothing is wrong."""

    values: Mapping[str, str]
    problems: Problems
    amounts: Mapping[Key, Decimal]
    first_day: date | None = None
    last_day: date | None = None
    page: int | None = None


def read_figures(fields: Fields, *, today: date, pages: int | None = None) -> FiguresForm:
    """``pages``: how many the document has, where that is known."""
    problems: dict[str, str] = {}
    first_day, last_day = _read_year(fields, problems, today=today)
    page = _read_page(fields.text(PAGE), pages, problems)
    amounts: dict[Key, Decimal] = {}
    for key in TYPED_KEYS:
        name = FIELDS[key]
        typed = fields.text(name)
        if typed:
            amount = read_amount(typed)
            if amount is None:
                problems[name] = _not_an_amount(typed)
            else:
                amounts[key] = amount
        elif key not in ZERO_WHERE_ABSENT:
            problems[name] = _("Skriv beloppet, eller 0 om det inte finns något.")
    for key, wrong in wrong_amounts(amounts).items():
        problems[FIELDS[key]] = wrong_words(wrong)
    values = {name: fields.text(name) for name in NAMES}
    return FiguresForm(
        values, tuple((name, problems[name]) for name in NAMES if name in problems), amounts, first_day, last_day, page
    )


def _read_page(typed: str, pages: int | None, problems: dict[str, str]) -> int | None:
    if not typed:
        return None
    if not re.fullmatch(r"[0-9]{1,4}", typed) or not 1 <= int(typed) <= MOST_PAGES:
        problems[PAGE] = _("Skriv sidans nummer med siffror, till exempel 4.")
        return None
    if pages is not None and int(typed) > pages:
        problems[PAGE] = ngettext("Dokumentet har bara %(num)s sida.", "Dokumentet har bara %(num)s sidor.", pages) % {
            "num": pages
        }
        return None
    return int(typed)


def read_amount(text: str) -> Decimal | None:
    """``1 200 000``, ``-5 000,50 kr`` or ``1.200.000``; None for what is no amount in kronor."""
    plain = ungrouped(re.sub(r"(?i)\s*(kr|sek)\.?$", "", text.strip()))
    if not _AMOUNT.fullmatch(plain):
        return None
    return Decimal(re.sub("[−–]", "-", plain).replace(",", "."))


def _not_an_amount(typed: str) -> str:
    if _FOREIGN.search(typed):
        return _(
            "Skriv beloppet i kronor. Är årsredovisningen i en annan valuta: räkna inte om, utan visa ekonomin på ett "
            "annat sätt, till exempel med ett bankintyg."
        )
    if re.search(r"(?i)tkr|mkr|msek|tsek", typed):
        return _("Skriv hela beloppet i kronor. 1 200 tkr skrivs 1 200 000.")
    return _("Skriv beloppet i kronor med siffror, till exempel 1 200 000.")


def _read_year(fields: Fields, problems: dict[str, str], *, today: date) -> tuple[date | None, date | None]:
    days: dict[str, date | None] = {}
    for name in (FIRST_DAY, LAST_DAY):
        typed = fields.text(name)
        try:
            days[name] = date.fromisoformat(typed) if typed else None
        except ValueError:
            days[name] = None
            problems[name] = _("Datumet finns inte. Skriv det som år-månad-dag, till exempel 2026-03-31.")
    last = days[LAST_DAY]
    if last is None:
        problems.setdefault(LAST_DAY, _("Skriv räkenskapsårets sista dag."))
        return days[FIRST_DAY], None
    for name, wrong in zip((FIRST_DAY, LAST_DAY), wrong_year(days[FIRST_DAY], last, today=today), strict=True):
        if wrong is not None:
            problems.setdefault(name, wrong_words(wrong))
    return days[FIRST_DAY], last


def wrong_words(wrong: Wrong) -> str:
    return {
        Wrong.TOO_LARGE: _("Beloppet är orimligt stort. Skriv det i hela kronor."),
        Wrong.NEGATIVE: _("Beloppet kan inte vara mindre än noll. Skriv skulder utan minustecken."),
        Wrong.NOTHING: _("Utan tillgångar går det inte att räkna. Rätta beloppet eller visa ekonomin på annat sätt."),
        Wrong.MORE_THAN_WHOLE: _("Beloppet är större än det som det är en del av. Rätta ett av beloppen."),
        Wrong.NOT_YET: _("Dagen har inte varit än. Skriv det senaste avslutade räkenskapsårets sista dag."),
        Wrong.TOO_OLD: _("Räkenskapsåret är för länge sedan. Lämna den senaste årsredovisningen."),
        Wrong.BEGINS_AFTER: _("Räkenskapsåret kan inte börja efter att det har slutat. Rätta ett av datumen."),
        Wrong.TOO_LONG: _("Ett räkenskapsår är högst 18 månader. Rätta ett av datumen."),
    }[wrong]
