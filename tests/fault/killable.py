"""A process that takes steps of the portal and is killed in them, as by ``kill -9`` or a lost machine.

It imports everything once and forks for each attempt.  In the fork, every statement to the database, every commit and
every word to the mail relay and the object store is counted, and at the one that was asked for the fork sends itself
SIGKILL: nothing is unwound, no transaction is ended politely.

The one thing that is not done anew in each attempt is typesetting, which changes nothing outside its process and gives
the same bytes each time: its papers are kept in a folder between attempts.
"""

import contextlib
import hashlib
import json
import os
import pickle
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlmodel import Session

from documents.scan import Scanner
from documents.store import Store
from portal.db.session import Scope, enter, make_engine
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.errors import PortalError
from portal.jobs import tasks
from portal.jobs.workshop import Workshop, open_workshop
from portal.mail.relay import Relay
from portal.services import applications, contracts, decisions, papers
from portal.services.contracts import Proof
from portal.settings import Settings

COMMIT, UNDER_WAY, COMMITTED = "commit", "commit under way", "committed"


class Steps:
    """Counts, tells what it counted, and kills."""

    def __init__(
        self, told: int, *, kill_at: int | None, in_flight: bool, overtaken_at: str | None, overtake: Callable[[], None]
    ) -> None:
        self.told, self.kill_at, self.in_flight = told, kill_at, in_flight
        self.overtaken_at, self.overtake = overtaken_at, overtake
        self.count = 0

    def step(self, name: str) -> None:
        self.count += 1
        os.write(self.told, (json.dumps(name) + "\n").encode())
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        if name == self.overtaken_at:
            self.overtaken_at = None
            self.overtake()

    def arm(self) -> None:
        """From here on, everything that crosses the border of the process is a step."""
        execute, commit = psycopg.Cursor.execute, psycopg.Connection.commit

        def executed(cursor: Any, query: Any, *rest: Any, **more: Any) -> Any:
            said = query if isinstance(query, str) else query.decode() if isinstance(query, bytes) else str(query)
            self.step(" ".join(said.split())[:90])
            return execute(cursor, query, *rest, **more)

        def committed(connection: Any) -> None:
            self.step(COMMIT)
            if self.in_flight:
                os.write(self.told, (json.dumps(UNDER_WAY) + "\n").encode())
                connection.pgconn.send_query(b"COMMIT")
                os.kill(os.getpid(), signal.SIGKILL)
            commit(connection)
            self.step(COMMITTED)

        psycopg.Cursor.execute = executed  # type: ignore[method-assign,assignment]
        psycopg.Connection.commit = committed  # type: ignore[method-assign]
        Relay.send = self._both_sides("relay", Relay.send)  # type: ignore[method-assign]
        Store.put = self._both_sides("put", Store.put)  # type: ignore[method-assign]
        Store.stream = self._both_sides("read", Store.stream)  # type: ignore[method-assign]
        Store.copy = self._both_sides("copy", Store.copy)  # type: ignore[method-assign]
        Store.delete = self._both_sides("delete", Store.delete)  # type: ignore[method-assign]
        Scanner.scan = self._both_sides("scan", Scanner.scan)  # type: ignore[method-assign]

    def _both_sides(self, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*arguments: Any, **more: Any) -> Any:
            self.step(f"before {name}")
            answer = method(*arguments, **more)
            self.step(f"after {name}")
            return answer

        return wrapped


def actor_of(given: Mapping[str, Any]) -> Actor:
    def known(name: str) -> UUID | None:
        return UUID(given[name]) if given.get(name) else None

    roles = frozenset(Role(role) for role in given["roles"])
    return Actor(UUID(given["person_id"]), given["name"], roles, known("provider_id"), known("municipality_id"))


def proof_of(given: Mapping[str, Any]) -> Proof:
    return Proof(
        kind="approval",
        digest=bytes.fromhex(given["digest"]),
        name=given["actor"]["name"],
        acr="http://id.elegnamnden.se/loa/1.0/loa3",
        signed_at=datetime.fromisoformat(given["now"]),
        authn_provider="Demo-eID",
    )


VERBS: dict[str, Callable[..., Any]] = {
    "submit": lambda db, subject, given, **who: applications.submit(db, subject, attested=True, **who),
    "approve": lambda db, subject, given, **who: decisions.approve(db, subject, **who),
    "reject": lambda db, subject, given, **who: decisions.reject(db, subject, **who),
    "sign_company": lambda db, subject, given, **who: contracts.sign_company(db, subject, proof=proof_of(given), **who),
    "sign_municipality": lambda db, subject, given, **who: contracts.sign_municipality(
        db, subject, proof=proof_of(given), **who
    ),
}
JOBS: dict[str, Callable[..., Any]] = {
    "make_paper": tasks.make_paper,
    "write_letters": tasks.write_letters,
    "write_one_letter": tasks.write_one_letter,
    "send_letter": tasks.send_letter,
    "examine_document": tasks.examine_document,
    "discard_object": tasks.discard_object,
    "read_figures": tasks.read_figures,
}


def take(order: Mapping[str, Any], workshop: Workshop, steps: Steps | None) -> None:
    """One verb in one transaction, as a request or a worker does it."""
    given = order["given"]
    # What a connection asks when it is new is no step of the verb.
    workshop.engine.connect().close()
    if order["verb"] in JOBS:
        if steps:
            steps.arm()
        JOBS[order["verb"]](workshop, **given)
        return
    actor, now = actor_of(given["actor"]), datetime.fromisoformat(given["now"])
    with Session(workshop.engine, expire_on_commit=False, autoflush=False) as db:
        if steps:
            steps.arm()
        enter(db, Scope.of(actor))
        VERBS[order["verb"]](db, UUID(given["subject"]), given, actor=actor, now=now)
        db.commit()


def rehearse(order: Mapping[str, Any], workshop: Workshop) -> None:
    """Takes the step in the parent and lets nothing of it out, so that no fork has to read and compile all it needs."""
    commit, send, put, copy = psycopg.Connection.commit, Relay.send, Store.put, Store.copy
    psycopg.Connection.commit = psycopg.Connection.rollback  # type: ignore[method-assign]
    Relay.send = Store.put = Store.copy = lambda *_, **__: None  # type: ignore[method-assign,assignment]
    try:
        # What fails here fails in the attempt too, and is told there.
        with contextlib.suppress(Exception):
            take(order, workshop, None)
    finally:
        psycopg.Connection.commit, Relay.send = commit, send  # type: ignore[method-assign]
        Store.put, Store.copy = put, copy  # type: ignore[method-assign]
        workshop.engine.dispose()


def overtake(order: Mapping[str, Any], workshop: Workshop) -> None:
    """While this process stands still, its transaction is ended by the database and another worker does its job."""
    if os.fork() == 0:
        with psycopg.connect(workshop.settings.database_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename = 'kundval_app' AND pid <> pg_backend_pid()"
            )
        fresh = replace(workshop, engine=make_engine(workshop.settings.database_url))
        JOBS[order["verb"]](fresh, **order["given"])
        os._exit(0)
    assert os.wait()[1] == 0


def attempt(order: Mapping[str, Any], workshop: Workshop) -> dict[str, Any]:
    """Forks, waits, and says how it ended: ``killed``, ``done``, or the refusal's or fault's name; with its steps."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        ended = 1
        try:
            steps = Steps(
                writing,
                kill_at=order["kill_at"],
                in_flight=order["in_flight"],
                overtaken_at=order["overtaken_at"],
                overtake=lambda: overtake(order, workshop),
            )
            take(order, workshop, steps)
            ended = 0
        except PortalError as refused:
            os.write(writing, (json.dumps({"refused": type(refused).__name__}) + "\n").encode())
        except BaseException:
            os.write(writing, (json.dumps({"failed": traceback.format_exc()[-3000:]}) + "\n").encode())
        finally:
            os._exit(ended)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = [json.loads(line) for line in pipe]
    status = os.waitpid(child, 0)[1]
    steps = [each for each in told if isinstance(each, str)]
    problem = next((each for each in told if isinstance(each, dict)), {})
    if os.WIFSIGNALED(status):
        return {"ended": "killed", "steps": steps}
    return {"ended": problem.get("refused") or problem.get("failed") or "done", "steps": steps}


def remember_papers(folder: Path) -> None:
    """Typesetting, kept between attempts by what it was asked."""
    really = papers.typeset

    def remembered(*arguments: Any, **more: Any) -> bytes:
        kept = folder / hashlib.sha256(pickle.dumps((arguments, sorted(more.items())))).hexdigest()
        if not kept.exists():
            fresh = kept.with_suffix(".new")
            fresh.write_bytes(really(*arguments, **more))
            fresh.replace(kept)
        return kept.read_bytes()

    papers.typeset = remembered


def main() -> None:
    begun = json.loads(sys.stdin.readline())
    settings = Settings.from_env(begun["environment"])
    remember_papers(Path(begun["folder"]))
    now = datetime.fromisoformat(begun["now"])
    workshop = open_workshop(settings, clock=lambda: now)
    sa.orm.configure_mappers()
    # The parent's connections end with each rehearsal: every fork makes its own.
    workshop = replace(workshop, engine=make_engine(settings.database_url))
    for line in sys.stdin:
        order = json.loads(line)
        if order["rehearse"]:
            rehearse(order, workshop)
        sys.stdout.write(json.dumps(attempt(order, workshop)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
