"""The keyboard, as one who has no mouse uses it."""

from playwright.sync_api import Locator, Page, expect


def tab_to(page: Page, wanted: Locator, *, at_most: int = 120) -> None:
    """Where the tab key leads, and nothing else."""
    expect(wanted).to_be_attached()
    for _each in range(at_most):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"the tab key never came to {wanted}")
