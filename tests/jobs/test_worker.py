"""The worker itself: it empties the queue, two at once do no harm, and a dead one's job is done again."""

import asyncio
import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from procrastinate import PsycopgConnector
from sqlmodel import Session, select

from portal.db.session import make_engine
from portal.db.tables import Letter, Paper
from portal.jobs.app import app
from portal.jobs.worker import put_back, work
from portal.jobs.workshop import open_workshop
from tests.factories import make_municipality
from tests.factories_contract import make_offer


@dataclasses.dataclass
class Office:
    """A database of its own, with one contract on offer: its PDF and its letters wait in the queue."""

    settings: object
    owner: Session


@pytest.fixture
def office(fresh_database, settings) -> Iterator[Office]:
    own = dataclasses.replace(settings, database_url=fresh_database.app_url)
    owner_engine, engine = make_engine(fresh_database.owner_url), make_engine(fresh_database.app_url)
    with Session(owner_engine, expire_on_commit=False) as owner, Session(engine, expire_on_commit=False) as db:
        make_offer(owner, db, make_municipality(owner))
        yield Office(own, owner)
    owner_engine.dispose()
    engine.dispose()


@contextmanager
def _workshop(office) -> Iterator[dict[str, object]]:
    opened = open_workshop(office.settings)
    try:
        with app.replace_connector(PsycopgConnector(conninfo=office.settings.database_url, min_size=1, max_size=4)):
            yield {"workshop": opened}
    finally:
        opened.engine.dispose()


def _statuses(office) -> dict[str, list[str]]:
    """Of the jobs that the case has caused; the timetable's own come as the clock says."""
    statement = "SELECT task_name, status::text FROM procrastinate_jobs WHERE task_name ~ '^(papers|letters)'"
    found: dict[str, list[str]] = {}
    office.owner.rollback()
    for name, status in office.owner.execute(sa.text(statement)):
        found.setdefault(name, []).append(status)
    return found


async def _until_done(office, worker):
    """A worker that does not wait ends when it finds no job; a job that is running may have more for it."""
    for _ in range(20):
        await worker()
        statuses = _statuses(office)
        if not {"todo", "doing"} & {each for found in statuses.values() for each in found}:
            return
        await asyncio.sleep(0.3)


def test_the_queue_is_worked_off_to_the_last_letter(office):
    with _workshop(office) as context:
        asyncio.run(_until_done(office, lambda: work(context, wait=False)))

    assert _statuses(office) == {}, "what was done leaves nothing in the queue: arguments hold addresses and keys"
    assert {letter.delivery for letter in office.owner.exec(select(Letter))} == {"sent"}
    assert office.owner.exec(select(Paper)).one().sha256


def test_two_workers_at_once_do_everything_once(office):
    def worker(context):
        return app.run_worker_async(wait=False, additional_context=context, install_signal_handlers=False)

    async def two(context):
        async with app.open_async():
            await _until_done(office, lambda: asyncio.gather(worker(context), worker(context)))

    with _workshop(office) as context:
        asyncio.run(two(context))

    assert [letter.attempts for letter in office.owner.exec(select(Letter))] == [1, 1]


def test_the_job_of_a_worker_that_died_is_done_by_the_next(office):
    office.owner.execute(
        sa.text(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 hour') RETURNING id)"
            " UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
            " WHERE task_name = 'papers.make'"
        )
    )
    office.owner.commit()

    async def next_one():
        async with app.open_async():
            return await put_back()

    with _workshop(office) as context:
        assert asyncio.run(next_one()) == 1
        asyncio.run(work(context, wait=False))

    assert "papers.make" not in _statuses(office)
    assert office.owner.exec(select(Paper)).one().sha256
