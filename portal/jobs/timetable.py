"""What happens by the clock: reminders, closing what nobody answered, reading bounces, sweeping.

The clock looks across tenants for identifiers only (a function of the database
says which); the work itself is done inside one tenant, each in a transaction of
its own, so that one that fails holds up no other.  Nothing here decides.
"""

import logging
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from procrastinate import JobContext
from sqlmodel import Session

from portal.db.session import Scope, reading, transaction
from portal.db.tables import Document
from portal.domain.actors import Actor, system
from portal.domain.deadlines import day_in_sweden
from portal.domain.documents import ALARM_AFTER
from portal.domain.uploads import RESUMABLE_FOR
from portal.jobs.app import app
from portal.jobs.tasks import workshop_of
from portal.jobs.workshop import Workshop
from portal.mail.bounces import BounceBox
from portal.services import (
    archives,
    confirmations,
    evidence_reminders,
    examination,
    flows,
    letters,
    owners,
    parked,
    rates,
    review,
    sessions,
    thinning,
    uploads,
)

log = logging.getLogger("portal.jobs")

_DUE = sa.text("SELECT municipality_id, supplement_id, overdue FROM supplements_due(:today)")
_ENDING = sa.text("SELECT municipality_id, provider_id, application_id FROM evidence_ending(:today)")
_CONFIRM = sa.text("SELECT municipality_id, provider_id, case_id FROM confirmations_due(:today)")
_LEFT = sa.text("SELECT provider_id, upload_id FROM uploads_left(:before)")
_HOME = sa.text("SELECT municipality_id, provider_id FROM letter_home(:letter)")

_MUNICIPALITIES = sa.text("SELECT id FROM municipality ORDER BY id")
_OVERDUE = sa.text("SELECT waiting, oldest FROM documents_overdue(:since)")
_FORGOTTEN = sa.text("SELECT provider_id, document_id FROM documents_forgotten(:since)")
QUARANTINE = "quarantine/"
AT_A_TIME = 500  # names of the store's, asked of the database at once
SWEEPS: tuple[Callable[..., int], ...] = (sessions.sweep, flows.sweep, parked.sweep, rates.sweep, owners.sweep)


@app.periodic(cron="*/10 * * * *")
@app.task(name="timetable.supplements", pass_context=True, lock="timetable.supplements", queueing_lock="supplements")
def timetable_supplements(context: JobContext, timestamp: int) -> None:
    supplements(workshop_of(context))


@app.periodic(cron="40 5 * * *")
@app.task(name="timetable.evidence", pass_context=True, lock="timetable.evidence", queueing_lock="evidence")
def timetable_evidence(context: JobContext, timestamp: int) -> None:
    evidence(workshop_of(context))


@app.periodic(cron="50 5 * * *")
@app.task(
    name="timetable.confirmations", pass_context=True, lock="timetable.confirmations", queueing_lock="confirmations"
)
def timetable_confirmations(context: JobContext, timestamp: int) -> None:
    unconfirmed(workshop_of(context))


@app.periodic(cron="* * * * *")
@app.task(name="mail.bounces", pass_context=True, lock="mail.bounces", queueing_lock="bounces")
def mail_bounces(context: JobContext, timestamp: int) -> None:
    bounces(workshop_of(context))


@app.periodic(cron="17 * * * *")
@app.task(name="timetable.sweep", pass_context=True, lock="timetable.sweep", queueing_lock="sweep")
def timetable_sweep(context: JobContext, timestamp: int) -> None:
    sweep(workshop_of(context))


@app.periodic(cron="41 3 * * *")
@app.task(name="timetable.archives", pass_context=True, lock="timetable.archives", queueing_lock="archives")
def timetable_archives(context: JobContext, timestamp: int) -> None:
    discard_archives(workshop_of(context))


def discard_archives(workshop: Workshop) -> int:
    """Remove archives whose days are over; how many."""
    now = workshop.clock()
    with transaction(workshop.engine) as db:
        over = archives.over(db, now=now)
    for archive_id, *whose in over:
        with transaction(workshop.engine, Scope(*whose)) as db:
            archives.discard(db, archive_id, store=workshop.store, now=now)
    return len(over)


@app.periodic(cron="10 2 * * *")
@app.task(name="timetable.thinning", pass_context=True, lock="timetable.thinning", queueing_lock="thinning")
def timetable_thinning(context: JobContext, timestamp: int) -> None:
    propose_thinning(workshop_of(context))


def propose_thinning(workshop: Workshop) -> int:
    """Order the look for what may go, in each municipality; how many those are. An administrator approves, as ever."""
    with transaction(workshop.engine) as db:
        places = db.execute(_MUNICIPALITIES).scalars().all()
        for each in places:
            thinning.order(db, each)
    return len(places)


@app.periodic(cron="*/5 * * * *")
@app.task(name="timetable.documents", pass_context=True, lock="timetable.documents", queueing_lock="documents")
def timetable_documents(context: JobContext, timestamp: int) -> None:
    waiting_documents(workshop_of(context))


def waiting_documents(workshop: Workshop) -> int:
    """Say aloud that documents wait for their scan, and order anew what no job looks at; how many those were."""
    since = workshop.clock() - ALARM_AFTER
    with reading(workshop.engine) as db:
        overdue = db.execute(_OVERDUE, {"since": since}).one()
        forgotten = db.execute(_FORGOTTEN, {"since": since}).all()
    if overdue.waiting:
        log.error("%s documents wait to be examined, the oldest since %s", overdue.waiting, overdue.oldest)
    for row in forgotten:
        with transaction(workshop.engine, Scope(provider_id=row.provider_id)) as db:
            examination.order(db, db.get_one(Document, row.document_id))
    return len(forgotten)


@app.periodic(cron="37 * * * *")
@app.task(name="timetable.uploads", pass_context=True, lock="timetable.uploads", queueing_lock="uploads")
def timetable_uploads(context: JobContext, timestamp: int) -> None:
    sweep_uploads(workshop_of(context))


def supplements(workshop: Workshop) -> int:
    """Remind of supplements that are due soon, and close those whose time is over; how many were looked at."""
    now = workshop.clock()
    with transaction(workshop.engine) as db:
        due = db.execute(_DUE, {"today": day_in_sweden(now)}).all()

    def act(db: Session, row: sa.Row[Any], actor: Actor) -> None:
        step: Callable[..., Any] = review.close_overdue_supplement if row.overdue else review.remind_supplement
        step(db, row.supplement_id, actor=actor, now=now)

    return _one_by_one(workshop, due, act, what="supplement")


def evidence(workshop: Workshop) -> int:
    """Remind of evidence of running authorizations that is about to end; how many companies were looked at."""
    now = workshop.clock()
    with transaction(workshop.engine) as db:
        due = db.execute(_ENDING, {"today": day_in_sweden(now)}).all()

    def act(db: Session, row: sa.Row[Any], actor: Actor) -> None:
        evidence_reminders.remind(db, row.application_id, actor=actor, now=now)

    return _one_by_one(workshop, due, act, what="evidence")


def unconfirmed(workshop: Workshop) -> int:
    """Remind of new conditions that are not confirmed yet; how many companies were looked at."""
    now = workshop.clock()
    with transaction(workshop.engine) as db:
        due = db.execute(_CONFIRM, {"today": day_in_sweden(now)}).all()

    def act(db: Session, row: sa.Row[Any], actor: Actor) -> None:
        confirmations.remind(db, row.case_id, actor=actor, now=now)

    return _one_by_one(workshop, due, act, what="new conditions")


def _one_by_one(
    workshop: Workshop, rows: Sequence[sa.Row[Any]], act: Callable[[Session, sa.Row[Any], Actor], None], *, what: str
) -> int:
    """Each row in a transaction of its own, seeing what its municipality sees of its company; how many there were."""
    for row in rows:
        scope = Scope(row.municipality_id, row._mapping.get("provider_id"))
        actor = system(municipality_id=scope.municipality_id, provider_id=scope.provider_id)
        try:
            with transaction(workshop.engine, scope) as db:
                act(db, row, actor)
        except Exception:  # one that fails, whatever it is, holds up nobody else; it is met again the next time
            log.exception("%s: %s", what, row._mapping)
    return len(rows)


def bounces(workshop: Workshop) -> int:
    """Tell of every letter that came back; how many did."""
    if workshop.settings.bounce_maildir is None:
        return 0
    box, told = BounceBox(workshop.settings.bounce_maildir), 0
    for report in box.unread():
        if report.letter_id is not None:
            with transaction(workshop.engine) as db:
                home = db.execute(_HOME, {"letter": report.letter_id}).one_or_none()
            if home is not None:
                with transaction(workshop.engine, Scope(home.municipality_id, home.provider_id)) as db:
                    told += letters.bounced(db, report.letter_id, reason=report.reason, now=workshop.clock())
        # After the commit: killed in between, the report is read again and is no news.
        box.put_aside(report.key)
    return told


def sweep(workshop: Workshop) -> int:
    now, swept = workshop.clock(), 0
    for each in SWEEPS:
        with transaction(workshop.engine) as db:
            swept += each(db, now=now)
    return swept


def sweep_uploads(workshop: Workshop) -> int:
    """Remove uploads that nobody came back to within a day, and what a killed portal left behind in the store."""
    before, swept = workshop.clock() - RESUMABLE_FOR, 0
    with transaction(workshop.engine) as db:
        left = db.execute(_LEFT, {"before": before}).all()
    for row in left:
        with transaction(workshop.engine, Scope(provider_id=row.provider_id)) as db:
            swept += uploads.give_up_left(db, row.upload_id, before=before)
    found = (key for key, put_at in workshop.store.dated(QUARANTINE) if put_at < before)
    while keys := list(islice(found, AT_A_TIME)):
        with transaction(workshop.engine) as db:
            swept += uploads.drop(db, workshop.store, keys, {})
    begun = workshop.store.unfinished(QUARANTINE, before)
    while pairs := dict(islice(begun, AT_A_TIME)):
        with transaction(workshop.engine) as db:
            swept += uploads.drop(db, workshop.store, (), pairs)
    return swept
