"""What becomes of a document: examined after its upload, then kept or stopped, and said aloud where it cannot be."""

import hashlib
from dataclasses import replace
from datetime import date
from html import escape

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from documents.intake import Received
from documents.kinds import DOCX, ODT, XLSX
from documents.renditions import keys_of
from documents.scan import Outcome, Scanner
from documents.store import Missing
from portal.db.session import Scope, enter, transaction
from portal.db.tables import Document, Event, Letter
from portal.domain.criteria import DocumentState
from portal.domain.letters import LetterKind
from portal.jobs.retrying import NotYet
from portal.jobs.tasks import discard_object, draw_document, examine_document
from portal.services import documents, examination
from tests.documents.files import EICAR, image, jpeg_with_place, office, package, pdf, pdf_with, pdf_with_script, xhtml
from tests.documents.files_to_show import pdf as shown
from tests.factories import make_provider
from tests.factories_application import make_application

CRITERION = "GEN-25"
PDF = pdf()


@pytest.fixture
def application(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna)


@pytest.fixture
def hand_in(db, workshop, application, anna, now):
    """As the upload does it: the object in quarantine, then the row and its job."""

    def handed_in(content=None, name="Intyg.pdf", media_type="application/pdf"):
        content = content if content is not None else PDF
        key = documents.fresh_key()
        workshop.store.put(key, content, media_type=media_type)
        received = Received(name, media_type, len(content), hashlib.sha256(content).hexdigest(), key)
        enter(db, Scope.of(anna))
        [document] = documents.attach(db, application.id, CRITERION, [received], actor=anna, now=now)
        db.commit()
        return document

    return handed_in


@pytest.fixture
def jobs(owner):
    """The arguments of the jobs of one kind that wait for a document."""

    def found(document, task):
        owner.rollback()
        statement = "SELECT args FROM procrastinate_jobs WHERE task_name = :task AND args->>'document_id' = :id"
        return owner.execute(sa.text(statement), {"task": task, "id": str(document.id)}).scalars().all()

    return found


@pytest.fixture
def live(owner, workshop, jobs):
    """Do a document's jobs as the worker does; its row, as it is then."""

    def lived(document, at=None):
        shop = at or workshop
        [given] = jobs(document, "documents.examine")
        examine_document(shop, **given)
        for given in jobs(document, "documents.discard"):
            discard_object(shop, **given)
        owner.rollback()
        return owner.get_one(Document, document.id, populate_existing=True)

    return lived


@pytest.fixture
def unscanned(workshop):
    return replace(workshop, scanner=Scanner(None))


def test_what_is_not_scanned_is_kept_under_its_digest_and_said_to_be_unscanned(hand_in, live, unscanned):
    document = hand_in()

    kept = live(document, unscanned)

    assert kept.state is DocumentState.COULD_NOT_TELL
    assert kept.object_key == f"documents/{kept.id}/{kept.sha256[:16]}"
    assert unscanned.store.read(kept.object_key) == PDF
    with pytest.raises(Missing):
        unscanned.store.read(document.object_key)


def test_a_job_that_is_done_again_changes_nothing(hand_in, live, jobs, unscanned, owner):
    first = live(hand_in(), unscanned)
    before = first.model_dump()

    again = live(first, unscanned)

    assert again.model_dump() == before
    assert len(jobs(again, "documents.discard")) == 1
    assert unscanned.store.read(again.object_key) == PDF


@pytest.mark.parametrize("address", ["tcp:127.0.0.1:9", "unix:/nowhere/clamd.ctl"])
def test_while_the_scanner_is_away_a_document_waits_with_growing_pauses(hand_in, owner, workshop, jobs, address):
    document = hand_in()
    away = replace(workshop, scanner=Scanner(address))
    [given] = jobs(document, "documents.examine")

    pauses = []
    for _ in range(3):
        with pytest.raises(NotYet) as told:
            examine_document(away, **given)
        pauses.append(told.value.seconds)

    owner.rollback()
    waiting = owner.get_one(Document, document.id, populate_existing=True)
    assert pauses == [5, 15, 30]
    assert (waiting.state, waiting.because, waiting.tries) == (DocumentState.WAITING, "unreachable", 3)
    assert workshop.store.read(document.object_key) == PDF
    assert owner.exec(select(Letter).where(col(Letter.provider_id) == document.provider_id)).all() == []


def test_an_object_that_is_not_what_was_handed_in_is_never_kept(hand_in, owner, unscanned, jobs):
    document = hand_in()
    unscanned.store.put(document.object_key, b"%PDF-1.7 another", media_type="application/pdf")
    [given] = jobs(document, "documents.examine")

    with pytest.raises(NotYet):
        examine_document(unscanned, **given)

    owner.rollback()
    assert owner.get_one(Document, document.id, populate_existing=True).because == "altered"


def test_another_companys_documents_are_not_there_for_a_job(hand_in, owner, unscanned):
    document, other = hand_in(), make_provider(owner, "Annan AB")

    examine_document(unscanned, provider_id=str(other), document_id=str(document.id))
    discard_object(unscanned, provider_id=str(other), document_id=str(document.id), object_key=document.object_key)

    owner.rollback()
    assert owner.get_one(Document, document.id, populate_existing=True).state is DocumentState.WAITING
    assert unscanned.store.read(document.object_key) == PDF


def test_only_what_is_stopped_or_left_behind_is_discarded(hand_in, live, unscanned):
    kept = live(hand_in(), unscanned)

    discard_object(unscanned, provider_id=str(kept.provider_id), document_id=str(kept.id), object_key=kept.object_key)

    assert unscanned.store.read(kept.object_key) == PDF


def test_an_upload_writes_no_event_but_its_own(hand_in, live, owner, application, unscanned):
    live(hand_in(), unscanned)

    kinds = owner.exec(select(Event.kind).where(col(Event.case_id) == application.id)).all()
    assert [kind for kind in kinds if kind.startswith("document.")] == ["document.attached"]


def test_a_file_with_a_script_is_refused_gone_and_told_of(hand_in, live, owner, application, unscanned):
    document = hand_in(pdf_with_script(), name="Intyg om försäkring.pdf")

    refused = live(document, unscanned)

    assert (refused.state, refused.because) == (DocumentState.REFUSED, "script")
    with pytest.raises(Missing):
        unscanned.store.read(refused.object_key)
    assert list(unscanned.store.keys(f"documents/{refused.id}/")) == []
    event = owner.exec(
        select(Event).where(col(Event.case_id) == application.id, col(Event.kind) == "document.refused")
    ).one()
    assert (event.actor_side, event.facts) == ("system", {"document": str(refused.id), "because": "script"})
    letters = owner.exec(select(Letter).where(col(Letter.provider_id) == refused.provider_id)).all()
    assert {letter.kind for letter in letters} == {LetterKind.DOCUMENT_STOPPED}
    assert all("”Intyg om försäkring.pdf”" in letter.body and "JavaScript" in letter.body for letter in letters)
    assert len({letter.created_at for letter in letters}) == 1, "one message on the company's page"


WORD, EXCEL, OPEN_TEXT = (kind.media_type for kind in (DOCX, XLSX, ODT))
WRAPPED = {
    "a PDF": ("Intyg.pdf", "application/pdf", pdf_with(EICAR)),
    "a Word document": ("Intyg.docx", WORD, office("docx", {"word/media/image1.png": EICAR})),
    "a table": ("Kalkyl.xlsx", EXCEL, office("xlsx", {"xl/media/image1.png": EICAR})),
    "an OpenDocument": ("Intyg.odt", OPEN_TEXT, office("odt", {"Pictures/1.png": EICAR})),
    "a text of figures": ("Bokslut.se", "application/x-sie", b"#FLAGGA 0\r\n" + EICAR),
    "a text that the scanner takes for a page": ("Bokslut.se", "application/x-sie", b"#FLAGGA 0 <html>\r\n" + EICAR),
    "an annual report": ("Bokslut.xhtml", "application/xhtml+xml", xhtml(f"<p>{escape(EICAR.decode())}</p>")),
    "a comment in an annual report": ("Bokslut.xhtml", "application/xhtml+xml", xhtml(f"<!--{EICAR.decode()}-->")),
}


@pytest.mark.parametrize("wrapping", WRAPPED)
def test_the_test_virus_is_found_in_every_wrapping_gone_and_told_of(
    hand_in, live, owner, application, workshop, wrapping
):
    name, media_type, content = WRAPPED[wrapping]
    document = hand_in(content, name=name, media_type=media_type)

    infected = live(document)

    assert infected.state is DocumentState.INFECTED
    assert "Eicar" in infected.because
    with pytest.raises(Missing):
        workshop.store.read(infected.object_key)
    assert list(workshop.store.keys(f"documents/{infected.id}/")) == []
    event = owner.exec(
        select(Event).where(col(Event.case_id) == application.id, col(Event.kind) == "document.infected")
    ).one()
    assert event.facts["document"] == str(infected.id)
    letters = owner.exec(select(Letter).where(col(Letter.provider_id) == infected.provider_id)).all()
    assert letters
    assert all("skadlig kod" in letter.subject and name in letter.body for letter in letters)


def test_the_test_virus_in_a_zip_in_a_word_document_is_stopped_before_the_scanner_sees_it(hand_in, live, workshop):
    inner = package({"eicar.com": EICAR})

    stopped = live(hand_in(office("docx", {"word/media/a.zip": inner}), name="Intyg.docx", media_type=WORD))

    assert (stopped.state, stopped.because) == (DocumentState.REFUSED, "embedded")
    assert list(workshop.store.keys(f"documents/{stopped.id}/")) == []
    assert workshop.scanner.scan([office("docx", {"word/media/a.zip": inner})]).outcome is Outcome.INFECTED


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [
        ("Intyg.pdf", "application/pdf", PDF),
        ("Intyg.docx", WORD, office("docx")),
        ("Foto.png", "image/png", image("png")),
    ],
)
def test_what_is_inspected_and_scanned_is_clean_and_says_by_what(hand_in, live, workshop, name, media_type, content):
    kept = live(hand_in(content, name=name, media_type=media_type))

    assert kept.state is DocumentState.CLEAN
    assert kept.scanned_with.startswith("ClamAV ")
    assert kept.scanned_at == workshop.clock()
    assert workshop.store.read(kept.object_key) == content


def test_what_is_kept_has_its_pages_counted_and_drawn_before_anybody_looks(hand_in, live, jobs, owner, workshop):
    kept = live(hand_in(shown("Försäkringsbrev", "Villkor"), name="Brev.pdf"))
    [given] = jobs(kept, "documents.draw")

    for _twice in range(2):
        draw_document(workshop, **given)

    owner.rollback()
    assert owner.get_one(Document, kept.id, populate_existing=True).pages == 2
    drawn = {key.rpartition("/")[2] for key in keys_of(workshop.store, kept.id)}
    assert drawn == {"contents.json", "1-160-0.jpg", "1-640-0.jpg"}


def test_a_text_is_counted_and_what_cannot_be_shown_is_left_as_it_is(hand_in, live, jobs, owner, workshop):
    report = live(hand_in(xhtml(), name="Bokslut.xhtml", media_type="application/xhtml+xml"))
    letter = live(hand_in(office("docx"), name="Brev.docx", media_type=WORD))

    for each in (report, letter):
        [given] = jobs(each, "documents.draw")
        draw_document(workshop, **given)

    owner.rollback()
    pages = [owner.get_one(Document, each.id, populate_existing=True).pages for each in (report, letter)]
    assert pages == [1, None]


def test_nothing_is_drawn_of_what_was_stopped_and_what_was_drawn_goes_with_it(
    hand_in, live, jobs, owner, workshop, now
):
    """Also of a file that a decision rests on, whose bytes the store keeps."""
    kept = live(hand_in(shown("Försäkringsbrev"), name="Brev.pdf"))
    [given] = jobs(kept, "documents.draw")
    draw_document(workshop, **given)
    workshop.store.lock_until(kept.object_key, date(2100, 1, 1))
    subject = examination.Subject(kept.id, kept.provider_id, kept.object_key, kept.media_type, kept.sha256)
    found = examination.Finding(DocumentState.INFECTED, "Eicar", "ClamAV 1.4.3")

    with transaction(workshop.engine, Scope(provider_id=kept.provider_id)) as session:
        examination.settle_again(session, subject, found, base_url="http://x", now=now)
    for discarding in jobs(kept, "documents.discard"):
        discard_object(workshop, **discarding)
    draw_document(workshop, **given)

    assert list(keys_of(workshop.store, kept.id)) == []
    assert workshop.store.head(kept.object_key) is not None


def test_a_photograph_is_kept_without_its_place_and_its_original_digest_is_written_down(
    hand_in, live, owner, application, unscanned
):
    photograph = jpeg_with_place()
    document = hand_in(photograph, name="Lokalen.jpg", media_type="image/jpeg")

    kept = live(document, unscanned)

    bytes_kept = unscanned.store.read(kept.object_key)
    assert b"Nokia" in photograph
    assert b"Nokia" not in bytes_kept
    assert kept.handed_in_sha256 == hashlib.sha256(photograph).hexdigest()
    assert (kept.sha256, kept.size) == (hashlib.sha256(bytes_kept).hexdigest(), len(bytes_kept))
    event = owner.exec(
        select(Event).where(col(Event.case_id) == application.id, col(Event.kind) == "document.stripped")
    ).one()
    assert event.facts == {"document": str(kept.id), "handed_in": kept.handed_in_sha256, "kept": kept.sha256}
