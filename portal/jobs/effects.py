"""Counting the effect of new conditions: one job finds out whom it concerns, and one job for each part counts it.

Any number of workers share the parts. A job that is done twice finds its part counted.
"""

from uuid import UUID

from procrastinate import JobContext

from portal.db.session import Scope, transaction
from portal.jobs.app import app
from portal.jobs.retrying import GrowingPauses, NotYet
from portal.jobs.tasks import BUSY_PAUSE_S, workshop_of
from portal.jobs.workshop import Workshop
from portal.services import effects


@app.task(name="effects.begin", pass_context=True, retry=GrowingPauses(attempts=8))
def effects_begin(context: JobContext, *, municipality_id: str, run_id: str) -> None:
    begin(workshop_of(context), municipality_id=municipality_id, run_id=run_id)


@app.task(name="effects.count", pass_context=True, retry=GrowingPauses(attempts=8))
def effects_count(context: JobContext, *, municipality_id: str, run_id: str, number: int) -> None:
    count(workshop_of(context), municipality_id=municipality_id, run_id=run_id, number=number)


def begin(workshop: Workshop, *, municipality_id: str, run_id: str) -> int:
    with transaction(workshop.engine, Scope(UUID(municipality_id))) as db:
        return effects.begin(db, UUID(run_id), now=workshop.clock())


def count(workshop: Workshop, *, municipality_id: str, run_id: str, number: int) -> int:
    with transaction(workshop.engine, Scope(UUID(municipality_id))) as db:
        counted = effects.count(db, UUID(run_id), number, now=workshop.clock())
    if counted is None:
        raise NotYet(BUSY_PAUSE_S)
    return counted
