"""What the store holds against what the rows say, and documents that are to be scanned with newer signatures.

For commands that go over everything, as the database's owner and a page of rows
at a time: nothing is kept in memory, and each may be stopped and begun again.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from documents.store import Missing, Store
from portal.db.tables import Document
from portal.domain.criteria import STOPPED
from portal.services.examination import KEPT, Subject

PAGE: Final = 200
PREFIXES: Final = {"documents/": timedelta(hours=1), "quarantine/": timedelta(days=2)}
"""Where documents lie, and how old an object is there before a row must name it: uploads may be resumed for a day."""


class Fault(StrEnum):
    MISSING = "missing"
    ALTERED = "altered"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Held:
    """A document that the store must have, as the row describes it."""

    id: UUID
    object_key: str
    size: int
    sha256: str


def held(db: Session, *, after: UUID | None, one: UUID | None = None) -> list[Held]:
    """The next page of documents whose bytes are kept, by id; or just ``one``."""
    statement = (
        select(Document.id, Document.object_key, Document.size, Document.sha256)
        .where(*_kept(), *([col(Document.id) > after] if after else []), *([col(Document.id) == one] if one else []))
        .order_by(col(Document.id))
        .limit(PAGE)
    )
    return [Held(*row) for row in db.execute(statement)]


def fault_of(each: Held, *, store: Store) -> Fault | None:
    """Whether the object is there, of the right size and with the right bytes."""
    facts = store.head(each.object_key)
    if facts is None:
        return Fault.MISSING
    if facts.size != each.size:
        return Fault.ALTERED
    digest = hashlib.sha256()
    try:
        for piece in store.stream(each.object_key):
            digest.update(piece)
    except Missing:
        return Fault.MISSING
    return None if digest.hexdigest() == each.sha256 else Fault.ALTERED


def unknown(db: Session, keys: Collection[str]) -> list[str]:
    """Of these keys, those that no document uses."""
    named = select(Document.object_key).where(*_kept(), col(Document.object_key).in_(keys))
    known = set(db.scalars(named))
    return [key for key in keys if key not in known]


def old_keys(store: Store, *, now: datetime) -> Iterator[list[str]]:
    """Pages of keys where documents lie, of objects so old that a row must name them."""
    for prefix, age in PREFIXES.items():
        page: list[str] = []
        for key, modified in store.dated(prefix):
            if modified > now - age:
                continue
            page.append(key)
            if len(page) == PAGE:
                yield page
                page = []
        if page:
            yield page


def to_rescan(db: Session, version: str, *, before: datetime | None, after: UUID | None) -> list[Subject]:
    """The next page of documents that were last scanned with other signatures than these, or ``before`` a moment."""
    last = col(Document.scanned_at) < before if before else col(Document.scanned_with).is_distinct_from(version)
    statement = (
        sa.select(
            col(Document.id),
            col(Document.provider_id),
            col(Document.object_key),
            col(Document.media_type),
            col(Document.sha256),
        )
        .where(*_kept(), col(Document.state).in_(KEPT), sa.or_(last, col(Document.scanned_at).is_(None)))
        .where(*([col(Document.id) > after] if after else []))
        .order_by(col(Document.id))
        .limit(PAGE)
    )
    return [Subject(*row) for row in db.execute(statement)]


def _kept() -> tuple[Any, ...]:
    return (
        col(Document.state).not_in(STOPPED),
        col(Document.discarded_at).is_(None),
        col(Document.thinned_at).is_(None),
    )
