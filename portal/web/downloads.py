"""Send what lies in the store: streamed, as an attachment, and never as a page of ours."""

from collections.abc import Iterator

from litestar.response import Stream

from documents.names import content_disposition
from documents.store import Missing, Store
from portal.errors import NotFound

# A file may hold anything: it is saved, not shown, and if a browser shows it all the same, it may do nothing.
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def download(store: Store, key: str, *, name: str, media_type: str, size: int | None = None) -> Stream:
    """The object is asked for before the answer begins, so that a missing one is *not found* and not half a file."""
    try:
        pieces: Iterator[bytes] = store.stream(key)
    except Missing as missing:
        raise NotFound("object", key) from missing
    headers = {
        "content-disposition": content_disposition(name),
        "content-security-policy": SANDBOX,
        "x-content-type-options": "nosniff",
    }
    if size is not None:
        headers["content-length"] = str(size)
    return Stream(pieces, media_type=media_type, headers=headers)
