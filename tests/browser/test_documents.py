"""A document is read in a real browser: by keyboard, without script, on a narrow screen."""

import re

import pytest
from playwright.sync_api import expect

from portal.domain.application import State
from tests.browser.keys import tab_to
from tests.browser.seeing import NARROW
from tests.documents.files_to_show import pdf
from tests.factories import make_member, make_provider
from tests.factories_application import attach, make_application, make_document
from tests.factories_review import make_officer


@pytest.fixture
def case(owner, bjorkvik, resources):
    signatory = make_member(owner, make_provider(owner))
    application = make_application(owner, bjorkvik, by=signatory, state=State.SUBMITTED)
    content = pdf("Försäkringsbrev", "Villkor")
    document = make_document(
        owner, signatory.provider_id, by=signatory, name="Brev.pdf", content=content, store=resources.store
    )
    attach(owner, application, "GEN-25", document, by=signatory)
    owner.commit()
    return application


def is_drawn(picture):
    """Whether the browser has made a picture of what came."""
    return picture.evaluate("it => it.decode().then(() => it.naturalWidth > 600)")


@pytest.mark.parametrize("script", [True, False])
def test_an_officer_reads_a_document_with_the_keyboard_alone(as_actor, owner, bjorkvik, case, script):
    page = as_actor(make_officer(owner, bjorkvik), java_script_enabled=script)
    page.set_viewport_size(NARROW)
    page.goto(f"/kommun/arenden/{case.id}?villkor=GEN-25&dokument=")

    page.get_by_role("link", name="Brev.pdf", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sida 1 av 2")).to_be_visible()
    page.get_by_role("link", name="Nästa", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Sida 2 av 2")).to_be_visible()
    page.get_by_role("link", name="Vrid åt höger").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("sida=2&vrid=90"))
    page.get_by_label("Ord i texten").fill("försäkring")
    page.keyboard.press("Enter")

    expect(page.get_by_text("1 träff.")).to_be_visible()
    expect(page.locator("mark").first).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("Sida 1 av 2 i Brev.pdf"))).to_be_visible()


def test_everything_on_the_page_is_reached_and_the_picture_is_there(as_actor, owner, bjorkvik, case):
    page = as_actor(make_officer(owner, bjorkvik))
    page.goto(f"/kommun/arenden/{case.id}?villkor=GEN-25")
    page.get_by_role("link", name="Brev.pdf", exact=True).click()

    assert is_drawn(page.get_by_role("img", name=re.compile("Sida 1 av 2 i Brev.pdf")))
    for wanted in (
        page.get_by_role("link", name="Nästa", exact=True),
        page.get_by_role("link", name="Visa i 200 %"),
        page.get_by_role("region", name="Bild av sidan"),
        page.get_by_role("link", name="Ladda ner originalet"),
    ):
        tab_to(page, wanted)
