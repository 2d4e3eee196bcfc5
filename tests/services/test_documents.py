"""What a company hands in: attach, reuse, remove."""

from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from documents.intake import DOCX, JPEG, PDF, PNG, Received
from portal.db.tables import AnswerDocument, Document, Event
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.errors import Invalid, NotAllowed, NotFound, TransitionRefused
from portal.services import documents
from tests.factories import make_member, make_provider
from tests.factories_application import make_application, make_document, sets_of
from tests.services.serving import serve


@pytest.fixture
def application(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna)


def received(name="Intyg.pdf"):
    return Received(name, "application/pdf", 1234, uuid4().hex * 2, f"quarantine/{uuid4()}")


def take_in(db, application, actor, now, count=1, criterion="GEN-25"):
    files = [received(f"{number}.pdf") for number in range(count)]
    return documents.attach(db, application.id, criterion, files, actor=actor, now=now)


def test_the_files_of_a_criterion_are_those_of_its_evidence(owner, application):
    sets = sets_of(owner, application)

    assert documents.rules_for(sets, sets.by_id["GEN-25"]).allowed == (PDF, PNG, JPEG, documents.HEIC)
    assert DOCX in documents.rules_for(sets, sets.by_id["GEN-18"]).allowed
    assert documents.rules_for(sets, sets.by_id["GEN-11"]) is None


def test_an_attached_document_waits_to_be_examined_by_a_job_of_the_same_transaction(db, owner, application, anna, now):
    [document] = take_in(serve(db, anna), application, anna, now)
    jobs, its_own = sa.text("SELECT args FROM procrastinate_jobs WHERE args->>'document_id' = :id"), str(document.id)
    waits, ordered = document.state, db.execute(jobs, {"id": its_own}).scalars().all()
    db.rollback()

    assert waits is DocumentState.WAITING
    assert ordered == [{"provider_id": str(anna.provider_id), "document_id": its_own}]
    assert owner.execute(jobs, {"id": its_own}).all() == []


def test_the_record_of_a_document_names_no_file(db, owner, application, anna, now):
    [document] = take_in(serve(db, anna), application, anna, now)
    db.commit()

    event = owner.exec(select(Event).where(Event.case_id == application.id).order_by(col(Event.seq).desc())).first()
    assert event.kind == "document.attached"
    assert event.facts == {"criterion": "GEN-25", "document": str(document.id)}


def test_twenty_documents_fit_and_not_one_more(db, application, anna, now):
    take_in(serve(db, anna), application, anna, now, count=19)

    with pytest.raises(Invalid):
        take_in(db, application, anna, now, count=2)
    take_in(db, application, anna, now)

    assert documents.count(db, application.id, "GEN-25") == 20


def test_where_nothing_is_to_be_uploaded_nothing_is_attached(db, application, anna, now):
    with pytest.raises(NotAllowed):
        take_in(serve(db, anna), application, anna, now, criterion="GEN-11")


def test_after_submission_nothing_is_attached_or_removed(db, owner, bjorkvik, anna, now):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    tied = owner.exec(select(AnswerDocument).where(AnswerDocument.application_id == application.id)).first()

    with pytest.raises(TransitionRefused):
        take_in(serve(db, anna), application, anna, now)
    with pytest.raises(TransitionRefused):
        documents.remove(db, application.id, tied.criterion, tied.document_id, actor=anna, now=now)


def test_a_removed_document_stays_the_companys(db, owner, application, anna, now):
    [document] = take_in(serve(db, anna), application, anna, now)
    documents.remove(db, application.id, "GEN-25", document.id, actor=anna, now=now)
    db.commit()

    assert owner.get(AnswerDocument, (application.id, "GEN-25", document.id)) is None
    assert owner.get(Document, document.id) is not None
    with pytest.raises(NotFound):
        documents.remove(serve(db, anna), application.id, "GEN-25", document.id, actor=anna, now=now)


def test_a_document_is_reused_once_and_the_same_bytes_are_not_attached_twice(db, owner, application, anna, now):
    first = make_document(owner, anna.provider_id, by=anna, content=b"%PDF-1.7 samma")
    twin = make_document(owner, anna.provider_id, by=anna, content=b"%PDF-1.7 samma")
    owner.commit()

    for document in (first, first, twin):
        documents.reuse(serve(db, anna), application.id, "GEN-25", document.id, actor=anna, now=now)

    assert documents.count(db, application.id, "GEN-25") == 1


def test_bytes_that_were_stopped_are_examined_anew_and_stand_at_the_criterion_once(db, owner, application, anna, now):
    [stopped] = take_in(serve(db, anna), application, anna, now)
    stopped.state = DocumentState.REFUSED
    db.add(stopped)
    db.commit()
    same = Received("Igen.pdf", stopped.media_type, stopped.size, stopped.sha256, f"quarantine/{uuid4()}")

    [anew] = documents.attach(serve(db, anna), application.id, "GEN-25", [same], actor=anna, now=now)

    assert (anew.state, anew.object_key) == (DocumentState.WAITING, same.key)
    assert documents.count(db, application.id, "GEN-25") == 1


def test_another_companys_document_is_not_reused(db, owner, application, anna, now):
    other = make_member(owner, make_provider(owner, "Annan AB"))
    theirs = make_document(owner, other.provider_id, by=other)
    owner.commit()

    with pytest.raises(NotFound):
        documents.reuse(serve(db, anna), application.id, "GEN-25", theirs.id, actor=anna, now=now)


@pytest.mark.parametrize("state", [DocumentState.INFECTED, DocumentState.REFUSED])
def test_a_stopped_document_is_not_reused(db, owner, application, anna, now, state):
    infected = make_document(owner, anna.provider_id, by=anna, state=state)
    owner.commit()

    with pytest.raises(NotAllowed):
        documents.reuse(serve(db, anna), application.id, "GEN-25", infected.id, actor=anna, now=now)
