"""Who may enter a room.  A guard stands on the router, so that no route inside can forget it.

They are coroutines that wait for nothing: Litestar sends a plain function to a thread, with every page behind it.
"""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect

from portal.domain.roles import Role
from portal.errors import NotFound
from portal.web.desk import AnyRequest, desk_of

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], Awaitable[None]]


def only(*roles: Role) -> Guard:
    """Signed in, and acting with at least one of these roles; to everyone else the room is not there."""
    wanted = frozenset(roles)

    async def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        identity = desk_of(connection).signed_in()
        if not identity.actor.roles & wanted:
            raise NotFound("page", connection.url.path)

    return guard


async def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Anyone who has signed in, whether or not they act for somebody yet."""
    desk_of(connection).signed_in()


async def company_side(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A person signed in as a company's, who may not have a company yet."""
    if desk_of(connection).signed_in().staff:
        raise NotFound("page", connection.url.path)


async def company_chosen(request: AnyRequest) -> Redirect | None:
    """``before_request`` of a company's room: whoever acts for no company yet chooses one, and comes back here."""
    if desk_of(request).signed_in().provider_id is not None:
        return None
    if request.method != "GET":
        raise NotFound("page", request.url.path)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Redirect(f"/foretag/valj?till={quote(target, safe='')}", status_code=303)


async def staff_side(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A person signed in as staff, who may not have chosen a municipality yet."""
    if not desk_of(connection).signed_in().staff:
        raise NotFound("page", connection.url.path)
