"""Every page of every walk: nothing for axe, nothing too wide, nothing unsaid after a mistake, and in English too."""

import re

import pytest
from litestar.handlers import HTTPRouteHandler

from portal.web.desk import LANGUAGE_COOKIE
from tests.browser.seeing import NARROW, faults
from tests.browser.walks import NO_PAGES, WALKS


def route_of(address: str, routes: set[str]) -> str:
    """The route that an address of a walk leads to: of those that fit, the one with the fewest parameters."""
    path = re.sub(r"\{[^}]*\}", "x", address.partition("?")[0])
    fits = [each for each in routes if re.fullmatch(each.replace("{}", "[^/]+"), path)]
    return min(fits, key=lambda each: each.count("{}"), default=path)


def test_every_page_is_walked(app):
    routes = {
        re.sub(r"\{[^}]*\}", "{}", route.path)
        for route in app.routes
        for handler in getattr(route, "route_handlers", ())
        if isinstance(handler, HTTPRouteHandler) and "GET" in handler.http_methods
    }
    walked = {route_of(page, routes) for walk in WALKS.values() for page in (*walk.pages, *walk.mistakes)}

    assert routes - walked - NO_PAGES == set()
    assert NO_PAGES - routes == set()


def test_what_stands_in_the_way_is_seen(as_actor):
    page = as_actor()
    page.goto("/")
    assert faults(page) == []
    page.evaluate("document.querySelector('main').append(new Image())")
    page.evaluate("document.body.style.width = '1000px'")

    wide, narrow, too_wide = faults(page)

    assert "image-alt" in wide
    assert "image-alt" in narrow
    assert "at 360 px: " in too_wide
    assert "px too wide" in too_wide


@pytest.fixture
def scene(walk, owner, db, bjorkvik, ekholm, resources):
    """What the walk leads through, with the bytes of its documents in the store."""
    made = walk.scene(owner, db, bjorkvik)
    for key, data in made.files.items():
        resources.store.put(key, data, media_type="application/pdf")
    return made


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_nothing_stands_in_anybodys_way(walk, scene, as_actor):
    page = as_actor(scene.actor)

    found = []
    for address in walk.pages:
        answer = page.goto(address.format(**scene.names))
        if answer is None or answer.status >= 500:
            found.append(f"{page.url} answers {answer and answer.status}")
        found += faults(page)
    for address, button in walk.mistakes.items():
        page.goto(address.format(**scene.names))
        page.locator("main").get_by_role("button", name=button, exact=True).last.click()
        page.wait_for_load_state()
        if not page.title().startswith("Fel:"):
            found.append(f"{page.url}: nothing is said after {button}")
        found += faults(page)

    assert found == [], "\n".join(found)


@pytest.mark.parametrize("walk", WALKS.values(), ids=WALKS)
def test_nothing_stands_in_the_way_in_english(walk, scene, as_actor, live):
    """Once, and narrow, where the longer words are felt first."""
    page = as_actor(scene.actor)
    page.context.add_cookies([{"name": LANGUAGE_COOKIE, "value": "en", "url": live}])

    found = []
    for address in walk.pages:
        page.goto(address.format(**scene.names))
        if page.locator("html").get_attribute("lang") != "en":
            found.append(f"{page.url} is not in English")
        found += faults(page, (NARROW,))

    assert found == [], "\n".join(found)
