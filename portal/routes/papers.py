"""PDFs that the portal made, streamed to whom they belong to."""

from typing import Any
from uuid import UUID

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Stream
from sqlmodel import Session

from documents.names import content_disposition
from portal.domain.actors import Actor
from portal.domain.roles import COMPANY_ROLES, STAFF_ROLES
from portal.services import letters, papers
from portal.web.desk import desk_of
from portal.web.guards import only


@get("/{paper_id:uuid}", sync_to_thread=True)
def read(
    request: Request[Any, Any, Any],
    paper_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    spara: FromQuery[bool] = False,
) -> Stream:
    """Shown in the browser; with ``spara`` it is saved as a file."""
    paper = papers.open_paper(db, paper_id, actor=actor)
    return Stream(
        desk_of(request).resources.store.stream(paper.object_key or ""),
        media_type="application/pdf",
        headers={
            "content-disposition": content_disposition(letters.file_name(paper), inline=not spara),
            "content-length": str(paper.size),
        },
    )


company = Router("/foretag/handlingar", route_handlers=[read], guards=[only(*COMPANY_ROLES)])
staff = Router("/kommun/handlingar", route_handlers=[read], guards=[only(*STAFF_ROLES)])
