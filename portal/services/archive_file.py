"""An exported case as one file: a zip that anyone opens, that ``kundval verify`` reads, and that an archive takes in.

Written file by file and read file by file, so that memory does not grow with
the case.  ``SHA256SUMS`` lists every other file, as ``sha256sum -c`` reads it;
``sip.xml`` lists them as METS does (``archive_xml``).
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from portal.services import archive_xml
from portal.services.archive_xml import FileFacts
from portal.services.exports import SUMS, Package

CASE = "case.json"
PIECE_BYTES = 256 * 1024
MEDIA_TYPES = {".pdf": "application/pdf", ".txt": "text/plain", ".json": "application/json", ".xml": "text/xml"}
# What makes a zip, or a file in it, unreadable besides a wrong checksum: a damaged stream, a header that does not fit,
# a place before the beginning (ValueError, as a name that is no text).
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError)


def write(held: Package, target: IO[bytes], *, made_at: datetime) -> None:
    """The same case at the same moment gives the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        written: list[FileFacts] = []

        def add(path: str, data: bytes, media_type: str = "") -> None:
            archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
            kind = media_type or MEDIA_TYPES.get(Path(path).suffix, "application/octet-stream")
            written.append(FileFacts(path, hashlib.sha256(data).hexdigest(), len(data), kind))

        add("README.txt", README.encode())
        add(CASE, json.dumps(held.case, ensure_ascii=False, indent=1, sort_keys=True).encode())
        media_types = {each["path"]: each["media_type"] for each in held.case["documents"]}
        for path in held.files:
            data = held.files.get(path)
            if data is not None:
                add(path, data, media_types.get(path, ""))
        for folder, certificates in (("roots", held.roots), ("stamp-roots", held.stamp_roots)):
            for number, root in enumerate(certificates, start=1):
                add(f"{folder}/{number}.pem", root, "application/x-pem-file")
        add(archive_xml.CASE_XML, archive_xml.case_xml(held.case), "text/xml")
        add(archive_xml.SIP_XML, archive_xml.sip_xml(held.case, tuple(written), made_at=made_at), "text/xml")
        add(SUMS, "".join(f"{each.sha256}  {each.path}\n" for each in written).encode())


def to_zip(held: Package, *, made_at: datetime) -> bytes:
    made = io.BytesIO()
    write(held, made, made_at=made_at)
    return made.getvalue()


class _Zipped(Mapping[str, bytes]):
    def __init__(self, archive: zipfile.ZipFile, names: tuple[str, ...]) -> None:
        self._archive, self._names = archive, names

    def __getitem__(self, path: str) -> bytes:
        if path not in self._names:
            raise KeyError(path)
        try:
            return self._archive.read(path)
        except BROKEN as error:
            raise KeyError(path) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def read(source: Path | bytes) -> Package:
    """Opens a package, of this format or of the first.  Raises ``ValueError`` for what is no such package."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(source) if isinstance(source, bytes) else source)
        names = tuple(dict.fromkeys(archive.namelist()))
    except BROKEN as error:
        raise ValueError(f"not an exported case: {error}") from error
    digests, unreadable = _digests(archive, names)
    if CASE in unreadable:
        raise ValueError(f"{CASE} has been altered: {unreadable[CASE]}")
    try:
        case: dict[str, Any] = json.loads(archive.read(CASE))
        case["events"], case["papers"], case["signatures"]
    except (KeyError, ValueError) as error:
        raise ValueError(f"not an exported case: {CASE}: {error}") from error
    files = _Zipped(archive, names)
    good = sorted(name for name in names if name not in unreadable)
    roots, stamp_roots = (
        tuple(files[name] for name in good if name.startswith(folder)) for folder in ("roots/", "stamp-roots/")
    )
    listed = {} if case["format"] == 1 else _listed(files)
    return Package(case, files, roots, listed, {k: v for k, v in digests.items() if k != SUMS}, unreadable, stamp_roots)


def _digests(archive: zipfile.ZipFile, names: tuple[str, ...]) -> tuple[dict[str, str], dict[str, str]]:
    digests: dict[str, str] = {}
    unreadable: dict[str, str] = {}
    for name in names:
        try:
            with archive.open(name) as file:
                digest = hashlib.sha256()
                while piece := file.read(PIECE_BYTES):
                    digest.update(piece)
                digests[name] = digest.hexdigest()
        except BROKEN as error:
            unreadable[name] = f"{error}"[:200]
    return digests, unreadable


def _listed(files: Mapping[str, bytes]) -> dict[str, str]:
    """An unreadable list lists itself, and so is found at fault."""
    text = files.get(SUMS, b"").decode("utf-8", "replace")
    listed = {path: digest for digest, _, path in (line.partition("  ") for line in text.splitlines()) if path}
    return listed or {SUMS: ""}


README = """\
Ett ärende ur Kundval, för kontroll utan portalen och för ett arkiv.
A case from Kundval, to be checked without the portal:  kundval verify THIS-FILE.zip

case.json            the record (a chain: each event carries the SHA-256 of the one before it), papers, signatures,
                     and what was answered, judged and decided
papers/              the papers as they were made: contracts, decisions and receipts
documents/           what the company handed in, each under its id; case.json and the XML have the names
letters/             every letter as it was sent
protocol.pdf         how each criterion was judged, once a decision has been made
roots/               the certificates that the seals lead to, as the portal trusted them; compare them with your own
arendehantering.xml  the case for an archive, after FGS Ärendehantering
sip.xml              the package for an archive, after FGS Paketstruktur (METS), with the events as PREMIS has them
SHA256SUMS           the SHA-256 of every other file:  sha256sum -c SHA256SUMS
"""
