"""What is asked for: each page's addresses over several subjects, and whose cookie goes with them.

Taken from the filled database, so that a page is not measured on one lucky
row.  Sessions are made anew at every run, for a session has its hours.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from tests.bench.copying import Connection, copy

SUBJECTS = 8
"""How many different companies, applications and officers a page is measured over."""


@dataclass(frozen=True)
class Target:
    """One request."""

    path: str
    token: str | None = None
    form: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    """``deep``: the work list's page 50 (or its last), found by following the link to the next page."""

    name: str
    targets: tuple[Target, ...]
    deep: int = 0


def sign_in(connection: Connection, person: UUID, *, provider: UUID | None = None, place: UUID | None = None) -> str:
    token = f"bench-{person.hex}"
    now = datetime.now(UTC)
    hash_ = hashlib.sha256(token.encode()).digest()
    connection.execute("DELETE FROM session WHERE token_hash = %s", [hash_])
    row = {
        "token_hash": hash_,
        "person_id": person,
        "issuer": "http://bench",
        "subject": person.hex,
        "staff": place is not None,
        "provider_id": provider,
        "municipality_id": place,
        "created_at": now,
        "seen_at": now,
        "ends_at": now + timedelta(hours=10),
    }
    copy(connection, "session", [row])
    return token


def pages(connection: Connection) -> tuple[Page, ...]:
    """Every page that is measured, save the submit, which has drafts of its own."""
    place, slug = _one(connection, "SELECT id, slug FROM municipality WHERE slug = 'bjorkvik'")
    services = [row[0] for row in _all(connection, "SELECT slug FROM service WHERE municipality_id = %s", place)]
    drafts = _of_companies(connection, place, "draft")
    officers = [
        (person, sign_in(connection, person, place=place))
        for (person,) in _all(
            connection,
            "SELECT person_id FROM staff_member WHERE municipality_id = %s AND 'case_officer' = ANY(roles) LIMIT %s",
            place,
            SUBJECTS,
        )
    ]
    cases = _all(
        connection,
        "SELECT id, officer_id FROM application WHERE municipality_id = %s AND state = 'under_review'"
        " ORDER BY id LIMIT %s",
        place,
        SUBJECTS,
    )
    service = _one(connection, "SELECT id FROM service WHERE municipality_id = %s ORDER BY slug LIMIT 1", place)[0]
    tokens = dict(officers)
    everyone = [token for _, token in officers]
    criterion = "FBH-03"
    lists = {
        "first page": "",
        "filtered": f"?tjanst={service}",
        "mine": "?urval=mina",
        # Of a common word a whole page is found in the small database too: like is compared with like.
        "searched": "?q=ab",
        "searched for a name": "?q=veg",
        "sorted by company": "?sortering=foretag",
    }
    return (
        Page("frame alone", (Target("/logga-in"),)),
        Page("frame alone, signed in", tuple(Target("/logga-in", token) for token in everyone)),
        Page("public service page", tuple(Target(f"/{slug}/{each}") for each in services[:SUBJECTS])),
        Page("provider's dashboard", tuple(Target("/foretag", token) for _, token, _ in drafts)),
        Page("task list", tuple(Target(f"/foretag/ansokningar/{id_}", token) for id_, token, _ in drafts)),
        Page(
            "criterion page",
            tuple(
                Target(f"/foretag/ansokningar/{id_}/villkor/{first or criterion}", token)
                for id_, token, first in drafts
            ),
        ),
        *(
            Page(f"work list, {name}", tuple(Target(f"/kommun/arenden{query}", token) for token in everyone))
            for name, query in lists.items()
        ),
        Page("work list, page 50", tuple(Target("/kommun/arenden", token) for token in everyone), deep=50),
        Page("staff case page", tuple(Target(f"/kommun/arenden/{id_}", tokens[officer]) for id_, officer in cases)),
    )


def _of_companies(connection: Connection, place: UUID, state: str) -> list[tuple[UUID, str, str | None]]:
    """Applications with their signatory's token and a criterion that has an answer and a document."""
    rows = _all(
        connection,
        "SELECT a.id, a.provider_id, a.started_by,"
        " (SELECT criterion FROM answer_document d WHERE d.application_id = a.id ORDER BY criterion LIMIT 1)"
        "  FROM application a WHERE municipality_id = %s AND state = %s ORDER BY id LIMIT %s",
        place,
        state,
        SUBJECTS,
    )
    return [(id_, sign_in(connection, person, provider=company), first) for id_, company, person, first in rows]


def _all(connection: Connection, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    return connection.execute(statement, values).fetchall()


def _one(connection: Connection, statement: str, *values: Any) -> tuple[Any, ...]:
    return _all(connection, statement, *values)[0]
