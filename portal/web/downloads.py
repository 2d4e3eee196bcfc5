"""Send what lies in the store: streamed, whole or in part, as an attachment, and never as a page of ours."""

from collections.abc import Iterator
from typing import Any

from litestar import Response
from litestar.response import Stream

from documents.names import content_disposition
from documents.store import Missing, Store
from portal.errors import NotFound
from portal.web.desk import AnyRequest
from portal.web.ranges import Unsatisfiable, span_of

# A file may hold anything: it is saved, not shown, and if a browser shows it all the same, it may do nothing.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def download(
    request: AnyRequest,
    store: Store,
    key: str,
    *,
    name: str,
    media_type: str,
    size: int,
    sha256: str,
    our_own: bool = False,
    inline: bool = False,
) -> Response[Any]:
    """``our_own``: the portal made it, and it may be shown ``inline`` with the headers of every page.

    206 for a part, 416 where there is none.  Its tag is the hash: a part of other bytes is never joined to these.

    The object is asked for before the answer begins, so that a missing one is *not found* and not half a file.
    """
    etag = f'"{sha256}"'
    headers = {
        "accept-ranges": "bytes",
        "content-disposition": content_disposition(name, inline=inline and our_own),
        **({} if our_own else {"content-security-policy": SANDBOX}),
        "etag": etag,
        "x-content-type-options": "nosniff",
    }
    try:
        span = span_of(request.headers.get("range"), request.headers.get("if-range"), size=size, etag=etag)
    except Unsatisfiable:
        return Response(b"", status_code=416, media_type=media_type, headers={"content-range": f"bytes */{size}"})
    if span is not None:
        headers["content-range"] = f"bytes {span.start}-{span.end - 1}/{size}"
    headers["content-length"] = str(size if span is None else span.end - span.start)
    try:
        pieces: Iterator[bytes] = (
            store.stream(key) if span is None else store.stream(key, start=span.start, end=span.end)
        )
    except Missing as missing:
        raise NotFound("object", key) from missing
    return Stream(pieces, status_code=200 if span is None else 206, media_type=media_type, headers=headers)


def is_continued(request: AnyRequest, *, size: int, sha256: str) -> bool:
    """Whether this goes on with a download that began before, and is not another one."""
    try:
        span = span_of(request.headers.get("range"), request.headers.get("if-range"), size=size, etag=f'"{sha256}"')
    except Unsatisfiable:
        return True
    return span is not None and span.start > 0
