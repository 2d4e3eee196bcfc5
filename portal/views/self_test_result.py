"""What the self-test came to: what is missing, what is unclear, what looks fine, each with what would help."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Outcome, Text
from portal.domain.evaluation import Finding
from portal.domain.facts import Single
from portal.domain.finding_words import Explanation
from portal.domain.rules import leaves
from portal.domain.self_test import Asked, Questions
from portal.locale import gettext as _
from portal.locale import ngettext
from portal.views.finding import explained


@dataclass(frozen=True)
class Verdict:
    """What the system sees of one criterion; ``address`` is where it is asked about on the page."""

    id: str
    title: Text
    address: str
    finding: Explanation


@dataclass(frozen=True, kw_only=True)
class Result:
    """Each criterion in one of these, what is decisive first.

    What is unclear in spite of an answer is told apart from what nobody has
    answered, and from what only the municipality can look up.
    """

    conclusion: str
    missing: tuple[Verdict, ...]
    unclear: tuple[Verdict, ...]
    unanswered_decisive: tuple[Verdict, ...]
    unanswered: tuple[Verdict, ...]
    looked_up: tuple[Verdict, ...]
    fine: tuple[Verdict, ...]

    @property
    def to_see_to(self) -> frozenset[str]:
        return frozenset(each.id for each in (*self.missing, *self.unclear))


def result_of(
    sets: ConditionSets,
    asked: Sequence[Asked],
    stated: Mapping[str, bool],
    values: Mapping[str, Single],
    found: Mapping[str, Finding],
) -> Result:
    decisive = {each.criterion.id for part in asked if part.decisive for each in part.questions}
    placed: dict[str, list[Verdict]] = defaultdict(list)
    for each in (question for part in asked for question in part.questions):
        id_ = each.criterion.id
        answered = id_ in stated or any(leaf.fact in values for leaf in leaves(each.criterion.rule))
        match found[id_].outcome:
            case Outcome.NOT_MET:
                place = "missing"
            case Outcome.MET:
                place = "fine"
            case Outcome.CANNOT_TELL if answered:
                place = "unclear"
            case Outcome.CANNOT_TELL if each.is_empty and not each.asked_at:
                place = "looked_up"
            case Outcome.CANNOT_TELL:
                place = "unanswered_decisive" if id_ in decisive else "unanswered"
        placed[place].append(_verdict(sets, each, found[id_]))
    left = sum(each.id in decisive for each in placed["unclear"]) + len(placed["unanswered_decisive"])
    return Result(
        conclusion=_conclusion(len(placed["missing"]), left=left, answered=bool(stated or values)),
        missing=tuple(placed["missing"]),
        unclear=tuple(placed["unclear"]),
        unanswered_decisive=tuple(placed["unanswered_decisive"]),
        unanswered=tuple(placed["unanswered"]),
        looked_up=tuple(placed["looked_up"]),
        fine=tuple(placed["fine"]),
    )


def _verdict(sets: ConditionSets, asked: Questions, finding: Finding) -> Verdict:
    criterion = asked.criterion
    at = asked.asked_at[0] if asked.is_empty and asked.asked_at else criterion.id
    return Verdict(criterion.id, criterion.title, f"#{at}", explained(finding, sets, criterion))


def _conclusion(missing: int, *, left: int, answered: bool) -> str:
    """``left``: how many of the decisive ones are open still."""
    if missing:
        return ngettext("Ett villkor når ni inte upp till.", "%(num)s villkor når ni inte upp till.", missing) % {
            "num": missing
        }
    if not answered:
        return _("Du har inte svarat på något än.")
    if left:
        return ngettext(
            "Inget du har svarat talar emot en ansökan. Ett av de avgörande villkoren är oklart.",
            "Inget du har svarat talar emot en ansökan. %(num)s av de avgörande villkoren är oklara.",
            left,
        ) % {"num": left}
    return _("Det du kan svara på av de avgörande villkoren ser ut att räcka.")
