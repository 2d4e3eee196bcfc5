"""Selections of the work list under a name: saved, renamed, shared and removed by the person whose they are.

A shared one is seen by everyone in the municipality who reads the work list;
"mine" in it means the reader's own cases.
"""

from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from portal.db.tables import Person, SavedView
from portal.domain.actors import Actor
from portal.domain.roles import READS_CASES
from portal.domain.worklist import MOST_VIEWS, Kept, Wanted
from portal.errors import Invalid, NotAllowed, NotFound

LONGEST_NAME = 40


def save(db: Session, name: str, wanted: Wanted, *, shared: bool, actor: Actor, now: datetime) -> UUID:
    """Keep a selection.

    Raises:
        Invalid: ``{"name": "missing" | "too_long" | "taken" | "too_many"}``.
    """
    municipality_id, person_id = _reader(actor)
    # Two tabs that save at once come one after the other: the name and the number hold for both.
    db.execute(select(Person.id).where(col(Person.id) == person_id).with_for_update(key_share=True))
    own = _own(db, municipality_id, person_id)
    if len(own) >= MOST_VIEWS:
        raise Invalid({"name": "too_many"})
    row = SavedView(
        municipality_id=municipality_id,
        person_id=person_id,
        name=_named(name, own),
        wanted=wanted.kept(),
        shared=shared,
        saved_at=now,
    )
    db.add(row)
    db.flush()
    return row.id


def change(db: Session, view_id: UUID, name: str, *, shared: bool, actor: Actor) -> None:
    """Give another name, or share it, or no longer.

    Raises:
        NotFound: it is not this person's.
        Invalid: as ``save``.
    """
    row = _mine(db, view_id, actor)
    row.name = _named(name, [each for each in _own(db, row.municipality_id, row.person_id) if each.id != row.id])
    row.shared = shared
    db.add(row)
    db.flush()


def remove(db: Session, view_id: UUID, *, actor: Actor) -> None:
    db.delete(_mine(db, view_id, actor))
    db.flush()


def kept_for(db: Session, actor: Actor) -> tuple[Kept, ...]:
    """The reader's own, and what colleagues share, by name; nothing of a municipality that is not the reader's."""
    rows = db.execute(_seen_by(), {"municipality": actor.municipality_id, "me": actor.person_id})
    found = [
        Kept(id_, name, Wanted.read(**wanted), shared, owner_id == actor.person_id, whose)
        for id_, name, wanted, shared, owner_id, whose in rows
    ]
    return tuple(sorted(found, key=lambda each: (not each.mine, each.name.casefold())))


@cache
def _seen_by() -> Any:
    shown = (SavedView.id, SavedView.name, SavedView.wanted, SavedView.shared, SavedView.person_id, Person.name)
    return (
        select(*shown)  # type: ignore[call-overload]  # sqlmodel's select is typed for four
        .join(Person, col(Person.id) == col(SavedView.person_id))
        .where(
            col(SavedView.municipality_id) == bindparam("municipality"),
            col(SavedView.shared) | (col(SavedView.person_id) == bindparam("me")),
        )
    )


def _reader(actor: Actor) -> tuple[UUID, UUID]:
    if actor.municipality_id is None or actor.person_id is None:
        raise NotAllowed("role")
    if not actor.roles & READS_CASES:
        raise NotAllowed("role")
    return actor.municipality_id, actor.person_id


def _own(db: Session, municipality_id: UUID, person_id: UUID) -> list[SavedView]:
    return list(
        db.exec(
            select(SavedView).where(
                col(SavedView.municipality_id) == municipality_id, col(SavedView.person_id) == person_id
            )
        )
    )


def _mine(db: Session, view_id: UUID, actor: Actor) -> SavedView:
    municipality_id, person_id = _reader(actor)
    row = db.get(SavedView, view_id)
    if row is None or row.municipality_id != municipality_id or row.person_id != person_id:
        raise NotFound("saved_view", view_id)
    return row


def _named(name: str, others: list[SavedView]) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid({"name": "missing"})
    if len(name) > LONGEST_NAME:
        raise Invalid({"name": "too_long"})
    if name.casefold() in {each.name.casefold() for each in others}:
        raise Invalid({"name": "taken"})
    return name
