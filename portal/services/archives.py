"""Archives that people ask for: a decided case for the municipality, and a company's or a person's own data.

Each is made by a job, lies in the store for some days, and is then removed.
That it was asked for and fetched is written down.
"""

import hashlib
import tempfile
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from documents.store import Store
from portal.db.queue import later
from portal.db.tables import Application, Archive
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound
from portal.services import archive_file, case_package, own_data
from portal.services.lifecycle import record
from portal.services.papers import SealFolder
from portal.services.writing import person_of

FETCHED_WITHIN = timedelta(days=7)
IN_MEMORY_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 1024 * 1024
DECIDED = (State.APPROVED, State.REJECTED, State.WITHDRAWN)
STAFF = (Role.CASE_OFFICER, Role.DECISION_MAKER)

_OVER = sa.text("SELECT id, municipality_id, provider_id, person_id FROM archives_over(:before)")


def order_case(db: Session, case_id: UUID, *, actor: Actor, now: datetime) -> Archive:
    """A decided case, by those who handle cases.

    Raises:
        NotFound: it is not the actor's municipality's.
        NotAllowed: ``role``, or ``not_decided``.
    """
    if actor.municipality_id is None or not any(actor.may(role) for role in STAFF):
        raise NotAllowed("role")
    application = db.get(Application, case_id)
    if application is None or application.municipality_id != actor.municipality_id:
        raise NotFound("case", case_id)
    if application.state not in DECIDED:
        raise NotAllowed("not_decided")
    made = _order(
        db,
        Archive(ordered_by=person_of(actor), ordered_at=now, municipality_id=actor.municipality_id, case_id=case_id),
    )
    record(db, case_id, "case.exported", actor=actor, now=now, facts={"archive": str(made.id)}, internal=True)
    return made


def order_own(db: Session, *, of_company: bool, actor: Actor, now: datetime) -> Archive:
    """The company's data for those who manage it, or the person's own for anyone.  One that is being made is enough."""
    if actor.person_id is None or (of_company and (actor.provider_id is None or not actor.may(Role.ADMINISTRATOR))):
        raise NotAllowed("role")
    if of_company:
        whose = Archive(ordered_by=actor.person_id, ordered_at=now, provider_id=actor.provider_id)
        same = col(Archive.provider_id) == actor.provider_id
    else:
        whose = Archive(ordered_by=actor.person_id, ordered_at=now, person_id=actor.person_id)
        same = col(Archive.person_id) == actor.person_id
    waiting = db.exec(select(Archive).where(same, col(Archive.ready_at).is_(None))).first()
    return waiting or _order(db, whose)


def _order(db: Session, made: Archive) -> Archive:
    db.add(made)
    db.flush()
    later(
        db,
        "archives.make",
        lock=f"archive {made.id}",
        archive_id=str(made.id),
        municipality_id=str(made.municipality_id) if made.municipality_id else None,
        provider_id=str(made.provider_id) if made.provider_id else None,
        person_id=str(made.person_id) if made.person_id else None,
    )
    return made


def make(db: Session, archive_id: UUID, *, store: Store, seals: SealFolder, now: datetime) -> None:
    """Write it into the store, piece by piece.  Repeatable: what is ready is left alone."""
    row = db.exec(select(Archive).where(col(Archive.id) == archive_id).with_for_update()).one_or_none()
    if row is None or row.ready_at is not None:
        return
    with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as file:
        if row.case_id is not None:
            roots = [path.read_bytes() for path in seals.roots()]
            stamp_roots = [path.read_bytes() for path in seals.stamp_roots()]
            held = case_package.package(db, row.case_id, store=store, roots=roots, stamp_roots=stamp_roots)
            archive_file.write(held, file, made_at=row.ordered_at)
        elif row.provider_id is not None:
            own_data.write_company(db, row.provider_id, file, store=store, made_at=row.ordered_at)
        elif row.person_id is not None:
            own_data.write_person(db, row.person_id, file, made_at=row.ordered_at)
        row.object_key = f"archives/{row.id}.zip"
        row.sha256, row.size = _send(file, store, row.object_key)
    row.ready_at = now
    db.add(row)
    db.flush()


def _send(file: IO[bytes], store: Store, key: str) -> tuple[str, int]:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        digest.update(piece)
    size = file.tell()
    file.seek(0)
    store.put_file(key, file, media_type="application/zip")
    return digest.hexdigest(), size


def fetch(db: Session, archive_id: UUID, *, actor: Actor, now: datetime) -> Archive:
    """Ready to be streamed, to whom it belongs.

    Raises:
        NotFound: it is not theirs, or its days are over.
    """
    row = db.get(Archive, archive_id, populate_existing=True)
    if row is None or not _belongs(row, actor) or row.removed_at is not None or row.ready_at is None:
        raise NotFound("archive", archive_id)
    row.fetched_at = now
    db.add(row)
    db.flush()
    if row.case_id is not None:
        facts = {"archive": str(row.id), "sha256": row.sha256}
        record(db, row.case_id, "case.export_fetched", actor=actor, now=now, facts=facts, internal=True)
    return row


def _belongs(row: Archive, actor: Actor) -> bool:
    if row.case_id is not None:
        return row.municipality_id == actor.municipality_id and any(actor.may(role) for role in STAFF)
    if row.provider_id is not None:
        return row.provider_id == actor.provider_id and actor.may(Role.ADMINISTRATOR)
    return row.person_id is not None and row.person_id == actor.person_id


def over(db: Session, *, now: datetime) -> list[tuple[UUID, UUID | None, UUID | None, UUID | None]]:
    """Archives whose days are over: (id, municipality, company, person)."""
    found = db.execute(_OVER, {"before": now - FETCHED_WITHIN})
    return [(row.id, row.municipality_id, row.provider_id, row.person_id) for row in found]


def discard(db: Session, archive_id: UUID, *, store: Store, now: datetime) -> None:
    row = db.get_one(Archive, archive_id)
    if row.object_key:
        store.delete(row.object_key)
    row.object_key, row.removed_at = None, now
    db.add(row)
    db.flush()
