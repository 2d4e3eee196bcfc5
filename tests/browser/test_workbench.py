"""How much work a clean application is: from the opened case to the proposal, counted as an officer does it.

A click, a key that sends or chooses, and a field that is written in are one interaction each; to move the focus is
none. The law's own questions are not skipped: every criterion becomes a judgement of the officer's.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlmodel import col, select

from portal.db.tables import Judgement, Proposal
from portal.domain.application import State
from tests.browser.keys import tab_to
from tests.factories_application import sets_of
from tests.factories_clean import make_clean
from tests.factories_review import fresh, make_officer

AT_MOST, SECONDS = 25, 300.0
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 360, "height": 740}


@dataclass
class Counted:
    """An officer before a page, who counts."""

    page: Page
    by_keyboard: bool
    done: list[str] = field(default_factory=list)

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        self.done.append(wanted.inner_text())
        if self.by_keyboard:
            tab_to(self.page, wanted, at_most=200)
            self.page.keyboard.press(key)
        else:
            wanted.click()

    def choose(self, name: str) -> None:
        self.done.append(name)
        radio = self.page.get_by_role("radio", name=name, exact=True)
        if self.by_keyboard:
            tab_to(self.page, radio, at_most=200)
            self.page.keyboard.press("Space")
        else:
            self.page.get_by_text(name, exact=True).last.click()
        expect(radio).to_be_checked()

    def write(self, label: str, text: str) -> None:
        self.done.append(label)
        wanted = self.page.get_by_label(label, exact=True)
        if self.by_keyboard:
            tab_to(self.page, wanted, at_most=200)
            self.page.keyboard.type(text)
        else:
            wanted.fill(text)


def confirm_every_group(officer: Counted) -> None:
    """Each group in turn, as the portal leads, until something is left to judge by itself."""
    page = officer.page
    officer.press(page.get_by_role("link", name="Granska grupp för grupp"))
    page.wait_for_url(re.compile("/grupp/"))
    while "/grupp/" in page.url:
        before = page.url
        officer.press(page.locator("form button[name=vilka]").first)
        expect(page).not_to_have_url(before)


def judge_what_is_left(officer: Counted) -> None:
    """What no register here has answered: the officer has looked it up."""
    page = officer.page
    done = page.get_by_role("heading", name="Alla villkor är bedömda")
    while not done.count():
        before = page.url
        expect(page.locator("#villkor")).to_be_focused()
        officer.choose("Uppfyllt")
        officer.write("Motivering", "Kontrollerat i registret i dag, utan anmärkning.")
        officer.press(page.get_by_role("button", name="Spara och gå till nästa"))
        expect(page).not_to_have_url(before)
        page.wait_for_load_state()


@pytest.mark.parametrize(
    ("by_keyboard", "options"),
    [
        pytest.param(False, {}, id="pointer"),
        pytest.param(True, {}, id="keyboard alone"),
        pytest.param(False, {"java_script_enabled": False}, id="phone without script"),
    ],
)
def test_a_clean_application_is_judged_and_proposed_in_few_interactions(
    as_actor: Callable[..., Page], owner, db, bjorkvik, resources, record_property, by_keyboard, options
):
    officer = make_officer(owner, bjorkvik)
    sent = datetime.now(UTC) - timedelta(days=3)
    application = make_clean(owner, db, bjorkvik, officer, store=resources.store, now=sent)
    mikael = Counted(as_actor(officer, **options), by_keyboard)
    mikael.page.set_viewport_size(NARROW if options else WIDE)
    mikael.page.goto(f"/kommun/arenden/{application.id}")

    began = monotonic()
    confirm_every_group(mikael)
    judge_what_is_left(mikael)
    mikael.press(mikael.page.get_by_role("link", name="Lämna förslag").first)
    mikael.write("Sammanfattning av skälen", "Sökanden uppfyller alla villkor.")
    mikael.press(mikael.page.get_by_role("button", name="Lämna förslag om godkännande"))
    mikael.page.wait_for_url(re.compile(f"/kommun/arenden/{application.id}$"))
    seconds = monotonic() - began

    record_property("interactions", len(mikael.done))
    record_property("seconds", round(seconds, 1))
    assert len(mikael.done) <= AT_MOST, mikael.done
    assert seconds < SECONDS
    assert fresh(owner, application.id).state is State.PROPOSED_DECISION
    judged = owner.exec(select(Judgement).where(col(Judgement.application_id) == application.id)).all()
    assert {each.criterion for each in judged} == {each.id for each in sets_of(owner, application).asked_criteria}
    assert len(judged) >= 36
    assert {each.judged_by for each in judged} == {officer.person_id}
    assert owner.exec(select(Proposal.approve).where(col(Proposal.application_id) == application.id)).one()
