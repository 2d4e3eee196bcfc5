"""The portal's own process killed in the middle of an upload: nothing half is seen, what came is kept, orphans go."""

import hashlib
import http.client
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from documents.store import PART_BYTES, Missing
from portal.db.tables import AnswerDocument, Document, Upload
from portal.embedded.waiting import wait_until
from portal.jobs import tasks, timetable
from portal.jobs.workshop import Workshop, open_workshop
from portal.settings import Settings
from tests.factories import make_member, make_provider, sign_in
from tests.factories_application import PDF, make_application
from tests.fault.served import PATIENCE_S, Caller, Served

LARGE = PDF + random.Random(11).randbytes(4 * PART_BYTES)
HALF = 3 * PART_BYTES + 1_000_000


@pytest.fixture
def own_environment(killed_environment, engines):
    """A bucket of its own, whose quarantine holds what these tests left in it and nothing else."""
    return killed_environment | {"KUNDVAL_S3_BUCKET": engines.new_bucket()}


@pytest.fixture
def later(own_environment) -> Iterator[Workshop]:
    """The worker's, two days on: what nobody came back to is swept then."""
    opened = open_workshop(Settings.from_env(own_environment), clock=lambda: datetime.now(UTC) + timedelta(days=2))
    yield opened
    opened.engine.dispose()


@pytest.fixture
def served(own_environment, tmp_path) -> Served:
    return Served(own_environment, tmp_path)


@pytest.fixture
def draft(owner, bjorkvik):
    anna = make_member(owner, make_provider(owner))
    return make_application(owner, bjorkvik, by=anna), anna


def attached(owner, application):
    owner.rollback()
    statement = select(Document).join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
    return owner.exec(statement.where(col(AnswerDocument.application_id) == application.id)).all()


def under_way(owner, application):
    owner.rollback()
    return owner.exec(select(Upload).where(col(Upload.application_id) == application.id)).one_or_none()


def killed_in_the_middle(owner, served, caller, application, name):
    """The portal is killed when some of a file is safe, and some of it has come and is not."""
    with served.start() as portal:
        served.wait_ready()
        begun = caller.begin(application.id, name, LARGE)
        sending = caller.proceed(begun["adress"], LARGE, 0, HALF)
        assert wait_until(lambda: under_way(owner, application).received > 0, patience=PATIENCE_S), portal.words
        portal.kill()
    with pytest.raises((http.client.HTTPException, OSError)):
        caller.answer(sending)
    return begun["adress"]


def test_a_portal_killed_in_an_upload_shows_nothing_half_and_goes_on_from_the_last_part(
    owner, served, draft, later, own_environment
):
    application, anna = draft
    caller = Caller(served, sign_in(owner, anna))

    address = killed_in_the_middle(owner, served, caller, application, "Stor å.pdf")

    assert attached(owner, application) == []
    kept = under_way(owner, application)
    assert PART_BYTES <= kept.received < HALF
    assert later.store.head(kept.object_key) is None
    with served.start():
        served.wait_ready()
        page = caller.get(f"/foretag/ansokningar/{application.id}/villkor/GEN-25").decode()
        assert "Påbörjade uppladdningar" in page
        assert "Inget dokument är bifogat än." in page
        assert caller.begin(application.id, "Stor å.pdf", LARGE)["kommit"] == kept.received
        done = caller.answer(caller.proceed(address, LARGE, kept.received))
    assert done == {"klart": True, "forut": None}
    [document] = attached(owner, application)
    assert (document.name, document.sha256) == ("Stor å.pdf", hashlib.sha256(LARGE).hexdigest())
    assert later.store.read(document.object_key) == LARGE
    assert under_way(owner, application) is None


def test_what_nobody_comes_back_to_is_swept_and_nothing_else(owner, served, draft, later):
    application, anna = draft
    caller = Caller(served, sign_in(owner, anna))
    killed_in_the_middle(owner, served, caller, application, "Bortglömd.pdf")
    begun = list(later.store.unfinished("quarantine/", later.clock()))
    assert [key for key, _upload in begun] == [under_way(owner, application).object_key]

    timetable.sweep_uploads(later)
    drop_what_was_given_up(owner, later)

    assert under_way(owner, application) is None
    assert list(later.store.unfinished("quarantine/", later.clock())) == []
    assert list(later.store.keys("")) == []


def test_a_portal_killed_in_a_form_of_two_files_leaves_an_orphan_that_is_swept(owner, served, draft, later):
    application, anna = draft
    caller = Caller(served, sign_in(owner, anna))
    path = f"/foretag/ansokningar/{application.id}/villkor/GEN-25/dokument"
    first = part("Ett.pdf", PDF) + b"\r\n" + part("Två.pdf", PDF)[:-1]
    head = {"content-type": "multipart/form-data; boundary=grans", "content-length": str(len(first) + 1_000_000)}

    with served.start() as portal:
        served.wait_ready()
        sending = caller.send("POST", path, head, first)
        assert wait_until(lambda: list(later.store.keys("quarantine/")), patience=PATIENCE_S), portal.words
        portal.kill()
    sending.close()

    [orphan] = later.store.keys("quarantine/")
    assert attached(owner, application) == []
    assert owner.scalar(sa.select(sa.func.count()).where(col(Document.object_key) == orphan)) == 0
    timetable.sweep_uploads(later)
    with pytest.raises(Missing):
        later.store.read(orphan)


def part(name, content):
    head = f'--grans\r\ncontent-disposition: form-data; name="fil"; filename="{name}"\r\n'
    return head.encode() + b"content-type: application/pdf\r\n\r\n" + content


def drop_what_was_given_up(owner, workshop):
    jobs = "DELETE FROM procrastinate_jobs WHERE task_name = 'uploads.drop' AND status = 'todo' RETURNING args"
    for given in owner.execute(sa.text(jobs)).scalars().all():
        tasks.drop_uploads(workshop, keys=given["keys"], begun=given["begun"])
    owner.commit()
