"""The work list's three statements: the counts, one page of rows, the services to choose from.

Written as SQL by hand, because each must walk one index of ``application`` and
stop after a page, however many cases there are; the row-level security that
binds the portal is met by naming the municipality in every condition.
"""

# ruff: noqa: S608 - only columns and signs of this module are put into the text; what anybody typed goes as values.

import re
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from psycopg.rows import namedtuple_row
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.application import OPEN, State
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import search_words
from portal.domain.worklist import CAP, PAGE, Choice, Counts, Cursor, Found, Row, Sort, Wanted

AFTER_ALL = "\U0010ffff"
"""Sorts after every letter, under the byte order that the database keeps."""

_COLUMN = {Sort.DUE: "a.due_on", Sort.COMPANY: "a.provider_sort_key", Sort.RECEIVED: "a.submitted_at"}
_TYPE = {Sort.DUE: "date", Sort.COMPANY: "text", Sort.RECEIVED: "timestamptz"}


def find(db: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> Found:
    """One page of the work list of the actor's municipality."""
    rows, more = _rows(db, wanted, actor=actor, now=now)
    cursor = wanted.cursor
    back = cursor is not None and cursor.back
    if back:
        rows.reverse()
    has_before = more if back else cursor is not None
    has_after = True if back else more
    return Found(
        wanted=wanted,
        rows=tuple(rows),
        before=Cursor(rows[0].sort_value, rows[0].id, back=True) if rows and has_before else None,
        after=Cursor(rows[-1].sort_value, rows[-1].id) if rows and has_after else None,
        counts=_counts(db, actor=actor, now=now),
        services=tuple(
            (row.id, row.name_sv, row.name_en)
            for row in db.execute(
                _text("SELECT id, name_sv, name_en FROM service WHERE municipality_id = :m ORDER BY sort_key"),
                {"m": actor.municipality_id},
            )
        ),
    )


@lru_cache(maxsize=500)
def _text(statement: str) -> sa.TextClause:
    """The values of a statement are found in its text by reading it through, which is done once for each."""
    return sa.text(statement)


def _rows(db: Session, wanted: Wanted, *, actor: Actor, now: datetime) -> tuple[list[Row], bool]:
    statement, values = page_statement(wanted, actor=actor, now=now)
    found = _searched(db, statement, values) if wanted.query else db.execute(_text(statement), values).all()
    rows = [
        Row(
            id=row.id,
            company=row.provider_name,
            number=row.number,
            service_sv=row.name_sv,
            service_en=row.name_en,
            state=State(row.state),
            answered=row.answered,
            asked=row.asked,
            judged=row.judged,
            officer=row.officer,
            due_on=row.due_on,
            submitted_at=row.submitted_at,
            sort_value=row.sort_value.isoformat() if hasattr(row.sort_value, "isoformat") else str(row.sort_value),
        )
        for row in found[:PAGE]
    ]
    return rows, len(found) > PAGE


def _searched(db: Session, statement: str, values: dict[str, Any]) -> Sequence[Any]:
    """Planned anew for the words that were typed.

    Of a word that begins every case the list is walked in its order, of a rare one its few cases are looked up.  A
    prepared statement is soon planned for no word in particular, and then the common ones took 90 ms instead of 1.
    """
    connection = db.connection().connection.driver_connection
    assert isinstance(connection, psycopg.Connection)  # noqa: S101  the one driver that make_engine names
    sent = _text(statement).compile(dialect=db.get_bind().dialect).string
    with connection.cursor(row_factory=namedtuple_row) as cursor:
        return cursor.execute(sent, values, prepare=False).fetchall()


def page_statement(wanted: Wanted, *, actor: Actor, now: datetime) -> tuple[str, dict[str, Any]]:
    """The page's SQL and its values; a test reads its plan."""
    values: dict[str, Any] = {"m": actor.municipality_id, "many": PAGE + 1}
    wheres = ["a.municipality_id = :m", *_of_choice(wanted.choice, values, actor=actor, now=now)]
    if wanted.service is not None:
        wheres.append("a.service_id = :service")
        values["service"] = wanted.service
    wheres += _of_query(wanted.query, values)
    column = _COLUMN[wanted.sort]
    down = wanted.descending
    if wanted.cursor is not None:
        down = wanted.descending is not wanted.cursor.back
        sign = "<" if down else ">"
        wheres.append(f"({column}, a.id) {sign} (CAST(:place AS {_TYPE[wanted.sort]}), CAST(:place_id AS uuid))")
        values |= {"place": wanted.key_of(wanted.cursor.value), "place_id": wanted.cursor.id}
    order = "DESC" if down else "ASC"
    # An open case always has a day to be done by, so that nulls are only among the decided ones.
    # Only columns and signs of this module are put into the text; what anybody typed goes beside it, as values.
    return (
        "SELECT page.*, s.name_sv, s.name_en, p.name AS officer,"
        " page.state = 'under_review' AND page.judged < page.asked AND coalesce((SELECT true FROM supplement u"
        # Not EXISTS: of that the planner reads every supplement there is, once, and looks the page's rows up in them.
        "  WHERE u.application_id = page.id AND u.answered_at IS NOT NULL LIMIT 1), false) AS answered"
        f" FROM (SELECT a.id, a.provider_name, a.number, a.service_id, a.state, a.asked, a.judged, a.officer_id,"
        f"  a.due_on, a.submitted_at, {column} AS sort_value FROM application a"
        f"  WHERE {' AND '.join(wheres)} ORDER BY {column} {order}, a.id {order} LIMIT :many) page"
        " JOIN service s ON s.id = page.service_id LEFT JOIN person p ON p.id = page.officer_id"
        f" ORDER BY page.sort_value {order}, page.id {order}",
        values,
    )


def _in(states: Collection[State]) -> str:
    """Written out, not sent as a value: only so does the planner know which of the indexes holds these states."""
    return f"a.state IN ({', '.join(repr(state.value) for state in states)})"


def _of_choice(choice: Choice, values: dict[str, Any], *, actor: Actor, now: datetime) -> list[str]:
    wheres = [_in(choice.states)]
    if choice is Choice.MINE:
        wheres.append("a.officer_id = :me")
        values["me"] = actor.person_id
    if choice is Choice.LATE:
        wheres.append("a.due_on < :today")
        values["today"] = day_in_sweden(now)
    return wheres


def _of_query(query: str, values: dict[str, Any]) -> list[str]:
    """Every word must begin a word of the case: its company, organisation number or case number."""
    wheres = []
    for index, word in enumerate(_query_words(query)):
        wheres.append(
            "a.id IN (SELECT w.application_id FROM application_word w WHERE w.municipality_id = :m"
            f" AND w.word >= :from{index} AND w.word < :to{index})"
        )
        values |= {f"from{index}": word, f"to{index}": word + AFTER_ALL}
    return wheres


def _query_words(query: str) -> tuple[str, ...]:
    """At most eight words; an organisation number is found as it is stored, however it is written."""
    digits = re.sub(r"[\s\-–]", "", query)
    if re.fullmatch(r"(16)?[0-9]{10}", digits):
        return (digits[-10:],)
    words = (re.sub(r"^([0-9]{6})-([0-9]{1,4})$", r"\1\2", word) for word in search_words(query))
    return tuple(words)[:8]


def counts_statement(*, actor: Actor, now: datetime) -> tuple[str, dict[str, Any]]:
    """All counts in one statement, each of which stops at ``CAP`` rows; a test reads its plan."""
    today = day_in_sweden(now)
    values: dict[str, Any] = {"m": actor.municipality_id, "me": actor.person_id, "today": today, "cap": CAP}
    values["tomorrow"] = today + timedelta(days=1)
    parts = []
    for choice in Choice:
        wheres = " AND ".join(["a.municipality_id = :m", *_of_choice(choice, values, actor=actor, now=now)])
        parts.append((choice.value, wheres, "a.submitted_at" if choice is Choice.DONE else "a.due_on"))
    mine = f"a.municipality_id = :m AND a.officer_id = :me AND {_in(OPEN)}"
    parts.append(("my_late", f"{mine} AND a.due_on < :today", "a.due_on"))
    parts.append(("my_tomorrow", f"{mine} AND a.due_on = :tomorrow", "a.due_on"))
    # In an order that an index has: else the planner reads all there is and then stops counting.
    columns = ", ".join(
        f"(SELECT count(*) FROM (SELECT FROM application a WHERE {wheres} ORDER BY {order}, a.id LIMIT :cap) {name}_)"
        f" AS {name}"
        for name, wheres, order in parts
    )
    return f"SELECT {columns}", values


def _counts(db: Session, *, actor: Actor, now: datetime) -> Counts:
    statement, values = counts_statement(actor=actor, now=now)
    row = db.execute(_text(statement), values).one()
    return Counts(
        by_choice={choice: getattr(row, choice.value) for choice in Choice},
        my_late=row.my_late,
        my_tomorrow=row.my_tomorrow,
    )


def places_of(db: Session, person_id: UUID) -> list[tuple[UUID, str, str]]:
    """The municipalities that a person works in: id, name, title there."""
    rows = db.execute(
        sa.text(
            "SELECT m.id, m.name, f.title FROM staff_member f JOIN municipality m ON m.id = f.municipality_id"
            " WHERE f.person_id = :me AND f.active ORDER BY m.sort_key"
        ),
        {"me": person_id},
    )
    return [(row.id, row.name, row.title) for row in rows]
