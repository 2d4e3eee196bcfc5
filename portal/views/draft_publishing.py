"""A draft before it is published: what it changes, how the public will read it, and the decision behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal import library
from portal.db.tables import Municipality
from portal.domain import drafting
from portal.domain.actors import Actor
from portal.domain.conditions import Conditions, read_content
from portal.domain.draft_faults import find
from portal.locale import gettext as _
from portal.locale import language
from portal.locale.problems import Problem
from portal.views.comparison import ComparisonView, comparison
from portal.views.drafts import DraftHead, FaultyCriterion, OpenDraft, faulty_criteria, open_draft
from portal.views.public_conditions import GroupView, worded_groups


@dataclass(frozen=True)
class DraftComparison:
    head: DraftHead
    comparison: ComparisonView

    @classmethod
    def read(cls, db: Session, draft_id: UUID, actor: Actor) -> "DraftComparison":
        it = open_draft(db, draft_id, actor)
        return cls(it.head, compared(it))


def compared(it: OpenDraft) -> ComparisonView:
    return comparison(it.newest, it.content, (it.head.against, _("Utkastet")), both_tongues=True)


@dataclass(frozen=True)
class Preview:
    """As the public will read it; ``left_out`` are those that cannot be shown until they are mended."""

    head: DraftHead
    groups: tuple[GroupView, ...]
    criteria: int
    asked: int
    left_out: tuple[FaultyCriterion, ...]

    @classmethod
    def read(cls, db: Session, draft_id: UUID, actor: Actor) -> "Preview":
        it = open_draft(db, draft_id, actor)
        faults = tuple(each for each in find(it.content, library.declared()) if each.criterion)
        wrong = {each.criterion for each in faults}
        shown = [each for each in it.content["criteria"] if each["id"] not in wrong]
        parts: dict[str, Any] = read_content(drafting.finished({**it.content, "criteria": shown}))
        day = it.head.changed_at.date()
        conditions = Conditions(
            id=it.head.id,
            municipality_id=it.head.id,
            service_id=None,
            number=it.head.newest + 1,
            valid_from=day,
            decided_by="",
            decided_on=day,
            decision_reference="",
            **parts,
        )
        return cls(
            it.head,
            worded_groups(conditions),
            len(conditions.criteria),
            sum(each.is_asked_at_application for each in conditions.criteria),
            faulty_criteria(it, faults),
        )


@dataclass(frozen=True)
class PublishPage:
    """``changed``: the draft, or the newest version, became another while the page was read."""

    head: DraftHead
    comparison: ComparisonView
    faults: tuple[FaultyCriterion, ...]
    typed: Mapping[str, str]
    problems: tuple[Problem, ...] = ()
    changed: bool = False

    @classmethod
    def read(
        cls,
        db: Session,
        draft_id: UUID,
        actor: Actor,
        *,
        typed: Mapping[str, str] | None = None,
        problems: tuple[Problem, ...] = (),
        changed: bool = False,
    ) -> "PublishPage":
        it = open_draft(db, draft_id, actor)
        faults = faulty_criteria(it, find(it.content, library.declared()))
        if typed is None:
            board = col(Municipality.settings)["board"][language()].astext
            told = db.execute(sa.select(board).where(col(Municipality.id) == actor.municipality_id)).scalar_one()
            typed = {"beslutad_av": told, "paragraf": "", "beslutsdag": "", "galler_fran": "", "svara_senast": ""}
        return cls(it.head, compared(it), faults, typed, problems, changed)
