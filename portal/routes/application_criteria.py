"""The pages of an application's criteria: answer, attach, name people, reuse, remove.

Each is one form for text and files, so that nothing typed is lost when a file is
refused, and needs no script.  What they share is in ``answering``.
"""

from typing import Any
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from portal.domain.roles import Role
from portal.errors import Invalid
from portal.locale import gettext as _
from portal.routes.answering import UPLOAD_BODY, Answering, provide_answering, read_uuid
from portal.services import documents, uploads, writing
from portal.views import application_criterion
from portal.web.guards import only


@get("/", sync_to_thread=False)
def show(at: NamedDependency[Answering], forut: FromQuery[list[UUID] | None] = None) -> Response[str]:
    return at.page(known=forut or ())


@post(["/", "/dokument"], request_max_body_size=UPLOAD_BODY)
async def answer(at: NamedDependency[Answering]) -> Response[Any]:
    """Save what was answered and take in the files; each button of the page says where to go then."""
    await at.receive()
    at.keep()
    then = "stay" if at.request.url.path.endswith("/dokument") else at.fields.text("sedan")
    # With a script the files have come before the form, each by itself.
    if then == "stay" and not (at.problems or at.sent.received or at.fields.text("uppladdat")):
        at.problems = [("fil", _("Välj en fil att ladda upp."))]
    if then == "next" and not at.form.problems:
        at.demand_all()
    if at.problems or then == "stay":
        return at.stay()
    view = at.view()
    if then == "overview":
        return Redirect(view.head.address, status_code=303)
    asked = tuple(writing.asked_again(at.db, at.application_id)) if view.due_on else ()
    following = application_criterion.following(view.head, at.criterion, asked)
    return Redirect(f"{following}{at.told()}", status_code=303)


@post("/kompetens", request_max_body_size=UPLOAD_BODY)
async def name_people(at: NamedDependency[Answering]) -> Response[Any]:
    """Name who leads or does the work, and see what their profiles say; what was typed is saved with it."""
    await at.receive()
    at.keep()
    return at.stay(anchor="profil")


@post("/ateranvand", request_max_body_size=UPLOAD_BODY)
async def reuse(at: NamedDependency[Answering]) -> Response[Any]:
    """Attach one of the company's earlier documents; what was typed is saved with it."""
    await at.receive()
    at.keep()
    chosen = read_uuid(at.fields.text("ateranvand"))
    if chosen is None:
        at.problems.append(("ateranvand", _("Välj ett dokument i listan.")))
    else:
        try:
            documents.reuse(at.db, at.application_id, at.criterion, chosen, actor=at.actor, now=at.now)
        except Invalid as invalid:
            at.problems += [(field, _reuse_words(code)) for field, code in invalid.errors.items()]
    return at.stay()


@post("/dokument/{document_id:uuid}/ta-bort", request_max_body_size=UPLOAD_BODY)
async def remove(at: NamedDependency[Answering], document_id: FromPath[UUID]) -> Response[Any]:
    """Take a document off; what was typed is saved with it."""
    await at.receive()
    documents.remove(at.db, at.application_id, at.criterion, document_id, actor=at.actor, now=at.now)
    at.keep()
    return at.stay()


@post("/uppladdningar/{upload_id:uuid}/avbryt", request_max_body_size=UPLOAD_BODY)
async def cancel(at: NamedDependency[Answering], upload_id: FromPath[UUID]) -> Response[Any]:
    """Give up an upload that was begun; what was typed is saved with it."""
    await at.receive()
    writing.open_part(at.db, at.application_id, at.criterion, actor=at.actor)
    uploads.give_up(at.db, upload_id, actor=at.actor)
    at.keep()
    return at.stay()


def _reuse_words(code: str) -> str:
    if code == "too_many":
        return _("Här finns redan så många dokument som får plats. Ta bort ett och försök igen.")
    return _("Dokumentet har ett format som inte tas emot för det här villkoret. Välj ett annat.")


router = Router(
    path="/foretag/ansokningar/{application_id:uuid}/villkor/{criterion:str}",
    guards=[only(Role.READER)],
    dependencies={"at": Provide(provide_answering, sync_to_thread=False)},
    route_handlers=[show, answer, name_people, reuse, remove, cancel],
)
