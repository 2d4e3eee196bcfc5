"""Names of people, by id, in one query: what a page shows beside what they did."""

from collections.abc import Iterable
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Person


def names(db: Session, ids: Iterable[UUID | None]) -> dict[UUID, str]:
    wanted = {id_ for id_ in ids if id_ is not None}
    if not wanted:
        return {}
    found = db.execute(select(Person.id, Person.name).where(col(Person.id).in_(wanted)))
    return {row.id: row.name for row in found}
