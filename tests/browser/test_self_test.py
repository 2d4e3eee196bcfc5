"""Can we apply?  Asked, answered, changed and gone back to: in a browser of its own, without script."""

import re

import pytest
from playwright.sync_api import Page, expect

from portal.web.desk import LANGUAGE_COOKIE
from tests.browser.seeing import NARROW, WIDE

ADDRESS = "/bjorkvik/hemtjanst/sjalvtest"
MONTHS = "Heltidsmånader inom omsorg"


@pytest.fixture
def page(as_actor, bjorkvik) -> Page:
    return as_actor(java_script_enabled=False)


def answer(page: Page, months: str) -> None:
    page.get_by_label(MONTHS).fill(months)
    page.get_by_role("button", name="Visa vad systemet ser").first.click()


def test_the_answers_are_there_after_going_back_and_after_a_reload(page):
    page.goto(ADDRESS)
    answer(page, "20")
    expect(page.get_by_role("heading", name="Det här når inte upp")).to_be_visible()
    answer(page, "31")
    expect(page.get_by_role("heading", name="Det här når inte upp")).to_have_count(0)

    page.go_back()
    expect(page.get_by_role("heading", name="Det här når inte upp")).to_be_visible()
    expect(page.get_by_label(MONTHS)).to_have_value("20")
    page.reload()

    expect(page.get_by_text("20 månader hittades")).to_be_visible()
    assert page.url.endswith(ADDRESS)
    page.go_back()
    expect(page.get_by_role("heading", name="Det som kan stoppa en ansökan")).to_be_visible()
    expect(page.get_by_label(MONTHS)).to_be_visible()


def test_the_answer_links_to_the_questions(page):
    page.goto(ADDRESS)
    answer(page, "20")

    page.get_by_role("link", name=re.compile("Till frågan.*Erfarenhet av omsorg")).click()

    expect(page.get_by_label(MONTHS)).to_be_in_viewport()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_nothing_stands_in_the_way_of_the_answer(as_actor, bjorkvik, live, nothing_for_axe, language):
    page = as_actor()
    page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": language, "url": live}])
    page.goto(ADDRESS)
    page.locator("#uppgift-manager-care-fulltime-months").fill("20")
    page.locator("#uppgift-finance-soliditet-pct").fill("-5")
    page.locator("form button[type=submit]").first.click()
    expect(page.locator("#fattas")).to_be_visible()
    page.locator("main details").evaluate_all("them => them.forEach(each => { each.open = true })")

    nothing_for_axe(page)

    page.locator("#uppgift-manager-care-fulltime-months").fill("två år")
    page.locator("form button[type=submit]").last.click()
    expect(page.get_by_role("alert")).to_be_visible()
    nothing_for_axe(page)


@pytest.mark.parametrize("wide", [True, False], ids=["wide", "narrow"])
def test_another_language_keeps_what_is_typed(page, wide):
    page.set_viewport_size(WIDE if wide else NARROW)
    page.goto(ADDRESS)
    page.get_by_label(MONTHS).fill("20")

    if not wide:
        page.get_by_role("button", name="Meny").click()
    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", name="Can we apply?")).to_be_visible()
    expect(page.locator("#uppgift-manager-care-fulltime-months")).to_have_value("20")


def test_enter_in_a_field_shows_the_result_and_no_other_language(page):
    page.goto(ADDRESS)
    page.get_by_label(MONTHS).fill("20")

    page.get_by_label(MONTHS).press("Enter")

    expect(page.get_by_role("heading", name="Det här når inte upp")).to_be_visible()
