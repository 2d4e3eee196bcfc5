"""What one request works with: its transaction, its identity, its language.

``DeskMiddleware`` lays the desk before anything else happens and clears it
whatever happens: a transaction that no handler committed is rolled back.  The
commit itself is the ``db`` dependency's, after the page is made and before it
is sent, so that a failed commit is still an error page.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import sqlalchemy as sa
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlmodel import Session

from documents.renditions import Renditions
from documents.scan import Scanner
from documents.store import Store
from portal import locale
from portal.domain.actors import Actor, Identity
from portal.errors import PortalError, SignedOut
from portal.services import sessions
from portal.settings import Settings
from portal.web import multipart_forms
from portal.web.addresses import client_address
from portal.web.oidc import Client

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
LANGUAGE_COOKIE = "kundval_language"
PARKED_LIMIT = 1_000_000

AnyRequest = Request[Any, Any, State]


@dataclass(frozen=True)
class Resources:
    """What the process holds open, made once in ``create_app``."""

    settings: Settings
    engine: sa.Engine
    store: Store
    renditions: Renditions
    scanner: Scanner
    company_sign_in: Client
    staff_sign_in: Client
    company_signing: Client
    staff_signing: Client

    @property
    def session_cookie(self) -> str:
        return "__Host-kundval" if self.settings.secure else "kundval"


class ForeignOrigin(PortalError):
    """A form was posted from another site, or by something that does not say from where."""


@dataclass
class Desk:
    """One request's transaction and identity, both made when first asked for."""

    resources: Resources
    now: datetime
    token: str | None
    posted: list[tuple[str, str]] = field(default_factory=list)
    brings_files: bool = False
    _db: Session | None = None
    _identity: Identity | None = None
    _asked: bool = False

    @property
    def db(self) -> Session:
        if self._db is None:
            self._db = Session(self.resources.engine, expire_on_commit=False, autoflush=False)
        return self._db

    @property
    def identity(self) -> Identity | None:
        """Who is signed in; without a cookie, no query is made."""
        if not self._asked:
            self._asked = True
            if self.token:
                idle = timedelta(minutes=self.resources.settings.session_idle_minutes)
                self._identity = sessions.open_session(self.db, self.token, now=self.now, idle=idle)
        return self._identity

    def address(self, connection: ASGIConnection[Any, Any, Any, Any]) -> str:
        """From where the request comes, for counting tries."""
        return client_address(connection, trusted_proxies=self.resources.settings.trusted_proxies)

    def signed_in(self) -> Identity:
        if (identity := self.identity) is None:
            raise SignedOut
        return identity

    def commit(self) -> None:
        if self._db is not None:
            self._db.commit()

    def let_go(self) -> None:
        """Store what was done so far and give the connection back: somebody's upload may take minutes."""
        self.commit()

    def take_up(self) -> None:
        """Begin another transaction for the same person, after ``let_go``."""
        sessions.serve(self.db, self.signed_in().actor)

    def clear(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


def desk_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Desk:
    desk: Desk = connection.scope["state"]["desk"]
    return desk


# What handlers ask of the desk. Each of these depends on the one before it, also where it makes no use of it: those
# that do not, Litestar resolves in tasks of their own, and while a page waits for its tasks others begin, each with a
# connection of its own. As it is, a page that does not run in a thread goes from its guard to its commit at a stretch,
# and all of them share one connection, whose statements are prepared. A test holds this.


def provide_now(request: AnyRequest) -> datetime:
    return desk_of(request).now


async def provide_db(request: AnyRequest, now: NamedDependency[datetime]) -> AsyncIterator[Session]:
    """The request's session; the one generator dependency, so that a commit error is seen as itself.

    Litestar ends a plain generator in a thread, which costs a page more than its commit does. Here it is ended where
    it was made.
    """
    desk = desk_of(request)
    yield desk.db
    desk.commit()


def provide_actor(request: AnyRequest, db: NamedDependency[Session]) -> Actor:
    return desk_of(request).signed_in().actor


DEPENDENCIES = {
    "now": Provide(provide_now, sync_to_thread=False),
    "db": Provide(provide_db),
    "actor": Provide(provide_actor, sync_to_thread=False),
}


class DeskMiddleware:
    """Lays and clears the desk, and adds the security headers.

    It stands around the whole application, error pages included: what answers
    that a page is not there also wants to know who is reading.
    """

    def __init__(self, app: ASGIApp, resources: Resources) -> None:
        self.app = app
        self.resources = resources
        self.headers = security_headers(resources.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self.app(scope, receive, send)
            return
        connection: ASGIConnection[Any, Any, Any, State] = ASGIConnection(scope)
        desk = Desk(self.resources, datetime.now(UTC), connection.cookies.get(self.resources.session_cookie))
        scope["state"]["desk"] = desk
        locale.speak(locale.read_language(connection.cookies.get(LANGUAGE_COOKIE)))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *((name, value) for name, value in self.headers if name not in present),
                ]
            await send(message)

        try:
            if scope["method"] not in SAFE_METHODS:
                receive = await self._keep_posted(connection, desk, receive)
            await self.app(scope, receive, send_with_headers)
        finally:
            desk.clear()

    async def _keep_posted(
        self, connection: ASGIConnection[Any, Any, Any, State], desk: Desk, receive: Receive
    ) -> Receive:
        """Read a plain form before anything can refuse it, so that nothing typed is ever lost."""
        kind = connection.headers.get("content-type", "")
        if multipart_forms.is_multipart(kind):
            ahead = await multipart_forms.read_ahead(kind, receive)
            desk.posted, desk.brings_files = ahead.fields, ahead.brings_files
            return multipart_forms.again(ahead.messages, receive)
        if not kind.startswith("application/x-www-form-urlencoded"):
            return receive
        body, more = b"", True
        while more and len(body) <= PARKED_LIMIT:
            message = await receive()
            if message["type"] != "http.request":
                break
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if not more:
            desk.posted = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        sent = False

        async def again() -> Any:
            nonlocal sent
            if not sent:
                sent = True
                return {"type": "http.request", "body": body, "more_body": more}
            return await receive()

        return again


def origin_middleware(app: ASGIApp) -> ASGIApp:
    """Refuse forms from elsewhere, on every route."""

    async def checked(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP and scope["method"] not in SAFE_METHODS:
            connection: ASGIConnection[Any, Any, Any, State] = ASGIConnection(scope)
            refuse_foreign(connection, desk_of(connection).resources.settings)
        await app(scope, receive, send)

    return checked


def refuse_foreign(connection: ASGIConnection[Any, Any, Any, State], settings: Settings) -> None:
    """Cross-site request forgery: a form is taken only from our own pages.

    Browsers say where a form comes from (``Sec-Fetch-Site``, ``Origin``), and a
    page of another site cannot change that.  No token has to live in each form,
    so that a form outlives its session.  A service without a browser (the
    identity provider's back-channel) carries a signed token and no cookie.
    """
    if connection.url.path.endswith("/logga-ut/kanal"):
        return
    site = connection.headers.get("sec-fetch-site")
    if site is not None:
        if site in ("same-origin", "none"):
            return
        raise ForeignOrigin
    if connection.headers.get("origin") != settings.base_url:
        raise ForeignOrigin


def security_headers(settings: Settings) -> tuple[tuple[bytes, bytes], ...]:
    issuers = {settings.company_sign_in.issuer, settings.staff_sign_in.issuer}
    origins = sorted("{0.scheme}://{0.netloc}".format(urlsplit(issuer)) for issuer in issuers)
    policy = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            # A form that begins a signing is answered with a redirect to the identity provider.
            f"form-action 'self' {' '.join(origins)}",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )
    headers = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), geolocation=(), microphone=()",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }
    if settings.secure:
        headers["strict-transport-security"] = "max-age=31536000; includeSubDomains"
    return tuple((name.encode(), value.encode()) for name, value in headers.items())
