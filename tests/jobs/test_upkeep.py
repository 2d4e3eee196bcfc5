"""Everything scanned again, the store compared with the rows, and the alarm about what waits too long."""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from portal import upkeep
from portal.db.session import make_engine
from portal.db.tables import Document
from portal.domain.criteria import DocumentState
from portal.domain.documents import ALARM_AFTER
from portal.jobs.timetable import waiting_documents
from portal.jobs.workshop import open_workshop
from portal.services import examination
from portal.store import open_store
from tests.documents.files import EICAR, pdf, pdf_with
from tests.factories import make_member, make_provider
from tests.factories_application import make_document


@pytest.fixture
def alone(fresh_database, engines, settings):
    """Settings with a database and a bucket of their own, since these commands look at everything."""
    return replace(
        settings,
        database_url=fresh_database.app_url,
        owner_database_url=fresh_database.owner_url,
        s3_bucket=engines.new_bucket(),
    )


@pytest.fixture
def archive(alone):
    engine = make_engine(alone.owner_database_url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def store(alone):
    return open_store(alone)


@pytest.fixture
def anna(archive):
    return make_member(archive, make_provider(archive))


@pytest.fixture
def keep(archive, store, anna, now):
    def kept(content, state=DocumentState.CLEAN, at=now):
        document = make_document(archive, anna.provider_id, by=anna, content=content, state=state, store=store, now=at)
        archive.commit()
        return document

    return kept


def rescan(alone, **how):
    return upkeep.rescan(alone, alone.owner_database_url, **{"before": None, "clock": lambda: datetime.now(UTC)} | how)


def check(alone, **how):
    return upkeep.check(alone, alone.owner_database_url, **{"after": None, "now": datetime.now(UTC)} | how)


def test_after_new_signatures_everything_is_scanned_once_and_what_is_found_is_stopped(keep, alone, archive, capsys):
    clean, unscanned = keep(pdf()), keep(pdf("Två"), DocumentState.COULD_NOT_TELL)
    infected = keep(pdf_with(EICAR))

    assert rescan(alone) == 1
    assert "2 clean, 1 stopped, 0 could not be scanned" in capsys.readouterr().out
    assert rescan(alone) == 0
    assert "0 clean, 0 stopped" in capsys.readouterr().out, "the same signatures have nothing more to say"

    archive.expire_all()
    assert [archive.get_one(Document, each.id).state for each in (clean, unscanned, infected)] == [
        DocumentState.CLEAN,
        DocumentState.CLEAN,
        DocumentState.INFECTED,
    ]
    jobs = archive.execute(
        sa.text("SELECT args->>'document_id' FROM procrastinate_jobs WHERE task_name = 'documents.discard'")
    )
    assert jobs.scalars().all() == [str(infected.id)]


def test_a_rescan_begun_again_goes_on_and_one_by_moment_takes_all_that_is_older(keep, alone, capsys):
    keep(pdf())
    rescan(alone)
    keep(pdf("Två"))
    capsys.readouterr()

    assert rescan(alone) == 0
    assert "1 clean" in capsys.readouterr().out
    assert rescan(alone, before=datetime.now(UTC) + timedelta(hours=1)) == 0
    assert "2 clean" in capsys.readouterr().out


def test_without_a_scanner_nothing_is_said_to_be_clean(keep, alone, archive, capsys):
    kept = keep(pdf(), DocumentState.COULD_NOT_TELL)

    assert rescan(replace(alone, clamd="tcp:127.0.0.1:9")) == 2

    archive.expire_all()
    assert archive.get_one(Document, kept.id).state is DocumentState.COULD_NOT_TELL


def test_a_store_that_holds_what_the_rows_say_has_no_faults(keep, alone, capsys):
    for number in range(3):
        keep(pdf(f"Nummer {number}"))
    keep(b"gone", DocumentState.INFECTED)

    assert check(alone) == 0
    assert "3 documents compared, 0 faults" in capsys.readouterr().out


def test_what_is_missing_altered_or_unknown_is_named(keep, alone, store, capsys):
    missing, altered, longer, whole = (keep(pdf(name)) for name in "ABCD")
    store.delete(missing.object_key)
    store.put(altered.object_key, pdf("Z"), media_type="application/pdf")
    store.put(longer.object_key, pdf("C") + b"\n", media_type="application/pdf")
    stranger = f"documents/{uuid4()}/0123456789abcdef"
    store.put(stranger, b"x", media_type="application/pdf")
    in_three_days = datetime.now(UTC) + timedelta(days=3)

    assert check(alone, now=in_three_days) == 1

    told = set(capsys.readouterr().out.splitlines())
    assert {
        f"missing: document {missing.id}",
        f"altered: document {altered.id}",
        f"altered: document {longer.id}",
        f"unknown: object {stranger}",
    } <= told
    assert not any(str(whole.id) in line for line in told)


def test_what_was_just_put_is_an_upload_and_no_stranger(alone, store, capsys):
    store.put(f"quarantine/{uuid4()}", b"x", media_type="application/pdf")

    assert check(alone) == 0


def test_a_document_that_waits_too_long_is_told_of_and_taken_up_again(keep, alone, archive, now, caplog):
    shop = open_workshop(alone, clock=lambda: now)
    keep(pdf(), DocumentState.WAITING, now - timedelta(minutes=1))
    forgotten = keep(pdf("Två"), DocumentState.WAITING, now - ALARM_AFTER - timedelta(minutes=1))

    with caplog.at_level(logging.ERROR, "portal.jobs"):
        assert waiting_documents(shop) == 1
    assert waiting_documents(shop) == 0, "once it is ordered, it is not ordered again"
    shop.engine.dispose()

    assert "1 documents wait" in caplog.text
    ordered = archive.execute(sa.text("SELECT args->>'document_id' FROM procrastinate_jobs")).scalars().all()
    assert ordered == [str(forgotten.id)]


def test_a_document_waits_from_when_it_was_queued_and_one_that_was_tried_from_its_upload(keep, alone, archive, now):
    """Demo data is dated days back: that a worker has just begun is no alarm."""
    uploaded, real_now = now - timedelta(days=3), datetime.now(UTC)
    document = keep(pdf(), DocumentState.WAITING, uploaded)
    examination.order(archive, document)
    archive.commit()

    assert overdue(archive, real_now - ALARM_AFTER) == (0, None)

    document.tries = 1
    archive.add(document)
    archive.commit()
    assert overdue(archive, real_now - ALARM_AFTER) == (1, uploaded)
    document.tries = 0
    archive.add(document)
    queued = real_now - timedelta(hours=1)
    archive.execute(sa.text("UPDATE procrastinate_events SET at = :queued"), {"queued": queued})
    archive.commit()
    assert overdue(archive, real_now - ALARM_AFTER) == (1, queued)


def overdue(archive, since):
    return tuple(archive.execute(sa.text("SELECT * FROM documents_overdue(:since)"), {"since": since}).one())
