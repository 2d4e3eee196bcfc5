"""PDFs that the portal made, streamed to whom they belong to."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import COMPANY_ROLES, STAFF_ROLES
from portal.services import letters, papers
from portal.web.desk import desk_of
from portal.web.downloads import download
from portal.web.guards import only


@get("/{paper_id:uuid}", sync_to_thread=True)
def read(
    request: Request[Any, Any, Any],
    paper_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    spara: FromQuery[bool] = False,
) -> Response[Any]:
    """Shown in the browser; with ``spara`` it is saved as a file.  Whole or in part, as documents are."""
    paper = papers.open_paper(db, paper_id, actor=actor)
    return download(
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


company = Router("/foretag/handlingar", route_handlers=[read], guards=[only(*COMPANY_ROLES)])
staff = Router("/kommun/handlingar", route_handlers=[read], guards=[only(*STAFF_ROLES)])
