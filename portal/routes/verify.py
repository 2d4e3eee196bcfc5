"""Verify a document: by its number in the address, or by the file itself, of which nothing is kept."""

import asyncio

from litestar import Response, Router, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlmodel import Session

from portal.domain.verification import Finding, Verdict
from portal.locale import gettext as _
from portal.services import rates, verification
from portal.services.papers import SealFolder
from portal.views.public import brand_for
from portal.views.public_verify import VerifyPage, answer_to
from portal.web.desk import AnyRequest, desk_of
from portal.web.one_file import read_one_file
from portal.web.pages import page

LONGEST_NUMBER = 60
# In five minutes from one address; an office may share one.
NUMBERS_ALLOWED = 60
FILES_ALLOWED = 20
# What is read before the answer "too large" can be given: a browser shows no answer to a form it has not sent whole.
READ_AT_MOST = 60_000_000


@get("/kontrollera", sync_to_thread=False)
def by_number(
    request: AnyRequest,
    db: NamedDependency[Session],
    nummer: FromQuery[str | None] = None,
    kommun: FromQuery[str | None] = None,
) -> Response[str]:
    brand = brand_for(db, kommun)
    if nummer is None:
        return page(request, "public/verify.html", VerifyPage(brand, "", None))
    typed = nummer.strip()[:LONGEST_NUMBER]
    if not typed:
        problems = (("nummer", _("Skriv numret som står i handlingen.")),)
        return page(request, "public/verify.html", VerifyPage(brand, "", None, problems), status_code=422)
    _count(request, db, "number", limit=NUMBERS_ALLOWED)
    answer = answer_to(verification.by_number(db, typed))
    return page(request, "public/verify.html", VerifyPage(brand, typed, answer))


@post("/kontrollera", status_code=200, request_max_body_size=READ_AT_MOST)
async def by_file(
    request: AnyRequest, db: NamedDependency[Session], kommun: FromQuery[str | None] = None
) -> Response[str]:
    brand = brand_for(db, kommun)
    _count(request, db, "file", limit=FILES_ALLOWED)
    # The count is stored and the connection given back before the reading begins, which can take long.
    desk_of(request).commit()
    sent = await read_one_file(request, field="fil", max_bytes=verification.MAX_BYTES)
    if sent is None:
        problems = (("fil", _("Välj den PDF-fil som du vill kontrollera.")),)
        return page(request, "public/verify.html", VerifyPage(brand, "", None, problems), status_code=422)
    if sent.content is None:
        verdict = Verdict(Finding.TOO_LARGE)
    else:
        seals = SealFolder(desk_of(request).resources.settings.seal_folder)
        roots, stamp_roots = seals.roots(), seals.stamp_roots()
        sha256, report = await asyncio.to_thread(verification.examine, sent.content, roots, stamp_roots)
        verdict = verification.by_file(db, sha256, report)
    return page(request, "public/verify.html", VerifyPage(brand, "", answer_to(verdict, file_name=sent.name)))


def _count(request: AnyRequest, db: Session, what: str, *, limit: int) -> None:
    desk = desk_of(request)
    rates.allow(db, f"verify {what} {desk.address(request)}", limit=limit, seconds=300, now=desk.now)


router = Router("/", route_handlers=[by_number, by_file])
