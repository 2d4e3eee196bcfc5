"""What can be done, can be done with the keyboard alone; and what is typed survives the end of the session."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.domain.application import State
from tests.browser.keys import tab_to
from tests.browser.seeing import NARROW
from tests.factories import make_member, make_provider
from tests.factories_application import make_application
from tests.factories_review import make_officer, make_taken
from tests.visitors import a_real_pdf


@pytest.fixture
def signatory(owner):
    return make_member(owner, make_provider(owner))


@pytest.fixture
def draft(owner, bjorkvik, signatory):
    return make_application(owner, bjorkvik, by=signatory, state=State.DRAFT)


def focus_is_seen(page: Page) -> bool:
    """Whatever has focus shows it by an outline or by its box."""
    return bool(
        page.evaluate(
            "() => { const s = getComputedStyle(document.activeElement);"
            " return s.outlineStyle !== 'none' || s.boxShadow !== 'none'; }"
        )
    )


def test_a_side_is_chosen_and_a_person_signs_in(as_actor):
    page = as_actor()
    page.goto("/logga-in")

    tab_to(page, page.get_by_role("link", name="Logga in som personal"))
    assert focus_is_seen(page)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/interaction/"))
    tab_to(page, page.get_by_role("button", name=re.compile("Per Holm")))
    page.keyboard.press("Enter")

    expect(page.locator(".kv-who summary")).to_contain_text("Per Holm")


def test_an_answer_is_written_and_a_file_sent(as_actor, signatory, draft):
    page = as_actor(signatory)
    page.goto(f"/foretag/ansokningar/{draft.id}/villkor/GEN-25")

    tab_to(page, page.get_by_role("radio", name="Ja", exact=True))
    page.keyboard.press("Space")
    tab_to(page, page.locator("#beskrivning"))
    page.keyboard.type("Vi är försäkrade.")
    # Asked for before the field is sought: nobody waits for the browser to have heard it, and a key may overtake it.
    with page.expect_file_chooser() as asked:
        tab_to(page, page.locator("#fil"))
        page.keyboard.press("Space")
    asked.value.set_files({"name": "Brev.pdf", "mimeType": "application/pdf", "buffer": a_real_pdf()})
    tab_to(page, page.get_by_role("button", name="Ladda upp", exact=True))
    page.keyboard.press("Enter")

    attached = page.get_by_role("region", name="Bifogade dokument")
    expect(attached.get_by_text("Brev.pdf", exact=True).first).to_be_visible()
    expect(page.locator("#beskrivning")).to_have_value("Vi är försäkrade.")
    expect(page.get_by_role("radio", name="Ja", exact=True)).to_be_checked()


def test_a_mistake_is_read_first_and_one_key_from_its_field(as_actor, signatory, draft):
    page = as_actor(signatory)
    page.goto(f"/foretag/ansokningar/{draft.id}/villkor/GEN-25")

    tab_to(page, page.locator(".kv-actions").get_by_role("button", name="Spara och fortsätt"))
    page.keyboard.press("Enter")

    summary = page.locator(".ds-error-summary")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Fel: "))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#svar")).to_be_focused()


def test_a_criterion_is_judged(as_actor, owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    case = make_taken(owner, db, bjorkvik, officer)
    page = as_actor(officer)
    page.goto(f"/kommun/arenden/{case.id}?villkor=GEN-25")

    tab_to(page, page.get_by_role("radio", name="Uppfyllt", exact=True))
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Motivering", exact=True))
    page.keyboard.type("Försäkringsbrevet visar det som krävs.")
    tab_to(page, page.get_by_role("button", name="Spara och gå till nästa"))
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Bedömningen av GEN-25 är sparad.")


def test_the_menu_opens_and_closes_on_a_small_screen(as_actor, signatory):
    page = as_actor(signatory)
    page.set_viewport_size(NARROW)
    page.goto("/foretag")
    menu = page.get_by_role("navigation", name="Huvudmeny")
    expect(menu).to_be_hidden()

    tab_to(page, page.get_by_role("button", name="Meny"))
    page.keyboard.press("Enter")
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")

    expect(menu).to_be_hidden()
    expect(page.get_by_role("button", name="Meny")).to_be_focused()


def test_the_list_of_criteria_opens_and_closes_on_a_small_screen(as_actor, owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    case = make_taken(owner, db, bjorkvik, officer)
    page = as_actor(officer)
    page.set_viewport_size(NARROW)
    page.goto(f"/kommun/arenden/{case.id}")
    criteria = page.get_by_role("navigation", name="Villkor i ärendet")

    tab_to(page, page.get_by_role("button", name="Visa alla villkor i ärendet"))
    page.keyboard.press("Enter")
    expect(criteria).to_be_visible()
    tab_to(page, page.get_by_role("button", name="Stäng listan"))
    page.keyboard.press("Enter")

    expect(criteria).to_be_hidden()


def test_the_warning_before_the_session_ends_keeps_what_is_typed(as_actor, signatory, draft):
    page = as_actor(signatory)
    page.clock.install()
    page.goto(f"/foretag/ansokningar/{draft.id}/villkor/GEN-25")
    page.locator("#beskrivning").fill("Vi är försäkrade.")
    dialog = page.get_by_role("dialog", name="Du loggas snart ut")
    expect(dialog).to_be_hidden()

    page.clock.fast_forward("25:01")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("button", name="Fortsätt vara inloggad")).to_be_focused()
    with page.expect_response("**/session") as told:
        page.keyboard.press("Enter")

    assert told.value.status == 204
    expect(dialog).to_be_hidden()
    expect(page.locator("#beskrivning")).to_have_value("Vi är försäkrade.")


def test_what_is_typed_is_there_in_the_other_language_for_that_once(as_actor, signatory, draft):
    page = as_actor(signatory)
    page.goto(f"/foretag/ansokningar/{draft.id}/villkor/GEN-25")
    page.get_by_text("Ja", exact=True).click()
    page.locator("#beskrivning").fill("Vi är försäkrade.")

    page.get_by_role("link", name="English").first.click()

    expect(page.get_by_role("radio", name="Yes", exact=True)).to_be_checked()
    expect(page.locator("#beskrivning")).to_have_value("Vi är försäkrade.")
    page.reload()
    expect(page.get_by_role("radio", name="Yes", exact=True)).not_to_be_checked()
    expect(page.locator("#beskrivning")).to_have_value("")


def test_what_was_typed_before_the_other_language_did_not_come_is_not_put_over_what_was_saved(
    as_actor, signatory, draft
):
    page = as_actor(signatory)
    page.goto(f"/foretag/ansokningar/{draft.id}/villkor/GEN-25")
    page.route("**/sprak/**", lambda route: route.abort("aborted"))
    page.get_by_text("Nej", exact=True).click()
    page.locator("#beskrivning").fill("Först.")
    page.get_by_role("link", name="English").first.click()

    page.locator("#beskrivning").fill("Sedan.")
    page.locator("#fil").set_input_files({"name": "Brev.pdf", "mimeType": "application/pdf", "buffer": a_real_pdf()})
    page.get_by_role("button", name="Ladda upp", exact=True).click()

    expect(page.get_by_role("region", name="Bifogade dokument").get_by_text("Brev.pdf").first).to_be_visible()
    expect(page.locator("#beskrivning")).to_have_value("Sedan.")


# Without script


def test_a_file_is_sent_without_script(as_actor, signatory, draft):
    page = as_actor(signatory, java_script_enabled=False)
    page.goto(f"/foretag/ansokningar/{draft.id}/villkor/GEN-25")

    page.locator("#beskrivning").fill("Vi är försäkrade.")
    chosen = {"name": "Brev.pdf", "mimeType": "application/pdf", "buffer": a_real_pdf()}
    page.get_by_label(re.compile("Ladda upp")).set_input_files(chosen)
    page.get_by_role("button", name="Ladda upp", exact=True).click()

    attached = page.get_by_role("region", name="Bifogade dokument")
    expect(attached.get_by_text("Brev.pdf", exact=True).first).to_be_visible()
    expect(page.locator("#beskrivning")).to_have_value("Vi är försäkrade.")


def test_the_menus_open_without_script(as_actor, signatory):
    page = as_actor(signatory, java_script_enabled=False)
    page.set_viewport_size(NARROW)
    page.goto("/foretag")

    page.get_by_role("button", name="Meny").click()
    page.get_by_role("navigation", name="Huvudmeny").get_by_role("link", name="Meddelanden").click()

    expect(page).to_have_url(re.compile("/foretag/meddelanden$"))
    page.locator(".kv-who summary").click()
    expect(page.get_by_role("button", name="Logga ut")).to_be_visible()


def test_the_language_changes_without_script_and_without_losing_the_place(as_actor, signatory, draft):
    page = as_actor(signatory, java_script_enabled=False)
    page.goto(f"/foretag/ansokningar/{draft.id}/villkor/GEN-25")

    page.get_by_role("link", name="English").first.click()

    expect(page).to_have_url(re.compile("/villkor/GEN-25$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".kv-actions").get_by_role("button", name="Save and continue")).to_be_visible()
