"""The company's evidence library: everything it has handed in, whichever municipality it was for.

Two statements for a page of the list, two for a document's own page.  A company
reads all of its own; a municipality has no such page, and sees of a document
what was handed in to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.db.conditions import read_all
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.criteria import DocumentState, Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.documents import may_be_opened
from portal.domain.roles import Role
from portal.domain.validity import NO_LIMITS, Days, Limits, Stated, Validity, assess
from portal.domain.worklist import Cursor
from portal.errors import NotFound
from portal.library import load
from portal.locale import gettext as _
from portal.locale import language, spoken
from portal.views import words
from portal.views.document_links import confirmation_address, small_picture
from portal.views.evidence_dates import end_words, ended_words
from portal.views.upload_offer import kind_of
from portal.views.words import Status

PAGE = 25
LIBRARY = "/foretag/underlag"
CHOICES = ("", "gar-ut", "utgangna", "oanvanda")


@dataclass(frozen=True)
class Order:
    """``key`` sorts in the database, never null; ``holds`` says whether a value of an address can be compared to it."""

    key: str
    type: str
    holds: Callable[[str], bool]
    falling: bool = False

    @property
    def after(self) -> str:
        compared = f"({self.key}, f.id) {'<' if self.falling else '>'} (CAST(:at AS {self.type}), CAST(:id AS uuid))"
        return f"AND {compared}"

    @property
    def by(self) -> str:
        way = "DESC" if self.falling else "ASC"
        return f"{self.key} {way}, f.id {way}"


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return text == "infinity"
    return True


ORDERS = {
    "": Order("f.uploaded_at", "timestamptz", _is_moment, falling=True),
    # As Swedes sort: what follows z in the alphabet of bytes stands for å, ä and ö.
    "namn": Order("translate(lower(f.name), 'åäö', '{|}')", "text", lambda text: "\0" not in text),
    "galler-till": Order(
        "coalesce((SELECT min(d.ends_on) FROM answer_document d WHERE d.document_id = f.id AND d.ended_at IS NULL),"
        " 'infinity')",
        "date",
        _is_day,
    ),
}


@dataclass(frozen=True)
class Wanted:
    """From an address that anyone may have typed: what is not understood is left out."""

    choice: str = ""
    kind: str = ""
    query: str = ""
    cursor: Cursor | None = None
    order: str = ""

    @classmethod
    def read(cls, *, visa: str, sort: str, q: str, efter: str, ordning: str = "") -> "Wanted":
        order = ordning if ordning in ORDERS else ""
        cursor = Cursor.read(efter) if efter else None
        if cursor is not None and not ORDERS[order].holds(cursor.value):
            cursor = None
        known = sort if sort in load().document_types else ""
        return cls(visa if visa in CHOICES else "", known, q.strip()[:100], cursor, order)

    def address(self, **changed: str) -> str:
        said = {"visa": self.choice, "sort": self.kind, "q": self.query, "ordning": self.order, **changed}
        kept = {name: value for name, value in said.items() if value}
        return f"{LIBRARY}?{urlencode(kept)}" if kept else LIBRARY


@dataclass(frozen=True)
class Shelved:
    id: UUID
    name: str
    address: str
    file_kind: str
    size: int
    by: str
    at: datetime
    kind: str
    state: Status
    validity: Status | None
    dates: str
    places: tuple[str, ...]  # where it is used, each once
    small: str | None = None  # a picture of its first page


@dataclass(frozen=True)
class Choice:
    words: str
    address: str
    current: bool


@dataclass(frozen=True)
class LibraryPage:
    rows: tuple[Shelved, ...]
    choices: tuple[Choice, ...]
    kinds: tuple[tuple[str, str], ...]
    orders: tuple[tuple[str, str], ...]
    caption: str
    wanted: Wanted
    following: str | None
    first: str | None

    @property
    def narrowed(self) -> bool:
        return replace(self.wanted, order="") != Wanted()


@dataclass(frozen=True)
class UsedIn:
    address: str
    where: str
    criterion: str
    status: Status
    words: str  # what it was said to be there, or what took its place
    replace: str | None  # where a newer one takes its place there


@dataclass(frozen=True)
class Version:
    address: str
    name: str
    words: str


@dataclass(frozen=True)
class DocumentPage:
    shelved: Shelved
    opens: str | None
    download: str | None
    stopped: str
    uses: tuple[UsedIn, ...]
    versions: tuple[Version, ...]
    may_discard: bool


_DOCUMENTS = """
SELECT f.id, f.name, f.size, f.state, f.because, f.uploaded_at, p.name AS by, u.uses, CAST({key} AS text) AS place
  FROM document f JOIN person p ON p.id = f.uploaded_by
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object(
             'application', a.id, 'criterion', d.criterion, 'sv', s.name_sv, 'en', s.name_en, 'municipality', m.name,
             'number', a.number, 'state', a.state, 'kind', d.kind, 'issued_on', d.issued_on, 'ends_on', d.ends_on,
             'ended_at', d.ended_at, 'replaced_by', d.replaced_by,
             'by', (SELECT r.name FROM document r WHERE r.id = d.replaced_by),
             'general', a.general_version_id, 'service', a.service_version_id,
             'newer', (SELECT c.version_id FROM confirmation c WHERE c.case_id = a.id AND c.criterion = d.criterion
                        AND c.ended_at IS NULL ORDER BY c.asked_at DESC LIMIT 1),
             'open', d.ended_at IS NULL AND (a.state = 'draft'
                OR (a.state = 'supplement_requested' AND EXISTS (
                    SELECT FROM supplement_item i JOIN supplement q ON q.id = i.supplement_id
                     WHERE q.application_id = a.id AND q.answered_at IS NULL AND q.closed_at IS NULL
                       AND i.criterion = d.criterion))
                OR (a.state = 'approved' AND EXISTS (
                    SELECT FROM provider_authorization r WHERE r.case_id = a.id AND r.state = 'active'))))
             ORDER BY d.ended_at DESC NULLS FIRST, d.attached_at DESC, d.criterion) AS uses
      FROM answer_document d JOIN application a ON a.id = d.application_id
      JOIN service s ON s.id = a.service_id JOIN municipality m ON m.id = a.municipality_id
     WHERE d.document_id = f.id) u ON true
 WHERE f.provider_id = :p AND f.discarded_at IS NULL AND f.thinned_at IS NULL {narrowed}
 ORDER BY {order} LIMIT :many
"""
_COUNTS_HERE = "SELECT FROM answer_document d WHERE d.document_id = f.id AND d.ended_at IS NULL"
_NARROWED = {
    "gar-ut": f"AND EXISTS ({_COUNTS_HERE} AND d.ends_on BETWEEN :today AND CAST(:today AS date) + 60)",
    "utgangna": f"AND EXISTS ({_COUNTS_HERE} AND d.ends_on < :today)",
    "oanvanda": "AND NOT EXISTS (SELECT FROM answer_document d WHERE d.document_id = f.id)",
}
_KINDS = sa.text("SELECT DISTINCT kind FROM answer_document WHERE provider_id = :p AND kind IS NOT NULL")
_EARLIER = sa.text("""
SELECT DISTINCT f.id, f.name, d.ended_at FROM answer_document d JOIN document f ON f.id = d.document_id
 WHERE d.provider_id = :p AND d.replaced_by = :id AND f.discarded_at IS NULL ORDER BY d.ended_at DESC
""")


def _statement(order: Order, narrowed: str) -> sa.TextClause:
    return sa.text(_DOCUMENTS.format(key=order.key, order=order.by, narrowed=narrowed))


def library(db: Session, wanted: Wanted, *, actor: Actor, now: datetime, scanner: bool) -> LibraryPage:
    today, order = day_in_sweden(now), ORDERS[wanted.order]
    values: dict[str, Any] = {"p": actor.provider_id, "many": PAGE + 1}
    narrowed = [_NARROWED.get(wanted.choice, "")]
    if wanted.choice in ("gar-ut", "utgangna"):
        values["today"] = today
    if wanted.kind:
        narrowed.append(f"AND EXISTS ({_COUNTS_HERE} AND d.kind = :kind)")
        values["kind"] = wanted.kind
    if wanted.query:
        narrowed.append("AND f.name ILIKE :query")
        escaped = wanted.query.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        values["query"] = f"%{escaped}%"
    if wanted.cursor is not None:
        narrowed.append(order.after)
        values |= {"at": wanted.cursor.value, "id": wanted.cursor.id}
    rows = db.execute(_statement(order, " ".join(narrowed)), values).all()
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = Cursor(last.place, last.id).written() if last else ""
    kinds = sorted((kind_name(row.kind), row.kind) for row in db.execute(_KINDS, {"p": actor.provider_id}))
    named = (_("Alla"), _("Går snart ut"), _("Har gått ut"), _("Används inte"))
    return LibraryPage(
        rows=tuple(_shelved(row, today, scanner=scanner) for row in rows[:PAGE]),
        choices=tuple(
            Choice(said, wanted.address(visa=id_), wanted.choice == id_)
            for id_, said in zip(CHOICES, named, strict=True)
        ),
        kinds=tuple((id_, name) for name, id_ in kinds),
        orders=(("", _("Senast uppladdat först")), ("namn", _("Namn")), ("galler-till", _("Slutdatum"))),
        caption={
            "": _("Företagets underlag, det senaste först"),
            "namn": _("Företagets underlag, efter namn"),
            "galler-till": _("Företagets underlag, det som går ut först överst"),
        }[wanted.order],
        wanted=wanted,
        following=wanted.address(efter=following) if following else None,
        first=wanted.address() if wanted.cursor else None,
    )


def document_page(db: Session, document_id: UUID, *, actor: Actor, now: datetime, scanner: bool) -> DocumentPage:
    """Raises ``NotFound`` for another company's, and for one that is discarded."""
    values = {"p": actor.provider_id, "id": document_id, "many": 1}
    row = db.execute(_statement(ORDERS[""], "AND f.id = :id"), values).one_or_none()
    if row is None:
        raise NotFound("document", document_id)
    today, uses = day_in_sweden(now), row.uses or []
    opens = may_be_opened(DocumentState(row.state), scanner=scanner)
    there = f"/foretag/dokument/{row.id}"
    return DocumentPage(
        shelved=_shelved(row, today, scanner=scanner),
        opens=f"{there}/visa" if opens else None,
        download=there if opens else None,
        stopped=words.stopped(DocumentState(row.state), row.because),
        uses=_uses(db, uses, row.id, today, may_write=actor.may(Role.EDITOR)),
        versions=_versions(db, row.id, uses, actor),
        may_discard=not uses and actor.may(Role.EDITOR) and row.state != DocumentState.WAITING,
    )


def kind_name(kind: str) -> str:
    """As the library calls it, which is where municipalities have their kinds from; its id, where they do not."""
    known = load().document_types.get(kind)
    return spoken(known.name) if known else kind


def _shelved(row: Any, today: date, *, scanner: bool) -> Shelved:
    uses = row.uses or []
    said = next((each for each in uses if each["kind"] or each["issued_on"] or each["ends_on"]), None)
    stated = _stated(said) if said else Stated()
    return Shelved(
        id=row.id,
        name=row.name,
        address=f"{LIBRARY}/{row.id}",
        file_kind=kind_of(row.name),
        size=row.size,
        by=row.by,
        at=row.uploaded_at,
        kind=kind_name(stated.kind) if stated.kind else "",
        state=words.document(DocumentState(row.state)),
        validity=_validity(stated, today),
        dates=end_words(stated.ends_on, today=today) if stated.ends_on else "",
        places=tuple(dict.fromkeys(_where(each) for each in uses if each["ended_at"] is None)),
        small=small_picture(row.id, row.name) if may_be_opened(DocumentState(row.state), scanner=scanner) else None,
    )


def _validity(stated: Stated, today: date) -> Status | None:
    """What it would be worth in an application that is submitted today."""
    known = load().document_types.get(stated.kind or "")
    limits = Limits(known.greatest_age_months, known.has_end_date) if known else NO_LIMITS
    if not limits.any and stated.ends_on is None:
        return None
    return _status(assess(stated, {stated.kind or "": limits}, on=Days.of(today, None)))


def _status(validity: Validity) -> Status | None:
    return None if validity in (Validity.KIND_MISSING, Validity.DATE_MISSING) else words.validity(validity)


def _stated(use: dict[str, Any]) -> Stated:
    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    return Stated(use["kind"], day(use["issued_on"]), day(use["ends_on"]))


def _where(use: dict[str, Any]) -> str:
    service = use["en"] if language() == "en" else use["sv"]
    return _("%(service)s i %(municipality)s") % {"service": service, "municipality": use["municipality"]}


def _uses(
    db: Session, uses: list[dict[str, Any]], document_id: UUID, today: date, *, may_write: bool
) -> tuple[UsedIn, ...]:
    which_asks = ("service", "general", "newer")
    versions = {UUID(each[which]) for each in uses for which in which_asks if each[which]}
    criteria = {
        (version, criterion.id): criterion.title
        for version, read in read_all(db, versions).items()
        for criterion in read.criteria
    }

    def used(each: dict[str, Any]) -> UsedIn:
        asks = {which: (UUID(each[which]), each["criterion"]) for which in which_asks if each[which]}
        found = next((which for which, key in asks.items() if key in criteria), None)
        title = criteria[asks[found]] if found else Text(each["criterion"], each["criterion"])
        number = f", {each['number']}" if each["number"] else ""
        address = f"/foretag/ansokningar/{each['application']}/villkor/{each['criterion']}"
        newer = confirmation_address(each["application"], each["criterion"]) if found == "newer" else None
        return UsedIn(
            address=newer or address,
            where=f"{_where(each)}{number}",
            criterion=f"{spoken(title)} ({each['criterion']})",
            status=words.application_for_company(State(each["state"])),
            words=_use_words(each, today),
            replace=f"{address}/dokument/{document_id}/ersatt" if each["open"] and may_write else None,
        )

    return tuple(used(each) for each in uses)


def _use_words(each: dict[str, Any], today: date) -> str:
    if each["ended_at"]:
        return ended_words(each["by"], datetime.fromisoformat(each["ended_at"]))
    stated = _stated(each)
    parts = [kind_name(stated.kind)] if stated.kind else []
    if stated.ends_on:
        parts.append(end_words(stated.ends_on, today=today))
    return ", ".join(parts)


def _versions(db: Session, document_id: UUID, uses: list[dict[str, Any]], actor: Actor) -> tuple[Version, ...]:
    """The newer that took its place, and the older that it took the place of."""
    newer = {each["replaced_by"]: each for each in uses if each["replaced_by"] and each["by"]}
    found = [Version(f"{LIBRARY}/{id_}", each["by"], _("Ersatte det här dokumentet")) for id_, each in newer.items()]
    earlier = db.execute(_EARLIER, {"p": actor.provider_id, "id": document_id}).all()
    older = {row.id: Version(f"{LIBRARY}/{row.id}", row.name, _("Ersattes av det här dokumentet")) for row in earlier}
    return (*found, *older.values())
