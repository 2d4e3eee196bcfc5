"""What kinds of file are accepted anywhere, and how each is recognised by its content.

Extension and content are two opinions, and both must agree. What a file is
that is not what it says, puremagic knows. Looking *into* a file for scripts and
the like is inspection's work, not this module's.
"""

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import IO, Final

import puremagic

HEAD_BYTES: Final = 64 * 1024
_MEMBER_BYTES: Final = 1024 * 1024

_PACKAGES: Final = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
    "application/vnd.ms-word.document.macroEnabled.main+xml": "docm",
    "application/vnd.ms-excel.sheet.macroEnabled.main+xml": "xlsm",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml": "dotx",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml": "dotm",
}
_HEIC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis"}
_FILM_AND_SOUND: Final = (b"qt", b"3g", b"M4A", b"M4B")


class Look(StrEnum):
    """What the first bytes say."""

    YES = "yes"
    NO = "no"
    MORE = "more"


@dataclass(frozen=True)
class FileType:
    """``look`` judges the head of the file; ``package`` names the kind of a zip, judged when all of it has come."""

    name: str
    extensions: tuple[str, ...]
    media_type: str
    look: Callable[[bytes], Look]
    package: str | None = None
    text: bool = False


def _magic(*prefixes: bytes) -> Callable[[bytes], Look]:
    def look(head: bytes) -> Look:
        if any(head.startswith(prefix) for prefix in prefixes):
            return Look.YES
        return Look.MORE if any(prefix.startswith(head) for prefix in prefixes) else Look.NO

    return look


def _heic(head: bytes) -> Look:
    if len(head) < 12:
        return Look.MORE if b"ftyp".startswith(head[4:8]) else Look.NO
    size = int.from_bytes(head[:4], "big")
    if head[4:8] != b"ftyp" or not 16 <= size <= 512 or head[8:12].startswith(_FILM_AND_SOUND):
        return Look.NO
    if len(head) < size:
        return Look.MORE
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, size, 4))}
    return Look.YES if brands & _HEIC_BRANDS else Look.NO


def _xhtml(head: bytes) -> Look:
    """A root element ``html`` in the XHTML namespace, as the annual reports for Bolagsverket are written."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return Look.MORE
    if not text.startswith(b"<"):
        return Look.NO
    start = text.find(b"<html")
    if start >= 0 and (end := text.find(b">", start)) >= 0:
        return Look.YES if b"http://www.w3.org/1999/xhtml" in text[start:end] else Look.NO
    return Look.NO if len(head) >= HEAD_BYTES else Look.MORE


def _sie(head: bytes) -> Look:
    """SIE 1-4 begins with #FLAGGA, by its specification."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:7].upper() == b"#FLAGGA":
        return Look.YES if len(text) > 7 else Look.MORE
    return Look.MORE if b"#FLAGGA".startswith(text.upper()) else Look.NO


_ZIP: Final = _magic(b"PK\x03\x04")

PDF: Final = FileType("pdf", (".pdf",), "application/pdf", _magic(b"%PDF-"))
PNG: Final = FileType("png", (".png",), "image/png", _magic(b"\x89PNG\r\n\x1a\n"))
JPEG: Final = FileType("jpeg", (".jpg", ".jpeg"), "image/jpeg", _magic(b"\xff\xd8\xff"))
HEIC: Final = FileType("heic", (".heic", ".heif"), "image/heic", _heic)
DOCX: Final = FileType(
    "docx",
    (".docx",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    _ZIP,
    package="docx",
)
XLSX: Final = FileType(
    "xlsx",
    (".xlsx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    _ZIP,
    package="xlsx",
)
ODT: Final = FileType(
    "odt",
    (".odt",),
    "application/vnd.oasis.opendocument.text",
    _ZIP,
    package="odt",
)
XHTML: Final = FileType("xhtml", (".xhtml", ".html", ".htm"), "application/xhtml+xml", _xhtml, text=True)
SIE: Final = FileType("sie", (".se", ".si", ".sie"), "application/x-sie", _sie, text=True)

ALL_TYPES: Final = (PDF, PNG, JPEG, HEIC, DOCX, XLSX, ODT, XHTML, SIE)


def name_of(head: bytes) -> str:
    """The kind these first bytes look like, for telling the sender: ours first, then puremagic's, or "unknown"."""
    for kind in ALL_TYPES:
        if kind.look(head) is Look.YES:
            return "zip" if kind.package else kind.name
    if head.startswith((b"MZ", b"\x7fELF")):
        return "program"
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return "unknown"
    return str(guesses[0].extension).lstrip(".") or "unknown"


def package_kind(file: IO[bytes]) -> str:
    """What a zip holds: docx, xlsx, odt … by its own declaration, or "zip". A macro inside makes it docm or xlsm.

    Reads the directory and two small members, never more than ``_MEMBER_BYTES`` unpacked.
    """
    try:
        with zipfile.ZipFile(file) as package:
            names = set(package.namelist())
            if "mimetype" in names:
                kind = _member(package, "mimetype").decode("ascii", "replace").strip()
                if kind == ODT.media_type:
                    return "odt with macros" if any(name.startswith("Basic/") for name in names) else "odt"
                return kind[:80] or "zip"
            if "[Content_Types].xml" in names:
                return _office_kind(_member(package, "[Content_Types].xml"), names)
    # What zipfile raises of what strangers wrote: a bad file, one cut short, a compression or a password it lacks.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return "broken zip"
    return "zip"


def _office_kind(content_types: bytes, names: set[str]) -> str:
    declared = content_types.decode("utf-8", "replace")
    kind = next((kind for main, kind in _PACKAGES.items() if f'"{main}"' in declared or f"'{main}'" in declared), "zip")
    has_macro = "vbaProject" in declared or any(name.lower().endswith("vbaproject.bin") for name in names)
    return {"docx": "docm", "xlsx": "xlsm"}.get(kind, kind) if has_macro else kind


def _member(package: zipfile.ZipFile, name: str) -> bytes:
    with package.open(name) as member:
        return member.read(_MEMBER_BYTES)
