"""The workbench: one criterion at a time, with the company's answer, its documents and the judgement side by side.

Six statements, session included.  This module shows; what may be done is said
by the services, and the flags in ``CaseHead`` only decide what is offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.competence import NAMED, named_from
from portal.db.judgements import Judged, judgements_of
from portal.domain.actors import Actor
from portal.domain.competence_facts import concern_of
from portal.domain.criteria import Criterion, DocumentState, Text, worded
from portal.domain.deadlines import day_in_sweden
from portal.domain.documents import may_be_opened
from portal.domain.evidence import NONE, Change
from portal.domain.validity import Days, Stated
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import language
from portal.views import words
from portal.views.case_head import CaseHead, read_head
from portal.views.case_record import Beside, Happened, beside, timeline
from portal.views.competence_finding import Opening, PersonFound, people_found
from portal.views.document_links import Look, look_at
from portal.views.evidence_dates import Dated, dated, ended_words
from portal.views.words import Status

Problems = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ListedCriterion:
    id: str
    title: Text
    address: str
    status: Status
    current: bool


@dataclass(frozen=True)
class ListedGroup:
    title: Text
    criteria: tuple[ListedCriterion, ...]
    judged: int
    open: bool


@dataclass(frozen=True)
class HandedIn:
    """A document as the officer sees it; without a look it cannot be opened.

    The first page of the ``chosen`` one is shown large; ``choose`` is the address that makes it this one.
    """

    id: str
    name: str
    look: Look | None
    chosen: bool
    choose: str
    pages: int | None
    size: int
    who: str
    at: datetime
    status: Status
    stopped: str
    used_in: tuple[str, ...]
    dated: Dated
    ended: str  # what took its place, and when; empty while it counts
    mark: str  # how it differs from what was judged


@dataclass(frozen=True)
class CompanyAnswer:
    declared: bool | None
    description: str
    who: str | None
    at: datetime | None
    documents: tuple[HandedIn, ...]


@dataclass(frozen=True)
class CriterionShown:
    id: str
    kicker: str
    title: Text
    text: Text
    question: Text | None
    rules: str
    wants_documents: tuple[Text, ...]
    answer: CompanyAnswer
    people: tuple[PersonFound, ...]
    judged: Judged | None
    earlier: tuple[Happened, ...]


@dataclass(frozen=True)
class Typed:
    """What was typed in a form of this page that could not be accepted, with what to do about it."""

    problems: Problems = ()
    outcome: str = ""
    reason: str = ""
    conflict: str = ""
    note: str = ""


@dataclass(frozen=True)
class CasePage:
    head: CaseHead
    groups: tuple[ListedGroup, ...]
    criterion: CriterionShown
    beside: Beside
    line: tuple[Happened, ...]
    all_judged: bool
    saved: str
    typed: Typed
    outcomes: tuple[tuple[str, str], ...]

    @property
    def judged_as(self) -> Status | None:
        """How the criterion was judged, whatever has happened to its evidence since."""
        judged = self.criterion.judged
        return words.outcome(judged.outcome) if judged and judged.stands else None

    @property
    def outcome(self) -> str:
        if self.typed.problems:
            return self.typed.outcome
        return self.criterion.judged.outcome.value if self.criterion.judged and self.criterion.judged.stands else ""

    @property
    def reason(self) -> str:
        if self.typed.problems:
            return self.typed.reason
        return self.criterion.judged.reason if self.criterion.judged else ""


_ANSWER = sa.text(f"""
SELECT a.declared, a.description, a.answered_at, p.name,
       (SELECT coalesce(json_agg(x), '[]') FROM (
          SELECT f.id, f.name, f.size, f.pages, f.state, f.because, d.attached_at AS at, q.name AS who,
                 d.kind, d.issued_on, d.ends_on, d.ended_at,
                 (SELECT r.name FROM document r WHERE r.id = d.replaced_by) AS replaced_by,
                 (SELECT json_agg(o.criterion ORDER BY o.criterion) FROM answer_document o
                   WHERE o.application_id = :id AND o.document_id = f.id) AS used_in
            FROM answer_document d JOIN document f ON f.id = d.document_id JOIN person q ON q.id = d.attached_by
           WHERE d.application_id = :id AND d.criterion = :criterion
           ORDER BY d.ended_at DESC NULLS FIRST, d.attached_at, f.id) x) AS documents,
       (SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]') FROM ({NAMED}) n) AS named
  FROM (VALUES (1)) one(row)
  LEFT JOIN answer a ON a.application_id = :id AND a.criterion = :criterion
  LEFT JOIN person p ON p.id = a.answered_by
""")  # noqa: S608 - constants only


def build(
    db: Session,
    case_id: UUID,
    criterion: str | None,
    *,
    actor: Actor,
    now: datetime,
    scanner: bool,
    saved: str = "",
    document: str = "",
    typed: Typed | None = None,
) -> CasePage:
    """The page of one case at one criterion; without one, at the first that is not judged.

    ``document`` is whose first page is shown; without it, that of the first that has any.
    """
    head = read_head(db, case_id, actor=actor, now=now)
    judged = judgements_of(db, case_id)
    shown = _chosen(head, criterion, judged)
    side = beside(db, head, actor=actor, criterion=shown.id)
    line, earlier = timeline(db, case_id, shown.id)
    return CasePage(
        head=head,
        groups=_groups(head, judged, shown),
        criterion=_shown(db, head, shown, judged.get(shown.id), earlier, scanner=scanner, now=now, document=document),
        beside=side,
        line=line,
        all_judged=not any(_missing(each, judged) for each in head.sets.asked_criteria),
        saved=saved if saved in head.sets.by_id else "",
        typed=typed or Typed(),
        outcomes=outcomes(),
    )


def outcomes() -> tuple[tuple[str, str], ...]:
    return (("met", _("Uppfyllt")), ("not_met", _("Inte uppfyllt")), ("cannot_tell", _("Kan inte avgöras")))


def next_to_judge(db: Session, head: CaseHead, after: str) -> str:
    """The next criterion that is not judged, from ``after`` on and around; ``after`` itself when none is left."""
    judged = judgements_of(db, head.id)
    asked = head.sets.asked_criteria
    at = next(index for index, each in enumerate(asked) if each.id == after)
    around = (*asked[at + 1 :], *asked[:at])
    return next((each.id for each in around if _missing(each, judged)), after)


def _missing(criterion: Criterion, judged: dict[str, Judged]) -> bool:
    found = judged.get(criterion.id)
    return found is None or not found.holds


def _chosen(head: CaseHead, criterion: str | None, judged: dict[str, Judged]) -> Criterion:
    if criterion is not None:
        if criterion not in head.sets.by_id:
            raise NotFound("criterion", criterion)
        return head.sets.by_id[criterion]
    asked = head.sets.asked_criteria
    return next((each for each in asked if _missing(each, judged)), asked[0])


def _groups(head: CaseHead, judged: dict[str, Judged], shown: Criterion) -> tuple[ListedGroup, ...]:
    return tuple(
        ListedGroup(
            group.title,
            tuple(
                ListedCriterion(
                    each.id,
                    worded(each.title, head.sets.thresholds_for(each)),
                    f"{head.address}?villkor={each.id}",
                    _status(judged.get(each.id)),
                    each.id == shown.id,
                )
                for each in criteria
            ),
            sum(not _missing(each, judged) for each in criteria),
            shown in criteria,
        )
        for group, criteria in head.sets.asked
    )


def _status(judged: Judged | None) -> Status:
    if judged is not None and judged.change:
        return words.evidence_changed()
    if judged is not None and not judged.stands:
        return Status("act", _("Bedöm på nytt"), "warning")
    return words.outcome(judged.outcome if judged else None)


def _shown(
    db: Session,
    head: CaseHead,
    criterion: Criterion,
    judged: Judged | None,
    earlier: tuple[Happened, ...],
    *,
    scanner: bool,
    now: datetime,
    document: str,
) -> CriterionShown:
    thresholds = head.sets.thresholds_for(criterion)
    row = db.execute(_ANSWER, {"id": head.id, "application": head.id, "criterion": criterion.id}).one()
    special = criterion.id in head.sets.service.by_id
    on = Days.of(day_in_sweden(now), day_in_sweden(head.submitted_at) if head.submitted_at else None)
    change = judged.change if judged else NONE
    return CriterionShown(
        id=criterion.id,
        kicker=" · ".join((criterion.id, _("Särskilt villkor") if special else _("Allmänt villkor"))),
        title=worded(criterion.title, thresholds),
        text=worded(criterion.text, thresholds),
        question=worded(criterion.question.text, thresholds) if criterion.question else None,
        rules=rules_in_words(criterion),
        wants_documents=tuple(head.sets.evidence_type(id_).name for id_ in criterion.evidence),
        answer=CompanyAnswer(
            row.declared,
            row.description or "",
            row.name,
            row.answered_at,
            _chosen_of(
                [_handed_in(each, head, criterion, change, scanner=scanner, on=on) for each in row.documents], document
            ),
        ),
        people=_people(head, criterion, row.named, scanner=scanner),
        judged=judged,
        earlier=earlier,
    )


def _chosen_of(found: Sequence[HandedIn], wanted: str) -> tuple[HandedIn, ...]:
    """One of those with pictures is shown large: the one asked for, or else the first that still counts."""
    pictured = sorted((each for each in found if each.look and each.look.large), key=lambda each: bool(each.ended))
    chosen = next((each for each in pictured if each.id == wanted), next(iter(pictured), None))
    return tuple(replace(each, chosen=each is chosen) for each in found)


def _people(
    head: CaseHead, criterion: Criterion, named: list[dict[str, Any]], *, scanner: bool
) -> tuple[PersonFound, ...]:
    """Whom the application names for what the criterion is about, as their profiles stood when it was sent."""
    concern = concern_of(criterion.rule)
    if concern is None or head.submitted_at is None:
        return ()
    return people_found(
        [each for each in named_from(named) if each.capacity is concern.capacity],
        criterion,
        concern,
        head.sets.thresholds_for(criterion),
        on=day_in_sweden(head.submitted_at),
        opening=Opening("/kommun/dokument", scanner),
    )


def _handed_in(
    each: dict[str, Any], head: CaseHead, criterion: Criterion, change: Change, *, scanner: bool, on: Days
) -> HandedIn:
    state = DocumentState(str(each["state"]))
    opens = may_be_opened(state, scanner=scanner)
    id_ = str(each["id"])
    stated = Stated(each["kind"], _day(each["issued_on"]), _day(each["ends_on"]))
    ended = ended_words(each["replaced_by"], datetime.fromisoformat(each["ended_at"])) if each["ended_at"] else ""
    marks = {
        _("Nytt sedan bedömningen"): change.added,
        _("Låg till grund för bedömningen"): change.gone,
        _("Filen är en annan än den som bedömdes"): change.altered,
    }
    return HandedIn(
        id=id_,
        name=str(each["name"]),
        look=look_at("kommun", id_, str(each["name"]), application_id=head.id, criterion=criterion.id)
        if opens
        else None,
        chosen=False,
        choose=f"{head.address}?villkor={criterion.id}&dokument={id_}#underlag",
        pages=each["pages"],
        size=int(str(each["size"])),
        who=str(each["who"]),
        at=datetime.fromisoformat(str(each["at"])),
        status=words.document(state),
        stopped=words.stopped(state, str(each["because"] or "")),
        used_in=tuple(each["used_in"]),
        dated=dated(head.sets, criterion, stated, on=on) if not ended else Dated("", None),
        ended=ended,
        mark=next((words for words, ids in marks.items() if id_ in ids), ""),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def rules_in_words(criterion: Criterion) -> str:
    """When it is looked at, and what a breach may lead to, as one line."""
    when = listed([words.control_point(point) for point in criterion.control_points])
    if not criterion.on_breach:
        return f"{when}."
    breach = listed([words.consequence(each).lower() for each in criterion.on_breach], last=_("eller"))
    at_breach = _("Vid brist:")
    return f"{when}. {at_breach} {breach}."


def listed(parts: list[str], *, last: str | None = None) -> str:
    """``Visas vid ansökan och följs upp``."""
    between = last or _("och")
    lowered = [part if index == 0 else part[:1].lower() + part[1:] for index, part in enumerate(parts)]
    if len(lowered) < 2:
        return "".join(lowered)
    return f"{', '.join(lowered[:-1])} {between} {lowered[-1]}"


def title_of(head: CaseHead, criterion: str) -> str:
    text = worded(head.sets.by_id[criterion].title, head.sets.thresholds_for(head.sets.by_id[criterion]))
    return text.in_("en" if language() == "en" else "sv")
