"""The worker killed at each step of an examination: nothing unclean is visible, nothing is lost, and it goes on."""

import hashlib

import pytest
from sqlmodel import Session, col, select

from documents.intake import Received
from documents.store import Missing, Store
from portal.db.tables import Document, Event, Letter
from portal.domain.criteria import DocumentState
from portal.domain.documents import may_be_opened
from portal.services import documents
from tests.documents.files import EICAR, pdf, pdf_with
from tests.factories import NOW, Place, make_member, make_provider
from tests.factories_application import make_application
from tests.fault.conftest import Killable


def _handed_in(owner: Session, store: Store, place: Place, content: bytes) -> Document:
    by = make_member(owner, make_provider(owner))
    application, key = make_application(owner, place, by=by), documents.fresh_key()
    store.put(key, content, media_type="application/pdf")
    received = Received("Intyg.pdf", "application/pdf", len(content), hashlib.sha256(content).hexdigest(), key)
    [document] = documents.attach(owner, application.id, "GEN-25", [received], actor=by, now=NOW)
    owner.commit()
    return document


def _given(document: Document) -> dict[str, str]:
    return {"provider_id": str(document.provider_id), "document_id": str(document.id)}


def test_killed_at_every_step_a_document_waits_and_is_then_kept_once(
    killable: Killable, settled_look, owner, store, bjorkvik
):
    content = pdf("Killed")
    document = _handed_in(owner, store, bjorkvik, content)
    quarantined = document.object_key

    steps = killable.kill_at_every_step("examine_document", **_given(document))

    assert {"before read", "before scan", "after scan", "before copy", "after copy", "commit"} <= set(steps)
    owner.rollback()
    kept = owner.get_one(Document, document.id, populate_existing=True)
    assert kept.state is DocumentState.CLEAN
    assert store.read(kept.object_key) == content
    after = settled_look()
    assert killable.attempt("examine_document", **_given(document)).ended == "done"
    assert settled_look() == after
    for step in range(1, 5):  # until it ends by itself: killed here and there, the object goes all the same
        killable.attempt("discard_object", kill_at=step, object_key=quarantined, **_given(document))
    assert killable.attempt("discard_object", object_key=quarantined, **_given(document)).ended == "done"
    with pytest.raises(Missing):
        store.read(quarantined)
    assert store.read(kept.object_key) == content


def test_killed_at_every_step_an_infected_file_is_never_to_be_opened_and_told_of_once(
    killable: Killable, chain_of, owner, store, bjorkvik
):
    document = _handed_in(owner, store, bjorkvik, pdf_with(EICAR))
    assert not may_be_opened(document.state, scanner=True)

    killable.kill_at_every_step("examine_document", **_given(document))

    owner.rollback()
    infected = owner.get_one(Document, document.id, populate_existing=True)
    assert infected.state is DocumentState.INFECTED
    events = owner.exec(select(Event).where(col(Event.kind) == "document.infected")).all()
    [event] = [each for each in events if each.facts["document"] == str(document.id)]
    assert chain_of(event.case_id) == ()
    letters = owner.exec(select(Letter.recipient).where(col(Letter.provider_id) == document.provider_id)).all()
    assert len(letters) == len(set(letters)) > 0
    assert killable.attempt("discard_object", object_key=document.object_key, **_given(document)).ended == "done"
    assert list(store.keys(document.object_key)) == []
    assert list(store.keys(f"documents/{document.id}/")) == []
