"""What an officer writes down of a register: its own questions first, then where it was seen and what it was."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.registers import Register, Said, read_facts, vat_number_holds
from portal.forms.fields import Fields
from portal.locale import gettext as _
from portal.locale.problems import Problems

YES, NO = "ja", "nej"


@dataclass(frozen=True)
class CheckForm:
    facts: dict[str, Any]
    source: str
    note: str


def read_check(fields: Fields, register: Register, *, orgnr: str) -> CheckForm | Problems:
    """The answer, or everything that is missing, by field in the order of the page."""
    problems: list[tuple[str, str]] = []
    facts = _READERS[register](fields, orgnr, problems)
    source, note = fields.text("kalla"), fields.text("anteckning")
    if not source:
        problems.append(("kalla", _("Skriv var du såg det, till exempel registrets namn och ärendets nummer.")))
    if not problems and read_facts(facts) is Said.REMARK and not note:
        problems.append(("anteckning", _("Skriv vad anmärkningen gäller.")))
    return tuple(problems) or CheckForm(facts, source, note)


def _yes_no(fields: Fields, name: str, problems: list[tuple[str, str]]) -> bool:
    said = fields.text(name)
    if said not in (YES, NO):
        problems.append((name, _("Välj ja eller nej.")))
    return said == YES


def _companies(fields: Fields, orgnr: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    active = _yes_no(fields, "verksamt", problems)
    pending = _yes_no(fields, "forfarande", problems)
    return {
        "org.active": active,
        "org.deregistered": not active,
        "org.pending_proceedings": ["noted"] if pending else [],
    }


def _tax(fields: Fields, orgnr: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    facts: dict[str, Any] = {"tax.f_skatt": _yes_no(fields, "f_skatt", problems)}
    employer = fields.text("arbetsgivare")
    if employer in (YES, NO):
        facts["tax.employer_registered"] = employer == YES
    elif employer != "inga":
        problems.append(("arbetsgivare", _("Välj om företaget är registrerat som arbetsgivare.")))
    return facts


def _debts(fields: Fields, orgnr: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    typed = "".join(fields.text("skuld").split())
    if not typed.isdecimal() or len(typed) > 12:
        problems.append(("skuld", _("Skriv skulden i hela kronor, 0 om det inte finns någon.")))
        return {}
    return {"tax.enforcement_debt_sek": int(typed)}


def _vat(fields: Fields, orgnr: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    typed = fields.text("momsnummer")
    if not typed:
        problems.append(("momsnummer", _("Skriv momsregistreringsnumret, till exempel SE559900014701.")))
        return {}
    return {"vat.number_holds": vat_number_holds(typed, orgnr)}


def _permits(fields: Fields, orgnr: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    return {"ivo.permit_holder_orgnr": orgnr if _yes_no(fields, "tillstand", problems) else ""}


def _exclusion(fields: Fields, orgnr: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    return {"person_circle.business_ban": _yes_no(fields, "naringsforbud", problems)}


_READERS = {
    Register.COMPANIES: _companies,
    Register.TAX: _tax,
    Register.DEBTS: _debts,
    Register.VAT: _vat,
    Register.PERMITS: _permits,
    Register.EXCLUSION: _exclusion,
}


def read_day(fields: Fields, name: str) -> date | None:
    try:
        return date.fromisoformat(fields.text(name))
    except ValueError:
        return None
