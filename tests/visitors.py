"""People in browsers of their own, who find what they need by its words and sign in at the identity provider.

One test tells a story in both languages: ``words`` gives the English of what the
test says in Swedish, from the portal's own catalogue, and fails where there is none.
"""

import re
from functools import cache
from pathlib import Path

import typst
from playwright.sync_api import Download, Locator, Page, expect

from portal.embedded.waiting import wait_until
from portal.locale import english, gettext, speaking

PATIENCE = 45.0
"""For what the worker makes meanwhile; everything else is there when the page is."""


@cache
def a_real_pdf(title: str = "Rutin") -> bytes:
    made: bytes = typst.compile(f'#set document(title: "{title}")\n= {title}\n\nSå här gör vi.\n'.encode())
    return made


class Visitor:
    """One person before one browser."""

    def __init__(self, name: str, page: Page, *, language: str = "sv") -> None:
        self.name, self.page, self.language = name, page, language

    def words(self, swedish: str, **named: object) -> str:
        """What the test says in Swedish, as this person reads it."""
        if self.language == "en":
            assert swedish in english(), f"no English for {swedish!r}"
        with speaking(self.language):
            said = gettext(swedish)
        return said % named if named else said

    # Signing in

    def speak(self) -> "Visitor":
        """Choose my language, as the link at the top of every page does."""
        self.page.goto(f"/sprak/{self.language}?till=/logga-in")
        return self

    def sign_in(self, side: str, then: str = "") -> "Visitor":
        """At the identity provider, as ``foretag`` or ``kommun``; ``then`` is where to go after."""
        self.speak()
        self.page.goto(f"/logga-in/{side}" + (f"?till={then}" if then else ""))
        self.choose_myself()
        expect(self.page.get_by_text(self.name).first).to_be_attached()
        return self

    def choose_myself(self) -> None:
        """One button a person, on the identity provider's page."""
        self.page.get_by_role("button", name=re.compile(re.escape(self.name))).first.click()

    def sign_contract(self) -> None:
        """Show who I am, read what I sign, sign."""
        self.reload_until(self.button("Skriv under med e-legitimation"))
        self.press("Skriv under med e-legitimation")
        self.choose_myself()
        message = self.page.locator(".message")
        expect(message).to_contain_text("SHA-256")
        self.page.get_by_role("button", name="Sign" if self.language == "en" else "Skriv under", exact=True).click()

    # Finding and doing

    def go(self, path: str) -> None:
        self.page.goto(path)

    def button(self, swedish: str, **named: object) -> Locator:
        return self.page.get_by_role("button", name=self.words(swedish, **named), exact=True)

    def press(self, swedish: str, **named: object) -> None:
        self.button(swedish, **named).click()

    def link(self, swedish: str, **named: object) -> Locator:
        return self.page.get_by_role("link", name=self.words(swedish, **named), exact=True)

    def follow(self, swedish: str, **named: object) -> None:
        self.link(swedish, **named).first.click()

    def field(self, swedish: str) -> Locator:
        return self.page.get_by_label(self.words(swedish), exact=True)

    def write(self, swedish: str, text: str) -> None:
        self.field(swedish).fill(text)

    def choose(self, swedish: str) -> None:
        """A radio button or a box, by the words beside it, which cover the whole of its frame."""
        wanted = self.field(swedish).first  # the question's own yes stands before those of its facts
        self.page.locator(f"label[for='{wanted.get_attribute('id')}']").click()
        expect(wanted).to_be_checked()

    def sees(self, swedish: str, **named: object) -> None:
        expect(self.page.get_by_text(self.words(swedish, **named)).first).to_be_visible()

    def sees_heading(self, swedish: str, **named: object) -> None:
        expect(self.page.get_by_role("heading", name=self.words(swedish, **named)).first).to_be_visible()

    def reload_until(self, wanted: Locator) -> None:
        """For what a page says is being made just now."""

        def there() -> bool:
            if wanted.first.is_visible():
                return True
            self.page.reload()
            return wanted.first.is_visible()

        assert wait_until(there, patience=PATIENCE), f"{self.page.url} never showed {wanted}"

    def download(self, wanted: Locator) -> bytes:
        with self.page.expect_download() as told:
            wanted.first.click()
        done: Download = told.value
        return Path(done.path()).read_bytes()
