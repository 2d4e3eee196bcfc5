"""A municipality's colours and mark, under an address that changes when they do.

Both were typed in by somebody: the style sheet is made here from colours that
have been read as colours, and the mark is an image that may do nothing.
"""

from litestar import Response, Router, get
from litestar.datastructures import CacheControlHeader
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from sqlmodel import Session

from portal.views.public_theme import read_theme
from portal.web.assets import found
from portal.web.desk import AnyRequest

A_YEAR = CacheControlHeader(public=True, max_age=31_536_000, immutable=True).to_header()
A_MINUTE = CacheControlHeader(public=True, max_age=60).to_header()
# Opened as a page of its own, the image may neither run nor fetch anything.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@get("/tema/{slug:str}/{file:str}", sync_to_thread=False)
def theme(
    request: AnyRequest, slug: FromPath[str], file: FromPath[str], db: NamedDependency[Session]
) -> Response[bytes]:
    stamp, _, kind = file.partition(".")
    if kind not in ("css", "svg") or not stamp.isdecimal():
        raise NotFoundException
    kept = read_theme(db, slug)
    # An old stamp shows today's looks, and is soon asked for again.
    headers = {"cache-control": A_YEAR if stamp == kept.stamp else A_MINUTE}
    if kind == "css":
        return Response(kept.css.encode(), media_type="text/css", headers=headers)
    headers["content-security-policy"] = SANDBOX
    mark = kept.mark.encode() or (found("img/mark-kundval.svg") or (b"", ""))[0]
    return Response(mark, media_type="image/svg+xml", headers=headers)


router = Router("/", route_handlers=[theme])
