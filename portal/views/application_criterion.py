"""The page of one criterion: what is asked, what was answered, and the documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session, col

from portal.db import handed_in
from portal.db.competence import profiles_of
from portal.db.figures import filed_reports
from portal.db.tables import Authorization
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.competence_facts import concern_of
from portal.domain.conditions import EvidenceType
from portal.domain.criteria import Demand, Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.finding_words import Explanation
from portal.domain.roles import Role
from portal.domain.solvency import concerns
from portal.domain.stated import in_words, read_stated, stated_at
from portal.errors import NotFound
from portal.library import declared
from portal.locale import gettext as _
from portal.locale import language, spoken
from portal.locale.problems import Problems
from portal.views import words
from portal.views.application_documents import (
    Attached,
    Ended,
    Unfinished,
    attached_here,
    attached_statement,
    ended_here,
    known_before,
    retyped,
    reusable_here,
    unfinished,
)
from portal.views.application_head import Head, crumbs, read_head
from portal.views.application_people import PeopleShown, people_shown
from portal.views.application_supplement import Request, read_request
from portal.views.chrome import Brand, Crumb
from portal.views.fact_fields import FactField, fact_fields
from portal.views.finding import Finds, explained
from portal.views.solvency import Reader, SolvencyShown, solvency_shown
from portal.views.upload_offer import RulesFor, Upload, upload_of


@dataclass(frozen=True, kw_only=True)
class CriterionPage:
    brand: Brand
    head: Head
    crumbs: tuple[Crumb, ...]
    here: Crumb
    kicker: str
    title: Text
    text: Text
    question: Text
    help: Text | None
    asked: str | None
    asked_by: str
    asked_at: datetime | None
    due_on: date | None
    description: Demand
    documents: Demand
    open: bool
    closed_because: str
    declared: bool | None
    described: str
    attached: tuple[Attached, ...]
    ended: tuple[Ended, ...]
    may_replace: bool
    reusable: tuple[tuple[str, str], ...]
    upload: Upload | None
    unfinished: tuple[Unfinished, ...]
    known: tuple[str, ...]
    control_points: tuple[str, ...]
    consequences: tuple[str, ...]
    evidence: tuple[EvidenceType, ...]
    never: tuple[EvidenceType, ...]
    scanner: bool
    finding: Explanation
    stated: tuple[FactField, ...] = ()
    stated_words: tuple[tuple[str, str], ...] = ()
    people: PeopleShown | None = None
    solvency: SolvencyShown | None = None
    saved: bool = False
    problems: Problems = ()

    @property
    def address(self) -> str:
        return self.here.address

    def corrected(
        self,
        problems: Problems,
        *,
        declared: bool | None,
        described: str,
        saved: bool,
        typed: Mapping[str, str],
        stated: Mapping[str, tuple[str, ...]],
    ) -> "CriterionPage":
        """The same page with what was typed, and what is wrong with it; ``typed`` are the fields of the documents."""
        attached = tuple(retyped(each, typed, problems) for each in self.attached)
        return replace(
            self,
            problems=problems,
            declared=declared,
            described=described,
            saved=saved,
            attached=attached,
            stated=tuple(replace(each, typed=stated.get(each.name, ())) for each in self.stated),
        )


def criterion_page(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    *,
    rules: RulesFor,
    room: int,
    scanner: bool,
    find: Finds,
    actor: Actor,
    now: datetime,
    known: Sequence[UUID] = (),
) -> CriterionPage:
    """``known`` are documents that the company had before it sent the same bytes now: the page says so."""
    head = read_head(db, application_id, provider_id=actor.provider_id)
    criterion = head.sets.by_id.get(criterion_id)
    if criterion is None or criterion.question is None:
        raise NotFound("criterion", criterion_id)
    request = read_request(db, head.id) if head.state is State.SUPPLEMENT_REQUESTED else None
    given = handed_in.read(db, head.id)
    answer = given.of(criterion_id)
    filed = filed_reports(db, head.id, [criterion_id]) if concerns(criterion) else None
    found = find(
        db,
        head.id,
        provider_id=head.provider_id,
        sets=head.sets,
        criteria=(criterion,),
        given=given,
        filed=filed,
        on=day_in_sweden(head.submitted_at or now),
    )
    concern = concern_of(criterion.rule)
    allowed = rules(head.sets, criterion)
    rows = db.execute(attached_statement(), {"application": head.id, "criterion": criterion_id}).all()
    here = [row for row in rows if row.ended_at is None]
    hashes = frozenset(row.sha256 for row in here)
    attached = attached_here(here, head, criterion, scanner=scanner, on=head.days(day_in_sweden(now)))
    closed = _closed_because(head, criterion_id, request, actor)
    asked = request.items.get(criterion_id) if request else None
    group = head.sets.group_of(criterion)
    inside = next(criteria for each, criteria in head.sets.asked if each is group)
    evidence = tuple(head.sets.evidence_type(id_) for id_ in criterion.evidence)
    kind = _("Särskilt villkor %(id)s") if group.service else _("Allmänt villkor %(id)s")
    return CriterionPage(
        brand=head.brand,
        head=head,
        crumbs=crumbs(
            head, Crumb(spoken(head.service), head.address), Crumb(spoken(group.title), head.part_address(group.id))
        ),
        here=Crumb(spoken(criterion.title), head.criterion_address(criterion_id)),
        kicker=" · ".join(
            (
                kind % {"id": criterion.id},
                _("%(at)s av %(all)s") % {"at": inside.index(criterion) + 1, "all": len(inside)},
            )
        ),
        title=criterion.title,
        text=head.said(criterion, criterion.text),
        question=head.said(criterion, criterion.question.text),
        help=head.said(criterion, criterion.question.help) if criterion.question.help else None,
        asked=asked.question if asked else None,
        asked_by=request.officer if request else "",
        asked_at=request.requested_at if request else None,
        due_on=request.due_on if asked and request else None,
        description=criterion.question.description,
        documents=criterion.question.documents,
        open=not closed,
        closed_because=closed,
        declared=answer.declared,
        described=answer.description,
        attached=attached,
        ended=ended_here(head, criterion_id, rows, scanner=scanner),
        may_replace=bool(attached) and _may_replace(db, head, closed, actor),
        reusable=reusable_here(db, head, hashes, allowed) if allowed and not closed and len(attached) < room else (),
        upload=upload_of(evidence, allowed, room - len(attached)) if allowed else None,
        unfinished=unfinished(head, criterion_id, given.coming) if not closed else (),
        known=known_before(db, head, known) if known else (),
        control_points=tuple(words.control_point(each) for each in criterion.control_points),
        consequences=tuple(words.consequence(each) for each in criterion.on_breach),
        evidence=tuple(each for each in evidence if each.kinds and not each.never),
        never=tuple(each for each in evidence if each.never),
        scanner=scanner,
        finding=explained(found[criterion_id], head.sets, criterion),
        stated=fact_fields(stated_at(criterion.rule, declared()), read_stated(answer.stated, declared()))
        if not closed
        else (),
        stated_words=in_words(answer.stated, declared(), language()),
        solvency=solvency_shown(
            filed,
            head.sets,
            criterion,
            on=day_in_sweden(head.submitted_at or now),
            reader=Reader(
                "foretag",
                head.id,
                criterion_id,
                scanner,
                None if closed else f"{head.criterion_address(criterion_id)}/dokument",
            ),
        )
        if filed
        else None,
        people=people_shown(
            profiles_of(db, head.provider_id),
            given.named,
            criterion,
            concern,
            head.sets.thresholds_for(criterion),
            on=day_in_sweden(head.submitted_at or now),
            scanner=scanner,
        )
        if concern
        else None,
    )


def following(head: Head, criterion_id: str, asked: Sequence[str] = ()) -> str:
    """Where "save and continue" leads: the next criterion that is open, and after the last, the check of them all."""
    order = [c.id for c in head.sets.asked_criteria if c.question is not None and (not asked or c.id in asked)]
    after = order[order.index(criterion_id) + 1 :] if criterion_id in order else []
    return head.criterion_address(after[0]) if after else f"{head.address}/granska"


def _closed_because(head: Head, criterion_id: str, request: Request | None, actor: Actor) -> str:
    if not actor.may(Role.EDITOR):
        return _("Du har rollen läsare och kan inte ändra svaret.")
    if head.state is State.DRAFT:
        return ""
    if request is None:
        return _("Ansökan är inskickad, så svaret går inte att ändra.")
    if criterion_id not in request.items:
        return _("Handläggaren har inte frågat om det här villkoret, så svaret går inte att ändra nu.")
    return ""


def _may_replace(db: Session, head: Head, closed: str, actor: Actor) -> bool:
    if head.state is not State.APPROVED or not actor.may(Role.EDITOR):
        return not closed
    running = select(col(Authorization.id)).where(
        col(Authorization.case_id) == head.id, col(Authorization.state) == AuthorizationState.ACTIVE
    )
    return db.execute(running).first() is not None
