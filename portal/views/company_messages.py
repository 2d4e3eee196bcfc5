"""The letters to a company, as its people read them in the portal.

A letter that went to several of them is one message here: same case, same
kind, same moment.  It is read when one of them has read it.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import CaseFile, Letter, Municipality, Paper
from portal.domain.actors import Actor
from portal.domain.letters import LetterKind
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import language
from portal.views import words
from portal.views.words import Status

A_PAGE = 20
LATEST = 4
COUNTED = 100
NO_CASE = UUID(int=0)


@dataclass(frozen=True)
class MessageRow:
    id: UUID
    subject: str
    sender: str
    number: str
    at: datetime
    unread: bool


@dataclass(frozen=True)
class Edge:
    """The last message of a page; the next page begins after it."""

    at: datetime
    kind: LetterKind
    case: UUID

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.kind.value}~{self.case}"

    @classmethod
    def read(cls, typed: str) -> "Edge | None":
        """``None`` for anything that no page gave out: the reader then sees the first page."""
        try:
            at, kind, case = typed.split("~")
            moment = datetime.fromisoformat(at)
            return cls(moment, LetterKind(kind), UUID(case)) if moment.tzinfo else None
        except ValueError:
            return None


@dataclass(frozen=True)
class Messages:
    rows: tuple[MessageRow, ...]
    unread: int
    older: str  # the edge of this page, when there is more
    first_page: bool

    @classmethod
    def of(cls, db: Session, actor: Actor, *, before: str = "") -> "Messages":
        edge = Edge.read(before)
        found = db.execute(_messages(language(), A_PAGE + 1, edge), {"ours": actor.provider_id}).all()
        older = ""
        if len(found) > A_PAGE:
            last = found[A_PAGE - 1]
            older = str(Edge(last.created_at, last.kind, last.case_key))
        unread = found[0].all_unread if found else 0
        return cls(tuple(_row(each) for each in found[:A_PAGE]), unread, older, edge is None)


def latest_messages(db: Session, actor: Actor) -> tuple[tuple[MessageRow, ...], int]:
    """The latest few, and how many in all are unread."""
    found = db.execute(_latest_statement(language()), {"ours": actor.provider_id}).all()
    return tuple(_row(each) for each in found), found[0].all_unread if found else 0


@cache
def _latest_statement(read_in: str) -> Any:
    """Built once: to build it took longer than to run it."""
    return _messages(read_in, LATEST, None)


def _to_us() -> tuple[sa.ColumnElement[bool], ...]:
    return (col(Letter.provider_id) == sa.bindparam("ours", type_=sa.Uuid()), col(Letter.to_company).is_(True))


def _messages(read_in: str, count: int, edge: Edge | None) -> Any:
    """One row a message, newest first, and the number of unread ones beside; the names come after the cut."""
    # Of the copies, one in the reader's language speaks for all, and the same one each time.
    order = (sa.case((col(Letter.language) == read_in, 0), else_=1), col(Letter.id))
    case_key = sa.func.coalesce(col(Letter.case_id), NO_CASE)
    grouped = (
        sa.select(
            sa.func.array_agg(col(Letter.id)).aggregate_order_by(*order).label("ids"),
            sa.func.array_agg(col(Letter.subject)).aggregate_order_by(*order).label("subjects"),
            col(Letter.created_at),
            col(Letter.kind),
            case_key.label("case_key"),
            col(Letter.municipality_id),
            sa.func.count(col(Letter.read_at)).label("times_read"),
        )
        .where(*_to_us())
        .group_by(col(Letter.created_at), col(Letter.kind), case_key, col(Letter.municipality_id))
        .order_by(col(Letter.created_at).desc(), col(Letter.kind), case_key)
        .limit(count)
    )
    if edge is not None:
        same_moment = sa.tuple_(col(Letter.kind), case_key) > sa.tuple_(sa.literal(edge.kind.value), edge.case)
        grouped = grouped.where(col(Letter.created_at) <= edge.at, (col(Letter.created_at) < edge.at) | same_moment)
    page = grouped.subquery()
    return (
        sa.select(
            page, col(CaseFile.number), col(Municipality.name).label("municipality"), _unread().label("all_unread")
        )
        .outerjoin(CaseFile, col(CaseFile.id) == page.c.case_key)
        .outerjoin(Municipality, col(Municipality.id) == page.c.municipality_id)
        .order_by(page.c.created_at.desc(), page.c.kind, page.c.case_key)
    )


def _unread() -> Any:
    """How many messages nobody has read, counted no further than a hundred."""
    each = (
        sa.select(col(Letter.created_at), col(Letter.kind), col(Letter.case_id))
        .where(*_to_us(), col(Letter.read_at).is_(None))
        .distinct()
        .limit(COUNTED)
        .subquery()
    )
    return sa.select(sa.func.count()).select_from(each).scalar_subquery()


def _row(row: Any) -> MessageRow:
    return MessageRow(
        row.ids[0],
        row.subjects[0],
        row.municipality or "Kundval",
        row.number or "",
        row.created_at,
        row.times_read == 0,
    )


@dataclass(frozen=True)
class Copy:
    """One of the addresses that a letter went to, and how that went."""

    recipient: str
    status: Status
    problem: str


@dataclass(frozen=True)
class AttachedPaper:
    id: UUID
    title: str
    ready: bool
    size: int | None


@dataclass(frozen=True)
class MessagePage:
    id: UUID
    subject: str
    sender: str
    number: str
    at: datetime
    language: str
    paragraphs: tuple[tuple[str, ...], ...]  # each a tuple of lines
    link: str
    paper: AttachedPaper | None
    copies: tuple[Copy, ...]

    @classmethod
    def of(cls, db: Session, actor: Actor, letter_id: UUID) -> "MessagePage":
        row = db.execute(
            sa.select(
                Letter,
                col(CaseFile.number),
                col(Municipality.name).label("municipality"),
                col(Paper.title),
                col(Paper.ready_at),
                col(Paper.size),
            )
            .outerjoin(CaseFile, col(CaseFile.id) == col(Letter.case_id))
            .outerjoin(Municipality, col(Municipality.id) == col(Letter.municipality_id))
            .outerjoin(Paper, col(Paper.id) == col(Letter.paper_id))
            .where(col(Letter.id) == letter_id, *_to_us()),
            {"ours": actor.provider_id},
        ).one_or_none()
        if row is None:
            raise NotFound("letter", letter_id)
        letter: Letter = row.Letter
        copies = db.execute(
            select(Letter.recipient, Letter.delivery, Letter.problem)
            .where(
                *_to_us(),
                col(Letter.created_at) == letter.created_at,
                col(Letter.kind) == letter.kind,
                col(Letter.case_id).is_not_distinct_from(letter.case_id),
            )
            .order_by(col(Letter.recipient), col(Letter.id)),
            {"ours": actor.provider_id},
        )
        paper = None
        if letter.paper_id is not None:
            paper = AttachedPaper(letter.paper_id, row.title or _("Handling"), row.ready_at is not None, row.size)
        return cls(
            letter.id,
            letter.subject,
            row.municipality or "Kundval",
            row.number or "",
            letter.created_at,
            letter.language,
            paragraphs_of(letter.body),
            letter.link,
            paper,
            tuple(Copy(each.recipient, words.delivery(each.delivery), each.problem or "") for each in copies),
        )


def paragraphs_of(body: str) -> tuple[tuple[str, ...], ...]:
    """Blank lines part paragraphs; a line of its own stays one, as in a list of what is asked."""
    blocks = body.replace("\r\n", "\n").strip().split("\n\n")
    paragraphs = (tuple(line.strip() for line in block.split("\n") if line.strip()) for block in blocks)
    return tuple(lines for lines in paragraphs if lines)
