"""What may be thinned out, and the archives that somebody has asked for."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.retention import Reason
from portal.domain.roles import Role
from portal.locale import gettext as _
from portal.views.case_head import CaseHead, read_head
from portal.views.words import Status

SHOWN = 500
"""Items of one list on the page; the rest come in the next list."""


@dataclass(frozen=True)
class ArchiveRow:
    """``address`` is empty until it is made."""

    words: str
    at: datetime
    status: Status
    address: str
    size: int


@dataclass(frozen=True)
class CaseArchives:
    head: CaseHead
    decided: bool
    rows: tuple[ArchiveRow, ...]


@dataclass(frozen=True)
class OwnData:
    company: str
    may_company: bool
    rows: tuple[ArchiveRow, ...]


@dataclass(frozen=True)
class Item:
    id: UUID
    words: str
    of: str
    since: date


@dataclass(frozen=True)
class ListDone:
    at: datetime
    who: str
    items: int
    removed: int
    left: int
    done: bool


@dataclass(frozen=True)
class ThinningPage:
    """``id``: the list that waits for somebody to approve it, if there is one."""

    id: UUID | None
    proposed_at: datetime | None
    items: tuple[Item, ...]
    earlier: tuple[ListDone, ...]
    said: str


_ARCHIVES = """
SELECT id, provider_id, ordered_at, ready_at, size FROM archive
 WHERE removed_at IS NULL AND {whose} ORDER BY ordered_at DESC LIMIT 20
"""
_OF_A_CASE = sa.text(_ARCHIVES.format(whose="case_id = :case"))
_OWN = sa.text(
    _ARCHIVES.format(whose="case_id IS NULL AND ((provider_id = :provider AND :may) OR person_id = :person)")
)
_COMPANY = sa.text("SELECT name FROM provider WHERE id = :id")


def of_case(db: Session, case_id: UUID, *, actor: Actor, now: datetime) -> CaseArchives:
    head = read_head(db, case_id, actor=actor, now=now)
    found = db.execute(_OF_A_CASE, {"case": case_id}).all()
    made = tuple(_archive(row, _("Arkivpaket"), "/kommun/arkivpaket") for row in found)
    return CaseArchives(head, not head.is_open, made)


def own(db: Session, *, actor: Actor) -> OwnData:
    may = actor.may(Role.ADMINISTRATOR)
    found = db.execute(_OWN, {"provider": actor.provider_id, "person": actor.person_id, "may": may}).all()
    rows = tuple(
        _archive(row, _("Företagets uppgifter") if row.provider_id else _("Mina uppgifter"), "/foretag/utdrag")
        for row in found
    )
    return OwnData(db.execute(_COMPANY, {"id": actor.provider_id}).scalar() or "", may, rows)


def _archive(row: sa.Row[tuple[object, ...]], words: str, base: str) -> ArchiveRow:
    ready = row.ready_at is not None
    status = Status("done", _("Klart att hämta")) if ready else Status("wait", _("Görs i ordning"))
    return ArchiveRow(words, row.ordered_at, status, f"{base}/{row.id}" if ready else "", row.size or 0)


def reason(value: Reason, *, whole_case: bool) -> str:
    return {
        Reason.DRAFT: _("Utkast som ingen har rört"),
        Reason.WITHDRAWN: _("Dokument i en återkallad ansökan"),
        Reason.UNUSED: _("Dokument som inte används"),
        Reason.EXPIRED: _("Ärende vars tid har gått ut")
        if whole_case
        else _("Dokument i ett ärende vars tid har gått ut"),
    }[value]


_WAITING = sa.text("""
SELECT t.id, t.proposed_at, i.id AS item, i.reason, i.since, i.document_id, c.number
  FROM thinning t JOIN thinning_item i ON i.thinning_id = t.id
  LEFT JOIN case_file c ON c.id = i.case_id
 WHERE t.municipality_id = :m AND t.approved_at IS NULL
 ORDER BY i.reason, c.number NULLS LAST, i.since, i.id LIMIT :shown
""")
_EARLIER = sa.text("""
SELECT t.approved_at, t.done_at, p.name, count(*) AS items, count(i.removed_at) AS removed,
       count(*) FILTER (WHERE i.spared OR i.problem <> '') AS staying
  FROM thinning t JOIN thinning_item i ON i.thinning_id = t.id LEFT JOIN person p ON p.id = t.approved_by
 WHERE t.municipality_id = :m AND t.approved_at IS NOT NULL
 GROUP BY t.id, p.name ORDER BY t.approved_at DESC LIMIT 10
""")


def thinning(db: Session, *, actor: Actor, said: str = "") -> ThinningPage:
    rows = db.execute(_WAITING, {"m": actor.municipality_id, "shown": SHOWN}).all()
    earlier = db.execute(_EARLIER, {"m": actor.municipality_id}).all()
    return ThinningPage(
        id=rows[0].id if rows else None,
        proposed_at=rows[0].proposed_at if rows else None,
        items=tuple(
            Item(row.item, reason(Reason(row.reason), whole_case=row.document_id is None), row.number or "", row.since)
            for row in rows
        ),
        earlier=tuple(
            ListDone(row.approved_at, row.name or "", row.items, row.removed, row.staying, row.done_at is not None)
            for row in earlier
        ),
        said=said,
    )
