"""Documents that a company handed in, for its own people and for the municipality that they were handed to."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.roles import Role
from portal.services.documents import open_document
from portal.web.desk import desk_of
from portal.web.downloads import download
from portal.web.guards import only

AnyRequest = Request[Any, Any, Any]


def _send(request: AnyRequest, document_id: UUID, db: Session, actor: Actor, now: datetime) -> Response[Any]:
    resources = desk_of(request).resources
    document = open_document(db, document_id, actor=actor, now=now, scanner=resources.scanner.configured)
    return download(
        resources.store, document.object_key, name=document.name, media_type=document.media_type, size=document.size
    )


@get("/{document_id:uuid}", sync_to_thread=True)
def for_company(
    request: AnyRequest,
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _send(request, document_id, db, actor, now)


@get("/{document_id:uuid}", sync_to_thread=True)
def for_staff(
    request: AnyRequest,
    document_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[Any]:
    return _send(request, document_id, db, actor, now)


company_router = Router(path="/foretag/dokument", guards=[only(Role.READER)], route_handlers=[for_company])
staff_router = Router(
    path="/kommun/dokument", guards=[only(Role.CASE_OFFICER, Role.DECISION_MAKER)], route_handlers=[for_staff]
)
