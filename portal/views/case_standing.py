"""A case as it stands: what is judged and what the system sees of each criterion, and in which order to judge.

One order everywhere: evidence that has run out and what cannot be told stand first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.db.handed_in import HandedIn
from portal.db.judgements import Judged, judgements_of
from portal.domain.confirming import Ground, Seen, Urgency
from portal.domain.criteria import Criterion
from portal.views.case_head import CaseHead
from portal.views.finding import Looks


@dataclass(frozen=True)
class Standing:
    """A case as it stands: its criteria with what is judged and what is seen of each."""

    head: CaseHead
    judged: Mapping[str, Judged]
    seen: Mapping[str, Seen]

    def missing(self, criterion: Criterion) -> bool:
        """Whether a judgement that holds is missing."""
        found = self.judged.get(criterion.id)
        return found is None or not found.holds

    def urgency(self, criterion: Criterion) -> Urgency:
        found = self.judged.get(criterion.id)
        return self.seen[criterion.id].urgency(changed=found is not None and not found.holds)

    @property
    def in_order(self) -> tuple[Criterion, ...]:
        """What is best judged first, first: what has run out, and what the system cannot tell."""
        return tuple(sorted(self.head.sets.asked_criteria, key=self.urgency))

    def to_judge(self, after: str | None = None) -> Criterion | None:
        """The next that is not judged, from ``after`` on and around; None when all are."""
        order = self.in_order
        at = next((index + 1 for index, each in enumerate(order) if each.id == after), 0)
        return next((each for each in (*order[at:], *order[:at]) if self.missing(each)), None)

    def confirmable(self, criterion: Criterion) -> Ground | None:
        """On what ground it can be confirmed by the one who has the case; None for what is judged already."""
        return self.seen[criterion.id].ground if self.head.can_work and self.missing(criterion) else None


def read_standing(
    db: Session, head: CaseHead, *, look: Looks, now: datetime, also: str | None = None
) -> tuple[Standing, HandedIn]:
    """Three statements, whatever the number of criteria; ``also`` is one that may not be asked at application."""
    asked = head.sets.asked_criteria
    more = (head.sets.by_id[also],) if also and head.sets.by_id[also] not in asked else ()
    given, seen = look(
        db,
        head.id,
        provider_id=head.provider_id,
        sets=head.sets,
        criteria=(*asked, *more),
        submitted_at=head.submitted_at,
        now=now,
    )
    return Standing(head, judgements_of(db, head.id), seen), given


def next_to_judge(db: Session, head: CaseHead, after: str, *, look: Looks, now: datetime) -> str:
    """The next criterion that is not judged, from ``after`` on and around; ``after`` itself when none is left."""
    standing, _given = read_standing(db, head, look=look, now=now)
    following = standing.to_judge(after)
    return following.id if following else after
