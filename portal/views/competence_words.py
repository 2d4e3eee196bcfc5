"""The words of competence in the reader's language: roles, levels, areas, months, spans."""

from babel import Locale

from portal.domain.competence import (
    SWEDEN,
    Area,
    Capacity,
    Cefr,
    Level,
    Qualification,
    StaffRole,
    Subject,
    SupervisionKind,
)
from portal.domain.competence_facts import Part
from portal.domain.experience import MONTH, LeftOut
from portal.domain.identifiers import sort_key
from portal.domain.months import Month
from portal.locale import gettext as _
from portal.locale import language, ngettext

Options = tuple[tuple[str, str], ...]

# Those most often stated; codes of ISO 639, named by the calendar of languages that Babel brings.
LANGUAGES = "sv en ar bs da de es fa fi fr hr ku nb pl ps ro ru se sq sr so th ti tr uk ur vi zh".split(" ")
NO_COUNTRY = ("EU", "EZ", "UN", "ZZ", "XA", "XB")


def staff_role(role: StaffRole) -> str:
    return {
        StaffRole.MANAGER: _("Verksamhetsansvarig"),
        StaffRole.STAND_IN: _("Ersättare"),
        StaffRole.STAFF: _("Personal"),
    }[role]


def capacity(each: Capacity) -> str:
    return {
        Capacity.LEADER: _("Verksamhetsansvarig"),
        Capacity.STAND_IN: _("Ersättare"),
        Capacity.STAFF: _("Personal"),
    }[each]


def part(each: Part) -> str:
    return {
        Part.EDUCATION: _("Utbildning"),
        Part.EMPLOYMENT: _("Anställningar"),
        Part.LANGUAGE: _("Språk"),
        Part.SUPERVISION: _("Handledning"),
    }[each]


def level(each: Level) -> str:
    return {
        Level.UPPER_SECONDARY: _("Gymnasium"),
        Level.VOCATIONAL: _("Yrkeshögskola"),
        Level.UNIVERSITY: _("Högskola eller universitet"),
        Level.COURSE: _("Kurs eller vidareutbildning"),
    }[each]


def subject(each: Subject) -> str:
    return {
        Subject.CARE: _("Vård och omsorg"),
        Subject.SOCIAL_WORK: _("Socialt arbete"),
        Subject.BEHAVIOUR: _("Psykologi eller annan beteendevetenskap"),
        Subject.OTHER: _("Något annat"),
    }[each]


def qualification(each: Qualification) -> str:
    return {
        Qualification.NONE: _("Ingen av dem"),
        Qualification.SOCIONOM: _("Socionom"),
        Qualification.PSYCHOLOGIST: _("Psykolog"),
        Qualification.BEHAVIOURAL: _("Beteendevetare från högskola"),
        Qualification.PSYCHOTHERAPY_1: _("Psykoterapi, steg 1"),
        Qualification.PSYCHOTHERAPY_2: _("Psykoterapi, steg 2"),
        Qualification.FAMILY_METHOD: _("Familjeterapi eller annan familjemetod"),
    }[each]


def area(each: Area) -> str:
    return {
        Area.ELDERLY: _("Omsorg om äldre"),
        Area.DISABILITY: _("Omsorg om personer med funktionsnedsättning"),
        Area.LSS: _("Stöd enligt LSS"),
        Area.FAMILY: _("Samtal och behandling för par, barn och familjer"),
        Area.OTHER: _("Något annat"),
    }[each]


def supervision(each: SupervisionKind) -> str:
    return {
        SupervisionKind.REGULAR: _("Regelbunden handledning, timmar per år"),
        SupervisionKind.INTRODUCTORY: _("Introduktionshandledning, timmar sammanlagt"),
    }[each]


def cefr(each: Cefr) -> str:
    return {
        Cefr.A1: _("A1, nybörjare"),
        Cefr.A2: _("A2, grundläggande"),
        Cefr.B1: _("B1, självständig i vardagen"),
        Cefr.B2: _("B2, självständig i arbetet"),
        Cefr.C1: _("C1, avancerad"),
        Cefr.C2: _("C2, som modersmål"),
    }[each]


def left_out(why: LeftOut) -> str:
    return {
        LeftOut.OTHER_AREA: _("Räknas inte: annat område"),
        LeftOut.NOT_LEADING: _("Räknas inte: inte ansvar för både personal och drift"),
        LeftOut.BEFORE_WINDOW: _("Räknas inte: före perioden"),
        LeftOut.NOT_A_MONTH_YET: _("Räknas inte: ingen hel månad än"),
        LeftOut.OVERLAPS: _("Räknas inte: samma månader räknas redan"),
    }[why]


def amount(hundredths: int) -> str:
    """``31``, ``7,5``: months as one writes them, exact."""
    whole, rest = divmod(hundredths, MONTH)
    if not rest:
        return str(whole)
    return f"{whole}{',' if language() == 'sv' else '.'}{str(rest).zfill(2).rstrip('0')}"


def months(hundredths: int) -> str:
    """``31 månader``."""
    return ngettext("%(amount)s månad", "%(amount)s månader", 1 if hundredths == MONTH else 2) % {
        "amount": amount(hundredths)
    }


def month(each: Month) -> str:
    """``aug 2021``."""
    names = _("jan feb mars apr maj juni juli aug sep okt nov dec").split(" ")
    return f"{names[each.month - 1]} {each.year}"


def span(first: Month, last: Month | None) -> str:
    """``aug 2021 – juli 2023``; without an end it goes on."""
    end = month(last) if last else _("pågår")
    return f"{month(first)} – {end}"


def country(code: str) -> str:
    name: str = _calendar().territories.get(code, code)
    return name


def spoken(code: str) -> str:
    name: str = _calendar().languages.get(code, code)
    return name[:1].upper() + name[1:]


def countries() -> Options:
    """Sweden first, then all others by name."""
    named = {str(code): str(name) for code, name in _calendar().territories.items()}
    codes = [code for code in named if len(code) == 2 and code.isalpha() and code not in NO_COUNTRY]
    rest = sorted(((code, named[code]) for code in codes if code != SWEDEN), key=lambda pair: sort_key(pair[1]))
    return ((SWEDEN, named[SWEDEN]), *rest)


def languages() -> Options:
    first, *rest = ((code, spoken(code)) for code in LANGUAGES)
    return (first, *sorted(rest, key=lambda pair: sort_key(pair[1])))


def _calendar() -> Locale:
    return Locale.parse(language())
