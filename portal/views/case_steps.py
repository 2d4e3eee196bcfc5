"""The pages where an officer asks for more, proposes, or hands the case over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.judgements import Judged, judgements_of, overtaken
from portal.db.tables import Municipality
from portal.domain.actors import Actor
from portal.domain.criteria import Criterion, Language, Outcome, Text, worded
from portal.domain.deadlines import add_working_days, day_in_sweden
from portal.domain.municipality import MunicipalitySettings, filled
from portal.domain.phrases import Offered
from portal.library import reasons
from portal.locale.problems import Problems
from portal.views import words
from portal.views.case_head import CaseHead, read_head
from portal.views.words import Status

Typed = Callable[[str], str]
"""What was typed in a field, by its name."""


@dataclass(frozen=True)
class ReasonGroup:
    """Coded reasons as a select shows them; a reason that stands alone has a group without a name."""

    name: Text | None
    reasons: tuple[tuple[str, Text, bool], ...]


def reason_groups(purpose: str) -> tuple[ReasonGroup, ...]:
    def leaf(reason: reasons.Reason) -> tuple[str, Text, bool]:
        return (reason.code, reason.name, reason.note_required)

    known = reasons.by_code(purpose)
    return tuple(
        ReasonGroup(each.name, tuple(leaf(inner) for inner in each.nested if inner.code in known))
        if each.nested
        else ReasonGroup(None, (leaf(each),))
        for each in reasons.offered(purpose)
    )


@dataclass(frozen=True)
class StepCriterion:
    """A criterion in a form, with what was judged of it and what was typed."""

    id: str
    title: Text
    text: Text
    status: Status
    reason: str
    chosen: bool = False
    codes: tuple[str, ...] = ("", "")
    notes: tuple[str, ...] = ("", "")


@dataclass(frozen=True)
class StepGroup:
    title: Text
    criteria: tuple[StepCriterion, ...]


@dataclass(frozen=True)
class ChooseCriteria:
    """The first half of a request for supplement: about which criteria."""

    head: CaseHead
    groups: tuple[StepGroup, ...]
    problems: Problems


@dataclass(frozen=True)
class SupplementPage:
    """The second half: what is asked of each, the message, and by when."""

    head: CaseHead
    criteria: tuple[StepCriterion, ...]
    reasons: tuple[ReasonGroup, ...]
    message: str
    due_on: str
    earliest: date
    recipients: tuple[tuple[str, str], ...]
    language: Language
    phrases: tuple[Offered, ...]
    problems: Problems


@dataclass(frozen=True)
class Missing:
    id: str
    title: Text
    address: str
    status: Status


@dataclass(frozen=True)
class ProposalPage:
    head: CaseHead
    missing: tuple[Missing, ...]
    unmet: tuple[StepCriterion, ...]
    asked: int
    reasons: tuple[ReasonGroup, ...]
    summary: str
    phrases: tuple[Offered, ...]
    problems: Problems


@dataclass(frozen=True)
class HandOverPage:
    head: CaseHead
    reason: str
    problems: Problems


def _step(head: CaseHead, criterion: Criterion, judged: dict[str, tuple[Status, str]], chosen: bool) -> StepCriterion:
    thresholds = head.sets.thresholds_for(criterion)
    status, reason = judged.get(criterion.id, (words.outcome(None), ""))
    return StepCriterion(
        criterion.id, worded(criterion.title, thresholds), worded(criterion.text, thresholds), status, reason, chosen
    )


def _judged(db: Session, head: CaseHead) -> tuple[dict[str, tuple[Status, str]], dict[str, Outcome]]:
    return _held(judgements_of(db, head.id))


def _held(judged: dict[str, Judged]) -> tuple[dict[str, tuple[Status, str]], dict[str, Outcome]]:
    """What a step may rest on: judgements that nothing has overtaken."""
    found = {id_: each for id_, each in judged.items() if each.holds}
    return (
        {id_: (words.outcome(each.outcome), each.reason) for id_, each in found.items()},
        {id_: each.outcome for id_, each in found.items()},
    )


def choose_criteria(
    db: Session, head: CaseHead, *, chosen: Sequence[str] = (), problems: Problems = ()
) -> ChooseCriteria:
    """What is judged not met, or could not be told, is chosen from the start."""
    shown, outcomes = _judged(db, head)
    picked = set(chosen) or {id_ for id_, outcome in outcomes.items() if outcome is not Outcome.MET}
    return ChooseCriteria(
        head,
        tuple(
            StepGroup(group.title, tuple(_step(head, each, shown, each.id in picked) for each in criteria))
            for group, criteria in head.sets.asked
        ),
        problems,
    )


def supplement(
    db: Session,
    head: CaseHead,
    chosen: Sequence[str],
    *,
    actor: Actor,
    now: datetime,
    least_days: int,
    language: Language = "sv",
    phrases: tuple[Offered, ...] = (),
    typed: Typed | None = None,
    problems: Problems = (),
) -> SupplementPage:
    """``language`` is what the company reads: the message and the phrases are begun in it."""
    shown, _ = _judged(db, head)
    place = db.execute(select(Municipality.settings).where(col(Municipality.id) == actor.municipality_id)).one()
    settings = MunicipalitySettings.read(place.settings)
    days, today = settings.deadlines["supplement_working_days"], day_in_sweden(now)
    criteria = []
    for id_ in dict.fromkeys(chosen):
        if id_ in head.sets.by_id:
            step = _step(head, head.sets.by_id[id_], shown, chosen=True)
            code = typed(f"skal-{id_}") if typed else ""
            note = typed(f"fraga-{id_}") if typed else ""
            criteria.append(StepCriterion(**{**step.__dict__, "codes": (code,), "notes": (note,)}))
    letter = settings.texts.get("supplement_letter", Text("", ""))
    told = filled(letter, {"supplement_working_days": days})
    message = told.in_(language) or told.sv
    return SupplementPage(
        head=head,
        criteria=tuple(criteria),
        reasons=reason_groups(reasons.SUPPLEMENT),
        message=typed("meddelande") if typed else message,
        due_on=typed("senast") if typed else add_working_days(today, days).isoformat(),
        earliest=add_working_days(today, least_days),
        recipients=recipients(db, head.provider_id),
        language=language,
        phrases=phrases,
        problems=problems,
    )


_RECIPIENTS = sa.text("""
SELECT p.name, m.email FROM provider_member m JOIN person p ON p.id = m.person_id
 WHERE m.provider_id = :id AND m.left_at IS NULL AND m.role IN ('signatory', 'administrator', 'editor')
 UNION ALL SELECT c.name, c.email FROM provider c WHERE c.id = :id
""")


def recipients(db: Session, provider_id: UUID) -> tuple[tuple[str, str], ...]:
    """Who in the company gets a letter: those whose role writes, and the company's own address; each address once."""
    rows = db.execute(_RECIPIENTS, {"id": provider_id})
    by_address = {row.email.casefold(): (row.name, row.email) for row in reversed(rows.all())}
    return tuple(reversed(by_address.values()))


def proposal(
    db: Session,
    head: CaseHead,
    *,
    phrases: tuple[Offered, ...] = (),
    typed: Typed | None = None,
    problems: Problems = (),
) -> ProposalPage:
    judgements = judgements_of(db, head.id)
    changed = overtaken(judgements)
    shown, outcomes = _held(judgements)
    unmet = []
    for criterion in head.sets.asked_criteria:
        if outcomes.get(criterion.id, Outcome.MET) is not Outcome.MET:
            step = _step(head, criterion, shown, chosen=True)
            codes = tuple(typed(f"skal-{criterion.id}-{row}") if typed else "" for row in (1, 2))
            notes = tuple(typed(f"not-{criterion.id}-{row}") if typed else "" for row in (1, 2))
            unmet.append(StepCriterion(**{**step.__dict__, "codes": codes, "notes": notes}))
    return ProposalPage(
        head=head,
        missing=tuple(
            Missing(
                each.id,
                worded(each.title, head.sets.thresholds_for(each)),
                f"{head.address}?villkor={each.id}",
                words.evidence_changed() if each.id in changed else words.outcome(None),
            )
            for each in head.sets.asked_criteria
            if each.id not in outcomes
        ),
        unmet=tuple(unmet),
        asked=len(head.sets.asked_criteria),
        reasons=reason_groups(reasons.REFUSAL),
        summary=typed("sammanfattning") if typed else "",
        phrases=phrases,
        problems=problems,
    )


def unmet_of(db: Session, head: CaseHead) -> tuple[str, ...]:
    """The criteria judged not met or not to be told, in the order of the conditions."""
    _, outcomes = _judged(db, head)
    return tuple(each.id for each in head.sets.asked_criteria if outcomes.get(each.id, Outcome.MET) is not Outcome.MET)


def hand_over(
    db: Session, case_id: UUID, *, actor: Actor, now: datetime, reason: str = "", problems: Problems = ()
) -> HandOverPage:
    return HandOverPage(read_head(db, case_id, actor=actor, now=now), reason, problems)
