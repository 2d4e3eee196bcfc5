"""Published conditions: read (and kept in memory, since a published version never changes)."""

from collections import OrderedDict
from collections.abc import Iterable
from datetime import date
from threading import Lock
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import ConditionVersion
from portal.domain.conditions import Conditions, ConditionSets, read_content
from portal.errors import NotFound

_KEPT = 2_000
_kept: OrderedDict[UUID, Conditions] = OrderedDict()
_pairs: OrderedDict[tuple[UUID, UUID], ConditionSets] = OrderedDict()
_lock = Lock()


def read(db: Session, version_id: UUID) -> Conditions:
    """One version; parsed at its first use in this process."""
    with _lock:
        if (known := _kept.get(version_id)) is not None:
            return known
    row = db.get(ConditionVersion, version_id)
    if row is None:
        raise NotFound("conditions", version_id)
    return _keep(row)


def read_all(db: Session, version_ids: Iterable[UUID]) -> dict[UUID, Conditions]:
    """Several versions; those not in memory in one query."""
    wanted = tuple(version_ids)
    with _lock:
        found = {id_: _kept[id_] for id_ in wanted if id_ in _kept}
    if missing := [id_ for id_ in wanted if id_ not in found]:
        rows = db.exec(select(ConditionVersion).where(col(ConditionVersion.id).in_(missing)))
        found |= {row.id: _keep(row) for row in rows}
    return found


def read_sets(db: Session, *, general_id: UUID, service_id: UUID) -> ConditionSets:
    """The same object for the same two versions: what it has worked out of them is not worked out again."""
    key = (general_id, service_id)
    with _lock:
        if (known := _pairs.get(key)) is not None:
            return known
    made = ConditionSets(service=read(db, service_id), general=read(db, general_id))
    with _lock:
        _pairs[key] = made
        while len(_pairs) > _KEPT:
            _pairs.popitem(last=False)
    return made


def in_force(db: Session, municipality_id: UUID, service_id: UUID | None, *, on: date) -> Conditions:
    """The latest published version that is valid on a day.

    Raises:
        NotFound: none is valid yet.
    """
    version_id = db.exec(
        select(ConditionVersion.id)
        .where(
            col(ConditionVersion.municipality_id) == municipality_id,
            col(ConditionVersion.service_id) == service_id,
            col(ConditionVersion.valid_from) <= on,
        )
        .order_by(col(ConditionVersion.valid_from).desc(), col(ConditionVersion.number).desc())
        .limit(1)
    ).one_or_none()
    if version_id is None:
        raise NotFound("conditions", service_id or municipality_id)
    return read(db, version_id)


def _keep(row: ConditionVersion) -> Conditions:
    parsed = Conditions(
        id=row.id,
        municipality_id=row.municipality_id,
        service_id=row.service_id,
        number=row.number,
        valid_from=row.valid_from,
        decided_by=row.decided_by,
        decided_on=row.decided_on,
        decision_reference=row.decision_reference,
        **read_content(row.content),
    )
    with _lock:
        _kept[row.id] = parsed
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return parsed
