"""The test virus handed in from a browser, in five wrappings and a page: stopped in words, and gone from the store."""

from html import escape

import pytest
from playwright.sync_api import expect
from sqlmodel import col, select

from portal.db.tables import Document
from portal.domain.criteria import DocumentState
from portal.embedded.waiting import wait_until
from tests.documents.files import EICAR, office, pdf_with, xhtml
from tests.factories import make_member, make_provider
from tests.factories_application import make_application
from tests.visitors import PATIENCE, Visitor

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
OPEN_TEXT = "application/vnd.oasis.opendocument.text"
ANY_OFFICE, ANNUAL_REPORT = "GEN-18", "GEN-09"
WRAPPED = {
    "Intyg.pdf": (ANY_OFFICE, "application/pdf", pdf_with(EICAR)),
    "Intyg.docx": (ANY_OFFICE, WORD, office("docx", {"word/media/image1.png": EICAR})),
    "Kalkyl.xlsx": (ANY_OFFICE, EXCEL, office("xlsx", {"xl/media/image1.png": EICAR})),
    "Intyg.odt": (ANY_OFFICE, OPEN_TEXT, office("odt", {"Pictures/1.png": EICAR})),
    "Bokslut.se": (ANNUAL_REPORT, "application/x-sie", b"#FLAGGA 0\r\n" + EICAR),
    "Bokslut.xhtml": (ANNUAL_REPORT, "application/xhtml+xml", xhtml(f"<p>{escape(EICAR.decode())}</p>")),
}


@pytest.mark.parametrize("name", WRAPPED)
def test_the_test_virus_is_stopped_in_words_and_gone_from_the_store(
    as_actor, owner, bjorkvik, resources, nothing_for_axe, name
):
    criterion, media_type, content = WRAPPED[name]
    anna = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=anna)
    visitor = Visitor("Anna Lindqvist", as_actor(anna))
    visitor.go(f"/foretag/ansokningar/{application.id}/villkor/{criterion}")

    visitor.page.locator("#fil").set_input_files([{"name": name, "mimeType": media_type, "buffer": content}])
    visitor.press("Ladda upp")

    expect(visitor.page.get_by_role("button", name=f"Ta bort {name}")).to_be_visible()
    visitor.reload_until(visitor.page.get_by_text("Stoppad: skadlig kod"))
    visitor.sees("Filen innehåller skadlig kod och är borttagen. Ta bort den här och bifoga en annan.")
    expect(visitor.page.get_by_role("link", name=name, exact=True)).to_have_count(0)
    nothing_for_axe(visitor.page)
    [stopped] = owner.exec(select(Document).where(col(Document.provider_id) == anna.provider_id)).all()
    assert stopped.state is DocumentState.INFECTED
    assert not visitor.page.request.get(f"/foretag/dokument/{stopped.id}", max_redirects=0).ok
    # The worker removes it right after it has said so.
    assert wait_until(lambda: resources.store.head(stopped.object_key) is None, patience=PATIENCE)
    assert list(resources.store.keys(f"documents/{stopped.id}/")) == []
