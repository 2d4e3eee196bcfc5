"""What stands in the way of publishing a draft, in plain words and at the field where it is mended."""

from collections.abc import Iterable

from portal.domain.draft_faults import LONGEST_TEXT, Fault, Reason
from portal.domain.municipal_rules import THRESHOLD_KINDS
from portal.domain.publication import LONGEST_NAME
from portal.locale import gettext as _
from portal.locale.problems import Problem
from portal.locale.thresholds import how_to_write

FIELDS = {
    "title_sv": "rubrik_sv",
    "title_en": "rubrik_en",
    "text_sv": "text_sv",
    "text_en": "text_en",
    "question_sv": "fraga_sv",
    "question_en": "fraga_en",
    "help_sv": "hjalp_sv",
    "help_en": "hjalp_en",
    "group": "del",
    "description": "beskrivning",
    "documents": "dokument",
    "evidence": "underlag",
    "control_points": "kontroll",
    "on_breach": "brist",
    "rule": "lasning",
    "id": "lasning",
}
"""A field of the domain → the id that it has on the page."""
THRESHOLD = "grans-"


def field_id(field: str) -> str:
    return FIELDS.get(field, f"{THRESHOLD}{field.removeprefix('threshold.')}")


def problems_of(faults: Iterable[Fault]) -> tuple[Problem, ...]:
    """Once for each field, in the order in which the fields stand on the page."""
    order = [*FIELDS.values()]
    said: dict[str, str] = {}
    for each in faults:
        said.setdefault(field_id(each.field), sentence(each))
    return tuple(sorted(said.items(), key=lambda it: order.index(it[0]) if it[0] in order else order.index("del")))


def sentence(fault: Fault) -> str:
    named = ", ".join(f"{{{name}}}" for name in fault.names)
    match fault.reason:
        case Reason.EMPTY:
            return _empty(fault.field)
        case Reason.TOO_LONG:
            return _("Korta texten till högst %(count)s tecken.") % {"count": LONGEST_TEXT}
        case Reason.STRAY_BRACE:
            return _("Ta bort klammern, eller skriv namnet på en gräns mellan två klamrar.")
        case Reason.UNKNOWN_PLACEHOLDER:
            return _("Villkoret har ingen gräns som heter %(names)s.") % {"names": named}
        case Reason.PLACEHOLDERS_DIFFER:
            return _("Samma gränser ska stå i texten på båda språken. Bara det ena har %(names)s.") % {"names": named}
        case Reason.NONE_CHOSEN if fault.field == "control_points":
            return _("Välj minst ett tillfälle då villkoret kontrolleras.")
        case Reason.NONE_CHOSEN:
            return _("Välj minst en följd av att villkoret inte är uppfyllt.")
        case Reason.NOT_ASKED:
            return _("Villkoret har en fråga men visas inte vid ansökan. Kryssa i det, eller ta bort frågan.")
        case Reason.NO_VALUE:
            kind = THRESHOLD_KINDS.get(fault.field.removeprefix("threshold."))
            return how_to_write(kind) if kind else _("Skriv ett heltal.")
        case Reason.UNKNOWN_CHOICE:
            return _("Välj något av det som finns i listan.")
        case Reason.TWICE:
            return _("Villkoret står två gånger. Ta bort det ena.")
        case Reason.RULE:
            return _("Systemet kan inte läsa villkoret. Ta tillbaka det som det är i biblioteket.")


def _empty(field: str) -> str:
    return {
        "title_sv": _("Skriv en rubrik på svenska."),
        "title_en": _("Skriv en rubrik på engelska."),
        "text_sv": _("Skriv villkoret på svenska."),
        "text_en": _("Skriv villkoret på engelska."),
        "question_sv": _("Skriv frågan på svenska. Villkoret visas vid ansökan och behöver en fråga."),
        "question_en": _("Skriv frågan på engelska. Villkoret visas vid ansökan och behöver en fråga."),
        "help_sv": _("Skriv hjälptexten på svenska, eller ta bort den på engelska."),
        "help_en": _("Skriv hjälptexten på engelska, eller ta bort den på svenska."),
        "criteria": _("Utkastet har inga villkor. Lägg till minst ett."),
    }[field]


DECISION = {
    "decided_by": "beslutad_av",
    "paragraph": "paragraf",
    "decided_on": "beslutsdag",
    "valid_from": "galler_fran",
    "answer_by": "svara_senast",
}


def decision_problems(errors: Iterable[tuple[str, str]]) -> tuple[Problem, ...]:
    order = list(DECISION)
    return tuple(
        (DECISION[field], _decision(field, why)) for field, why in sorted(errors, key=lambda it: order.index(it[0]))
    )


def _decision(field: str, why: str) -> str:
    words = {
        ("decided_by", "missing"): _("Skriv vem som har beslutat, till exempel Socialnämnden."),
        ("paragraph", "missing"): _("Skriv paragrafen i protokollet, till exempel 41."),
        ("decided_on", "missing"): _("Skriv dagen för beslutet."),
        ("decided_on", "in_the_future"): _("Dagen för beslutet har inte varit än. Publicera när beslutet är fattat."),
        ("answer_by", "no_day"): _("Skriv dagen som en dag, till exempel 2026-06-01."),
        ("answer_by", "too_soon"): _("Anordnarna ska få minst 14 dagar på sig. Välj en senare dag."),
        ("valid_from", "missing"): _("Skriv från vilken dag villkoren gäller."),
        ("valid_from", "passed"): _("Dagen har passerat. Villkor kan inte börja gälla bakåt i tiden."),
        ("valid_from", "before_the_decision"): _("Villkoren kan inte börja gälla före dagen för beslutet."),
        ("valid_from", "not_after_the_latest"): _(
            "En version som redan är publicerad börjar gälla samma dag eller senare. Välj en senare dag."
        ),
    }
    return words.get((field, why)) or _("Korta texten till högst %(count)s tecken.") % {"count": LONGEST_NAME}


def name_problem(why: str) -> str:
    if why == "missing":
        return _("Ge utkastet ett namn, så att ni skiljer det från andra.")
    return _("Korta namnet till högst 80 tecken.")
