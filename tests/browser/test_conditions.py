"""The journey of a revision: edited, compared, published, and read by anyone."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from portal.domain.deadlines import day_in_sweden
from tests.factories_drafts import make_administrator, make_draft, make_place


def test_a_revision_is_edited_compared_and_published_and_anyone_reads_it(as_actor, owner, db, nothing_for_axe):
    place = make_place(owner)
    actor = make_administrator(owner, place)
    draft_id = make_draft(db, actor, place.services["familjebehandling"], now=datetime.now(UTC))
    page = as_actor(actor)
    today = day_in_sweden(datetime.now(UTC))

    page.goto("/kommun/villkor")
    page.get_by_role("link", name="Villkor från maj").click()
    page.get_by_role("link", name="FBH-E1 Behandlingstid").click()
    page.get_by_role("button", name="Ta bort ur utkastet").click()
    expect(page.get_by_role("status")).to_contain_text("Villkoret är borttaget ur utkastet.")
    page.get_by_role("link", name="FBH-06 Uppdragets ramar").click()
    page.get_by_role("textbox", name="Villkoret, På svenska").fill("Beslutet om insatsen styr behandlingstiden.")
    page.get_by_role("textbox", name="Villkoret, På engelska").fill("")
    page.get_by_role("button", name="Spara villkoret").click()

    # What is wrong is said where it is mended, and what was typed is there.
    expect(page.get_by_role("alert")).to_contain_text("Skriv villkoret på engelska.")
    page.get_by_role("alert").get_by_role("link").click()
    english = page.get_by_role("textbox", name="Villkoret, På engelska")
    expect(english).to_be_focused()
    english.fill("The decision governs the length of treatment.")
    page.get_by_role("button", name="Spara villkoret").click()
    expect(page.get_by_role("status")).to_contain_text("Villkoret är sparat i utkastet.")

    pages = page.get_by_role("navigation", name="Utkastets sidor")
    pages.get_by_role("link", name="Jämför").click()
    expect(page.get_by_text("1 villkor är ändrat och 1 är borttaget.")).to_be_visible()
    expect(page.locator("del").filter(has_text="i högst sex månader").first).to_be_visible()
    expect(page.locator("ins").filter(has_text="styr behandlingstiden").first).to_be_visible()
    nothing_for_axe(page)

    pages.get_by_role("link", name="Publicera").click()
    page.get_by_label("Paragraf i protokollet").fill("41")
    page.get_by_label("Dagen för beslutet").fill(today.isoformat())
    page.get_by_label("Villkoren gäller från").fill((today + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="Publicera version 2").click()
    expect(page.get_by_role("status")).to_contain_text("Versionen är publicerad.")
    assert str(draft_id) in page.url

    page.get_by_role("link", name="Läs version 2").click()
    expect(page.get_by_text("Beslutet om insatsen styr behandlingstiden.")).to_be_visible()
    expect(page.get_by_text("Gäller inte än")).to_be_visible()
    page.get_by_role("link", name="Vad som är ändrat sedan version 1").click()
    expect(page.get_by_role("heading", name="Från version 1 till version 2")).to_be_visible()


def test_a_criterion_is_moved_by_keyboard_alone_and_one_comes_back_to_the_button(as_actor, owner, db, nothing_for_axe):
    place = make_place(owner)
    actor = make_administrator(owner, place)
    draft_id = make_draft(db, actor, place.services["familjebehandling"], now=datetime.now(UTC))
    page = as_actor(actor, java_script_enabled=False)

    page.goto(f"/kommun/villkor/utkast/{draft_id}?ordna=ja")
    up = page.get_by_role("button", name="Flytta upp Två behandlare")
    before = page.get_by_role("button", name="Flytta upp").all_inner_texts()
    up.focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_contain_text("Villkoret är flyttat.")
    expect(up).to_be_focused()
    after = page.get_by_role("button", name="Flytta upp").all_inner_texts()
    (here,) = (place for place, name in enumerate(before) if "Två behandlare" in name)
    assert after == [*before[: here - 1], before[here], before[here - 1], *before[here + 1 :]]
