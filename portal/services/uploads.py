"""Uploads that can be gone on with: begin, find again, take turns, keep each part, hand over, give up.

A row knows which bytes are safe in the store.  What is safe is written down
part by part, each in a transaction of its own, so that a portal that is killed
loses at most the part that was on its way.  Nothing here is a document, nor
seen by a municipality, before ``hand_over`` makes it one.

Of two browser tabs that send the same file the newest goes on, and the older is
told (``OutOfStep``): each draws part numbers of its own in ``take_turn``, and a
part whose number is no longer the next one is not kept.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, col, delete, select, update

from documents.continuing import AT_ONCE
from documents.intake import IntakeRules, Received
from documents.judging import Judge
from documents.store import Part, Store
from portal.db.queue import later
from portal.db.tables import Application, Document, Upload
from portal.domain.actors import Actor
from portal.domain.conditions import ConditionSets
from portal.domain.uploads import Room
from portal.errors import NotFound, OutOfStep
from portal.services import confirmation_evidence, documents, evidence
from portal.services.room import claim, room_seen
from portal.services.writing import look_at_part, open_part, person_of


@dataclass(frozen=True)
class Place:
    """Where files are to go: what they may be (None: nothing is uploaded there) and how much more there is room for."""

    rules: IntakeRules | None
    room: Room


@dataclass(frozen=True)
class Standing:
    """An upload under way: what it is of, and how far it has come."""

    id: UUID
    application_id: UUID
    criterion: str
    name: str
    size: int
    received: int
    key: str
    store_id: str
    next_number: int
    parts: tuple[Part, ...]
    replaces: UUID | None
    confirms: int | None

    @property
    def ahead(self) -> bool:
        """Whether what it becomes counts nowhere before a form has come."""
        return self.replaces is not None or self.confirms is not None

    @classmethod
    def of(cls, row: Upload) -> "Standing":
        return cls(
            row.id,
            row.application_id,
            row.criterion,
            row.name,
            row.size,
            row.received,
            row.object_key,
            row.store_id,
            row.next_number,
            tuple(Part(number, etag, crc32) for number, etag, crc32 in row.parts),
            row.replaces,
            row.confirms,
        )


def place(
    db: Session,
    application_id: UUID,
    criterion: str,
    *,
    actor: Actor,
    replaces: UUID | None = None,
    confirms: int | None = None,
) -> Place:
    """Nobody uploads in vain: raises what ``open_part`` raises.

    Of what ``replaces`` another it raises as ``replaceable``, and of what ``confirms`` a version as ``open_to_answer``.
    """
    application, sets = _open(db, application_id, criterion, replaces, confirms, actor=actor)
    rules = documents.rules_for(sets, sets.by_id[criterion])
    room = room_seen(db, application, criterion)
    if replaces is not None:
        room = room.for_one()
    return Place(replace(rules, room=room.size) if rules else None, room)


def _open(
    db: Session, application_id: UUID, criterion: str, replaces: UUID | None, confirms: int | None, *, actor: Actor
) -> tuple[Application, ConditionSets]:
    if confirms is not None:
        asked = confirmation_evidence.open_to_answer(db, application_id, criterion, version=confirms, actor=actor)
        return asked.application, asked.sets
    if replaces is None:
        return look_at_part(db, application_id, criterion, actor=actor)
    application, sets, _row = evidence.replaceable(db, application_id, criterion, replaces, actor=actor)
    return application, sets


def find(
    db: Session,
    application_id: UUID,
    criterion: str,
    *,
    name: str,
    size: int,
    head_sha256: str,
    actor: Actor,
    replaces: UUID | None = None,
    confirms: int | None = None,
) -> Standing | None:
    """The upload of the same file to the same place: it is known by its name, its size and its first bytes."""
    same = (
        col(Upload.provider_id) == actor.provider_id,
        col(Upload.application_id) == application_id,
        col(Upload.criterion) == criterion,
        col(Upload.name) == name,
        col(Upload.size) == size,
        col(Upload.head_sha256) == head_sha256,
        col(Upload.replaces).is_not_distinct_from(replaces),
        col(Upload.confirms).is_not_distinct_from(confirms),
    )
    row = db.exec(select(Upload).where(*same).order_by(col(Upload.begun_at)).limit(1)).one_or_none()
    return Standing.of(row) if row is not None else None


def begin(
    db: Session,
    application_id: UUID,
    criterion: str,
    judge: Judge,
    *,
    size: int,
    head_sha256: str,
    key: str,
    store_id: str,
    actor: Actor,
    now: datetime,
    replaces: UUID | None = None,
    confirms: int | None = None,
) -> Standing:
    """Write down an upload that the store has begun; its whole size is counted from now on.

    Raises:
        Invalid: there is no room for it (``fil``: too_many or no_room).
    """
    if replaces is None and confirms is None:
        application, _sets = open_part(db, application_id, criterion, actor=actor)
    else:
        application, _sets = _open(db, application_id, criterion, replaces, confirms, actor=actor)
    claim(db, application, criterion, number=0 if replaces else 1, size=size)
    upload = Upload(
        provider_id=application.provider_id,
        application_id=application.id,
        criterion=criterion,
        name=judge.name,
        media_type=judge.kind.media_type,
        size=size,
        head_sha256=head_sha256,
        object_key=key,
        store_id=store_id,
        next_number=1 - AT_ONCE,
        begun_by=person_of(actor),
        begun_at=now,
        continued_at=now,
        replaces=replaces,
        confirms=confirms,
    )
    db.add(upload)
    db.flush()
    return Standing.of(upload)


def look(db: Session, upload_id: UUID, *, actor: Actor) -> Standing:
    """The company's upload; another company's is not found."""
    return Standing.of(_own(db, upload_id, actor=actor))


def _own(db: Session, upload_id: UUID, *, actor: Actor) -> Upload:
    upload = db.get(Upload, upload_id, populate_existing=True)
    if upload is None or actor.provider_id is None or upload.provider_id != actor.provider_id:
        raise NotFound("upload", upload_id)
    return upload


def rules_of(db: Session, upload: Standing, *, actor: Actor) -> IntakeRules:
    """What the file may be, where that is still open; there is room for it since it began."""
    _application, sets = _open(
        db, upload.application_id, upload.criterion, upload.replaces, upload.confirms, actor=actor
    )
    rules = documents.rules_for(sets, sets.by_id[upload.criterion])
    if rules is None:
        raise NotFound("upload", upload.id)
    return rules


def take_turn(db: Session, upload_id: UUID, *, offset: int, actor: Actor, now: datetime) -> Standing:
    """Go on from ``offset``, with part numbers that nobody else uses.

    Raises:
        OutOfStep: that is not where it goes on.
    """
    upload = _own(db, upload_id, actor=actor)
    taken = db.execute(
        update(Upload)
        .where(col(Upload.id) == upload_id, col(Upload.received) == offset)
        .values(next_number=col(Upload.next_number) + AT_ONCE, continued_at=now)
        .returning(col(Upload.next_number))
    ).scalar_one_or_none()
    db.refresh(upload)
    if taken is None:
        raise OutOfStep(upload.received)
    return Standing.of(upload)


def keep_part(db: Session, upload_id: UUID, part: Part, size: int, *, actor: Actor, now: datetime) -> int:
    """Write down a part that is safe in the store; gives how much is.

    Raises:
        OutOfStep: somebody else goes on with this upload now, and this part is not needed.
    """
    received: int | None = db.execute(
        update(Upload)
        .where(col(Upload.id) == upload_id, col(Upload.next_number) == part.number)
        .values(
            received=col(Upload.received) + size,
            parts=sa.func.jsonb_concat(col(Upload.parts), sa.cast([[part.number, part.etag, part.crc32]], JSONB)),
            next_number=part.number + 1,
            continued_at=now,
        )
        .returning(col(Upload.received))
    ).scalar_one_or_none()
    if received is None:
        raise OutOfStep(_own(db, upload_id, actor=actor).received, elsewhere=True)
    return received


def hand_over(db: Session, upload_id: UUID, received: Received, *, actor: Actor, now: datetime) -> Document:
    """Make the finished upload a document, once; one that is ``ahead`` of its form stands nowhere until that has come.

    Raises:
        NotFound: another tab has done so.
    """
    upload = _own(db, upload_id, actor=actor)
    _remove(db, upload)
    place = (upload.application_id, upload.criterion)
    if upload.confirms is not None:
        return confirmation_evidence.take_ahead(db, *place, received, version=upload.confirms, actor=actor, now=now)
    if upload.replaces is not None:
        return evidence.take_ahead(db, *place, upload.replaces, received, actor=actor, now=now)
    [document] = documents.attach(db, *place, [received], actor=actor, now=now)
    return document


def give_up(db: Session, upload_id: UUID, *, actor: Actor) -> None:
    """Cancel: what has come is removed from the store once this is stored."""
    upload = _own(db, upload_id, actor=actor)
    _remove(db, upload)
    later(db, "uploads.drop", keys=[upload.object_key], begun={upload.object_key: upload.store_id})


def give_up_left(db: Session, upload_id: UUID, *, before: datetime) -> bool:
    """The clock's: remove what nobody has gone on with since ``before``; not one that somebody just came back to."""
    upload = db.get(Upload, upload_id, with_for_update=True)
    if upload is None or upload.continued_at >= before:
        return False
    _remove(db, upload)
    later(db, "uploads.drop", keys=[upload.object_key], begun={upload.object_key: upload.store_id})
    return True


def drop(db: Session, store: Store, keys: Iterable[str], begun: Mapping[str, str]) -> int:
    """Remove from the store what belongs to no document and to no upload; how many names that were. Repeatable."""
    nobodys = list(db.execute(_OF_NOBODY, {"keys": list({*keys, *begun})}).scalars())
    for key in nobodys:
        if key in begun:
            store.abort_parts(key, begun[key])
        store.delete(key)
    return len(nobodys)


_OF_NOBODY = sa.text("SELECT keys_of_nobody(:keys)")


def _remove(db: Session, upload: Upload) -> None:
    gone = db.execute(delete(Upload).where(col(Upload.id) == upload.id).returning(col(Upload.id))).one_or_none()
    if gone is None:
        raise NotFound("upload", upload.id)
    db.expunge(upload)
