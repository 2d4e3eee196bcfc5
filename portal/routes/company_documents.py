"""Documents that a company handed in, for its own people and for the municipality that they were handed to.

Each document has three addresses: the original, the page that shows it, and
the pictures of its pages.  What is sent is authorised first and written down
before it leaves; the connection to the database is given back while a page is
drawn, which may take seconds.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlmodel import Session

from documents.preview import DRAWN, PICTURE_TYPE, TURNS, CannotShow, NoSuchPage
from documents.renditions import WIDTHS
from documents.store import Missing
from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.domain.solvency import Origin
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.services import document_access, figure_places
from portal.services.document_access import Opened, Use
from portal.views import document as document_page
from portal.views.document import Place
from portal.views.document_figure import figure_shown
from portal.web.desk import AnyRequest, desk_of
from portal.web.downloads import SANDBOX, download, is_continued
from portal.web.guards import only
from portal.web.pages import page

THUMBNAIL, *READABLE = WIDTHS
ZOOMED = READABLE[-3:]


def _opened(request: AnyRequest, db: Session, document_id: UUID, actor: Actor) -> Opened:
    """The document, when it is theirs to read for the reason that the address gives."""
    said = {name: request.query_params.get(name, "") for name in ("arende", "villkor")}
    use = None
    if any(said.values()):
        try:
            use = Use(UUID(said["arende"]), said["villkor"])
        except ValueError as error:
            raise NotFound("document", document_id) from error
    scanner = desk_of(request).resources.scanner.configured
    return document_access.open_document(db, document_id, use=use, actor=actor, scanner=scanner)


@get("/{document_id:uuid}", sync_to_thread=True)
def original(
    request: AnyRequest,
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    opened = _opened(request, db, document_id, actor)
    document = opened.document
    sent = download(
        request,
        desk_of(request).resources.store,
        document.object_key,
        name=document.name,
        media_type=document.media_type,
        size=document.size,
        sha256=document.sha256,
    )
    if sent.status_code != 416:
        continued = is_continued(request, size=document.size, sha256=document.sha256)
        document_access.note_download(db, opened, continued=continued, actor=actor, now=now)
    return sent


@get("/{document_id:uuid}/visa", sync_to_thread=True)
def show(
    request: AnyRequest,
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    sida: FromQuery[str] = "",
    vrid: FromQuery[str] = "",
    zoom: FromQuery[str] = "",
    sok: FromQuery[str] = "",
    siffra: FromQuery[UUID | None] = None,
) -> Response[str]:
    desk, opened = desk_of(request), _opened(request, db, document_id, actor)
    document = opened.document
    standing = figure_places.standing_of(db, document_id, siffra) if siffra else None
    desk.let_go()
    contents, excerpt, cannot = None, None, ""
    try:
        contents = desk.resources.renditions.contents(opened.shown)
        if standing is not None and standing.origin is Origin.IXBRL:
            excerpt = figure_places.excerpt_of(standing, desk.resources.store.read(document.object_key))
    except CannotShow as refused:
        cannot = refused.why.value
    except Missing as missing:
        raise NotFound("object", document.object_key) from missing
    desk.take_up()
    base = request.url.path.removesuffix("/visa")
    place = Place.read(base, sida=sida, vrid=vrid, zoom=zoom, sok=sok).used(opened.application_id, opened.criterion)
    if contents is not None:
        if standing is not None:
            place = place.at(contents, standing.search, row=excerpt.row if excerpt else "", page=standing.page)
        place = place.within(contents.pages)
        document_access.note_view(db, opened, page=place.page, actor=actor, now=now)
        document_access.note_pages(db, document, contents.pages)
    view = document_page.build(
        db,
        document,
        contents,
        place,
        cannot=cannot,
        drawn=document.media_type in DRAWN,
        widths=ZOOMED,
        application_id=opened.application_id,
        figure=figure_shown(standing.figure, excerpt) if standing else None,
        actor=actor,
    )
    return page(request, "document.html", view)


@get("/{document_id:uuid}/sidor/{number:int}", sync_to_thread=True)
def picture(
    request: AnyRequest,
    document_id: FromPath[UUID],
    number: FromPath[int],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    bredd: FromQuery[str] = "",
    vrid: FromQuery[str] = "0",
) -> Response[Any]:
    """The browser may keep it for some minutes, but only for the session that asked for it."""
    if bredd not in map(str, WIDTHS) or vrid not in map(str, TURNS):
        raise NotFound("page", request.url.path)
    desk, opened = desk_of(request), _opened(request, db, document_id, actor)
    document, width, turn = opened.document, int(bredd), int(vrid)
    etag = f'"{document.sha256}-{number}-{width}-{turn}"'
    known = request.headers.get("if-none-match") == etag
    data = b""
    if not known:
        desk.let_go()
        try:
            data = desk.resources.renditions.picture(opened.shown, page=number, width=width, turn=turn)
        except CannotShow:
            return _no_picture()
        except (NoSuchPage, Missing) as missing:
            raise NotFound("page", request.url.path) from missing
        desk.take_up()
    if width != THUMBNAIL:
        document_access.note_view(db, opened, page=number, actor=actor, now=now)
    headers = {
        "cache-control": "private, max-age=600",
        "content-security-policy": SANDBOX,
        "etag": etag,
        "vary": "cookie",
    }
    return Response(data, status_code=304 if known else 200, media_type=PICTURE_TYPE, headers=headers)


def _no_picture() -> Response[str]:
    """In the place of the picture; what to do about it stands on the document's page."""
    said = _("Kan inte visas här")
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="200" viewBox="0 0 320 200">'
        '<rect width="320" height="200" fill="#f3f4f5"/><path d="M140 46h26l14 14v40h-40z" fill="none"'
        ' stroke="#5b5d60" stroke-width="3"/><text x="160" y="140" text-anchor="middle" font-size="17"'
        f' font-family="sans-serif" fill="#292c30">{said}</text></svg>'
    )
    headers = {"content-security-policy": SANDBOX}
    return Response(drawing, status_code=422, media_type="image/svg+xml", headers=headers)


HANDLERS = [original, show, picture]
company_router = Router(path="/foretag/dokument", guards=[only(Role.READER)], route_handlers=HANDLERS)
staff_router = Router(
    path="/kommun/dokument", guards=[only(Role.CASE_OFFICER, Role.DECISION_MAKER)], route_handlers=HANDLERS
)
