"""The demo's mails, so that whoever tries it out can follow the links in them.

In an installation that was not told of a maildir these pages do not exist.
"""

from pathlib import Path
from urllib.parse import quote

from litestar import Response, Router, get
from litestar.params import FromPath

from portal.errors import NotFound
from portal.mail import maildir
from portal.views.demo import Mails
from portal.web.desk import AnyRequest, desk_of
from portal.web.pages import page


def _maildir(request: AnyRequest) -> Path:
    found = desk_of(request).resources.settings.demo_maildir
    if found is None:
        raise NotFound("page", request.url.path)
    return found


@get("/demo/brev", sync_to_thread=True)
def mails(request: AnyRequest) -> Response[str]:
    return page(request, "demo/mails.html", Mails(maildir.newest(_maildir(request))))


@get("/demo/brev/{mail_id:str}/{number:int}", sync_to_thread=True)
def attachment(request: AnyRequest, mail_id: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    found = maildir.attachment(_maildir(request), mail_id, number)
    if found is None:
        raise NotFound("mail", mail_id)
    name, content = found
    kind = "application/pdf" if name.lower().endswith(".pdf") else "application/octet-stream"
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=kind, headers={"content-disposition": named})


router = Router("/", route_handlers=[mails, attachment])
