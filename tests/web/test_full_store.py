"""A store that is full: the upload is refused in words, nothing half remains, and it goes on when there is room."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlmodel import col, select

from documents.store import Store, StoreUnavailable
from portal.app import create_app, open_resources
from portal.db.tables import Answer, AnswerDocument, Document
from tests.factories import make_member, make_provider, sign_in
from tests.factories_application import PDF, make_application
from tests.own_store import OwnStore

# Volumes of 4 MB: eight of them are full at about 50 MB, and then every write is refused.
SMALL = ("-master.volumeSizeLimitMB=4", "-volume.max=8")
LARGER = ("-master.volumeSizeLimitMB=4", "-volume.max=24")
MOST = 60


@pytest.fixture
def disk() -> Iterator[OwnStore]:
    opened = OwnStore(*SMALL)
    yield opened
    opened.close()


@pytest.fixture
def resources(settings, disk):
    """The portal's, on that store; it gives up sooner than in daily life, where a store may be starting."""
    opened = open_resources(settings)
    yield replace(opened, store=disk.opened(attempts=2))
    opened.engine.dispose()


@pytest.fixture
def app(settings, resources):
    return create_app(settings, resources)


def fill(store: Store) -> None:
    for number in range(MOST):
        with suppress(StoreUnavailable):
            store.put(f"filling/{number}", os.urandom(2_000_000), media_type="application/octet-stream")
            continue
        return
    raise AssertionError("the store did not fill up")


def test_a_full_store_costs_the_file_and_nothing_else(browse, owner, bjorkvik, resources, disk):
    anna = make_member(owner, make_provider(owner))
    draft = make_application(owner, bjorkvik, by=anna)
    client, there = browse(sign_in(owner, anna)), f"/foretag/ansokningar/{draft.id}/villkor/GEN-25/dokument"
    fill(resources.store)

    def upload():
        form = {"svar": "ja", "beskrivning": "Intyget kommer här."}
        return client.post(there, data=form, files={"fil": ("Intyg å.pdf", PDF, "application/pdf")})

    def kept():
        owner.rollback()
        tied = select(AnswerDocument).where(col(AnswerDocument.application_id) == draft.id)
        of_company = select(Document).where(col(Document.provider_id) == anna.provider_id)
        return len(owner.exec(tied).all()), len(owner.exec(of_company).all())

    refused = upload()

    assert refused.status_code == 422
    assert "Filen ”Intyg å.pdf” kunde inte sparas just nu. Felet är vårt." in refused.text
    assert ">Intyget kommer här.</textarea>" in refused.text
    owner.rollback()
    assert owner.get_one(Answer, (draft.id, "GEN-25")).description == "Intyget kommer här."
    assert kept() == (0, 0)
    assert list(resources.store.keys("quarantine/")) == []

    disk.start_again(*LARGER)

    assert upload().status_code == 303
    assert kept() == (1, 1)
