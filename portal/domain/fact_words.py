"""Values, origins and reasons in words, in Swedish and in English: numbers, money, days, codes and documents."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from portal.domain.criteria import MONTHS, Language, Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Each, Fact, Known, Paper, Source, Unit, Why
from portal.domain.publishing import day_of_year

_NO_BREAK = "\N{NO-BREAK SPACE}"
# one of it, several of it
_UNITS: Mapping[Unit, tuple[Text, Text]] = {
    Unit.MONTHS: (Text("månad", "month"), Text("månader", "months")),
    Unit.DAYS: (Text("dag", "day"), Text("dagar", "days")),
    Unit.WORKING_DAYS: (Text("arbetsdag", "working day"), Text("arbetsdagar", "working days")),
    Unit.HOURS: (Text("timme", "hour"), Text("timmar", "hours")),
    Unit.ECTS: (Text("högskolepoäng", "higher education credit"), Text("högskolepoäng", "higher education credits")),
    Unit.YH: (Text("yrkeshögskolepoäng", "vocational credit"), Text("yrkeshögskolepoäng", "vocational credits")),
}
_COUNTS = {
    "sv": "noll ett två tre fyra fem sex sju åtta nio tio elva tolv".split(" "),
    "en": "zero one two three four five six seven eight nine ten eleven twelve".split(" "),
}
_REGISTERS = {
    "bolagsverket": Text("Bolagsverket", "the Companies Registration Office"),
    "skatteverket": Text("Skatteverket", "the Tax Agency"),
    "kronofogden": Text("Kronofogden", "the Enforcement Authority"),
    "kreditupplysning": Text("kreditupplysning", "a credit report"),
    "ivo": Text("IVO", "the Health and Social Care Inspectorate"),
    "peppol": Text("Peppol", "Peppol"),
}
_REASONS: Mapping[Why, Text] = {
    Why.NOT_STATED: Text("uppgiften saknas", "it has not been stated"),
    Why.DOCUMENT_MISSING: Text("inget dokument visar det än", "no document shows it yet"),
    Why.DOCUMENT_WAITING: Text("en fil väntar på att sökas igenom", "a file is waiting to be scanned"),
    Why.DOCUMENT_NOT_SCANNED: Text(
        "filen har inte kunnat sökas igenom och räknas därför inte",
        "the file could not be scanned and so does not count",
    ),
    Why.DOCUMENT_STOPPED: Text("en fil är stoppad och räknas inte", "a file has been stopped and does not count"),
    Why.NOT_RUN: Text("ingen kontroll i register är gjord än", "no register check has been made yet"),
    Why.UNREADABLE: Text("filen går inte att läsa ut", "the file cannot be read out"),
    Why.NOT_SUBMITTED: Text(
        "en firmatecknare intygar det när ansökan skickas in",
        "a signatory attests it when the application is submitted",
    ),
    Why.NOT_READ: Text("dokumentet finns men är inte utläst", "the document is there but has not been read out"),
    Why.KIND_UNKNOWN: Text(
        "ett dokument finns, men det är inte sagt vilket slag det är",
        "there is a document, but not which kind it is",
    ),
    Why.AFFIRMED: Text(
        "företaget försäkrar det, och det följs upp senare",
        "the company affirms it, and it is followed up later",
    ),
    Why.ONLY_DESCRIBED: Text(
        "det som skrivits i svaret läses av en människa", "what was written in the answer is read by a person"
    ),
    Why.NO_DENOMINATOR: Text("det går inte att dela med noll", "nothing can be divided by zero"),
    Why.FOREIGN_CURRENCY: Text("beloppen är inte i kronor", "the amounts are not in kronor"),
    Why.DATE_UNKNOWN: Text("dokumentets datum är inte känt", "its date is not known"),
    Why.COVERAGE_UNKNOWN: Text("vad det omfattar är inte utläst", "what it covers has not been read out"),
    Why.OTHER_WINDOW: Text("det är räknat över en annan tid", "it is counted over another time"),
    Why.NOBODY: Text("ingen är angiven", "nobody is named"),
    Why.UHR_MISSING: Text(
        "utbildning från ett annat land väntar på UHR:s utlåtande",
        "education from another country awaits the statement from UHR",
    ),
    Why.JUDGED: Text("det bedöms av en människa", "it is judged by a person"),
    Why.SOURCES_DIFFER: Text("källorna säger olika", "the sources differ"),
    Why.MAY_BE_EXCUSED: Text("ett undantag kan gälla", "an exception may apply"),
    Why.NOT_DUE: Text("dagen har inte passerat än", "the day has not passed yet"),
    Why.UNCLEAR: Text("uppgiften går inte att jämföra", "it cannot be compared"),
}


def reason(why: Why, language: Language) -> str:
    return _REASONS[why].in_(language)


def number(value: int | Decimal, language: Language) -> str:
    """``10 000``, ``3,5``: at most two decimals, and none that say nothing."""
    shown = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, Decimal) else f"{value:,}"
    return shown.replace(",", _NO_BREAK).replace(".", ",") if language == "sv" else shown


def amount(value: int | Decimal, unit: Unit, language: Language) -> str:
    """A number with what it counts: ``1 månad``, ``24 månader``, ``10 %``, ``10 000 000 kr``."""
    shown = number(value, language)
    if unit is Unit.PERCENT:
        return f"{shown}{_NO_BREAK}%" if language == "sv" else f"{shown}%"
    if unit is Unit.KRONOR:
        return f"{shown}{_NO_BREAK}kr" if language == "sv" else f"SEK{_NO_BREAK}{shown}"
    if unit is Unit.NONE:
        return shown
    one, several = _UNITS[unit]
    return f"{shown} {(one if value == 1 else several).in_(language)}"


def count_of(value: int, language: Language) -> str:
    """``tio``: a small number as one writes it in a sentence."""
    return _COUNTS[language][value] if 0 <= value < len(_COUNTS[language]) else number(value, language)


def day(value: date | datetime | str, language: Language) -> str:
    """``24 november 2026``, or ``28 februari`` for a day of the year written ``--02-28``."""
    months = MONTHS[language].split("|")
    if isinstance(value, str):
        found = day_of_year(value)
        return f"{found[1]} {months[found[0] - 1]}" if found else value
    if isinstance(value, datetime):
        value = day_in_sweden(value)
    return f"{value.day} {months[value.month - 1]} {value.year}"


def one_of(code: str, fact: Fact, language: Language) -> str:
    named = fact.words.get(code)
    return named.in_(language) if named else code


def listed(words: list[str], last: str) -> str:
    *first, final = words
    return f"{', '.join(first)} {last} {final}" if first else final


def said(value: object, fact: Fact, language: Language) -> str:
    """A value, or what it is compared with, as its fact is said."""
    sv = language == "sv"
    match value:
        case bool():
            if fact.kind.value == "document":
                return ("finns" if sv else "there is one") if value else ("finns inte" if sv else "there is none")
            return ("ja" if sv else "yes") if value else ("nej" if sv else "no")
        case int() | Decimal():
            return amount(value, fact.unit, language)
        case Paper():
            return _paper(value, language)
        case tuple():
            return listed([one_of(str(each), fact, language) for each in value], "eller" if sv else "or")
        case frozenset():
            words = sorted(one_of(each, fact, language) for each in value)
            return listed(words, "och" if sv else "and") if words else ("inget" if sv else "none")
        case date():
            return day(value, language)
        case Each():
            return ", ".join("–" if item is None else said(item, fact, language) for _, item in value.items)
        case _:
            return one_of(str(value), fact, language)


def _paper(paper: Paper, language: Language) -> str:
    sv = language == "sv"
    if paper.valid_until is not None:
        until = day(paper.valid_until, language)
        return f"dokumentet gäller till och med {until}" if sv else f"the document is valid until {until}"
    if paper.until_further_notice:
        return "dokumentet gäller tills vidare" if sv else "the document is valid until further notice"
    if paper.issued is not None:
        issued = day(paper.issued, language)
        return f"dokumentet är daterat {issued}" if sv else f"the document is dated {issued}"
    return "dokumentet finns" if sv else "the document is there"


def in_sentence(name: str) -> str:
    """A name inside a sentence: ``soliditet``, but ``IVO-tillstånd`` and ``F-skatt`` keep their capitals."""
    return name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2] == " " else name


def source_of(known: Known, language: Language) -> str:
    """Where it came from: which document, register or answer, by whom and when."""
    label = known.label.in_(language) if known.label else ""
    named = f"”{label}”" if language == "sv" else f"“{label}”"
    sv = language == "sv"
    match known.source:
        case Source.DOCUMENT:
            where = label or ("dokument" if sv else "document")
        case Source.REGISTER:
            register = _REGISTERS.get(known.source_id)
            where = register.in_(language) if register else label or known.source_id
        case Source.ANSWER:
            where = f"svaret på {named}" if sv else f"the answer to {named}"
        case Source.ANNUAL_REPORT:
            where = label or ("årsredovisningen" if sv else "the annual report")
        case Source.PROFILE:
            whose = f"profilen för {label}" if sv else f"the profile of {label}"
            where = whose if label else ("profilerna" if sv else "the profiles")
        case Source.SERVICE:
            where = f"kommunens uppgifter om {named}" if sv else f"the municipality's description of {named}"
        case Source.COMPANY:
            where = "företagets registrering här" if sv else "the company's registration here"
        case Source.CONTRACT:
            where = label or ("avtalet" if sv else "the contract")
        case Source.FOLLOW_UP:
            where = label or ("uppföljningen" if sv else "the follow-up")
        case Source.OFFICER:
            where = "handläggaren" if sv else "the case officer"
        case Source.SELF_TEST:
            where = "ditt svar här" if sv else "your answer here"
    return ", ".join(each for each in (where, known.who, day(known.at, language) if known.at else "") if each)
