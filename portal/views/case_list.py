"""The criteria of a case in the officer's list: what is judged, what the system sees, and what stands first."""

from dataclasses import dataclass

from portal.db.judgements import Judged
from portal.domain.confirming import Urgency
from portal.domain.criteria import Criterion, Text, worded
from portal.locale import gettext as _
from portal.views import words
from portal.views.case_head import CaseHead
from portal.views.case_standing import Standing
from portal.views.finding import seen as seen_status
from portal.views.words import Status

FIRST = 6
"""So many are named in the box of what stands first; the others stand in their groups."""


@dataclass(frozen=True)
class ListedCriterion:
    """``seen`` is the system's reading, and ``run_out`` how the evidence fails by its dates."""

    id: str
    title: Text
    address: str
    status: Status
    seen: Status
    run_out: Status | None
    current: bool


@dataclass(frozen=True)
class ListedGroup:
    """``confirmable`` is how many wait to be confirmed on the group's own page."""

    id: str
    title: Text
    address: str
    criteria: tuple[ListedCriterion, ...]
    judged: int
    confirmable: int
    open: bool


@dataclass(frozen=True)
class First:
    """A criterion that is best looked at before the others, and why."""

    title: Text
    address: str
    why: Status


@dataclass(frozen=True)
class CriteriaList:
    """``more`` is how many stand first besides those that are named."""

    groups: tuple[ListedGroup, ...]
    first: tuple[First, ...]
    more: int

    @property
    def confirmable(self) -> int:
        return sum(group.confirmable for group in self.groups)

    @property
    def to_review(self) -> str:
        """The page of the first group in which anything waits to be confirmed."""
        return next((group.address for group in self.groups if group.confirmable), "")


def address_of(head: CaseHead, criterion: Criterion) -> str:
    return f"{head.address}?villkor={criterion.id}"


def group_address(head: CaseHead, group_id: str) -> str:
    return f"{head.address}/grupp/{group_id}"


def listed(standing: Standing, shown: Criterion | None) -> CriteriaList:
    head = standing.head
    waiting = (
        [
            each
            for each in standing.in_order
            if standing.missing(each) and standing.urgency(each) not in (Urgency.FOUND, Urgency.READ)
        ]
        if head.can_work
        else []
    )
    return CriteriaList(
        groups=tuple(
            ListedGroup(
                group.id,
                group.title,
                group_address(head, group.id),
                tuple(_listed(standing, each, current=each is shown) for each in criteria),
                sum(not standing.missing(each) for each in criteria),
                sum(standing.confirmable(each) is not None for each in criteria),
                shown in criteria,
            )
            for group, criteria in head.sets.asked
        ),
        first=tuple(
            First(title_of(head, each), address_of(head, each), _why(standing, each)) for each in waiting[:FIRST]
        ),
        more=max(len(waiting) - FIRST, 0),
    )


def _why(standing: Standing, criterion: Criterion) -> Status:
    """Why it stands where it does in the order."""
    found, judged = standing.seen[criterion.id], standing.judged.get(criterion.id)
    match standing.urgency(criterion):
        case Urgency.RUN_OUT if found.run_out is not None:
            return words.validity(found.run_out)
        case Urgency.CHANGED:
            return judged_status(judged)
        case _:
            return seen_status(found.finding.outcome)


def judged_status(judged: Judged | None) -> Status:
    if judged is not None and judged.change:
        return words.evidence_changed()
    if judged is not None and not judged.stands:
        return Status("act", _("Bedöm på nytt"), "warning")
    return words.outcome(judged.outcome if judged else None)


def _listed(standing: Standing, criterion: Criterion, *, current: bool) -> ListedCriterion:
    found = standing.seen[criterion.id]
    return ListedCriterion(
        criterion.id,
        title_of(standing.head, criterion),
        address_of(standing.head, criterion),
        judged_status(standing.judged.get(criterion.id)),
        seen_status(found.finding.outcome),
        words.validity(found.run_out) if found.run_out else None,
        current,
    )


def title_of(head: CaseHead, criterion: Criterion) -> Text:
    return worded(criterion.title, head.sets.thresholds_for(criterion))
