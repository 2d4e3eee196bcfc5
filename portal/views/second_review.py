"""The page of the second reviewer: asked for, answered, or read by everyone in the case afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db import second_reviews
from portal.db.judgements import Judged, judgements_of
from portal.db.tables import Person, SecondReview
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.criteria import Criterion, Text, worded
from portal.domain.roles import Role
from portal.domain.second_review import Because
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views import words
from portal.views.case_head import CaseHead, read_head
from portal.views.words import Status


@dataclass(frozen=True)
class Seen:
    """A criterion as the first officer judged it and as the second sees it; ``rejudged`` when judged anew since."""

    id: str
    title: Text
    text: Text
    address: str
    status: Status
    reason: str
    agrees: bool | None
    choice: str
    note: str
    rejudged: bool


@dataclass(frozen=True)
class SeenGroup:
    title: Text
    criteria: tuple[Seen, ...]


@dataclass(frozen=True)
class SecondReviewPage:
    """``step``: ask, drawn, wait, answer, done or none; what the reader can do now."""

    head: CaseHead
    step: str
    because: str
    question: str
    asked_by: str
    asked_at: datetime | None
    answered_by: str
    answered_at: datetime | None
    note: str
    conflict: str
    answers_conflict: bool
    groups: tuple[SeenGroup, ...]
    agreed: int
    differs: int
    unjudged: int
    problems: Problems


Typed = Callable[[str], str]


def build(
    db: Session, case_id: UUID, *, actor: Actor, now: datetime, typed: Typed | None = None, problems: Problems = ()
) -> SecondReviewPage:
    head = read_head(db, case_id, actor=actor, now=now)
    row, judged = second_reviews.latest(db, case_id), judgements_of(db, case_id)
    step = _step(head, row, actor)
    names = _names(db, row)
    said = typed or (lambda _name: "")
    groups = tuple(
        SeenGroup(group.title, tuple(_seen(head, each, judged.get(each.id), row, said) for each in criteria))
        for group, criteria in head.sets.asked
    )
    points = row.points if row is not None and row.reviewed_at is not None else []
    return SecondReviewPage(
        head=head,
        step=step,
        because=_because(row),
        question=row.question if row is not None else said("fraga"),
        asked_by=names.get(row.demanded_by, "") if row is not None else "",
        asked_at=row.demanded_at if row is not None else None,
        answered_by=names.get(row.reviewed_by, "") if row is not None and row.reviewed_by else "",
        answered_at=row.reviewed_at if row is not None else None,
        note=said("kommentar") if typed else (row.note if row is not None else ""),
        conflict=said("jav"),
        answers_conflict=head.my_conflict is None,
        groups=groups if step in ("answer", "done") else (),
        agreed=sum(each["agrees"] for each in points),
        differs=sum(not each["agrees"] for each in points),
        unjudged=sum(each.id not in judged or not judged[each.id].holds for each in head.sets.asked_criteria),
        problems=problems,
    )


def _step(head: CaseHead, row: SecondReview | None, actor: Actor) -> str:
    if row is not None and row.reviewed_at is not None:
        return "done"
    if row is None:
        if not head.can_work:
            return "none"
        return "drawn" if head.second == "drawn" else "ask"
    may = actor.may(Role.CASE_OFFICER) and head.state is State.UNDER_REVIEW and not head.my_conflict
    return "answer" if may and not head.mine and not head.handled else "wait"


def _seen(head: CaseHead, criterion: Criterion, judged: Judged | None, row: SecondReview | None, said: Typed) -> Seen:
    thresholds = head.sets.thresholds_for(criterion)
    point = next((each for each in row.points if each["criterion"] == criterion.id), None) if row is not None else None
    at = row.reviewed_at if row is not None else None
    return Seen(
        criterion.id,
        worded(criterion.title, thresholds),
        worded(criterion.text, thresholds),
        f"{head.address}?villkor={criterion.id}",
        words.outcome(judged.outcome if judged else None),
        judged.reason if judged else "",
        point["agrees"] if point else None,
        said(f"ser-{criterion.id}"),
        point["note"] if point else said(f"varfor-{criterion.id}"),
        bool(at and judged and judged.at > at),
    )


def _because(row: SecondReview | None) -> str:
    if row is None:
        return ""
    return {
        Because.REQUESTED: _("Handläggaren har bett om det."),
        Because.SAMPLE: _("Ärendet ingår i kommunens stickprov."),
    }[row.because]


def _names(db: Session, row: SecondReview | None) -> dict[UUID, str]:
    if row is None:
        return {}
    wanted = [each for each in (row.demanded_by, row.reviewed_by) if each]
    return {each.id: each.name for each in db.exec(select(Person).where(col(Person.id).in_(wanted)))}


@dataclass(frozen=True)
class Awaited:
    address: str
    company: str
    number: str
    service: Text
    who: str
    because: str
    at: datetime


@dataclass(frozen=True)
class AwaitedPage:
    rows: tuple[Awaited, ...]


_AWAITED = sa.text("""
SELECT a.id, a.provider_name, a.number, s.name_sv, s.name_en, p.name, r.because, r.demanded_at
  FROM second_review r
  JOIN application a ON a.id = r.application_id AND a.state = 'under_review'
  JOIN service s ON s.id = a.service_id
  JOIN person p ON p.id = r.demanded_by
 WHERE r.municipality_id = :m AND r.reviewed_at IS NULL
 ORDER BY r.demanded_at, r.id LIMIT 100
""")


def awaited(db: Session, *, actor: Actor) -> AwaitedPage:
    """What waits for a second reviewer in the municipality, the oldest first; one's own too, so that one sees it."""
    return AwaitedPage(
        tuple(
            Awaited(
                f"/kommun/arenden/{row.id}/andra-granskning",
                row.provider_name,
                row.number,
                Text(row.name_sv, row.name_en),
                row.name,
                _("Stickprov") if row.because == Because.SAMPLE else _("På begäran"),
                row.demanded_at,
            )
            for row in db.execute(_AWAITED, {"m": actor.municipality_id})
        )
    )
