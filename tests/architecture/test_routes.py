"""Every route is guarded, save those that are listed here as open to all."""

import re

import pytest
from litestar.handlers import HTTPRouteHandler

# As the routing table writes them, with {} for whatever a parameter is called.
OPEN_TO_ALL = {
    # Assets, health, theme
    "/static/{}/{}",
    "/healthz",
    "/readyz",
    "/tema/{}/{}",
    # Signing in and out; these make the session that others ask for
    "/logga-in",
    "/logga-in/{}",
    "/logga-in/svar",
    "/logga-ut",
    "/logga-ut/kanal",
    "/session",
    "/sprak/{}",
    "/fortsatt/{}",
    # What anyone may read before signing in
    "/",
    "/kontrollera",
    "/om/tillganglighet",
    "/om/personuppgifter",
    "/{}",
    "/{}/villkor",
    "/{}/villkor/{}",
    "/{}/anordnare",
    "/{}/{}",
    "/{}/{}/sjalvtest",
    "/{}/{}/villkor/{}",
    "/{}/villkor/{}/jamfor/{}",
    "/{}/{}/villkor/{}/jamfor/{}",
    # An invitation is opened by who holds its link, before signing in
    "/inbjudan/{}",
    # The mails of the demo; not there at all in an installation that sends real ones
    "/demo/brev",
    "/demo/brev/{}/{}",
}
ROOMS = ("/foretag", "/kommun", "/underskrift")


def addresses(app):
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            if isinstance(handler, HTTPRouteHandler):
                yield re.sub(r"\{[^}]*\}", "{}", route.path), handler


def test_every_route_is_guarded_or_listed_as_open(app):
    unguarded = sorted(
        {path for path, handler in addresses(app) if not handler.resolve_guards() and path not in OPEN_TO_ALL}
    )

    assert unguarded == []


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_in_a_room_is_open(app, room):
    assert [path for path in OPEN_TO_ALL if path == room or path.startswith(f"{room}/")] == []
    assert [
        path
        for path, handler in addresses(app)
        if (path == room or path.startswith(f"{room}/")) and not handler.resolve_guards()
    ] == []


def test_a_form_is_posted_and_never_fetched(app):
    """What changes something is a POST; no address answers PUT, PATCH or DELETE."""
    methods = {method for _path, handler in addresses(app) for method in handler.http_methods}

    assert methods <= {"GET", "POST", "HEAD", "OPTIONS"}
