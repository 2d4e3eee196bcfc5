"""A real browser before the real portal: web process, worker, identity provider, mail.

The browser is Debian's Chromium where it is installed, otherwise the one that
playwright downloaded.  The identity provider knows one address of the portal,
so the browser tests run in one process, apart from the others (``make test``).
"""

import shutil
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.domain.actors import Actor
from portal.embedded.child import Child, surroundings
from portal.embedded.waiting import answers_http
from portal.settings import Settings
from tests.browser.seeing import WIDE, faults
from tests.factories import sign_in

QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# A page that is not there in five seconds is late on a machine of one's own; this is also for busy ones.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = shutil.which("chromium")
    found = {"executable_path": chromium} if chromium else {}
    return {**browser_type_launch_args, **found, "args": list(QUIET)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], settings: Settings) -> dict[str, Any]:
    return {
        **browser_context_args,
        "locale": "sv-SE",
        "timezone_id": "Europe/Stockholm",
        "base_url": settings.base_url,
        "viewport": WIDE,
    }


@pytest.fixture(scope="session")
def live(
    settings: Settings, app_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The portal's own processes, as ``make run`` starts them, on this run's engines."""
    logs = tmp_path_factory.mktemp("live")
    environment = surroundings(**app_environment)
    web = Child(
        "web",
        (sys.executable, "-m", "portal", "serve", "--workers", "1"),
        environment,
        log=logs / "web.log",
        ready=lambda: answers_http(f"{settings.base_url}/logga-in"),
    )
    worker = Child("worker", (sys.executable, "-m", "portal", "worker"), environment, log=logs / "worker.log")
    web.start()
    worker.launch()
    yield settings.base_url
    worker.stop()
    web.stop()


@pytest.fixture
def as_actor(
    owner: Any, new_context: Callable[..., BrowserContext], live: str, settings: Settings
) -> Callable[..., Page]:
    """``as_actor(actor, **context options)``: a page in a browser of that person's own, signed in."""

    def opened(actor: Actor | None = None, **options: Any) -> Page:
        context = new_context(**options)
        if actor is not None:
            context.add_cookies([{"name": "kundval", "value": sign_in(owner, actor), "url": live}])
        return context.new_page()

    return opened


@pytest.fixture
def nothing_for_axe() -> Callable[[Page], None]:
    """Fails with axe's own words when a page has an accessibility violation, at both widths."""

    def check(page: Page) -> None:
        found = faults(page)
        assert found == [], "\n".join(found)

    return check
