"""Files with a bar each: several at once, a broken connection, cancelling, a reload; and the form without a script."""

import random
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from documents.store import PART_BYTES
from tests.documents.files import pdf_with
from tests.factories_application import PDF, make_application, make_attached
from tests.factories_effects import asked

LARGE = PDF + random.Random(5).randbytes(3 * PART_BYTES)


@pytest.fixture
def address(owner, bjorkvik, anna):
    return f"/foretag/ansokningar/{make_application(owner, bjorkvik, by=anna).id}/villkor/GEN-25"


@pytest.fixture
def replacing(owner, bjorkvik, anna):
    """The page where a newer insurance takes the place of an older."""
    draft = make_application(owner, bjorkvik, by=anna)
    older = make_attached(owner, draft, "GEN-25", by=anna, name="Gammalt brev.pdf")
    owner.commit()
    return f"/foretag/ansokningar/{draft.id}/villkor/GEN-25/dokument/{older.id}/ersatt"


def pdf(name, content):
    return {"name": name, "mimeType": "application/pdf", "buffer": content}


def choose(page, *files):
    page.locator("#fil").set_input_files(list(files))


def rows(page):
    return page.get_by_role("list", name="Filer som laddas upp").get_by_role("listitem")


def test_several_files_come_with_a_bar_each_and_what_was_typed_is_kept(as_actor, anna, address):
    page = as_actor(anna)
    page.goto(address)
    page.get_by_label("Förklaring").fill("Se bilagorna.")
    choose(page, pdf("Försäkring å.pdf", LARGE), pdf("Bilaga.pdf", PDF + b"2"), pdf("Fel.pdf", b"inte en pdf"))

    page.get_by_role("button", name="Ladda upp", exact=True).click()

    expect(rows(page).filter(has_text="Fel.pdf")).to_contain_text("är inte den sorts fil som namnet säger")
    expect(rows(page).filter(has_text="Försäkring å.pdf")).to_contain_text("Uppladdad")
    expect(page.get_by_role("progressbar", name="Försäkring å.pdf")).to_have_js_property("value", 100)
    page.get_by_role("button", name="Spara och gå till översikten").click()
    page.goto(address)
    expect(page.get_by_label("Förklaring")).to_have_value("Se bilagorna.")
    for name in ("Försäkring å.pdf", "Bilaga.pdf"):
        expect(page.get_by_role("button", name=f"Ta bort {name}")).to_be_visible()


def broken_once(page):
    """The addresses to which a part was sent in vain: the first that is sent."""
    broken = []

    def break_once(route):
        if route.request.method == "POST" and not broken:
            broken.append(route.request.url)
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/foretag/uppladdningar/*", break_once)
    return broken


def test_a_broken_connection_is_mended_and_the_page_goes_on(as_actor, anna, address):
    page = as_actor(anna)
    page.goto(address)
    broken = broken_once(page)
    choose(page, pdf("Stor.pdf", LARGE))

    page.get_by_role("button", name="Ladda upp", exact=True).click()

    expect(page.get_by_role("button", name="Ta bort Stor.pdf")).to_be_visible()
    assert len(broken) == 1


def test_what_was_begun_goes_on_after_a_reload(as_actor, anna, address):
    page = as_actor(anna)
    page.goto(address)
    page.route("**/foretag/uppladdningar/*", lambda route: route.abort("connectionreset"))
    choose(page, pdf("Stor.pdf", LARGE))
    page.get_by_role("button", name="Ladda upp", exact=True).click()
    expect(rows(page)).to_contain_text("Anslutningen bröts. Försöker igen.")
    page.unroute_all()
    page.on("dialog", lambda dialog: dialog.accept())

    page.goto(address)
    expect(page.get_by_role("heading", name="Påbörjade uppladdningar")).to_be_visible()
    choose(page, pdf("Stor.pdf", LARGE))
    with page.expect_response("**/uppladdningar?**") as begun:
        page.get_by_role("button", name="Ladda upp", exact=True).click()

    assert begun.value.status == 200  # found, not begun anew
    expect(page.get_by_role("button", name="Ta bort Stor.pdf")).to_be_visible()
    expect(page.get_by_role("heading", name="Påbörjade uppladdningar")).to_have_count(0)


def test_an_upload_is_cancelled_and_leaves_nothing(as_actor, anna, address, nothing_for_axe):
    page = as_actor(anna)
    page.goto(address)
    page.route("**/foretag/uppladdningar/*", lambda route: route.abort("connectionreset"))
    choose(page, pdf("Stor.pdf", LARGE))
    page.get_by_role("button", name="Ladda upp", exact=True).click()
    expect(rows(page)).to_contain_text("Försöker igen")
    nothing_for_axe(page)

    page.get_by_role("button", name="Avbryt Stor.pdf").click()

    expect(rows(page)).to_contain_text("Avbruten")
    page.unroute_all()
    page.goto(address)
    expect(page.get_by_role("heading", name="Påbörjade uppladdningar")).to_have_count(0)
    expect(page.get_by_text("Inget dokument är bifogat än.")).to_be_visible()


def test_without_a_script_the_form_sends_its_files(as_actor, anna, address):
    page = as_actor(anna, java_script_enabled=False)
    page.goto(address)
    choose(page, pdf("Ett å.pdf", PDF + b"1"), pdf("Två.pdf", PDF + b"2"))

    page.get_by_role("button", name="Ladda upp", exact=True).click()

    for name in ("Ett å.pdf", "Två.pdf"):
        expect(page.get_by_role("button", name=f"Ta bort {name}")).to_be_visible()
    expect(rows(page)).to_have_count(0)


# In the place of an older document


# What a worker beside will not refuse meanwhile.
NEWER = pdf_with(random.Random(6).randbytes(2 * PART_BYTES))
SOON = (date.today() + timedelta(days=300)).isoformat()  # noqa: DTZ011 - pages ask the real clock


def dated(page, *, ends=SOON):
    page.get_by_label("Gäller till och med").fill(ends)


def test_a_newer_document_goes_on_after_a_break_and_takes_the_olders_place(as_actor, anna, replacing, nothing_for_axe):
    page = as_actor(anna)
    page.goto(replacing)
    broken = broken_once(page)
    dated(page)
    choose(page, pdf("Nytt brev.pdf", NEWER))

    page.get_by_role("button", name="Ersätt dokumentet").click()

    expect(rows(page)).to_contain_text("Försöker igen")
    nothing_for_axe(page)
    expect(page.get_by_role("button", name="Ta bort Nytt brev.pdf")).to_be_visible()
    expect(page.get_by_text("Tidigare dokument (1)")).to_be_visible()
    assert len(broken) == 1


def test_a_newer_document_is_gone_on_with_after_a_reload_and_may_be_cancelled(as_actor, anna, replacing):
    page = as_actor(anna)
    page.goto(replacing)
    page.route("**/foretag/uppladdningar/*", lambda route: route.abort("connectionreset"))
    dated(page)
    choose(page, pdf("Nytt brev.pdf", NEWER))
    page.get_by_role("button", name="Ersätt dokumentet").click()
    expect(rows(page)).to_contain_text("Försöker igen")
    page.unroute_all()
    page.on("dialog", lambda dialog: dialog.accept())

    page.goto(replacing)
    expect(page.get_by_role("heading", name="Påbörjade uppladdningar")).to_be_visible()
    page.route("**/foretag/uppladdningar/*", lambda route: route.abort("connectionreset"))
    dated(page)
    choose(page, pdf("Nytt brev.pdf", NEWER))
    with page.expect_response("**/uppladdningar?**") as begun:
        page.get_by_role("button", name="Ersätt dokumentet").click()
    expect(rows(page)).to_contain_text("Försöker igen")
    page.unroute_all()
    page.get_by_role("button", name="Avbryt Nytt brev.pdf").click()
    expect(rows(page)).to_contain_text("Avbruten")
    page.goto(replacing)

    assert begun.value.status == 200  # found, not begun anew
    expect(page.get_by_role("heading", name="Påbörjade uppladdningar")).to_have_count(0)


def test_a_newer_document_that_has_come_is_kept_while_its_date_is_mended(as_actor, anna, replacing):
    page = as_actor(anna)
    page.goto(replacing)
    page.get_by_label("Utfärdat").fill(SOON)
    choose(page, pdf("Nytt brev.pdf", pdf_with(b"ny")))
    page.get_by_role("button", name="Ersätt dokumentet").click()
    expect(page.get_by_text("Dagen har inte varit än.").first).to_be_visible()
    expect(page.get_by_text("Nytt brev.pdf är uppladdad. Du behöver inte välja den igen.")).to_be_visible()

    page.get_by_label("Utfärdat").fill("")
    dated(page)
    page.get_by_role("button", name="Ersätt dokumentet").click()

    expect(page.get_by_role("button", name="Ta bort Nytt brev.pdf")).to_be_visible()


def test_without_a_script_the_form_replaces_the_document(as_actor, anna, replacing):
    page = as_actor(anna, java_script_enabled=False)
    page.goto(replacing)
    dated(page)
    choose(page, pdf("Nytt brev.pdf", PDF + b"ny"))

    page.get_by_role("button", name="Ersätt dokumentet").click()

    expect(page.get_by_role("button", name="Ta bort Nytt brev.pdf")).to_be_visible()


# With an answer to new conditions


@pytest.fixture
def confirming(owner, db, bjorkvik):
    """Who answers for a company, and the page where it proves that it has the insurance a new version asks for."""
    scene = asked(owner, db, bjorkvik)
    return scene.actor, f"/foretag/nya-villkor/{scene.names['application']}/GEN-25"


def test_what_goes_with_an_answer_goes_on_after_a_break(as_actor, confirming, nothing_for_axe):
    signatory, address = confirming
    page = as_actor(signatory)
    page.goto(address)
    broken = broken_once(page)
    page.locator("label[for='svar-ja']").click()
    page.get_by_role("textbox", name="Gäller till och med").fill(SOON)
    choose(page, pdf("Nytt brev.pdf", NEWER))

    page.get_by_role("button", name="Svara för företaget").click()

    expect(rows(page)).to_contain_text("Försöker igen")
    nothing_for_axe(page)
    expect(page.get_by_role("heading", name="att svara på")).to_be_visible()
    page.goto(address)
    expect(page.get_by_text("Nytt brev.pdf").first).to_be_visible()
    assert len(broken) == 1


def test_what_goes_with_an_answer_is_gone_on_with_after_a_reload_and_may_be_cancelled(as_actor, confirming):
    signatory, address = confirming
    page = as_actor(signatory)
    page.goto(address)
    page.route("**/foretag/uppladdningar/*", lambda route: route.abort("connectionreset"))
    choose(page, pdf("Nytt brev.pdf", NEWER))
    page.get_by_role("button", name="Svara för företaget").click()
    expect(rows(page)).to_contain_text("Försöker igen")
    page.unroute_all()
    page.on("dialog", lambda dialog: dialog.accept())

    page.goto(address)
    expect(page.get_by_role("heading", name="Påbörjade uppladdningar")).to_be_visible()
    page.get_by_role("button", name="Ta bort Nytt brev.pdf").click()

    expect(page.get_by_role("heading", name="Påbörjade uppladdningar")).to_have_count(0)
    expect(page.get_by_role("button", name="Svara för företaget")).to_be_visible()
