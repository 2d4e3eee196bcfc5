"""A database of the fault tests' own, someone to take steps and be killed in them, and a look at what is left."""

import functools
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from documents.store import Store
from portal.db.session import make_engine
from portal.db.tables import CaseFile, Event
from portal.domain.actors import Actor
from portal.domain.record import Break, Recorded, breaks
from portal.embedded.engines import Access
from portal.settings import Settings
from portal.store import open_store
from tests.conftest import Database
from tests.factories import NOW

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 60.0
SILENT_S = 3  # after so long a worker that says nothing is taken for dead
UNDER_WAY = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = 'kundval_app' AND state <> 'idle'"
)
Snapshot = dict[str, tuple[int, str]]


@dataclass(frozen=True)
class Attempt:
    """How one try ended: ``killed``, ``done``, or the name of the refusal; and every step it came to."""

    ended: str
    steps: tuple[str, ...]

    @property
    def last(self) -> str:
        return self.steps[-1] if self.steps else "before anything"


class Killable:
    """Takes steps in a process of its own, which may be killed at any of them."""

    def __init__(self, environment: dict[str, str], folder: Path, look: Callable[[], Snapshot]) -> None:
        self._look = look
        self._rehearsed: set[str] = set()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fault.killable"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            text=True,
        )
        self._say({"environment": environment, "folder": str(folder), "now": NOW.isoformat()})

    def attempt(
        self,
        verb: str,
        *,
        kill_at: int | None = None,
        in_flight: bool = False,
        overtaken_at: str | None = None,
        **given: Any,
    ) -> Attempt:
        first = verb not in self._rehearsed
        self._rehearsed.add(verb)
        how = {"kill_at": kill_at, "in_flight": in_flight, "overtaken_at": overtaken_at, "rehearse": first}
        self._say({"verb": verb, "given": given, **how})
        assert self._process.stdout is not None
        answer = json.loads(self._process.stdout.readline())
        return Attempt(answer["ended"], tuple(answer["steps"]))

    def kill_at_every_step(self, verb: str, **given: Any) -> tuple[str, ...]:
        """Kills it at its first step, in the retry at the second, and so on; its steps, when it came to its end.

        Until the commit each kill must leave the whole database as it was; the last one comes after the commit.
        """
        before = self._look()
        for step in count(1):
            tried = self.attempt(verb, kill_at=step, **given)
            assert tried.ended == "killed", f"{verb} at {tried.last}: {tried.ended}"
            left = self._look()
            if tried.last == "committed":
                assert left != before
                return tried.steps
            changed = sorted(table for table in before if before[table] != left[table])
            assert not changed, f"{verb}, killed at step {step} ({tried.last}), left something in {changed}"
        raise AssertionError

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=PATIENCE_S)
        assert self._process.stdout is not None
        self._process.stdout.close()

    def _say(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()


# When the verbs are given: later than all that was made for them.
WHEN = NOW + timedelta(days=30)


def told(actor: Actor, subject: UUID, *, now: datetime, **more: Any) -> dict[str, Any]:
    """What a verb is given, as JSON."""
    return {
        "actor": {
            "person_id": str(actor.person_id),
            "name": actor.name,
            "roles": sorted(actor.roles),
            "provider_id": str(actor.provider_id or ""),
            "municipality_id": str(actor.municipality_id or ""),
        },
        "subject": str(subject),
        "now": now.isoformat(),
        **more,
    }


@pytest.fixture(scope="session")
def killed_database(engines: Access, migrated_template: str) -> Database:
    """Nobody else's, since it is compared as a whole."""
    return Database(*engines.new_database(migrated_template))


@pytest.fixture(scope="session")
def killed_environment(engines: Access, killed_database: Database, app_bucket: str) -> dict[str, str]:
    return engines.environment | {
        "KUNDVAL_DATABASE_URL": killed_database.app_url,
        "KUNDVAL_OWNER_DATABASE_URL": killed_database.owner_url,
        "KUNDVAL_S3_BUCKET": app_bucket,
    }


@pytest.fixture(scope="session")
def killed_settings(killed_environment: dict[str, str]) -> Settings:
    return Settings.from_env(killed_environment)


@pytest.fixture
def store(killed_settings: Settings) -> Store:
    return open_store(killed_settings)


@pytest.fixture(scope="session")
def killed_owner_engine(killed_database: Database) -> Iterator[sa.Engine]:
    engine = make_engine(killed_database.owner_url)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def killed_app_engine(killed_database: Database) -> Iterator[sa.Engine]:
    engine = make_engine(killed_database.app_url)
    yield engine
    engine.dispose()


@pytest.fixture
def owner(killed_owner_engine: sa.Engine) -> Iterator[Session]:
    with Session(killed_owner_engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture
def db(killed_app_engine: sa.Engine) -> Iterator[Session]:
    with Session(killed_app_engine, expire_on_commit=False) as session:
        yield session


@pytest.fixture(scope="session")
def settled_look(
    engines: Access, killed_database: Database, killed_owner_engine: sa.Engine
) -> Iterator[Callable[[], Snapshot]]:
    """Every table of the database, as a count and a digest, once no transaction of a killed process is left.

    Who is still at work is asked as the superuser: to anybody else PostgreSQL shows no other role's state.
    """
    tables = sorted({*SQLModel.metadata.tables, "procrastinate_jobs", "procrastinate_events"})
    each = sa.text(
        " UNION ALL ".join(
            f"SELECT '{name}', count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {name} t"
            for name in tables
        )
    )
    with engines.databases.superuser(killed_database.name) as watching:

        def look() -> Snapshot:
            until = time.monotonic() + PATIENCE_S
            while (left := watching.execute(UNDER_WAY).fetchone()) and left[0]:
                assert time.monotonic() < until, "a killed process's transaction does not end"
                time.sleep(0.005)
            with killed_owner_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                return {row[0]: (row[1], row[2]) for row in connection.execute(each)}

        yield look


@pytest.fixture(scope="session")
def killable(
    killed_environment: dict[str, str],
    settled_look: Callable[[], Snapshot],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Killable]:
    made = Killable(killed_environment, tmp_path_factory.mktemp("papers"), settled_look)
    yield made
    made.close()


@pytest.fixture
def chain_of(owner: Session) -> Callable[[UUID], tuple[Break, ...]]:
    """Where the record of a case does not hold; empty when it is whole."""

    def found(case_id: UUID) -> tuple[Break, ...]:
        owner.rollback()
        case = owner.get_one(CaseFile, case_id, populate_existing=True)
        events = owner.exec(select(Event).where(col(Event.case_id) == case_id).order_by(col(Event.seq))).all()
        assert events
        chain = (
            (
                Recorded(e.case_id, e.seq, e.kind, e.actor_id, e.actor_side, e.at, e.facts, e.internal),
                e.hash,
            )
            for e in events
        )
        return breaks(chain, last_seq=case.last_seq, last_hash=case.last_hash)

    return found


@pytest.fixture
def told_to_worker(fresh_database, app_environment) -> dict[str, str]:
    """A database of its own, since a worker takes whatever lies in the queue."""
    return app_environment | {
        "KUNDVAL_DATABASE_URL": fresh_database.app_url,
        "KUNDVAL_OWNER_DATABASE_URL": fresh_database.owner_url,
        "KUNDVAL_WORKER_SILENT_SECONDS": str(SILENT_S),
    }


@pytest.fixture
def office(told_to_worker) -> Iterator[Session]:
    engine = make_engine(told_to_worker["KUNDVAL_OWNER_DATABASE_URL"])
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


class Gate:
    """Lets so many rows of a table come to ``counted`` and holds whoever brings more, so that a worker is met midway.

    ``event`` is what is held, ``INSERT`` or ``UPDATE``; ``counted`` follows ``FROM`` where the rows are counted.
    """

    def __init__(self, office: Session, table: str, *, event: str = "INSERT", counted: str = "") -> None:
        self.office, self.name = office, f"gate_of_{event.lower()}"
        office.execute(
            sa.text(f"""
            CREATE TABLE {self.name} (upto int);
            INSERT INTO {self.name} VALUES (0);
            CREATE FUNCTION wait_at_{self.name}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                WHILE (SELECT count(*) FROM {counted or table}) >= (SELECT upto FROM {self.name}) LOOP
                    PERFORM pg_sleep(0.02);
                END LOOP;
                RETURN NEW;
            END $$;
            CREATE TRIGGER {self.name} BEFORE {event} ON {table}
                FOR EACH ROW EXECUTE FUNCTION wait_at_{self.name}();
            """)
        )
        office.commit()

    def let_in(self, upto: int) -> None:
        self.office.execute(sa.text(f"UPDATE {self.name} SET upto = :upto"), {"upto": upto})
        self.office.commit()


@pytest.fixture
def gate_at(office: Session) -> Callable[..., Gate]:
    return functools.partial(Gate, office)
