"""The words of annual reports: figures, ratios, formulas, where they come from, and why one is not known."""

from datetime import date, datetime
from typing import Final

from portal.domain.solvency import Doubt, Key, Origin, Ratio
from portal.locale import formats
from portal.locale import gettext as _

PDF: Final = "application/pdf"
READABLE: Final = frozenset({"application/xhtml+xml", "application/x-sie"})


def key(of: Key) -> str:
    return {
        Key.ASSETS: _("Summa tillgångar"),
        Key.EQUITY: _("Eget kapital"),
        Key.UNTAXED_RESERVES: _("Obeskattade reserver"),
        Key.CURRENT_ASSETS: _("Omsättningstillgångar"),
        Key.INVENTORIES: _("Varulager"),
        Key.SHORT_TERM_LIABILITIES: _("Kortfristiga skulder"),
        Key.EQUITY_AND_LIABILITIES: _("Summa eget kapital och skulder"),
        Key.STATED_SOLIDITET: _("Soliditet"),
        Key.STATED_KASSALIKVIDITET: _("Kassalikviditet"),
    }[of]


def ratio(of: Ratio) -> str:
    return {Ratio.SOLIDITET: _("Soliditet"), Ratio.KASSALIKVIDITET: _("Kassalikviditet")}[of]


def formula(of: Ratio, tax_part: str) -> str:
    if of is Ratio.KASSALIKVIDITET:
        return _("(omsättningstillgångar − varulager) / kortfristiga skulder")
    if not tax_part:
        return _("eget kapital / summa tillgångar")
    return _("(eget kapital + %(part)s av obeskattade reserver) / summa tillgångar") % {"part": tax_part}


def origin(of: Origin, typed_by: str, at: datetime | None) -> str:
    """``Läst ur en digital årsredovisning (iXBRL), 2 mars 2026``."""
    words = {
        Origin.IXBRL: _("Läst ur en digital årsredovisning (iXBRL)"),
        Origin.SIE: _("Läst ur en SIE-fil från bokföringen"),
        Origin.TYPED: _("Inskrivet för hand av %(name)s efter en PDF") % {"name": typed_by},
    }[of]
    return f"{words}, {formats.day(formats.day_of(at))}" if at else words


def year(first: date | None, last: date | None) -> str:
    if last is None:
        return _("Räkenskapsåret framgår inte")
    if first is None:
        return _("Balansdag %(day)s") % {"day": formats.day(last)}
    return _("Räkenskapsåret %(first)s – %(last)s") % {"first": formats.day(first), "last": formats.day(last)}


def doubt(of: Doubt, about: Key | None) -> str:
    figure = key(about).lower() if about else ""
    return {
        Doubt.UNREADABLE: _("Filen gick inte att läsa."),
        Doubt.OTHER_COMPANY: _("Filen har ett annat företags organisationsnummer."),
        Doubt.NO_ORGNR: _("Filen säger inte vilket företag den gäller."),
        Doubt.GROUP: _("Filen är en koncernredovisning. Det går inte att se vad som är företagets egna belopp."),
        Doubt.NO_YEAR: _("Filen har ingen balansräkning för en dag som har varit."),
        Doubt.MISSING: _("Beloppet saknas: %(figure)s.") % {"figure": figure},
        Doubt.CONFLICT: _("Beloppet står två gånger med olika värden: %(figure)s.") % {"figure": figure},
        Doubt.UNREAD_FIGURE: _("Beloppet gick inte att läsa: %(figure)s.") % {"figure": figure},
        Doubt.CURRENCY: _("Beloppet är inte i kronor: %(figure)s. Vi räknar inte om.") % {"figure": figure},
        Doubt.NO_DENOMINATOR: _("Det går inte att dela: %(figure)s är inte mer än noll.") % {"figure": figure},
        Doubt.NO_TAX_RATE: _("Skattesatsen för året är inte känd, så obeskattade reserver går inte att räkna in."),
        Doubt.UNBALANCED: _("Balansräkningen går inte ihop: tillgångarna är inte lika med eget kapital och skulder."),
    }[of]


def fault(why: str, line: int | None) -> str:
    """Why a file could not be read, as ``documents.unreadable`` names it; another code is told in general."""
    words = {
        "too_large": _("Filen är för stor för att läsas."),
        "too_deep": _("Filen är uppbyggd på ett sätt som inte går att läsa."),
        "not_xml": _("Filen är trasig: den följer inte XML."),
        "entities": _("Filen innehåller egna definitioner (entiteter), som en årsredovisning inte ska ha."),
        "encoding": _("Filens teckenkodning gick inte att läsa."),
        "not_a_report": _("Filen är ingen digital årsredovisning."),
        "broken_zip": _("Zip-filen är trasig."),
        "not_sie": _("Filen är ingen SIE-fil."),
        "broken_line": _("En rad i filen är trasig."),
        "amount": _("Ett belopp i filen är inget tal."),
        "date": _("Ett datum i filen finns inte."),
        "conflict": _("Samma saldo står två gånger i filen, med olika belopp."),
        "no_year": _("Filen saknar räkenskapsår."),
        "no_balances": _("Filen saknar både saldon och verifikat."),
    }
    said = words.get(why, _("Filen gick inte att läsa."))
    at_line = _("Det gäller rad %(line)s.") % {"line": line}
    return f"{said} {at_line}" if line else said
