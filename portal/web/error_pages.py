"""From refusal to page, in one place: which error has which status, and what it says to the reader."""

import logging
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from portal.errors import (
    ChangedMeanwhile,
    Invalid,
    NotAllowed,
    NotFound,
    NotReady,
    OutOfStep,
    PortalError,
    SignedOut,
    TooMany,
    TransitionRefused,
)
from portal.locale import gettext as _
from portal.locale import ngettext
from portal.services import parked
from portal.views.errors import ErrorPage
from portal.web.desk import AnyRequest, ForeignOrigin, desk_of
from portal.web.pages import page

log = logging.getLogger("portal.errors")

STATUS: dict[type[PortalError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    TransitionRefused: HTTPStatus.CONFLICT,
    ChangedMeanwhile: HTTPStatus.CONFLICT,
    OutOfStep: HTTPStatus.CONFLICT,
    NotAllowed: HTTPStatus.FORBIDDEN,
    ForeignOrigin: HTTPStatus.FORBIDDEN,
    NotReady: HTTPStatus.UNPROCESSABLE_ENTITY,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
}


def not_allowed_words(reason: str) -> tuple[str, str]:
    """Heading and sentence for each reason of ``NotAllowed``."""
    words = {
        "conflict_undeclared": (
            _("Svara först på jävsfrågan"),
            _("Innan du handlägger ett ärende intygar du att du inte är jävig. Öppna ärendet och svara på frågan."),
        ),
        "conflict": (
            _("Du har anmält jäv i ärendet"),
            _("Den som är jävig handlägger inte ärendet. Lämna över det till en kollega."),
        ),
        "own_proposal": (
            _("Någon annan behöver besluta"),
            _("Du har handlagt ärendet. Den som har handlagt ett ärende kan inte besluta i det."),
        ),
        "follow_proposal": (
            _("Beslutet följer förslaget"),
            _("Förslaget säger något annat. Ser du det på ett annat sätt återlämnar du ärendet med dina skäl."),
        ),
        "second_review_open": (
            _("Andra granskningen är redan begärd"),
            _("En andra granskning görs en gång i varje ärende. Öppna den för att se hur långt den har kommit."),
        ),
        "own_review": (
            _("Någon annan behöver läsa"),
            _("Du har handlagt ärendet. Den andra granskaren är någon som inte har gjort det."),
        ),
        "not_yours": (
            _("Ärendet har en annan handläggare"),
            _("Ta över ärendet först om du ska handlägga det."),
        ),
        "closed_part": (
            _("Den delen är inte öppen"),
            _("Vid en komplettering kan ni bara ändra det som handläggaren har frågat om."),
        ),
        "role": (
            _("Din roll räcker inte till"),
            _("Be en kollega med en annan roll i företaget att göra det här."),
        ),
        "company_first": (
            _("Företaget skriver under först"),
            _("Kommunen skriver under avtalet när företagets firmatecknare har gjort det."),
        ),
        "signed_already": (
            _("Avtalet är redan underskrivet"),
            _("Någon hos er har redan skrivit under. Öppna avtalet så ser du vem och när."),
        ),
        "other_paper": (
            _("Det som skrevs under är inte det här avtalet"),
            _("Underskriften gäller en annan fil än avtalet och har inte tagits emot. Läs avtalet och börja om."),
        ),
        "hearing_first": (
            _("Företaget ska få yttra sig först"),
            _("Ett avslag beslutas när företaget har sett skälen och har svarat eller låtit svarstiden gå ut."),
        ),
        "paper_not_ready": (
            _("Handlingen är inte klar än"),
            _("Den görs just nu och brukar vara klar inom en minut. Försök igen om en liten stund."),
        ),
        "last_administrator": (
            _("Någon måste kunna administrera"),
            _("Det måste alltid finnas minst en person som kan hantera personerna. Ge först rollen till någon annan."),
        ),
        "service_closed": (
            _("Tjänsten tar inte emot ansökningar"),
            _("Kommunen har inte öppnat tjänsten för ansökningar. På tjänstens sida står det om den öppnar."),
        ),
        "no_documents_here": (
            _("Här lämnas inga dokument"),
            _("Det här villkoret besvaras i ord. Bifoga dokumentet vid det villkor som det hör till."),
        ),
        "draft_unfinished": (
            _("Utkastet är inte färdigt"),
            _("Något i utkastet behöver rättas innan verkan kan beräknas. Öppna utkastet så ser du vad."),
        ),
        "draft_published": (
            _("Utkastet är publicerat"),
            _("Det som är publicerat ändras aldrig. Börja ett nytt utkast om något ska bli annorlunda."),
        ),
        "signatory_answers": (
            _("En firmatecknare svarar"),
            _("Svaret binder företaget. Be en firmatecknare att öppna sidan och svara."),
        ),
        "confirmation_accepted": (
            _("Svaret är redan godtaget"),
            _("Kommunen har godtagit svaret. Behöver något ändras, hör av er till kommunen."),
        ),
        "commented": (
            _("Ni har redan yttrat er"),
            _("Yttrandet har kommit in och ligger till grund för beslutet. Det går inte att ändra."),
        ),
        "own_administrator": (
            _("Be en annan administratör"),
            _("Du kan inte ta bort din egen roll som administratör eller stänga av dig själv."),
        ),
        "last_signatory": (
            _("Någon måste kunna skriva under"),
            _("Det måste alltid finnas minst en firmatecknare. Ge först rollen till någon annan."),
        ),
        "signatory_only": (
            _("Bara en firmatecknare kan göra det"),
            _("Rollen som firmatecknare ges och tas bort av någon som själv är firmatecknare i företaget."),
        ),
        "other_company": (
            _("Du företräder ett annat företag nu"),
            _("Sidan öppnades för ett annat företag än det du företräder nu. Byt företag och öppna sidan igen."),
        ),
        "document_used": (
            _("Dokumentet används"),
            _("Ett dokument som har lämnats in i en ansökan, eller som styrker någons kompetens, kan inte tas bort."),
        ),
        "document_waiting": (
            _("Dokumentet kontrolleras just nu"),
            _("Vänta tills kontrollen är klar, och ta bort det sedan."),
        ),
        "document_unsafe": (
            _("Filen går inte att öppna"),
            _("Filen har inte genomsökts och går därför inte att öppna än."),
        ),
    }
    return words.get(reason, (_("Det går inte att göra"), _("Gå tillbaka och försök på ett annat sätt.")))


def refusal(request: AnyRequest, error: PortalError) -> Response[Any]:
    _set_aside(request)
    status = STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    kicker, heading = _("Det gick inte"), ""
    paragraphs: tuple[str, ...]
    back, back_words = _back(request)
    keep = True
    if isinstance(error, NotFound):
        kicker, heading = _("Sidan finns inte"), _("Vi hittar inte det du söker")
        paragraphs = (
            _("Det kan ha flyttats eller tagits bort, eller höra till någon annan än den du företräder just nu."),
        )
        back, back_words, keep = "/", _("Gå till startsidan"), False
    elif isinstance(error, TransitionRefused | ChangedMeanwhile):
        heading = _("Någon hann före")
        paragraphs = (_("Ärendet har ändrats sedan du öppnade sidan, så steget gjordes inte. Se hur det ser ut nu."),)
    elif isinstance(error, ForeignOrigin):
        heading = _("Formuläret kom inte från vår sida")
        paragraphs = (
            _("Av säkerhetsskäl tar vi bara emot formulär från portalens egna sidor. Öppna sidan och försök igen."),
        )
        keep = False
    elif isinstance(error, TooMany):
        heading = _("För många försök")
        minutes = max(1, round(error.seconds / 60))
        paragraphs = (
            ngettext("Vänta en minut och försök igen.", "Vänta %(num)s minuter och försök igen.", minutes)
            % {"num": minutes},
        )
    elif isinstance(error, NotAllowed):
        heading, sentence = not_allowed_words(error.reason)
        paragraphs = (sentence,)
    else:
        heading = _("Något saknas eller behöver rättas")
        paragraphs = (_("Gå tillbaka till sidan, rätta det som är markerat och försök igen."),)
    view = ErrorPage(kicker, heading, paragraphs, back, back_words, *_typed(request, keep=keep))
    return page(request, "errors/error.html", view, status_code=status)


def sign_in_first(request: AnyRequest, _error: SignedOut) -> Response[Any]:
    """To sign-in and back; what was posted waits until its writer is here again."""
    desk = desk_of(request)
    _set_aside(request)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    side = "kommun" if request.url.path.startswith("/kommun") else "foretag"
    if request.method != "GET":
        target = _back(request)[0]
        if desk.posted:
            with Session(desk.resources.engine) as db:
                token = parked.park(db, path=request.url.path, fields=desk.posted, now=desk.now)
                db.commit()
            target = f"/fortsatt/{token}"
    return Redirect(f"/logga-in/{side}?till={quote(target, safe='')}&skal=utloggad", status_code=303)


def http_error(request: AnyRequest, error: HTTPException) -> Response[Any]:
    _set_aside(request)
    status = error.status_code
    if status == HTTPStatus.NOT_FOUND:
        return refusal(request, NotFound("page", request.url.path))
    if status == HTTPStatus.METHOD_NOT_ALLOWED and request.method in ("GET", "HEAD"):
        return refusal(request, NotFound("page", request.url.path))
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        heading, sentence = _("Det var för stort"), _("Filen eller texten är större än vad vi kan ta emot.")
    elif status < 500:
        heading, sentence = _("Vi förstod inte det som skickades"), _("Öppna sidan igen och försök på nytt.")
    else:
        return unexpected(request, error)
    back, back_words = _back(request)
    view = ErrorPage(_("Det gick inte"), heading, (sentence,), back, back_words)
    return page(request, "errors/error.html", view, status_code=status)


def unexpected(request: AnyRequest, error: Exception) -> Response[Any]:
    """A bug, or an engine that is away.  The log has the reference that the reader is given."""
    _set_aside(request)
    reference = secrets.token_hex(4)
    log.error("%s %s failed [%s]", request.method, request.url.path, reference, exc_info=error)
    away = isinstance(error, OperationalError)
    back, back_words = _back(request)
    view = ErrorPage(
        _("Ett fel hos oss"),
        _("Det gick inte just nu"),
        (
            _("Felet är vårt, inte ditt. Inget har sparats av det du gjorde i det här steget."),
            _("Försök igen om en stund."),
        ),
        back,
        back_words,
        *_typed(request, keep=True),
        reference=reference,
    )
    desk = desk_of(request)
    if away:
        # Without the database nobody's name can be shown.
        desk.token = None
    status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.INTERNAL_SERVER_ERROR
    return page(request, "errors/error.html", view, status_code=status)


def _set_aside(request: AnyRequest) -> None:
    """Roll back what the failed step did, but keep knowing who is reading."""
    desk_of(request).clear()


def _back(request: AnyRequest) -> tuple[str, str]:
    """The page the form stood on: the referrer when it is ours, otherwise the start page."""
    base = desk_of(request).resources.settings.base_url
    referrer = request.headers.get("referer", "")
    if referrer.startswith(f"{base}/"):
        return referrer.removeprefix(base), _("Gå tillbaka")
    return "/", _("Gå till startsidan")


def _typed(request: AnyRequest, *, keep: bool) -> tuple[str, tuple[tuple[str, str], ...]]:
    desk = desk_of(request)
    return (request.url.path, tuple(desk.posted)) if keep and desk.posted else ("", ())


EXCEPTION_HANDLERS: ExceptionHandlersMap = {
    SignedOut: sign_in_first,
    PortalError: refusal,
    HTTPException: http_error,
    Exception: unexpected,
}
