"""The workbench: one criterion at a time, with the company's answer, its documents and the judgement side by side.

Six statements, session included.  This module shows; what may be done is said
by the services, and the flags in ``CaseHead`` only decide what is offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from portal.db.competence import KnownProfile
from portal.db.handed_in import HandedIn
from portal.db.judgements import Judged
from portal.domain.actors import Actor
from portal.domain.competence_facts import concern_of
from portal.domain.confirming import Ground
from portal.domain.criteria import Criterion, Text, worded
from portal.domain.deadlines import day_in_sweden
from portal.domain.evidence import NONE
from portal.domain.finding_words import Explanation
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import language
from portal.locale.problems import Problems
from portal.views import words
from portal.views.case_evidence import Answered, answered
from portal.views.case_head import CaseHead, read_head
from portal.views.case_list import CriteriaList, judged_status
from portal.views.case_list import listed as listed_criteria
from portal.views.case_record import Beside, Happened, beside
from portal.views.case_standing import Standing, read_standing
from portal.views.competence_finding import Opening, PersonFound, people_found
from portal.views.finding import Looks, explained
from portal.views.finding import seen as seen_status
from portal.views.solvency import Reader, SolvencyShown, solvency_shown
from portal.views.words import Status


@dataclass(frozen=True)
class CriterionShown:
    id: str
    kicker: str
    title: Text
    text: Text
    question: Text | None
    rules: str
    wants_documents: tuple[Text, ...]
    answer: Answered
    people: tuple[PersonFound, ...]
    finding: Explanation
    solvency: SolvencyShown | None
    seen: Status
    ground: Ground | None
    digest: str
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
    taken: bool = False
    """Whether a phrase was taken into what is typed; then nothing is wrong with it yet."""


@dataclass(frozen=True)
class CasePage:
    head: CaseHead
    list: CriteriaList
    criterion: CriterionShown
    beside: Beside
    line: tuple[Happened, ...]
    all_judged: bool
    saved: str
    confirmed: int
    typed: Typed
    outcomes: tuple[tuple[str, str], ...]

    @property
    def judged_as(self) -> Status | None:
        """How the criterion was judged, whatever has happened to its evidence since."""
        judged = self.criterion.judged
        return words.outcome(judged.outcome) if judged and judged.stands else None

    @property
    def current_status(self) -> Status:
        return judged_status(self.criterion.judged)

    @property
    def outcome(self) -> str:
        if self.typed.problems or self.typed.taken:
            return self.typed.outcome
        return self.criterion.judged.outcome.value if self.criterion.judged and self.criterion.judged.stands else ""

    @property
    def reason(self) -> str:
        if self.typed.problems or self.typed.taken:
            return self.typed.reason
        return self.criterion.judged.reason if self.criterion.judged else ""


def build(
    db: Session,
    case_id: UUID,
    criterion: str | None,
    *,
    look: Looks,
    actor: Actor,
    now: datetime,
    scanner: bool,
    saved: str = "",
    confirmed: int = 0,
    document: str = "",
    typed: Typed | None = None,
) -> CasePage:
    """The page of one case at one criterion; without one, at the one that is best judged first.

    ``document`` is whose first page is shown; without it, that of the first that has any.
    """
    head = read_head(db, case_id, actor=actor, now=now)
    if criterion is not None and criterion not in head.sets.by_id:
        raise NotFound("criterion", criterion)
    standing, given = read_standing(db, head, look=look, now=now, also=criterion)
    shown = head.sets.by_id[criterion] if criterion else standing.to_judge() or head.sets.asked_criteria[0]
    side = beside(db, head, actor=actor, criterion=shown.id)
    return CasePage(
        head=head,
        list=listed_criteria(standing, shown),
        criterion=_shown(standing, shown, given, side, scanner=scanner, now=now, document=document),
        beside=side,
        line=side.line,
        all_judged=standing.to_judge() is None,
        saved=saved if saved in head.sets.by_id else "",
        confirmed=confirmed,
        typed=typed or Typed(),
        outcomes=outcomes(),
    )


def outcomes() -> tuple[tuple[str, str], ...]:
    return (("met", _("Uppfyllt")), ("not_met", _("Inte uppfyllt")), ("cannot_tell", _("Kan inte avgöras")))


def _shown(
    standing: Standing,
    criterion: Criterion,
    given: HandedIn,
    side: Beside,
    *,
    scanner: bool,
    now: datetime,
    document: str,
) -> CriterionShown:
    head = standing.head
    seen, judged = standing.seen[criterion.id], standing.judged.get(criterion.id)
    thresholds = head.sets.thresholds_for(criterion)
    special = criterion.id in head.sets.service.by_id
    return CriterionShown(
        id=criterion.id,
        kicker=" · ".join((criterion.id, _("Särskilt villkor") if special else _("Allmänt villkor"))),
        title=worded(criterion.title, thresholds),
        text=worded(criterion.text, thresholds),
        question=worded(criterion.question.text, thresholds) if criterion.question else None,
        rules=rules_in_words(criterion),
        wants_documents=tuple(head.sets.evidence_type(id_).name for id_ in criterion.evidence),
        answer=answered(
            head,
            criterion,
            given,
            seen.finding,
            judged.change if judged else NONE,
            scanner=scanner,
            now=now,
            document=document,
        ),
        people=_people(head, criterion, given.named, scanner=scanner),
        finding=explained(seen.finding, head.sets, criterion),
        solvency=solvency_shown(
            side.filed,
            head.sets,
            criterion,
            on=day_in_sweden(head.submitted_at),
            reader=Reader("kommun", head.id, criterion.id, scanner),
        )
        if side.filed
        else None,
        seen=seen_status(seen.finding.outcome),
        ground=standing.confirmable(criterion),
        digest=seen.digest,
        judged=judged,
        earlier=side.earlier,
    )


def _people(
    head: CaseHead, criterion: Criterion, named: Sequence[KnownProfile], *, scanner: bool
) -> tuple[PersonFound, ...]:
    """Whom the application names for what the criterion is about, as their profiles stood when it was sent."""
    concern = concern_of(criterion.rule)
    if concern is None:
        return ()
    return people_found(
        [each for each in named if each.capacity is concern.capacity],
        criterion,
        concern,
        head.sets.thresholds_for(criterion),
        on=day_in_sweden(head.submitted_at),
        opening=Opening("/kommun/dokument", scanner),
    )


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
    return text.in_(language())
