"""What officers and decision makers send in: a typed value, or every error by field.

Whether a step is open is the services' to say; here is only what a form can know.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from portal.domain.conditions import ConditionSets
from portal.domain.confirming import Ground
from portal.domain.criteria import Language, Outcome, Text
from portal.domain.deadlines import add_working_days
from portal.domain.review import CodedReason
from portal.errors import Invalid
from portal.forms.fields import Fields
from portal.library import reasons
from portal.locale import formats, language
from portal.locale import gettext as _
from portal.locale.problems import Problems

LEAST_WORDS = 3
LONGEST = 10_000


@dataclass(frozen=True)
class Declaration:
    conflicted: bool
    note: str


def read_declaration(fields: Fields) -> Declaration | Problems:
    said, note = fields.text("jav"), fields.text("jav-not")
    if said not in ("nej", "ja"):
        return (("jav", _("Svara på om du är jävig i ärendet.")),)
    return Declaration(said == "ja", note)


@dataclass(frozen=True)
class JudgementForm:
    """``shown``: the digest of what the page showed of the criterion; None where the page did not say."""

    outcome: Outcome
    reason: str
    shown: str | None


def read_judgement(fields: Fields) -> JudgementForm | Problems:
    """A reason may be left out where it is judged met; whether it may here is the service's to say."""
    typed, reason = fields.text("bedomning"), fields.text("motivering")
    outcome = next((each for each in Outcome if each.value == typed), None)
    problems = []
    if outcome is None:
        problems.append(("bedomning", _("Välj om villkoret är uppfyllt.")))
    if (outcome is not Outcome.MET or reason) and (said := _too_little(reason, _reason_missing())):
        problems.append(("motivering", said))
    if outcome is None or problems:
        return tuple(problems)
    return JudgementForm(outcome, reason, fields.text("sett") or None)


def _reason_missing() -> str:
    return _("Skriv vad du grundar bedömningen på, med minst några ord.")


def judgement_refused(refused: Invalid, *, at: str = "") -> Problems:
    """What the service found: a reason is needed after all, or something else is seen now, which is read ``at``."""
    if "reason" in refused.errors:
        return (("motivering", _reason_missing()),)
    return tuple((at or criterion, _changed_since(criterion)) for criterion in refused.errors)


def _changed_since(criterion: str) -> str:
    return _("Det som syns av %(code)s har ändrats sedan sidan visades. Läs det som står nu, och bedöm igen.") % {
        "code": criterion
    }


@dataclass(frozen=True)
class ConfirmationForm:
    """What was in view, as a digest by criterion, and on which grounds it is confirmed."""

    shown: Mapping[str, str]
    grounds: frozenset[Ground]


SHOWN = "sett-"


def read_confirmation(fields: Fields) -> ConfirmationForm:
    """``vilka`` is the button that was pressed: what the system found alone, or also what the officer has read."""
    both = fields.text("vilka") == "alla"
    return ConfirmationForm(fields.starting(SHOWN), frozenset(Ground) if both else frozenset({Ground.FINDING}))


def read_words(fields: Fields, name: str, sentence: str, *, least: int = LEAST_WORDS) -> str | Problems:
    """One text that must be written; ``sentence`` says what is missing."""
    text = fields.text(name)
    if said := _too_little(text, sentence, least=least):
        return ((name, said),)
    return text


def _too_little(text: str, sentence: str, *, least: int = LEAST_WORDS) -> str:
    if len(text) > LONGEST:
        return _("Texten är för lång. Den får ha högst 10 000 tecken.")
    return sentence if len(text.split()) < least else ""


@dataclass(frozen=True)
class SupplementForm:
    questions: Mapping[str, str]
    message: str
    due_on: date


def read_supplement(
    fields: Fields,
    sets: ConditionSets,
    *,
    municipality: str,
    today: date,
    least_days: int,
    reads: Language = "sv",
) -> SupplementForm | Problems:
    """The questions: the chosen reason's own sentence, filled with what was written, or the words alone.

    ``reads``: the language that the company does.
    """
    known = reasons.by_code(reasons.SUPPLEMENT)
    problems, questions = [], {}
    for criterion in dict.fromkeys(fields.many("villkor")):
        if criterion not in sets.by_id:
            continue
        reason, words = known.get(fields.text(f"skal-{criterion}")), fields.text(f"fraga-{criterion}")
        if said := _too_little(words, _("Skriv vad företaget behöver göra."), least=0):
            problems.append((f"fraga-{criterion}", said))
        elif not words and (reason is None or reason.note_required):
            problems.append(
                (f"fraga-{criterion}", _("Skriv vad företaget behöver göra för %(code)s.") % {"code": criterion})
            )
        elif reason is None:
            questions[criterion] = words
        else:
            said_of = reasons.sentence(
                reason, sets.by_id[criterion], sets, note=Text(words, words), municipality=municipality
            )
            sentence = said_of.in_(reads)
            questions[criterion] = sentence if not words or words in sentence else f"{sentence} {words}"
    if not questions and not problems:
        problems.append(("villkor", _("Välj minst ett villkor att fråga om.")))
    message = fields.text("meddelande")
    if said := _too_little(message, _("Skriv ett meddelande till företaget.")):
        problems.append(("meddelande", said))
    due_on = _day(fields.text("senast"))
    earliest = add_working_days(today, least_days)
    if due_on is None:
        problems.append(("senast", _("Skriv svarsdagen som ett datum, till exempel 2026-03-16.")))
    elif due_on < earliest:
        problems.append(
            (
                "senast",
                _("Företaget ska få minst fem arbetsdagar. Välj %(day)s eller senare.")
                % {"day": formats.weekday(earliest)},
            )
        )
    if problems or due_on is None:
        return tuple(problems)
    return SupplementForm(questions, message, due_on)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True)
class ProposalForm:
    approve: bool
    summary: str
    reasons: tuple[CodedReason, ...]


ROWS = (1, 2)
"""So many coded reasons can be given of one criterion."""


def read_proposal(fields: Fields, unmet: Sequence[str]) -> ProposalForm | Problems:
    """A proposal to approve where nothing is unmet, otherwise to refuse with a coded reason for each."""
    known = reasons.by_code(reasons.REFUSAL)
    problems: list[tuple[str, str]] = []
    coded: list[CodedReason] = []
    for criterion in unmet:
        before = len(coded) + len(problems)
        for row in ROWS:
            code, note = fields.text(f"skal-{criterion}-{row}"), fields.text(f"not-{criterion}-{row}")
            reason = known.get(code)
            if reason is None:
                if note:
                    problems.append((f"skal-{criterion}-{row}", _("Välj det skäl som texten hör till.")))
            elif reason.note_required and not note:
                name = reason.name.en if language() == "en" else reason.name.sv
                problems.append(
                    (f"not-{criterion}-{row}", _("Skriv med egna ord: %(reason)s.") % {"reason": name.lower()})
                )
            else:
                coded.append(CodedReason(criterion, code, note))
        if len(coded) + len(problems) == before:
            problems.append((f"skal-{criterion}-1", _("Välj varför %(code)s inte är uppfyllt.") % {"code": criterion}))
    summary = fields.text("sammanfattning")
    if said := _too_little(summary, _("Skriv en sammanfattning av skälen, med minst några ord.")):
        problems.append(("sammanfattning", said))
    return tuple(problems) if problems else ProposalForm(not unmet, summary, tuple(coded))
