"""PDFs that the portal made, streamed to whom they belong to; who reads one is written down."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlmodel import Session

from documents.names import content_disposition
from portal.domain.actors import Actor
from portal.domain.roles import COMPANY_ROLES, STAFF_ROLES
from portal.services import letters, paper_access, papers
from portal.web.desk import AnyRequest, desk_of
from portal.web.downloads import download
from portal.web.guards import only


@get("/{paper_id:uuid}", sync_to_thread=True)
def read(
    request: AnyRequest,
    paper_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
    spara: FromQuery[bool] = False,
) -> Response[Any]:
    """Shown in the browser; with ``spara`` it is saved as a file.  Whole or in part, as documents are."""
    paper = paper_access.open_paper(db, paper_id, actor=actor)
    sent = download(
        request,
        desk_of(request).resources.store,
        paper.object_key or "",
        name=letters.file_name(paper),
        media_type="application/pdf",
        size=paper.size or 0,
        sha256=paper.sha256 or "",
        our_own=True,
        inline=not spara,
    )
    if sent.status_code != 416:
        paper_access.note_reading(db, paper, actor=actor, now=now)
    return sent


@get("/{paper_id:uuid}/oversattning", sync_to_thread=True)
def read_translation(
    request: AnyRequest,
    paper_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[bytes]:
    """In English, set anew for each reader; the paper itself is in Swedish."""
    desk = desk_of(request)
    paper = paper_access.open_paper(db, paper_id, actor=actor)
    desk.let_go()
    pdf, sha256 = papers.translated(paper, base_url=desk.resources.settings.base_url)
    desk.take_up()
    paper_access.note_reading(db, paper, translation=True, actor=actor, now=now)
    name = letters.file_name(paper).removesuffix(".pdf") + " (English translation).pdf"
    headers = {"content-disposition": content_disposition(name, inline=True), "etag": f'"{sha256}"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


company = Router("/foretag/handlingar", route_handlers=[read, read_translation], guards=[only(*COMPANY_ROLES)])
staff = Router("/kommun/handlingar", route_handlers=[read, read_translation], guards=[only(*STAFF_ROLES)])
