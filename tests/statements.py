"""What a page costs the database: the statements it sends, and how many it may send."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

BUDGET = 6


@contextmanager
def statements(engine: sa.Engine | sa.Connection) -> Iterator[list[str]]:
    """Every statement that is sent while the block runs, the session's own included."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
