"""COPY into the portal's tables: rows as mappings of what they are about, the tables' own defaults for the rest.

Works as the database's superuser with the triggers of foreign keys silent: the
generator makes whole rows, and twelve million look-ups would not make them more so.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import set_json_dumps
from sqlmodel import SQLModel

from portal.db import tables as _tables  # noqa: F401 - so that every table is known by its name

Row = Mapping[str, Any]
Connection = psycopg.Connection[tuple[Any, ...]]


@contextmanager
def quiet(url: str) -> Iterator[Connection]:
    """A connection whose inserts check no foreign keys; one transaction."""
    set_json_dumps(lambda value: json.dumps(value, ensure_ascii=False))
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        yield connection


def defaults_of(table: str) -> dict[str, Any]:
    """What a new row of the table holds when nothing is said of a column."""
    found: dict[str, Any] = {}
    for column in SQLModel.metadata.tables[table].columns:
        default: Any = column.default
        if default is not None and not default.is_callable:
            found[column.name] = default.arg
        elif default is not None:
            found[column.name] = json.dumps(default.arg(None)) if "JSON" in repr(column.type) else None
    return found


def copy(connection: Connection, table: str, rows: Iterable[Row]) -> int:
    """Every row has the same columns; mappings and lists are stored as JSON (``text[]`` is given as a tuple)."""
    walk = iter(rows)
    first = next(walk, None)
    if first is None:
        return 0
    rest = {name: value for name, value in defaults_of(table).items() if name not in first and value is not None}
    names = [*first, *rest]
    tail = tuple(rest.values())
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names))
    )
    count = 0
    with connection.cursor() as cursor, cursor.copy(statement) as stream:
        for row in _with_first(first, walk):
            stream.write_row((*map(_stored, row.values()), *tail))
            count += 1
    return count


def _with_first(first: Row, others: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from others


def _stored(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, tuple):
        return list(value)
    return value
