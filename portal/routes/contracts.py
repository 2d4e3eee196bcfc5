"""The company's contracts: the list, and each with what is to be done."""

from datetime import datetime
from uuid import UUID

from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.routes.signing import signs
from portal.views import contract, contract_lists
from portal.web.desk import AnyRequest, desk_of
from portal.web.guards import company_chosen, company_side
from portal.web.pages import page


@get("/", sync_to_thread=False)
def overview(request: AnyRequest, db: NamedDependency[Session], actor: NamedDependency[Actor]) -> Response[str]:
    company = desk_of(request).signed_in().provider_name or ""
    return page(
        request,
        "contract/list.html",
        contract_lists.company_contracts(db, actor=actor, company=company, now=desk_of(request).now),
    )


@get("/{authorization_id:uuid}", sync_to_thread=True)
def read(
    request: AnyRequest,
    authorization_id: FromPath[UUID],
    db: NamedDependency[Session],
    actor: NamedDependency[Actor],
    now: NamedDependency[datetime],
) -> Response[str]:
    """In a thread: whether people can sign, or only approve, is asked of the provider of identity the first time."""
    view = contract.read(db, authorization_id, actor=actor, now=now, signs=signs(request, "company"))
    return page(request, "contract/company.html", view)


router = Router(
    "/foretag/avtal",
    route_handlers=[overview, read],
    guards=[company_side],
    before_request=company_chosen,
)
