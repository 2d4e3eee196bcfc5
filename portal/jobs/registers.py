"""Asking registers: by the clock for everybody with a contract in force, and when an officer wants to know now.

The register is asked outside any transaction; its answer is written in one of
its own.  Asked twice, there are two answers: that is the truth.
"""

import logging
from uuid import UUID

import sqlalchemy as sa
from procrastinate import JobContext

from portal.db.queue import later
from portal.db.session import Scope, transaction
from portal.domain.actors import Actor, system
from portal.domain.registers import PLUGS, Answer, Register, Said, Way
from portal.domain.roles import Role
from portal.jobs.app import app
from portal.jobs.retrying import GrowingPauses
from portal.jobs.tasks import workshop_of
from portal.jobs.workshop import Workshop
from portal.services import registers

log = logging.getLogger("portal.jobs")

_EVERYBODY = sa.text("SELECT municipality_id, provider_id FROM providers_to_check()")


@app.periodic(cron="20 3 * * *")
@app.task(name="timetable.registers", pass_context=True, lock="timetable.registers", queueing_lock="registers")
def timetable_registers(context: JobContext, timestamp: int) -> None:
    order_all(workshop_of(context))


@app.task(name="registers.ask", pass_context=True, retry=GrowingPauses(attempts=5))
def registers_ask(
    context: JobContext, *, municipality_id: str, provider_id: str, register: str, asked_by: str | None = None
) -> None:
    ask(
        workshop_of(context),
        municipality_id=municipality_id,
        provider_id=provider_id,
        register=register,
        asked_by=asked_by,
    )


def order_all(workshop: Workshop) -> int:
    """One job for each company and register that a machine can ask; how many."""
    asked = [plug.register for plug in PLUGS.values() if plug.way is not Way.MANUAL]
    with transaction(workshop.engine) as db:
        everybody = db.execute(_EVERYBODY).all()
        for row in everybody:
            for register in asked:
                later(
                    db,
                    "registers.ask",
                    municipality_id=str(row.municipality_id),
                    provider_id=str(row.provider_id),
                    register=register.value,
                )
    return len(everybody) * len(asked)


def ask(
    workshop: Workshop, *, municipality_id: str, provider_id: str, register: str, asked_by: str | None = None
) -> None:
    """Ask, and write down what was said.  The clock asks only when the last answer is old; an officer always does."""
    now, which, company = workshop.clock(), Register(register), UUID(provider_id)
    scope = Scope(municipality_id=UUID(municipality_id))
    actor = system(municipality_id=scope.municipality_id)
    if asked_by is not None:
        actor = Actor(UUID(asked_by), "", frozenset({Role.CASE_OFFICER}), municipality_id=scope.municipality_id)
    with transaction(workshop.engine, scope) as db:
        if asked_by is None and not registers.due(db, company, which, now=now):
            return
        if which is Register.PERMITS:
            answer, source = registers.look_up_permit(db, company, actor=actor)
            if asked_by is not None or answer.said is not Said.NO_ANSWER:
                registers.write_down(db, company, which, answer, source=source, actor=actor, now=now)
            return
        provider = registers.provider_of(db, company)
    if workshop.companies is None:
        # Nothing is connected here: only one who asked is told so.
        if asked_by is None:
            return
        answer = Answer(Said.NO_ANSWER, {}, "not_connected")
    else:
        answer = workshop.companies.ask(provider.orgnr, name=provider.name)
    with transaction(workshop.engine, scope) as db:
        registers.write_down(db, company, which, answer, source="Bolagsverket", actor=actor, now=now)
