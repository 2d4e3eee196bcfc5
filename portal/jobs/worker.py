"""The worker: takes jobs, and takes up those of a worker that died.

A worker says every few seconds that it lives.  When one has been silent for a
while its jobs are put back, and whoever comes next does them: each may run
twice.  Asked to stop, a worker finishes what it has begun.
"""

import asyncio
import logging

from procrastinate import PsycopgConnector
from procrastinate.exceptions import ConnectorException

from portal.jobs import effects, registers, tasks, timetable
from portal.jobs.app import app
from portal.jobs.workshop import open_workshop
from portal.settings import WORKER_SILENT_SECONDS, Settings

log = logging.getLogger("portal.jobs")

CONCURRENCY = 4
# Of the time after which a silent worker counts as dead (``Settings.worker_silent_seconds``).
ALIVE_EVERY = 1 / 4
LOOK_EVERY = 2 / 5
FINISH_WITHIN_S = 15.0
KEPT_HOURS = 24 * 7

__all__ = ["effects", "put_back", "registers", "run", "tasks", "timetable", "work"]


def run(settings: Settings) -> None:
    """Work until SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    workshop = open_workshop(settings)
    connector = PsycopgConnector(conninfo=settings.database_url, min_size=1, max_size=4)
    try:
        with app.replace_connector(connector):
            asyncio.run(work({"workshop": workshop}, silent=settings.worker_silent_seconds))
    finally:
        workshop.close()


async def work(context: dict[str, object], *, silent: float = WORKER_SILENT_SECONDS, wait: bool = True) -> None:
    async with app.open_async():
        tending = asyncio.create_task(_tend(silent))
        try:
            await app.run_worker_async(
                concurrency=CONCURRENCY,
                wait=wait,
                shutdown_graceful_timeout=FINISH_WITHIN_S,
                update_heartbeat_interval=silent * ALIVE_EVERY,
                stalled_worker_timeout=silent,
                fetch_job_polling_interval=2.0,
                # What was done is in the tables; the arguments of a job hold addresses, and an invitation's key.
                delete_jobs="successful",
                additional_context=context,
            )
        finally:
            tending.cancel()
            await asyncio.gather(tending, return_exceptions=True)


async def _tend(silent: float) -> None:
    """Put back what dead workers had begun, and remove what was done long ago.  The database may be away a while."""
    while True:
        try:
            await put_back(silent)
            await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)
        except ConnectorException as error:
            log.warning("the queue cannot be tended now: %s", error)
        await asyncio.sleep(silent * LOOK_EVERY)


async def put_back(silent: float = WORKER_SILENT_SECONDS) -> int:
    """Jobs whose worker is silent or gone; how many were put back."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silent))
    for job in stalled:
        log.warning("job %s had been begun by a worker that is gone; it is done again", job.id)
        await app.job_manager.retry_job(job)
    return len(stalled)
