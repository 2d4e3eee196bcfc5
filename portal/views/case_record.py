"""The record of a case as people read it: timeline, full history, letters, notes, protocol."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.figures import FiledReports, read_filed
from portal.db.judgements import judgements_of
from portal.domain.actors import Actor
from portal.domain.criteria import Outcome, Text, worded
from portal.domain.solvency import concerns
from portal.locale import gettext as _
from portal.locale import language
from portal.views import words
from portal.views.case_head import CaseHead, read_head
from portal.views.paper_readers import PaperReader, paper_readers
from portal.views.words import Status

QUIET = (
    "criterion.judged",
    "answer.saved",
    "document.attached",
    "document.removed",
    "document.stripped",
    "document.replaced",
    "document.dated",
    "note.written",
)
"""Too many for a timeline; the full history has them."""

HISTORY_PAGE = 100


@dataclass(frozen=True)
class Happened:
    seq: int
    words: str
    at: datetime
    who: str
    side: str
    internal: bool
    criterion: str = ""
    outcome: Status | None = None
    reason: str = ""
    overrides: bool = False


@dataclass(frozen=True)
class SentLetter:
    subject: str
    recipient: str
    to_company: bool
    at: datetime
    delivery: Status
    failed: bool
    problem: str | None


@dataclass(frozen=True)
class WrittenNote:
    text: str
    who: str
    at: datetime


def happened(row: Any) -> Happened:
    facts: Mapping[str, Any] = row.facts
    judged = row.kind == "criterion.judged"
    return Happened(
        seq=row.seq,
        words=words.paper_event(facts["paper_kind"]) if "paper_kind" in facts else _event(row.kind),
        at=row.at,
        who=row.name or _("Kundval"),
        side=row.actor_side,
        internal=row.internal,
        criterion=str(facts.get("criterion", "")),
        outcome=words.outcome(Outcome(facts["outcome"])) if judged else None,
        reason=row.reason or "",
        overrides=judged and facts.get("override") is True,
    )


def _event(kind: str) -> str:
    """An event of a kind that this version has no words for is still shown, by its name."""
    try:
        return words.event(kind)
    except KeyError:
        return kind


# The reason of a judgement stands beside the judgement, and is known by the hash that the record holds of it.
_EVENTS = """
SELECT e.seq, e.kind, e.at, e.actor_side, e.internal, e.facts, p.name,
       CASE WHEN e.kind = 'criterion.judged' THEN (
         SELECT j.reason FROM (
           SELECT reason FROM judgement WHERE application_id = e.case_id AND criterion = e.facts ->> 'criterion'
           UNION ALL
           SELECT reason FROM former_judgement WHERE application_id = e.case_id AND criterion = e.facts ->> 'criterion'
         ) j WHERE encode(sha256(convert_to(j.reason, 'UTF8')), 'hex') = e.facts ->> 'reason_sha256' LIMIT 1)
       END AS reason
  FROM event e LEFT JOIN person p ON p.id = e.actor_id
"""

_SIDE = sa.text(f"""
SELECT (SELECT coalesce(json_agg(x), '[]') FROM (
          SELECT n.text, n.written_at AS at, p.name FROM note n JOIN person p ON p.id = n.written_by
           WHERE n.application_id = :id ORDER BY n.written_at DESC LIMIT 50) x) AS notes,
       (SELECT coalesce(json_agg(x), '[]') FROM (
          SELECT l.subject, l.recipient_name, l.recipient, l.to_company, l.created_at AS at, l.delivery, l.problem
            FROM letter l WHERE l.case_id = :id AND l.municipality_id = :m
           ORDER BY l.created_at DESC LIMIT 50) x) AS letters,
       (SELECT coalesce(json_agg(x), '[]') FROM (
          SELECT i.question, i.touched_at, s.due_on, s.requested_at AS at, s.answered_at, s.closed_at
            FROM supplement s JOIN supplement_item i ON i.supplement_id = s.id
           WHERE s.application_id = :id AND i.criterion = :criterion
           ORDER BY s.requested_at DESC LIMIT 10) x) AS asked,
       (SELECT coalesce(json_agg(x), '[]') FROM (
          SELECT q.id, q.title, q.kind, q.ready_at, q.facts ? 'translation' AS translated FROM paper q
           WHERE q.case_id = :id ORDER BY q.made_at DESC LIMIT 20) x) AS papers,
       (SELECT coalesce(json_agg(json_build_array(f.id, f.title, f.title_en) ORDER BY f.criterion = '', f.title), '[]')
          FROM phrase f WHERE f.municipality_id = :m AND f.purpose = 'judgement' AND f.criterion IN ('', :criterion))
         AS phrases,
       (SELECT json_build_object('at', r.sent_back_at, 'reason', r.sent_back_reason, 'name', p.name)
          FROM proposal r JOIN person p ON p.id = r.sent_back_by
         WHERE r.application_id = :id ORDER BY r.proposed_at DESC LIMIT 1) AS sent_back,
       (SELECT coalesce(json_agg(x ORDER BY x.seq DESC), '[]') FROM ({_EVENTS}
         WHERE e.case_id = :id AND (NOT e.kind = ANY(:quiet)
               OR (e.kind = 'criterion.judged' AND e.facts ->> 'criterion' = :criterion))
         ORDER BY e.seq DESC LIMIT 60) x) AS happened,
       CASE WHEN :figures THEN filed_reports(:id, ARRAY[CAST(:criterion AS text)]) END AS filed
""")  # noqa: S608 - constants only


@dataclass(frozen=True)
class Asked:
    """What was asked about a criterion in a supplement, and how it went."""

    question: str
    at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    touched: bool


@dataclass(frozen=True)
class CasePaper:
    """``translation`` is its English reading and what that is called, where there is one."""

    title: str
    address: str | None
    translation: tuple[str, str] | None


@dataclass(frozen=True)
class SentBack:
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Beside:
    """What lies beside the criterion that is judged.

    ``line`` is what happened in the case, newest first, and ``earlier`` each judgement of the criterion. ``filed`` are
    its annual reports, where it asks for figures.
    """

    notes: tuple[WrittenNote, ...]
    letters: tuple[SentLetter, ...]
    asked: tuple[Asked, ...]
    papers: tuple[CasePaper, ...]
    sent_back: SentBack | None
    phrases: tuple[tuple[str, str], ...]
    """The municipality's own, for a judgement of this criterion: id and title."""
    line: tuple[Happened, ...]
    earlier: tuple[Happened, ...]
    filed: FiledReports | None = None

    @property
    def undelivered(self) -> tuple[SentLetter, ...]:
        return tuple(letter for letter in self.letters if letter.failed)


def beside(db: Session, head: CaseHead, *, actor: Actor, criterion: str = "") -> Beside:
    """In one statement."""
    figures = criterion in head.sets.by_id and concerns(head.sets.by_id[criterion])
    values = {"id": head.id, "criterion": criterion, "m": actor.municipality_id, "figures": figures}
    row = db.execute(_SIDE, {**values, "quiet": list(QUIET)}).one()
    found = [happened(SimpleNamespace(**{**each, "at": _moment(each["at"])})) for each in row.happened]
    return Beside(
        notes=tuple(WrittenNote(each["text"], each["name"], _moment(each["at"])) for each in row.notes),
        letters=tuple(
            SentLetter(
                each["subject"],
                each["recipient_name"] or each["recipient"],
                each["to_company"],
                _moment(each["at"]),
                words.delivery(each["delivery"]),
                each["delivery"] in ("failed", "bounced"),
                each["problem"],
            )
            for each in row.letters
        ),
        asked=tuple(
            Asked(
                each["question"],
                _moment(each["at"]),
                _optional(each["answered_at"]),
                _optional(each["closed_at"]),
                each["touched_at"] is not None,
            )
            for each in row.asked
        ),
        papers=tuple(_paper(each) for each in row.papers),
        phrases=tuple((id_, (language() == "en" and english) or title) for id_, title, english in row.phrases),
        sent_back=SentBack(row.sent_back["name"], _moment(row.sent_back["at"]), row.sent_back["reason"])
        if row.sent_back and row.sent_back["at"]
        else None,
        line=tuple(each for each in found if each.outcome is None),
        earlier=tuple(each for each in found if each.outcome is not None),
        filed=read_filed(row.filed) if figures else None,
    )


def _paper(row: Mapping[str, Any]) -> CasePaper:
    title = _("Undertecknat avtal") if row["kind"] == "signed_contract" else row["title"]
    if not row["ready_at"]:
        return CasePaper(title, None, None)
    address = f"/kommun/handlingar/{row['id']}"
    translation = (f"{address}/oversattning", words.translation_of(row["kind"])) if row["translated"] else None
    return CasePaper(title, address, translation)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _optional(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True)
class HistoryPage:
    head: CaseHead
    events: tuple[Happened, ...]
    older: str | None
    titles: Mapping[str, Text]
    readers: tuple[PaperReader, ...] | None
    """Of the case's papers, on the first page alone."""


def history(db: Session, case_id: UUID, *, before: int | None, actor: Actor, now: datetime) -> HistoryPage:
    """Everything that has happened, newest first, a page at a time."""
    head = read_head(db, case_id, actor=actor, now=now)
    rows = db.execute(
        sa.text(f"{_EVENTS} WHERE e.case_id = :id AND e.seq < :before ORDER BY e.seq DESC LIMIT :many"),
        {"id": case_id, "before": before or 2_000_000_000, "many": HISTORY_PAGE + 1},
    ).all()
    events = tuple(happened(row) for row in rows[:HISTORY_PAGE])
    more = len(rows) > HISTORY_PAGE
    return HistoryPage(
        head,
        events,
        f"{head.address}/historik?fore={events[-1].seq}" if more else None,
        {criterion.id: criterion.title for criterion in head.sets.asked_criteria},
        paper_readers(db, case_id, company=False) if before is None else None,
    )


@dataclass(frozen=True)
class SecondSaid:
    """What a second reviewer said of the judgement, and who."""

    agrees: bool
    note: str
    who: str
    at: datetime


@dataclass(frozen=True)
class ProtocolRow:
    id: str
    title: Text
    text: Text
    status: Status
    outcome: Outcome | None
    reason: str
    by: str
    at: datetime | None
    changed: Status | None
    second: SecondSaid | None = None


@dataclass(frozen=True)
class ProtocolGroup:
    id: str
    title: Text
    rows: tuple[ProtocolRow, ...]

    def count(self, outcome: Outcome | str | None) -> int:
        """By the outcome or, as a template has it, by its value."""
        return sum(row.outcome == outcome for row in self.rows)


@dataclass(frozen=True)
class ProtocolPage:
    head: CaseHead
    groups: tuple[ProtocolGroup, ...]


def protocol_groups(db: Session, head: CaseHead) -> tuple[ProtocolGroup, ...]:
    """Every criterion asked, with the judgement that stands; after a decision nothing of it can change."""
    judged = judgements_of(db, head.id)

    def rows(criteria: Iterable[Any]) -> Iterable[ProtocolRow]:
        for criterion in criteria:
            found = judged.get(criterion.id)
            stands = found if found is not None and found.stands else None
            thresholds = head.sets.thresholds_for(criterion)
            yield ProtocolRow(
                criterion.id,
                worded(criterion.title, thresholds),
                worded(criterion.text, thresholds),
                words.outcome(stands.outcome if stands else None),
                stands.outcome if stands else None,
                stands.reason if stands else "",
                stands.by if stands else "",
                stands.at if stands else None,
                words.evidence_changed() if found is not None and found.change else None,
            )

    return tuple(ProtocolGroup(group.id, group.title, tuple(rows(criteria))) for group, criteria in head.sets.asked)


def protocol(db: Session, case_id: UUID, *, actor: Actor, now: datetime) -> ProtocolPage:
    head = read_head(db, case_id, actor=actor, now=now)
    groups = protocol_groups(db, head)
    if head.second != "done":
        return ProtocolPage(head, groups)
    said = _second_said(db, case_id)
    with_it = (
        replace(group, rows=tuple(replace(row, second=said.get(row.id)) for row in group.rows)) for group in groups
    )
    return ProtocolPage(head, tuple(with_it))


def _second_said(db: Session, case_id: UUID) -> dict[str, SecondSaid]:
    row = db.execute(
        sa.text(
            "SELECT r.points, r.reviewed_at, p.name FROM second_review r JOIN person p ON p.id = r.reviewed_by"
            " WHERE r.application_id = :id"
        ),
        {"id": case_id},
    ).one()
    return {
        each["criterion"]: SecondSaid(each["agrees"], each["note"], row.name, row.reviewed_at) for each in row.points
    }
