"""Styles, scripts, fonts and marks, served under a name that changes with their content.

The third parties' files come from ``npm ci`` and are not committed.  A page
links ``asset("css/kundval.css")``; the answer may be kept for a year, since
another content has another address.
"""

import hashlib
from functools import cache
from pathlib import Path

from litestar import Response, get
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

HERE = Path(__file__).parent.parent
MODULES = HERE.parent / "node_modules"
ROOTS = {
    "": HERE / "static",
    "ds/": MODULES / "@digdir/designsystemet-css/dist",
    "inter/": MODULES / "@fontsource-variable/inter",
}
TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    ".png": "image/png",
    ".ico": "image/x-icon",
}


@cache
def found(name: str) -> tuple[bytes, str] | None:
    """The content and media type of an asset, or None; kept in memory, since there are few and they are small."""
    prefix = next((p for p in ("ds/", "inter/") if name.startswith(p)), "")
    root = ROOTS[prefix].resolve()
    path = (root / name.removeprefix(prefix)).resolve()
    if not path.is_relative_to(root) or path.suffix not in TYPES or not path.is_file():
        return None
    return path.read_bytes(), TYPES[path.suffix]


@cache
def asset(name: str) -> str:
    """The address of an asset; a name that is not there is a bug, and says so."""
    kept = found(name)
    if kept is None:
        raise FileNotFoundError(f"no asset {name}; has npm ci been run?")
    return f"/static/{hashlib.sha256(kept[0]).hexdigest()[:10]}/{name}"


@get("/static/{digest:str}/{name:path}", name="asset", sync_to_thread=False)
def serve(digest: FromPath[str], name: FromPath[Path]) -> Response[bytes]:
    kept = found(str(name).lstrip("/"))
    if kept is None:
        raise NotFoundException
    return Response(
        kept[0],
        media_type=kept[1],
        headers={"cache-control": CacheControlHeader(public=True, max_age=31_536_000, immutable=True).to_header()},
    )
