"""What an officer can confirm as it stands, and in which order a case is best read.

A finding is a proposal to a named person and never a decision (Kommunallagen
6 kap. 38 §): this module says on what ground a "met" may be confirmed in one step,
and must not judge.  What is confirmed is what was in view; a digest says whether
that is still so.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import cached_property

from portal.domain.criteria import Answer, Criterion, Outcome, Text, obstacles
from portal.domain.evaluation import Finding, LeafFinding, deciding
from portal.domain.facts import Fact, Source, Why
from portal.domain.validity import Validity


class Ground(StrEnum):
    """On what a criterion can be confirmed as met without further words.

    ``FINDING``: the rule finds it met.  ``READING``: the company says yes and has handed in all that is asked,
    and what is left is for a person to read.
    """

    FINDING = "finding"
    READING = "reading"


class Urgency(IntEnum):
    """What stands first in a case: lower first."""

    RUN_OUT = 0  # evidence that has expired, or is too old
    CHANGED = 1  # the evidence is another than what was judged, or something was asked since
    UNTOLD = 2  # the rule cannot tell, and no reading of what is here settles it
    NOT_MET = 3
    READ = 4  # the rule cannot tell: a person reads
    FOUND = 5  # the rule finds it met


@dataclass(frozen=True)
class Seen:
    """A criterion as the officer has it before the eyes; ``run_out`` is how its evidence fails by its dates.

    ``made`` makes the digest: a page lists every criterion and shows one, and to digest them all took longer than to
    read their rules.
    """

    finding: Finding
    ground: Ground | None
    run_out: Validity | None
    made: Callable[[], str]

    @cached_property
    def digest(self) -> str:
        """Of all that is shown of it, so that what is confirmed is what was read."""
        return self.made()

    def urgency(self, *, changed: bool = False) -> Urgency:
        """``changed``: it was judged, on other evidence than there is now, or before something was asked."""
        if self.run_out is not None:
            return Urgency.RUN_OUT
        if changed:
            return Urgency.CHANGED
        if self.finding.outcome is Outcome.NOT_MET:
            return Urgency.NOT_MET
        if self.finding.outcome is Outcome.MET:
            return Urgency.FOUND
        return Urgency.READ if self.ground is Ground.READING else Urgency.UNTOLD


def reason_of(seen: Seen, ground: Ground) -> Text:
    """What a judgement says where the officer confirmed and wrote nothing; the record holds the Swedish."""
    if ground is Ground.READING:
        return Text(
            "Handläggaren har läst företagets svar och underlag, som visar att villkoret är uppfyllt.",
            "The officer has read the company's answers and evidence, which show that the condition is met.",
        )
    if not seen.finding.concerns:
        return Text(
            "Villkoret gäller inte för företaget, enligt det som framgår av ansökan.",
            "The condition does not apply to the company, according to what the application shows.",
        )
    return Text(
        "Det som framgår av ansökan och underlaget visar att villkoret är uppfyllt.",
        "What the application and the evidence show is that the condition is met.",
    )


def reason_needed(outcome: Outcome, proposed: Outcome) -> bool:
    """Only an officer who agrees that it is met may leave out why: the finding says it."""
    return not (outcome is Outcome.MET and proposed is Outcome.MET)


def is_override(outcome: Outcome, proposed: Outcome) -> bool:
    """Where the rule could not tell there is nothing to override."""
    return proposed not in (Outcome.CANNOT_TELL, outcome)


# What a person settles by reading what has been handed in: nothing is missing, and nothing contradicts.
_READ = frozenset(
    {
        Why.ONLY_DESCRIBED,
        Why.AFFIRMED,
        Why.NOT_READ,
        Why.JUDGED,
        Why.KIND_UNKNOWN,
        Why.COVERAGE_UNKNOWN,
        Why.DATE_UNKNOWN,
        Why.NOT_DUE,
        Why.MAY_BE_EXCUSED,
    }
)
# Of these nothing is known before there is a contract, or they are in papers that a person reads.
_NOT_STATED_ELSEWHERE = frozenset(
    {Source.FOLLOW_UP, Source.CONTRACT, Source.OFFICER, Source.ANSWER, Source.PROFILE, Source.SELF_TEST}
)


def ground_of(
    finding: Finding, criterion: Criterion, answer: Answer | None, facts: Mapping[str, Fact], *, run_out: bool
) -> Ground | None:
    """Evidence that has run out is never confirmed in passing, whatever the rule finds."""
    if run_out or finding.outcome is Outcome.NOT_MET:
        return None
    if finding.outcome is Outcome.MET:
        return Ground.FINDING
    if answer is None or answer.declared is not True or obstacles(criterion, answer):
        return None
    untold = [each for each in deciding(finding.tree) if each.outcome is Outcome.CANNOT_TELL]
    return Ground.READING if untold and all(_is_read(each, answer, facts) for each in untold) else None


def _is_read(found: LeafFinding, answer: Answer, facts: Mapping[str, Fact]) -> bool:
    whys = frozenset(found.why) - {Why.NOT_STATED}
    if Why.NOBODY in whys and answer.evidence:
        # The profile that nobody has written is in the papers that were handed in.
        whys -= {Why.NOBODY}
    if whys:
        return whys <= _READ
    source = facts[found.leaf.fact].source
    return source in _NOT_STATED_ELSEWHERE or (source is Source.ANNUAL_REPORT and bool(answer.evidence))


def run_out_of(answer: Answer | None) -> Validity | None:
    """How the evidence fails by its dates, where any of it does: a person looks whether the rest is enough."""
    found = (document.validity for document in answer.evidence) if answer else ()
    return next((validity for validity in found if validity.has_run_out), None)


def digest_of(parts: Iterable[object]) -> str:
    """Of what was shown; the parts must read the same in every process, so that no set is among them."""
    return hashlib.sha256("\n".join(map(repr, parts)).encode()).hexdigest()
