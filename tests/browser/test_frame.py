"""Promises of every page: keyboard, no violations for axe, both languages."""

import re

from playwright.sync_api import expect


def test_the_choice_of_side_has_nothing_for_axe(as_actor, nothing_for_axe):
    page = as_actor()
    page.goto("/logga-in")

    nothing_for_axe(page)


def test_a_page_that_is_not_there_has_nothing_for_axe(as_actor, nothing_for_axe):
    page = as_actor()
    page.goto("/finns/inte/alls")

    nothing_for_axe(page)


def test_the_first_tab_skips_to_the_content(as_actor):
    page = as_actor()
    page.goto("/logga-in")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.locator("#innehall")).to_be_focused()


def test_the_language_is_chosen_once_and_stays(as_actor):
    page = as_actor(java_script_enabled=False)
    page.goto("/logga-in")

    page.get_by_role("link", name="English").first.click()

    expect(page).to_have_title(re.compile("Sign in"))
    page.goto("/logga-in")
    expect(page.get_by_role("heading", level=1)).to_have_text("How do you want to sign in?")


def test_without_a_menu_the_language_and_the_way_in_stay_on_a_narrow_screen(as_actor):
    page = as_actor()
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/foretag/finns-inte")

    expect(page.get_by_role("button", name="Meny")).to_have_count(0)
    expect(page.locator("header").get_by_role("link", name="English")).to_be_visible()
    expect(page.locator("header").get_by_role("link", name="Logga in")).to_be_visible()
