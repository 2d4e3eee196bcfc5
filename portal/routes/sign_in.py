"""Sign in and out, choose the language, and go on with what was typed before the session ended."""

from typing import Any, Literal
from urllib.parse import quote, urlsplit
from uuid import uuid4

from litestar import Response, Router, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlmodel import Session

from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import read_language
from portal.services import flows, parked, rates, sessions
from portal.views.errors import ErrorPage
from portal.views.sign_in import ChooseSide
from portal.web.desk import LANGUAGE_COOKIE, AnyRequest, Resources, desk_of
from portal.web.identity import (
    IdentityError,
    ProviderUnavailable,
    SignInCancelled,
    Started,
)
from portal.web.oidc import Client
from portal.web.pages import page

FLOW_COOKIE = "kundval_flow"


def local_target(till: str | None, fallback: str) -> str:
    """Where to go after: only an address of ours, never somebody else's."""
    if not till or not till.startswith("/") or till.startswith(("//", "/\\")) or urlsplit(till).netloc:
        return fallback
    return till


def cookie(resources: Resources, name: str, value: str, *, seconds: int | None = None) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        max_age=seconds,
        httponly=True,
        secure=resources.settings.secure,
        samesite="lax",
        path="/",
    )


def client_for(resources: Resources, side: str) -> Client:
    return resources.staff_sign_in if side == "staff" else resources.company_sign_in


@get("/logga-in", sync_to_thread=False)
def choose_side(request: AnyRequest, till: FromQuery[str | None] = None) -> Response[str]:
    return page(request, "account/choose_side.html", ChooseSide(till=local_target(till, "")))


@get("/logga-in/{side:str}", sync_to_thread=True)
def begin(
    request: AnyRequest, side: FromPath[str], db: NamedDependency[Session], till: FromQuery[str | None] = None
) -> Redirect:
    """Off to the identity provider; ``foretag`` to the companies', ``kommun`` to the staff's."""
    if side not in ("foretag", "kommun"):
        raise NotFound("page", request.url.path)
    desk = desk_of(request)
    rates.allow(db, f"sign-in {desk.address(request)}", limit=60, seconds=300, now=desk.now)
    purpose = "staff" if side == "kommun" else "company"
    client = client_for(desk.resources, purpose)
    started = client.begin_sign_in(now=desk.now, ui_locales=request.cookies.get(LANGUAGE_COOKIE, "sv"))
    flows.begin(
        db,
        purpose=purpose,
        state=started.state,
        started=started.to_record(),
        return_to=local_target(till, f"/{side}"),
        now=desk.now,
    )
    # The state is tied to this browser: an answer carried to another one is refused.
    return Redirect(
        started.url,
        status_code=303,
        cookies=[cookie(desk.resources, FLOW_COOKIE, started.state, seconds=900)],
    )


@get("/logga-in/svar", sync_to_thread=True)
def finish(request: AnyRequest, db: NamedDependency[Session]) -> Response[Any]:
    """Back from the identity provider: a new session, or a page that says what went wrong and what to do."""
    desk = desk_of(request)
    state = request.query_params.get("state", "")
    errand = flows.take(db, state, now=desk.now) if state and state == request.cookies.get(FLOW_COOKIE) else None
    if errand is None or errand.purpose not in ("company", "staff"):
        return failed(request, _("Inloggningen tog för lång tid"), _("Börja om så går det bra."), "/logga-in")
    client = client_for(desk.resources, errand.purpose)
    again = f"/logga-in/{'kommun' if errand.purpose == 'staff' else 'foretag'}?till={quote(errand.return_to, safe='')}"
    try:
        identity = client.finish(
            callback_params=dict(request.query_params), started=Started.from_record(errand.started), now=desk.now
        )
    except SignInCancelled:
        return failed(request, _("Du avbröt inloggningen"), _("Inget har hänt. Du kan logga in när du vill."), again)
    except ProviderUnavailable:
        return failed(
            request,
            _("Inloggningstjänsten svarar inte"),
            _("Vi når inte tjänsten för e-legitimation just nu. Försök igen om en stund."),
            again,
        )
    except IdentityError as error:
        request.logger.warning("sign-in failed: %r", error) if request.logger else None
        return failed(
            request,
            _("Inloggningen gick inte att bekräfta"),
            _("Svaret från inloggningstjänsten gick inte att lita på, så vi loggade inte in dig. Börja om."),
            again,
        )
    token = sessions.begin(
        db,
        issuer=identity.issuer,
        subject=identity.sub,
        name=identity.name or identity.email or _("Namn saknas"),
        email=identity.email if identity.email_verified else None,
        staff=errand.purpose == "staff",
        sid=identity.sid,
        id_token=identity.id_token,
        language=read_language(chosen) if (chosen := request.cookies.get(LANGUAGE_COOKIE)) else None,
        now=desk.now,
        hours=desk.resources.settings.session_hours,
    )
    if desk.token:
        # Rotated: whoever held the old token is out.
        sessions.end(db, desk.token)
    resources = desk.resources
    return Redirect(
        errand.return_to,
        status_code=303,
        cookies=[
            cookie(resources, resources.session_cookie, token, seconds=resources.settings.session_hours * 3600),
            cookie(resources, FLOW_COOKIE, "", seconds=0),
        ],
    )


def failed(request: AnyRequest, heading: str, sentence: str, again: str) -> Response[str]:
    view = ErrorPage(_("Logga in"), heading, (sentence,), again, _("Försök igen"))
    return page(request, "errors/error.html", view, status_code=400)


@post("/logga-ut", sync_to_thread=True)
def sign_out(request: AnyRequest, db: NamedDependency[Session]) -> Redirect:
    """End our session and the identity provider's; without a session, there is nothing to end."""
    desk = desk_of(request)
    resources = desk.resources
    target = "/"
    if desk.token and (ended := sessions.end(db, desk.token)) and ended.id_token:
        client = next(
            (c for c in (resources.company_sign_in, resources.staff_sign_in) if c.issuer == ended.issuer), None
        )
        try:
            there = client.logout_url(id_token_hint=ended.id_token, state=uuid4().hex) if client else None
        except IdentityError:
            there = None  # The identity provider is away: ours has ended all the same.
        target = there or target
    return Redirect(target, status_code=303, cookies=[cookie(resources, resources.session_cookie, "", seconds=0)])


@post("/logga-ut/kanal", status_code=200, sync_to_thread=True)
def back_channel(request: AnyRequest, db: NamedDependency[Session]) -> Response[None]:
    """The identity provider says that a session has ended there (OpenID Connect Back-Channel Logout)."""
    desk = desk_of(request)
    token = dict(desk.posted).get("logout_token", "")
    for client in (desk.resources.company_sign_in, desk.resources.staff_sign_in):
        try:
            notice = client.read_logout_token(token, now=desk.now)
        except IdentityError:
            continue
        sessions.end_at_provider(db, issuer=notice.issuer, subject=notice.sub, sid=notice.sid)
        return Response(None, status_code=200)
    return Response(None, status_code=400)


@post("/session", status_code=204, sync_to_thread=False)
def stay(request: AnyRequest) -> None:
    """The reader is still there: opening the session has said so."""
    desk = desk_of(request)
    if desk.identity is not None:
        desk.commit()


@get("/sprak/{language:str}", sync_to_thread=False)
def choose_language(
    request: AnyRequest, language: FromPath[str], db: NamedDependency[Session], till: FromQuery[str | None] = None
) -> Redirect:
    """For this browser, and for the letters to whoever is signed in."""
    return _spoken(request, db, language, till, status_code=303)


@post("/sprak/{language:str}", sync_to_thread=False)
def choose_language_typing(
    request: AnyRequest, language: FromPath[str], db: NamedDependency[Session], till: FromQuery[str | None] = None
) -> Redirect:
    """As ``choose_language``, where something is typed: 307 has the browser send that on, and nothing is kept."""
    return _spoken(request, db, language, till, status_code=307)


def _spoken(
    request: AnyRequest, db: Session, language: str, till: str | None, *, status_code: Literal[303, 307]
) -> Redirect:
    if language not in ("sv", "en"):
        raise NotFoundException
    if (identity := desk_of(request).identity) is not None:
        sessions.choose_language(db, read_language(language), person_id=identity.person_id)
    chosen = cookie(desk_of(request).resources, LANGUAGE_COOKIE, language, seconds=31_536_000)
    return Redirect(local_target(till, "/"), status_code=status_code, cookies=[chosen])


@get("/fortsatt/{token:str}", sync_to_thread=False)
def go_on(request: AnyRequest, token: FromPath[str], db: NamedDependency[Session]) -> Response[str]:
    """What was typed when the session had ended, ready to be sent again."""
    desk = desk_of(request)
    desk.signed_in()
    form = parked.unpark(db, token, now=desk.now)
    view = ErrorPage(
        _("Välkommen tillbaka"),
        _("Du hade hunnit loggas ut"),
        (_("Det du skrev har vi sparat åt dig. Titta igenom det och skicka det igen."),),
        back="/",
        action=form.path,
        fields=form.fields,
    )
    return page(request, "errors/error.html", view)


router = Router(
    "/",
    route_handlers=[
        choose_side,
        begin,
        finish,
        sign_out,
        back_channel,
        stay,
        choose_language,
        choose_language_typing,
        go_on,
    ],
)
