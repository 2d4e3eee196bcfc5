"""Rows of the database as plain JSON, for what leaves the portal whole: a case to an archive, a person's own data."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel


def rows(
    db: Session, table: type[SQLModel], *where: Any, without: frozenset[str] = frozenset()
) -> list[dict[str, Any]]:
    """Every row that fits, by its columns' names, in the order of its keys; ``without`` are columns left out."""
    made: sa.Table = table.__table__  # type: ignore[attr-defined]  # every table class has one
    columns = [column for column in made.columns if column.name not in without]
    keys = [column for column in made.primary_key.columns if column.name not in without]
    found = db.execute(sa.select(*columns).where(*where).order_by(*keys))
    return [{name: plain(value) for name, value in row._mapping.items()} for row in found]


def plain(value: Any) -> Any:
    """A value as JSON writes it; moments and days in ISO 8601, bytes as hexadecimal digits."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value
