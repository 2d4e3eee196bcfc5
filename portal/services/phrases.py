"""The municipality's own phrases: kept by an administrator, offered to officers where they fit.

A phrase is a beginning: what is taken from it is edited, and what was written
with it does not change when the phrase does.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Municipality, Phrase
from portal.domain.actors import Actor
from portal.domain.phrases import LONGEST_TEXT, LONGEST_TITLE, MOST, Offered, Purpose
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.staff_record import tell


@dataclass(frozen=True)
class Wording:
    """What a phrase holds; ``criterion`` is empty where it fits every one, and what is in English where it is not."""

    purpose: Purpose
    title: str
    text: str
    criterion: str = ""
    text_en: str = ""
    title_en: str = ""


def add(db: Session, wording: Wording, *, actor: Actor, now: datetime) -> UUID:
    """Keep a new phrase.

    Raises:
        Invalid: ``title`` (``missing``, ``too_long``, ``taken``, ``too_many``), ``text`` (the first two) or
            ``text_en`` or ``title_en`` (``too_long``).
    """
    ours = _locked(db, actor)
    others = _others(db, ours, None)
    _check(wording, others)
    if len(others) >= MOST:
        raise Invalid({"title": "too_many"})
    row = Phrase(
        municipality_id=ours,
        purpose=wording.purpose,
        title=wording.title,
        criterion=wording.criterion,
        text=wording.text,
        text_en=wording.text_en,
        title_en=wording.title_en,
        changed_by=_person(actor),
        changed_at=now,
    )
    db.add(row)
    db.flush()
    tell(db, "phrases.added", municipality_id=ours, facts={"phrase": str(row.id)}, actor=actor, now=now)
    return row.id


def change(db: Session, phrase_id: UUID, wording: Wording, *, actor: Actor, now: datetime) -> None:
    """Raises as ``add``."""
    ours = _locked(db, actor)
    row = _own(db, phrase_id, ours)
    _check(wording, _others(db, ours, phrase_id))
    row.purpose, row.title, row.criterion = wording.purpose, wording.title, wording.criterion
    row.text, row.text_en, row.title_en = wording.text, wording.text_en, wording.title_en
    row.changed_by, row.changed_at = _person(actor), now
    db.add(row)
    db.flush()
    tell(db, "phrases.changed", municipality_id=ours, facts={"phrase": str(row.id)}, actor=actor, now=now)


def remove(db: Session, phrase_id: UUID, *, actor: Actor, now: datetime) -> None:
    ours = _locked(db, actor)
    db.delete(_own(db, phrase_id, ours))
    db.flush()
    tell(db, "phrases.removed", municipality_id=ours, facts={"phrase": str(phrase_id)}, actor=actor, now=now)


def offered(db: Session, *purposes: Purpose, actor: Actor) -> tuple[Offered, ...]:
    """The municipality's phrases for these purposes, those for one criterion first, by title."""
    rows = db.exec(
        select(Phrase).where(
            col(Phrase.municipality_id) == actor.municipality_id, col(Phrase.purpose).in_(purposes or tuple(Purpose))
        )
    )
    found = [
        Offered(each.id, each.purpose, each.title, each.criterion, each.text, each.text_en, each.title_en)
        for each in rows
    ]
    return tuple(sorted(found, key=lambda each: (each.criterion == "", each.title.casefold())))


def _locked(db: Session, actor: Actor) -> UUID:
    """The municipality, held: two who add the same title come one after the other."""
    if actor.municipality_id is None or not actor.may(Role.MUNICIPAL_ADMINISTRATOR):
        raise NotAllowed("role")
    db.execute(select(Municipality.id).where(col(Municipality.id) == actor.municipality_id).with_for_update())
    return actor.municipality_id


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotAllowed("role")
    return actor.person_id


def _own(db: Session, phrase_id: UUID, ours: UUID) -> Phrase:
    row = db.get(Phrase, phrase_id)
    if row is None or row.municipality_id != ours:
        raise NotFound("phrase", phrase_id)
    return row


def _others(db: Session, ours: UUID, phrase_id: UUID | None) -> list[tuple[Purpose, str]]:
    rows = db.execute(select(Phrase.id, Phrase.purpose, Phrase.title).where(col(Phrase.municipality_id) == ours))
    return [(row.purpose, row.title.casefold()) for row in rows if row.id != phrase_id]


def _check(wording: Wording, others: list[tuple[Purpose, str]]) -> None:
    errors = {}
    for name, value, most in (("title", wording.title, LONGEST_TITLE), ("text", wording.text, LONGEST_TEXT)):
        if not value.strip():
            errors[name] = "missing"
        elif len(value) > most:
            errors[name] = "too_long"
    for name, value, most in (
        ("text_en", wording.text_en, LONGEST_TEXT),
        ("title_en", wording.title_en, LONGEST_TITLE),
    ):
        if len(value) > most:
            errors[name] = "too_long"
    if "title" not in errors and (wording.purpose, wording.title.casefold()) in others:
        errors["title"] = "taken"
    if errors:
        raise Invalid(errors)
