"""The decision maker's pages: what waits for a decision, and the proposal with its protocol and its options."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import Municipality
from portal.domain.actors import Actor
from portal.domain.criteria import Outcome, Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.municipality import MunicipalitySettings
from portal.domain.review import ReasonTold, has_been_heard, reason_told
from portal.domain.worklist import Cursor
from portal.library import reasons
from portal.locale import formats, language
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views.case_head import CaseHead, read_head
from portal.views.case_record import ProtocolGroup, protocol_groups
from portal.views.words import Status

LISTED = 50


@dataclass(frozen=True)
class CodedShown:
    criterion: str
    title: Text
    name: Text
    told: ReasonTold


@dataclass(frozen=True)
class HearingShown:
    due_on: date
    communicated_at: datetime
    comment: str
    commented_at: datetime | None
    heard: bool


@dataclass(frozen=True)
class ProposalShown:
    approve: bool
    summary: str
    who: str
    at: datetime
    coded: tuple[CodedShown, ...]


@dataclass(frozen=True)
class DecidedShown:
    approved: bool
    reasons: str
    who: str
    title: str
    at: datetime
    review_until: date | None
    paper: str | None
    translation: str | None


@dataclass(frozen=True)
class DecisionPage:
    head: CaseHead
    status: Status
    proposal: ProposalShown | None
    hearing: HearingShown | None
    decided: DecidedShown | None
    groups: tuple[ProtocolGroup, ...]
    met: int
    not_met: int
    cannot_tell: int
    delegation: str
    hearing_days: int
    addition: str
    problems: Problems


_PROPOSAL = sa.text("""
SELECT r.id, r.approve, r.summary, r.reasons, r.proposed_at, p.name,
       h.due_on, h.communicated_at, h.comment, h.commented_at,
       d.approved, d.reasons AS decided_reasons, d.decided_by_title, d.decided_at, d.review_until, d.coded_reasons,
       q.name AS decided_by, c.id AS paper_id, c.ready_at, c.facts ? 'translation' AS translated,
       (SELECT f.delegation FROM staff_member f
         WHERE f.municipality_id = :m AND f.person_id = :me AND f.active LIMIT 1) AS delegation
  FROM proposal r
  JOIN person p ON p.id = r.proposed_by
  LEFT JOIN hearing h ON h.proposal_id = r.id
  LEFT JOIN decision d ON d.application_id = r.application_id
  LEFT JOIN person q ON q.id = d.decided_by
  LEFT JOIN paper c ON c.id = d.paper_id
 WHERE r.application_id = :id AND r.sent_back_at IS NULL
 ORDER BY r.proposed_at DESC LIMIT 1
""")


def build(
    db: Session,
    case_id: UUID,
    *,
    actor: Actor,
    now: datetime,
    addition: str = "",
    problems: Problems = (),
) -> DecisionPage:
    """Five statements, session included."""
    head = read_head(db, case_id, actor=actor, now=now)
    row = db.execute(_PROPOSAL, {"id": case_id, "m": actor.municipality_id, "me": actor.person_id}).one_or_none()
    place = db.execute(
        select(Municipality.name, Municipality.settings).where(col(Municipality.id) == actor.municipality_id)
    ).one()
    settings = MunicipalitySettings.read(place.settings)
    groups = protocol_groups(db, head)
    hearing = _hearing(row, day_in_sweden(now)) if row is not None and row.due_on is not None else None
    return DecisionPage(
        head=head,
        status=_status(head, hearing),
        proposal=_proposal(row, head, place.name) if row is not None else None,
        hearing=hearing,
        decided=_decided(row) if row is not None and row.decided_at is not None else None,
        groups=groups,
        met=sum(group.count(Outcome.MET) for group in groups),
        not_met=sum(group.count(Outcome.NOT_MET) for group in groups),
        cannot_tell=sum(group.count(Outcome.CANNOT_TELL) for group in groups),
        delegation=(row.delegation if row is not None else "") or settings.delegation,
        hearing_days=settings.deadlines["hearing_working_days"],
        addition=addition,
        problems=problems,
    )


def _status(head: CaseHead, hearing: HearingShown | None) -> Status:
    if not head.awaits_decision:
        return head.status
    if hearing is not None and not hearing.heard:
        return Status("wait", _("Väntar på yttrande"), "neutral")
    return Status("half", _("Väntar på ditt beslut") if head.decides else _("Väntar på beslut"), "neutral")


def _hearing(row: Any, today: date) -> HearingShown:
    heard = has_been_heard(commented=row.commented_at is not None, due_on=row.due_on, today=today)
    return HearingShown(row.due_on, row.communicated_at, row.comment, row.commented_at, heard)


def _proposal(row: Any, head: CaseHead, municipality: str) -> ProposalShown:
    """The reasons as they read today; once decided, as they read that day."""
    if row.coded_reasons:
        kept = (each for each in row.coded_reasons if "sentence" in each)
        coded = [
            CodedShown(each["criterion"], Text(**each["title"]), Text(**each["name"]), reason_told(each, language()))
            for each in kept
        ]
    else:
        known = reasons.by_code(reasons.REFUSAL)
        coded = []
        for each in row.reasons:
            criterion, reason = head.sets.by_id[each["criterion"]], known.get(each["code"])
            if reason is not None:
                note = Text(each["note"], each.get("note_en") or each["note"])
                said = reasons.sentence(reason, criterion, head.sets, note=note, municipality=municipality)
                told = reason_told({**each, "name": asdict(reason.name), "sentence": asdict(said)}, language())
                coded.append(CodedShown(criterion.id, criterion.title, reason.name, told))
    return ProposalShown(row.approve, row.summary, row.name, row.proposed_at, tuple(coded))


def _decided(row: Any) -> DecidedShown:
    paper = f"/kommun/handlingar/{row.paper_id}" if row.paper_id and row.ready_at else None
    return DecidedShown(
        row.approved,
        row.decided_reasons,
        row.decided_by,
        row.decided_by_title,
        row.decided_at,
        row.review_until,
        paper,
        f"{paper}/oversattning" if paper and row.translated else None,
    )


@dataclass(frozen=True)
class ToDecide:
    address: str
    company: str
    number: str
    service: Text
    approve: bool
    who: str
    status: Status
    due_on: date | None
    due_words: str
    late: bool


@dataclass(frozen=True)
class ToDecidePage:
    rows: tuple[ToDecide, ...]
    after: str | None
    first: bool


_TO_DECIDE = """
SELECT a.id, a.provider_name, a.number, a.due_on, s.name_sv, s.name_en, p.name, r.approve,
       h.due_on AS heard_by, h.commented_at,
       EXISTS (SELECT FROM conflict c WHERE c.case_id = a.id AND c.person_id = :me AND c.conflicted) AS conflicted
  FROM (SELECT * FROM application
         WHERE municipality_id = :m AND state = 'proposed_decision' {place}
         ORDER BY due_on, id LIMIT :many) a
  JOIN service s ON s.id = a.service_id
  LEFT JOIN person p ON p.id = a.proposed_by
  LEFT JOIN LATERAL (SELECT x.id, x.approve FROM proposal x
                      WHERE x.application_id = a.id AND x.sent_back_at IS NULL
                      ORDER BY x.proposed_at DESC LIMIT 1) r ON true
  LEFT JOIN hearing h ON h.proposal_id = r.id
 ORDER BY a.due_on, a.id
"""


def to_decide(db: Session, *, cursor: str, actor: Actor, now: datetime) -> ToDecidePage:
    """The cases that wait for a decision, the most pressing first."""
    today, place = day_in_sweden(now), Cursor.read(cursor) if cursor else None
    values: dict[str, Any] = {"m": actor.municipality_id, "me": actor.person_id, "many": LISTED + 1}
    try:
        after = (date.fromisoformat(place.value), place.id) if place else None
    except ValueError:
        after = None
    if after:
        values |= {"due": after[0], "id": after[1]}
    where = "AND (due_on, id) > (:due, :id)" if after else ""
    rows = db.execute(sa.text(_TO_DECIDE.format(place=where)), values).all()
    listed = tuple(_listed(row, today) for row in rows[:LISTED])
    last = rows[LISTED - 1] if len(rows) > LISTED else None
    on = f"/kommun/att-besluta?efter={Cursor(last.due_on.isoformat(), last.id).written()}" if last else None
    return ToDecidePage(listed, on, after is None)


def _listed(row: Any, today: date) -> ToDecide:
    if row.conflicted:
        status = Status("stop", _("Du har anmält jäv"))
    elif row.heard_by is None:
        status = Status("half", _("Väntar på beslut"))
    elif has_been_heard(commented=row.commented_at is not None, due_on=row.heard_by, today=today):
        status = Status("act", _("Yttrande har kommit") if row.commented_at else _("Svarstiden har gått ut"), "warning")
    else:
        status = Status("wait", _("Väntar på yttrande"))
    # While the company may still comment the day is the company's; otherwise it is the office's own.
    in_words = formats.until if row.heard_by == row.due_on and row.heard_by else formats.working_days
    said = in_words(row.due_on, today) if row.due_on else ""
    return ToDecide(
        f"/kommun/arenden/{row.id}/beslut",
        row.provider_name,
        row.number,
        Text(row.name_sv, row.name_en),
        bool(row.approve),
        row.name or "",
        status,
        row.due_on,
        said[:1].upper() + said[1:],
        bool(row.due_on and row.due_on < today),
    )
