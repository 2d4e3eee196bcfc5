"""What a company has handed in: shared with a municipality by use alone, and discarded only where nothing uses it."""

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import AnswerDocument, Document
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound
from portal.jobs import tasks
from portal.jobs.workshop import open_workshop
from portal.services import documents, evidence_library
from tests.factories import make_member, make_provider, make_staff
from tests.factories_application import attach, make_application, make_document, tied
from tests.services.serving import serve


def handed_in(owner, application):
    statement = select(AnswerDocument.document_id).where(AnswerDocument.application_id == application.id)
    return set(owner.exec(statement))


def seen(db, actor, provider_id):
    """The company's documents that this actor's transactions can see at all."""
    enter(db, Scope.of(actor))
    return set(db.exec(select(Document.id).where(col(Document.provider_id) == provider_id)))


def test_a_municipality_sees_of_the_library_what_was_handed_in_to_it_and_nothing_else(
    db, owner, bjorkvik, ekholm, anna
):
    shelved = make_document(owner, anna.provider_id, by=anna)
    drafted = make_document(owner, anna.provider_id, by=anna)
    attach(owner, make_application(owner, bjorkvik, "familjebehandling", by=anna), "GEN-25", drafted, by=anna)
    here = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    there = make_application(owner, ekholm, by=anna, state=State.SUBMITTED)
    owner.commit()
    ours, theirs = handed_in(owner, here), handed_in(owner, there)

    assert seen(db, make_staff(owner, bjorkvik.id), anna.provider_id) == ours
    assert seen(db, make_staff(owner, ekholm.id), anna.provider_id) == theirs
    assert seen(db, anna, anna.provider_id) == ours | theirs | {shelved.id, drafted.id}
    assert seen(db, make_member(owner, make_provider(owner, "Annan AB")), anna.provider_id) == set()


def test_used_again_in_another_municipality_it_is_seen_there_too(db, owner, bjorkvik, ekholm, anna, now):
    here = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    document = tied(owner, here)[0].document_id
    officer = make_staff(owner, ekholm.id)
    draft = make_application(owner, ekholm, by=anna, complete=True)

    documents.reuse(serve(db, anna), draft.id, "GEN-25", document, actor=anna, now=now)
    db.commit()
    assert document not in seen(db, officer, anna.provider_id), "a draft is nobody's but the company's"
    draft.state, draft.submitted_at, draft.number = State.SUBMITTED, now, "SN 2026/9999"
    owner.add(draft)
    owner.commit()

    assert document in seen(db, officer, anna.provider_id)


def test_what_is_used_nowhere_is_discarded_and_its_bytes_go_after_the_commit(db, owner, settings, resources, anna, now):
    document = make_document(owner, anna.provider_id, by=anna, name="Fel fil.pdf", store=resources.store)
    key = document.object_key
    owner.commit()

    evidence_library.discard(serve(db, anna), document.id, actor=anna, now=now)
    assert resources.store.read(key)
    db.commit()

    workshop = open_workshop(settings, clock=lambda: now)
    told = {"provider_id": str(anna.provider_id), "document_id": str(document.id), "object_key": key}
    for _twice in range(2):
        tasks.discard_object(workshop, **told)
    workshop.engine.dispose()
    owner.expire_all()
    row = owner.get_one(Document, document.id)
    assert (row.discarded_at, row.name, row.object_key) == (now, "", "")
    assert list(resources.store.keys(key)) == []
    with pytest.raises(NotFound):
        evidence_library.discard(serve(db, anna), document.id, actor=anna, now=now)


def test_a_discarded_document_is_not_used_again(db, owner, bjorkvik, anna, now):
    document = make_document(owner, anna.provider_id, by=anna)
    draft = make_application(owner, bjorkvik, by=anna)
    evidence_library.discard(serve(db, anna), document.id, actor=anna, now=now)

    with pytest.raises(NotFound):
        documents.reuse(db, draft.id, "GEN-25", document.id, actor=anna, now=now)


@pytest.mark.parametrize("state", [State.DRAFT, State.SUBMITTED, State.WITHDRAWN])
def test_what_is_attached_is_never_discarded(db, owner, bjorkvik, anna, now, state):
    case = make_application(owner, bjorkvik, by=anna, state=state, complete=True)

    with pytest.raises(NotAllowed, match="document_used"):
        evidence_library.discard(serve(db, anna), tied(owner, case)[0].document_id, actor=anna, now=now)


def test_what_was_taken_away_in_a_supplement_is_not_discarded_since_it_may_have_been_judged(
    db, owner, bjorkvik, anna, now
):
    case = make_application(owner, bjorkvik, by=anna, state=State.SUPPLEMENT_REQUESTED)
    document = tied(owner, case)[0].document_id
    documents.remove(serve(db, anna), case.id, "GEN-25", document, actor=anna, now=now)

    with pytest.raises(NotAllowed, match="document_used"):
        evidence_library.discard(db, document, actor=anna, now=now)


def test_a_reader_another_company_and_the_hasty_discard_nothing(db, owner, anna, now):
    document = make_document(owner, anna.provider_id, by=anna)
    waiting = make_document(owner, anna.provider_id, by=anna, state=DocumentState.WAITING)
    reader = make_member(owner, anna.provider_id, Role.READER, name="Karin Ståhl")
    other = make_member(owner, make_provider(owner, "Annan AB"))
    owner.commit()

    for actor, id_, refusal in (
        (reader, document.id, NotAllowed),
        (other, document.id, NotFound),
        (anna, waiting.id, NotAllowed),
    ):
        with pytest.raises(refusal):
            evidence_library.discard(serve(db, actor), id_, actor=actor, now=now)
        db.rollback()
