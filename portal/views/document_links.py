"""From a list to a document: the page that shows it, and a picture of its first page where it has any."""

from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

SMALL, LARGE = 160, 640
"""Widths in pixels: beside a name in a list, and in the officer's column (twice its width, for sharp screens)."""
PICTURED = frozenset(("pdf", "png", "jpg", "jpeg", "heic", "heif"))


@dataclass(frozen=True)
class Look:
    """Each address says where the document is used: in the log of who read it, that is why."""

    page: str
    small: str | None
    large: str | None


def confirmation_address(case_id: UUID | str, criterion: str) -> str:
    """Where a company answers, and has answered, what a newer version of its conditions asks."""
    return f"/foretag/nya-villkor/{case_id}/{criterion}"


def small_picture(document_id: UUID | str, name: str) -> str | None:
    """Of a company's own document, wherever it is used; None where there are no pages to draw."""
    drawn = name.rpartition(".")[2].lower() in PICTURED
    return f"/foretag/dokument/{document_id}/sidor/1?bredd={SMALL}" if drawn else None


def look_at(room: str, document_id: UUID | str, name: str, *, application_id: UUID, criterion: str) -> Look:
    """``room`` is ``foretag`` or ``kommun``; the ending of ``name`` was checked against the file when it came."""
    base, reason = f"/{room}/dokument/{document_id}", (("arende", str(application_id)), ("villkor", criterion))

    def picture(width: int) -> str:
        return f"{base}/sidor/1?{urlencode((('bredd', width), *reason))}"

    drawn = name.rpartition(".")[2].lower() in PICTURED
    return Look(
        f"{base}/visa?{urlencode(reason)}", picture(SMALL) if drawn else None, picture(LARGE) if drawn else None
    )
