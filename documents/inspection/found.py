"""Why a file is not accepted, and how far inspection goes before it gives up."""

from enum import StrEnum
from typing import Final

MOST_PIXELS: Final = 100_000_000
MOST_UNPACKED_BYTES: Final = 400 * 1000 * 1000
MOST_MEMBERS: Final = 10_000
MOST_RATIO: Final = 150
"""Unpacked to packed, of an archive's member; up to ``HARMLESS_BYTES`` nobody minds how well it was packed."""

HARMLESS_BYTES: Final = 20 * 1000 * 1000
MOST_PARTS: Final = 3_000_000
"""Objects of a PDF, elements of a document: more is not looked through."""


class Reason(StrEnum):
    ENCRYPTED = "encrypted"
    SCRIPT = "script"
    LAUNCHES = "launches"
    EMBEDDED = "embedded"
    EXTERNAL = "external"
    ACTIVE = "active"
    MACROS = "macros"
    EXPLODES = "explodes"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_COMPLEX = "too_complex"
    MALFORMED = "malformed"


class Found(Exception):
    """Something that is not accepted is in the file; ``where`` is for the log and names no content."""

    def __init__(self, reason: Reason, where: str = "") -> None:
        super().__init__(reason.value, where)
        self.reason = reason
        self.where = where
