"""Who may enter a room.  A guard stands on the router, so that no route inside can forget it."""

from collections.abc import Callable
from typing import Any

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from portal.domain.roles import Role
from portal.errors import NotFound
from portal.web.desk import desk_of

Guard = Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]


def only(*roles: Role) -> Guard:
    """Signed in, and acting with at least one of these roles; to everyone else the room is not there."""
    wanted = frozenset(roles)

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        identity = desk_of(connection).signed_in()
        if not identity.actor.roles & wanted:
            raise NotFound("page", connection.url.path)

    return guard


def signed_in(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Anyone who has signed in, whether or not they act for somebody yet."""
    desk_of(connection).signed_in()


def company_side(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A person signed in as a company's, who may not have a company yet."""
    if desk_of(connection).signed_in().staff:
        raise NotFound("page", connection.url.path)


def staff_side(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """A person signed in as staff, who may not have chosen a municipality yet."""
    if not desk_of(connection).signed_in().staff:
        raise NotFound("page", connection.url.path)
