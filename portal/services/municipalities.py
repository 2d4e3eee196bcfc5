"""What a municipality decides about its own system, changed section by section by its administrator.

Each change keeps the sections beside it as they are, whoever changes them at
the same time.  Conditions and what was started under them are not touched: a
threshold enters the next version that is published.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from portal.db.tables import Municipality
from portal.domain.actors import Actor
from portal.domain.marks import mark_fault
from portal.domain.municipal_rules import colour_faults
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.staff_record import tell


def change_deadlines(db: Session, deadlines: Mapping[str, int], *, actor: Actor, now: datetime) -> None:
    _change(db, {"deadlines": deadlines}, actor=actor, now=now)


def change_thresholds(db: Session, thresholds: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """They are decided with the next published version; the versions in force keep theirs."""
    _change(db, {"thresholds": thresholds}, actor=actor, now=now)


def change_texts(db: Session, texts: Mapping[str, Mapping[str, str]], *, actor: Actor, now: datetime) -> None:
    _change(db, {"texts": texts}, actor=actor, now=now)


def change_contact(db: Session, contact: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    _change(db, {"contact": contact}, actor=actor, now=now)


def change_theme(db: Session, theme: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """Raises ``Invalid`` (colour → reason) for a colour that nobody can read, whoever asks for it."""
    if faults := {fault.name: fault.reason for fault in colour_faults(theme)}:
        raise Invalid(faults)
    _change(db, {"theme": theme}, actor=actor, now=now)


def change_section(db: Session, name: str, values: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    """A section that another service has the rules of."""
    _change(db, {name: values}, actor=actor, now=now)


def change_mark(db: Session, svg: bytes, *, actor: Actor, now: datetime) -> None:
    """Raises ``Invalid`` (``mark`` → reason) for a file that is more than a picture."""
    if (fault := mark_fault(svg)) is not None:
        raise Invalid({"mark": fault.reason}, {"what": fault.what})
    row = _locked(db, actor)
    row.mark_svg = svg.decode("utf-8-sig")
    _touch(db, row, now)
    tell(db, "settings.mark", municipality_id=row.id, actor=actor, now=now)


def _change(db: Session, sections: Mapping[str, Mapping[str, Any]], *, actor: Actor, now: datetime) -> None:
    row = _locked(db, actor)
    merged = {name: {**row.settings.get(name, {}), **values} for name, values in sections.items()}
    # A new mapping: SQLAlchemy does not see what is changed inside one.
    row.settings = {**row.settings, **merged}
    _touch(db, row, now)
    for name in merged:
        tell(db, f"settings.{name}", municipality_id=row.id, actor=actor, now=now)


def _locked(db: Session, actor: Actor) -> Municipality:
    if actor.municipality_id is None or not actor.may(Role.MUNICIPAL_ADMINISTRATOR):
        raise NotAllowed("role")
    own = select(Municipality).where(col(Municipality.id) == actor.municipality_id).with_for_update()
    row = db.exec(own, execution_options={"populate_existing": True}).one_or_none()
    if row is None:
        raise NotFound("municipality", actor.municipality_id)
    return row


def _touch(db: Session, row: Municipality, now: datetime) -> None:
    """The looks' addresses carry the second of the last change: two changes never share one."""
    row.changed_at = max(now, row.changed_at + timedelta(seconds=1))
    db.add(row)
    db.flush()
