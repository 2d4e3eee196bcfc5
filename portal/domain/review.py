"""What stands between a reviewed application and a proposal, and between a proposal and a decision.

The law leaves no room for choice: all who meet the conditions are approved
(LOV 8 kap. 1 §), and whoever is refused is told which condition was not met
and why.  This module must not judge a criterion; it reads what people judged.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.criteria import Language, Outcome

# What somebody does who handles a case: whoever has done one of these does not decide in it (four eyes).
HANDLING = (
    "application.start_review",
    "application.hand_over",
    "application.request_supplement",
    "application.propose",
    "criterion.judged",
    "second_review.answered",
)


@dataclass(frozen=True)
class CodedReason:
    """Why one criterion is not met: a code of the reasons, and the officer's own words where the code needs them."""

    criterion: str
    code: str
    note: str = ""


@dataclass(frozen=True)
class ReasonTold:
    """A coded reason as it is read: its sentence, and what the officer wrote where that stands beside it."""

    sentence: str
    note: str
    note_in: Language


def reason_told(coded: Mapping[str, Any], language: Language) -> ReasonTold:
    """In English an officer's own words stand apart, in Swedish; those of a phrase are in English.

    ``coded``: ``sentence`` and ``name`` in both languages, ``note``, and ``note_en`` where it has one.  A sentence
    that has room for the officer's words ends with them; one without it does not lose them.
    """
    sentence, own = coded["sentence"][language], coded.get("note", "")
    note = (coded.get("note_en") or own) if language == "en" else own
    if language == "en" and own and note == own:
        return ReasonTold(sentence.removesuffix(own).strip() or f"{coded['name']['en']}.", own, "sv")
    return ReasonTold(sentence, "" if note in sentence else note, language)


class Lack(StrEnum):
    UNJUDGED = "unjudged"
    EVIDENCE_CHANGED = "evidence_changed"  # since it was judged: a person judges again, or confirms
    UNMET = "unmet"  # approval is proposed, and this one is not judged met
    REASON_MISSING = "reason_missing"
    REASON_UNKNOWN = "reason_unknown"
    NOTE_MISSING = "note_missing"
    SECOND_REVIEW = "second_review"  # another officer has yet to read the case
    ALL_MET = "all_met"  # refusal is proposed, and there is nothing to refuse for


@dataclass(frozen=True)
class ProposalObstacle:
    criterion: str
    lack: Lack
    code: str = ""


def unjudged(asked: Iterable[str], judged: Mapping[str, Outcome]) -> tuple[ProposalObstacle, ...]:
    return tuple(ProposalObstacle(criterion, Lack.UNJUDGED) for criterion in asked if criterion not in judged)


def obstacles_to_proposal(
    asked: Sequence[str],
    judged: Mapping[str, Outcome],
    *,
    approve: bool,
    reasons: Sequence[CodedReason],
    known: Mapping[str, bool],
    changed: Collection[str] = (),
) -> tuple[ProposalObstacle, ...]:
    """Everything that stops a proposal; ``known`` says of each code of a refusal whether it demands a note.

    ``changed`` are the criteria whose evidence is another than what was judged.
    """
    overtaken = [ProposalObstacle(each, Lack.EVIDENCE_CHANGED) for each in asked if each in judged and each in changed]
    if missing := (*unjudged(asked, judged), *overtaken):
        return missing
    unmet = [criterion for criterion in asked if judged[criterion] is not Outcome.MET]
    if approve:
        return tuple(ProposalObstacle(criterion, Lack.UNMET) for criterion in unmet)
    if not unmet:
        return (ProposalObstacle("", Lack.ALL_MET),)
    given = {criterion: [reason for reason in reasons if reason.criterion == criterion] for criterion in unmet}
    found = [ProposalObstacle(criterion, Lack.REASON_MISSING) for criterion, said in given.items() if not said]
    for reason in reasons:
        if reason.code not in known or reason.criterion not in given:
            found.append(ProposalObstacle(reason.criterion, Lack.REASON_UNKNOWN, reason.code))
        elif known[reason.code] and not reason.note.strip():
            found.append(ProposalObstacle(reason.criterion, Lack.NOTE_MISSING, reason.code))
    return tuple(found)


def has_been_heard(*, commented: bool, due_on: date, today: date) -> bool:
    """Whether the company has had its say: it has answered, or has let the last day pass."""
    return commented or due_on < today
