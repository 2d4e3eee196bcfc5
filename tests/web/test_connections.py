"""A page that does not run in a thread goes from its guard to its commit at a stretch; all of them share a connection.

Where one waits in between, others begin, each with a connection of its own that has no prepared statements yet.
"""

import asyncio

import httpx
import pytest
import sqlalchemy as sa
from litestar.utils.sync import AsyncCallable

from tests.factories import sign_in
from tests.web.every_address import COMPANY_ROOM, STAFF_ROOM, addresses, filled
from tests.web.others_case import make_others_case

AT_ONCE = 4


@pytest.fixture
def most_lent(resources):
    """The most connections that were lent at the same moment, since it was asked last."""
    lent, most = 0, 0

    def out(*_):
        nonlocal lent, most
        lent += 1
        most = max(most, lent)

    def back(*_):
        nonlocal lent
        lent -= 1

    def since_last():
        nonlocal most
        found, most = most, 0
        return found

    sa.event.listen(resources.engine, "checkout", out)
    sa.event.listen(resources.engine, "checkin", back)
    yield since_last
    sa.event.remove(resources.engine, "checkout", out)
    sa.event.remove(resources.engine, "checkin", back)


def in_a_thread(app, path: str) -> bool:
    [route] = [each for each in app.routes if each.path == path]
    [handler] = [each for each in route.route_handlers if "GET" in each.http_methods]
    return isinstance(handler.fn, AsyncCallable)


@pytest.mark.parametrize("room", [COMPANY_ROOM, STAFF_ROOM])
def test_pages_that_are_asked_for_at_once_share_a_connection(
    app, settings, resources, owner, bjorkvik, most_lent, room
):
    case = make_others_case(owner, bjorkvik)
    token = sign_in(owner, case.officer if room == STAFF_ROOM else case.signatory)
    pages = [
        each
        for each in addresses(app)
        if each.method == "GET" and each.room == room and not in_a_thread(app, each.path)
    ]
    answered: dict[str, int] = {}
    shared: dict[str, int] = {}

    async def walk() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app),
            base_url=settings.base_url,
            cookies={resources.session_cookie: token},
        ) as browser:
            for page in pages:
                answers = await asyncio.gather(*(browser.get(filled(page, case)) for _ in range(AT_ONCE)))
                answered[page.path] = max(each.status_code for each in answers)
                shared[page.path] = most_lent()

    asyncio.run(walk())

    assert {path: status for path, status in answered.items() if status >= 500} == {}
    assert len([path for path, status in answered.items() if status == 200]) > 5
    assert {path: number for path, number in shared.items() if number > 1} == {}
