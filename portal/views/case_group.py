"""A group of a case's criteria on one page: each with the whole finding, the answer and the documents, to be confirmed.

Everything that is confirmed from here stands on the page, unfolded.  Five statements.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from portal.db.handed_in import HandedIn
from portal.domain.actors import Actor
from portal.domain.confirming import Ground
from portal.domain.criteria import Criterion, Text, worded
from portal.domain.evidence import NONE
from portal.domain.finding_words import Explanation
from portal.errors import NotFound
from portal.locale.problems import Problems
from portal.views import words
from portal.views.case_evidence import Answered, answered
from portal.views.case_head import CaseHead, read_head
from portal.views.case_list import address_of, group_address, judged_status, title_of
from portal.views.case_standing import Standing, read_standing
from portal.views.finding import Looks, explained
from portal.views.finding import seen as seen_status
from portal.views.words import Status


@dataclass(frozen=True)
class GroupCriterion:
    """``ground`` is None for what is judged, and for what is judged on its own page; ``alone`` is the latter."""

    id: str
    title: Text
    text: Text
    question: Text | None
    address: str
    status: Status
    seen: Status
    run_out: Status | None
    finding: Explanation
    answer: Answered
    ground: Ground | None
    alone: bool
    digest: str


@dataclass(frozen=True)
class GroupPage:
    """``following`` is the next group in which anything waits to be confirmed."""

    head: CaseHead
    title: Text
    address: str
    at: int
    groups: int
    criteria: tuple[GroupCriterion, ...]
    following: tuple[Text, str] | None
    confirmed: int
    problems: Problems

    @property
    def found(self) -> int:
        return sum(each.ground is Ground.FINDING for each in self.criteria)

    @property
    def read(self) -> int:
        return sum(each.ground is Ground.READING for each in self.criteria)

    @property
    def alone(self) -> int:
        return sum(each.alone for each in self.criteria)


def build(
    db: Session,
    case_id: UUID,
    group_id: str,
    *,
    look: Looks,
    actor: Actor,
    now: datetime,
    scanner: bool,
    confirmed: int = 0,
    problems: Problems = (),
) -> GroupPage:
    head = read_head(db, case_id, actor=actor, now=now)
    asked = head.sets.asked
    at = next((index for index, (group, _criteria) in enumerate(asked) if group.id == group_id), None)
    if at is None:
        raise NotFound("group", group_id)
    standing, given = read_standing(db, head, look=look, now=now)
    group, criteria = asked[at]
    return GroupPage(
        head=head,
        title=group.title,
        address=group_address(head, group_id),
        at=at + 1,
        groups=len(asked),
        criteria=tuple(_criterion(standing, each, given, scanner=scanner, now=now) for each in criteria),
        following=_following(standing, at),
        confirmed=confirmed,
        problems=problems,
    )


def after_confirming(db: Session, case_id: UUID, group_id: str, *, look: Looks, actor: Actor, now: datetime) -> str:
    """The next group where anything waits; then the criterion that is best judged first; then the proposal."""
    head = read_head(db, case_id, actor=actor, now=now)
    standing, _given = read_standing(db, head, look=look, now=now)
    at = next(index for index, (group, _criteria) in enumerate(head.sets.asked) if group.id == group_id)
    if following := _following(standing, at):
        return following[1]
    left = standing.to_judge()
    return address_of(head, left) if left else f"{head.address}/forslag"


def _following(standing: Standing, at: int) -> tuple[Text, str] | None:
    asked = standing.head.sets.asked
    around = (*asked[at + 1 :], *asked[:at])
    return next(
        (
            (group.title, group_address(standing.head, group.id))
            for group, criteria in around
            if any(standing.confirmable(each) for each in criteria)
        ),
        None,
    )


def _criterion(
    standing: Standing, criterion: Criterion, given: HandedIn, *, scanner: bool, now: datetime
) -> GroupCriterion:
    head, seen, judged = standing.head, standing.seen[criterion.id], standing.judged.get(criterion.id)
    thresholds, ground = head.sets.thresholds_for(criterion), standing.confirmable(criterion)
    return GroupCriterion(
        id=criterion.id,
        title=title_of(head, criterion),
        text=worded(criterion.text, thresholds),
        question=worded(criterion.question.text, thresholds) if criterion.question else None,
        address=address_of(head, criterion),
        status=judged_status(judged),
        seen=seen_status(seen.finding.outcome),
        run_out=words.validity(seen.run_out) if seen.run_out else None,
        finding=explained(seen.finding, head.sets, criterion),
        answer=answered(
            head, criterion, given, seen.finding, judged.change if judged else NONE, scanner=scanner, now=now
        ),
        ground=ground,
        alone=ground is None and standing.missing(criterion),
        digest=seen.digest,
    )
