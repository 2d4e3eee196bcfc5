"""The object store killed in an upload, a download, a scan and a promotion, and started again.

Nothing unclean is ever to be opened, nothing that was acknowledged is lost, and everything goes on by itself.
"""

import hashlib
import http.client
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from documents.continuing import AT_ONCE
from documents.intake import Received
from documents.scan import Scanner
from documents.store import PART_BYTES, Store, StoreUnavailable
from portal.db.session import make_engine
from portal.db.tables import AnswerDocument, Document, Upload
from portal.domain.criteria import DocumentState
from portal.domain.documents import may_be_opened
from portal.embedded.child import surroundings
from portal.embedded.waiting import wait_until
from portal.jobs import tasks
from portal.jobs.retrying import NotYet
from portal.jobs.workshop import Workshop, open_workshop
from portal.services import documents
from portal.settings import Settings
from tests.documents.files import EICAR, pdf, pdf_with
from tests.factories import NOW, make_member, make_municipality, make_provider, sign_in
from tests.factories_application import PDF, make_application, make_attached
from tests.fault.process import Process
from tests.fault.served import PATIENCE_S, Caller, Served
from tests.own_store import OwnStore

LARGE = PDF + random.Random(12).randbytes(5 * PART_BYTES)


@pytest.fixture(scope="module")
def disk() -> Iterator[OwnStore]:
    opened = OwnStore()
    yield opened
    opened.close()


@pytest.fixture
def environment(killed_environment, disk):
    return killed_environment | disk.environment


@pytest.fixture
def store(disk) -> Store:
    """Patient, as the portal's own."""
    return disk.opened(attempts=11)


@pytest.fixture
def workshop(environment, disk) -> Iterator[Workshop]:
    opened = open_workshop(Settings.from_env(environment), clock=lambda: NOW)
    yield replace(opened, store=disk.opened(attempts=1))
    opened.close()


@pytest.fixture
def application(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna)


@pytest.fixture
def caller(owner, environment, tmp_path, anna) -> Iterator[Caller]:
    served = Served(environment, tmp_path)
    with served.start():
        served.wait_ready()
        yield Caller(served, sign_in(owner, anna))


def attached(owner, application):
    owner.rollback()
    statement = select(Document).join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
    return owner.exec(statement.where(col(AnswerDocument.application_id) == application.id)).all()


def received(owner, application) -> int:
    owner.rollback()
    return owner.exec(select(col(Upload.received)).where(col(Upload.application_id) == application.id)).one()


def test_an_upload_waits_for_a_store_that_was_killed_in_it_and_is_whole(owner, disk, store, caller, application):
    begun = caller.begin(application.id, "Stor.pdf", LARGE)
    stop = AT_ONCE * PART_BYTES + 1_000_000  # so much that the first part has been written down
    sending = caller.proceed(begun["adress"], LARGE, 0, stop)
    assert wait_until(lambda: received(owner, application) > 0, patience=PATIENCE_S)

    disk.kill()
    sending.send(LARGE[stop : stop + PART_BYTES])
    assert attached(owner, application) == []
    disk.start()
    sending.send(LARGE[stop + PART_BYTES :])

    assert caller.answer(sending) == {"klart": True, "forut": None}
    [document] = attached(owner, application)
    assert document.sha256 == hashlib.sha256(LARGE).hexdigest()
    assert store.read(document.object_key) == LARGE


def test_a_download_that_broke_with_the_store_is_gone_on_with_from_where_it_broke(
    owner, disk, store, caller, application, anna
):
    document = make_attached(owner, application, "GEN-25", by=anna, content=LARGE, store=store)
    owner.commit()
    there = f"/foretag/dokument/{document.id}"
    first = caller.send("GET", there, {})
    answer = first.getresponse()
    came = bytearray(answer.read(PART_BYTES))

    disk.kill()
    with pytest.raises((http.client.IncompleteRead, OSError)):
        read_on(answer, came)
    disk.start()
    wanted = {"range": f"bytes={len(came)}-", "if-range": answer.headers["etag"]}
    first.close()
    second = caller.send("GET", there, wanted)
    rest = second.getresponse()
    came += rest.read()
    second.close()

    assert (answer.status, rest.status) == (200, 206)
    assert hashlib.sha256(came).hexdigest() == document.sha256


def read_on(answer: http.client.HTTPResponse, came: bytearray) -> None:
    """To its end, or as far as it comes."""
    piece = memoryview(bytearray(65_536))
    while len(came) < len(LARGE):
        if not (length := answer.readinto(piece)):
            raise http.client.IncompleteRead(b"", len(LARGE) - len(came))
        came += piece[:length]


class KilledIn(Store):
    """The real store, killed before or after it is asked for a copy."""

    def __init__(self, disk: OwnStore, *, after: bool) -> None:
        told = disk.told
        super().__init__(
            endpoint_url=told.endpoint,
            bucket=disk.opened(attempts=1).bucket,
            access_key=told.access_key,
            secret_key=told.secret_key,
            attempts=1,
        )
        self._disk, self._after = disk, after

    def copy(self, source: str, target: str) -> None:
        if self._after:
            super().copy(source, target)
        self._disk.kill()
        if not self._after:
            super().copy(source, target)


class KillingScanner(Scanner):
    """The real scanner, during whose work the store is killed."""

    kill: Callable[[], None]

    def scan(self, stream):
        self.kill()
        return super().scan(stream)


def handed_in(owner, store, application, anna, content) -> Document:
    key = documents.fresh_key()
    store.put(key, content, media_type="application/pdf")
    came = Received("Intyg.pdf", "application/pdf", len(content), hashlib.sha256(content).hexdigest(), key)
    [document] = documents.attach(owner, application.id, "GEN-25", [came], actor=anna, now=NOW)
    owner.commit()
    return document


def examined(owner, workshop, document) -> Document:
    tasks.examine_document(workshop, provider_id=str(document.provider_id), document_id=str(document.id))
    return again(owner, document)


def again(owner, document) -> Document:
    owner.rollback()
    return owner.get_one(Document, document.id, populate_existing=True)


def during_scan(disk, workshop):
    scanner = KillingScanner(workshop.settings.clamd)
    scanner.kill = disk.kill
    return replace(workshop, scanner=scanner)


def before_copy(disk, workshop):
    return replace(workshop, store=KilledIn(disk, after=False))


@pytest.mark.parametrize("interrupted", [during_scan, before_copy])
def test_a_document_whose_store_is_killed_waits_and_is_kept_when_it_is_back(
    owner, disk, store, workshop, application, anna, interrupted
):
    content = pdf("Avbruten")
    document = handed_in(owner, store, application, anna, content)

    with pytest.raises(NotYet):
        examined(owner, interrupted(disk, workshop), document)

    waits = again(owner, document)
    assert (waits.state, waits.because) == (DocumentState.WAITING, "store")
    assert not may_be_opened(waits.state, scanner=True)
    disk.start()
    kept = examined(owner, replace(workshop, store=store), document)
    assert kept.state is DocumentState.CLEAN
    assert store.read(kept.object_key) == content


def test_what_was_promoted_when_the_store_was_killed_is_there_when_it_is_back(
    owner, disk, store, workshop, application, anna
):
    content = pdf("Nyss flyttad")
    document = handed_in(owner, store, application, anna, content)

    kept = examined(owner, replace(workshop, store=KilledIn(disk, after=True)), document)

    assert kept.state is DocumentState.CLEAN
    disk.start()
    assert store.read(kept.object_key) == content


def test_an_infected_file_is_stopped_though_the_store_is_dead_and_removed_when_it_is_back(
    owner, disk, store, workshop, application, anna
):
    document = handed_in(owner, store, application, anna, pdf_with(EICAR))
    given = {
        "provider_id": str(document.provider_id),
        "document_id": str(document.id),
        "object_key": document.object_key,
    }

    stopped = examined(owner, during_scan(disk, workshop), document)

    assert stopped.state is DocumentState.INFECTED
    with pytest.raises(StoreUnavailable):
        tasks.discard_object(workshop, **given)  # which the queue tries again, with growing pauses
    disk.start()
    tasks.discard_object(replace(workshop, store=store), **given)
    assert list(store.keys(document.object_key)) == []
    assert list(store.keys(f"documents/{document.id}/")) == []


@pytest.fixture
def office(fresh_database) -> Iterator[Session]:
    engine = make_engine(fresh_database.owner_url)
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def test_a_worker_whose_store_was_dead_goes_on_by_itself(office, disk, store, environment, fresh_database, tmp_path):
    """In a database of its own, since a worker takes whatever lies in the queue."""
    anna = make_member(office, make_provider(office))
    application = make_application(office, make_municipality(office), by=anna)
    content = pdf("Väntar")
    document = handed_in(office, store, application, anna, content)
    told = environment | {
        "KUNDVAL_DATABASE_URL": fresh_database.app_url,
        "KUNDVAL_OWNER_DATABASE_URL": fresh_database.owner_url,
    }
    begun = sa.text(
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'documents.examine' AND status = 'doing'"
    )

    def is_begun() -> bool:
        office.rollback()
        return bool(office.scalar(begun))

    disk.kill()
    with Process([sys.executable, "-m", "portal", "worker"], surroundings(**told), tmp_path / "worker.log") as worker:
        assert wait_until(is_begun, patience=PATIENCE_S), worker.words
        assert again(office, document).state is DocumentState.WAITING
        disk.start()
        assert wait_until(lambda: again(office, document).state is DocumentState.CLEAN, patience=PATIENCE_S), (
            worker.words
        )
    assert store.read(again(office, document).object_key) == content
