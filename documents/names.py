"""File names as people write them: made safe to keep, and safe to send back."""

import re
import unicodedata
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import quote

LONGEST_NAME: Final = 200

# Besides the control characters: those that turn the reading direction, so that "fdp.exe" can look like "exe.pdf".
_INVISIBLE: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def clean_name(filename: str) -> str:
    """The name without folders and invisible characters, at most 200 characters with its extension kept.

    Å, ä and ö stay, also when a Mac sent them as two characters. Empty when nothing is left.
    """
    last = re.split(r"[/\\]", filename)[-1]
    visible = "".join(" " if c in "\t\n\r" else c for c in last)
    visible = "".join(c for c in visible if unicodedata.category(c) not in _INVISIBLE)
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", visible)).strip(" ")
    if not name.strip(". "):
        return ""
    name = name.lstrip(". ")
    if len(name) <= LONGEST_NAME:
        return name
    extension = PurePosixPath(name).suffix[:20]
    return name[: LONGEST_NAME - len(extension)].rstrip(". ") + extension


def extension_of(name: str) -> str:
    return PurePosixPath(name).suffix.lower()


def content_disposition(name: str, *, inline: bool = False) -> str:
    """The header of RFC 6266: a plain name for old readers, and ``filename*`` with the true one."""
    kind = "inline" if inline else "attachment"
    clean = clean_name(name) or "dokument"
    plain = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode()
    plain = re.sub(r'["\\%;]', "_", plain).strip() or "dokument"
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"
