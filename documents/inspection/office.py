"""Office documents (docx, xlsx, odt): a zip that does not explode, without macros, objects, or anything from elsewhere.

A link that a reader may follow is no harm; what the program fetches by itself
is.  Every member is unpacked, in pieces and to nowhere, so that what it becomes
is known and not believed.
"""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lxml import etree

from documents.inspection.found import HARMLESS_BYTES, MOST_MEMBERS, MOST_RATIO, MOST_UNPACKED_BYTES, Found, Reason

PIECE_BYTES = 256 * 1024
MOST_XML_BYTES = 60 * 1000 * 1000
ENCRYPTED_FLAG = 0x1
MACRO_NAMES = re.compile(
    r"(vbaProject|vbaData)|(^|/)(activeX|macrosheets|dialogsheets)/|^(Basic|Scripts)/|(^|/)customUI", re.IGNORECASE
)
EMBEDDED_NAMES = re.compile(r"(^|/)embeddings/|(^|/)oleObject|^ObjectReplacements/.*\.bin$", re.IGNORECASE)
EXTERNAL_NAMES = re.compile(r"(^|/)(externalLinks|connections\.xml|queryTables|webextensions)", re.IGNORECASE)
MACRO_TYPES = (b"macroEnabled", b"vbaProject", b"ms-office.activeX")
LINKS = ("/hyperlink",)
"""Relationships of this kind are followed by a reader, not by the program."""

FIELD_MACRO = re.compile(r"\bDDE(AUTO)?\b")
FIELD_EXTERNAL = re.compile(r"\b(INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK)\b.*?(\w+://|\\\\|file:)", re.IGNORECASE)
NESTED = (b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF")
XLINK = "{http://www.w3.org/1999/xlink}"


def inspect(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as package:
            _refuse_members(package.infolist())
            unpacked = 0
            for member in package.infolist():
                unpacked += _look_into(package, member, MOST_UNPACKED_BYTES - unpacked)
    # What zipfile raises of what strangers wrote: a bad file, one cut short, a compression or a password it lacks.
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise Found(Reason.MALFORMED, type(error).__name__) from error


def _refuse_members(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > MOST_MEMBERS:
        raise Found(Reason.EXPLODES, "members")
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        # Two programs may open two different ones.
        raise Found(Reason.MALFORMED, "a name twice")
    for member in members:
        name = member.filename
        if member.flag_bits & ENCRYPTED_FLAG:
            raise Found(Reason.ENCRYPTED, "member")
        if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
            raise Found(Reason.MALFORMED, "a path that leaves the archive")
        for pattern, reason in (
            (MACRO_NAMES, Reason.MACROS),
            (EMBEDDED_NAMES, Reason.EMBEDDED),
            (EXTERNAL_NAMES, Reason.EXTERNAL),
        ):
            if pattern.search(name):
                raise Found(reason, "member")


def _look_into(package: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> int:
    """Unpacks the member, counting its bytes; keeps it only where it is markup that must be read."""
    read_as = _reader_of(member.filename)
    kept = bytearray()
    unpacked = 0
    with package.open(member) as file:
        while piece := file.read(PIECE_BYTES):
            if unpacked == 0 and piece.startswith(NESTED):
                raise Found(Reason.EMBEDDED, "member")
            unpacked += len(piece)
            if unpacked > most or (unpacked > HARMLESS_BYTES and unpacked > member.compress_size * MOST_RATIO):
                raise Found(Reason.EXPLODES, "unpacked")
            if read_as is not None:
                kept += piece
                if len(kept) > MOST_XML_BYTES:
                    raise Found(Reason.TOO_COMPLEX, "markup")
    if read_as is not None:
        read_as(bytes(kept))
    return unpacked


def _reader_of(name: str) -> Callable[[bytes], None] | None:
    lower = name.lower()
    if lower == "[content_types].xml":
        return _content_types
    if lower.endswith(".rels"):
        return _relations
    if lower == "meta-inf/manifest.xml":
        return _manifest
    if lower.endswith((".xml", ".vml", ".rdf")):
        return _markup
    return None


def parsed(data: bytes, *, doctype: bool = False, huge: bool = False) -> Any:
    """The root element. Nothing is fetched and no entity looked up; a document type of its own is refused."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=huge
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Found(Reason.MALFORMED, "markup") from error
    if root is None:
        raise Found(Reason.MALFORMED, "empty markup")
    info: Any = root.getroottree().docinfo
    if info.internalDTD is not None and any(True for _ in info.internalDTD.iterentities()):
        raise Found(Reason.MALFORMED, "entities")
    if info.doctype and not doctype:
        raise Found(Reason.MALFORMED, "document type")
    return root


def _content_types(data: bytes) -> None:
    if any(each in data for each in MACRO_TYPES):
        raise Found(Reason.MACROS, "content types")
    root = parsed(data)
    for each in root.iter():
        declared = str(each.get("ContentType", "")) if isinstance(each.tag, str) else ""
        if any(kind.decode() in declared for kind in MACRO_TYPES):
            raise Found(Reason.MACROS, "content types")


def _relations(data: bytes) -> None:
    for each in parsed(data).iter():
        if not isinstance(each.tag, str) or etree.QName(each).localname != "Relationship":
            continue
        kind = str(each.get("Type", ""))
        if kind.endswith(("/vbaProject", "/control", "/wordVbaData", "/xlMacrosheet")):
            raise Found(Reason.MACROS, "relationship")
        if kind.endswith(("/oleObject", "/package")):
            raise Found(Reason.EMBEDDED, "relationship")
        if str(each.get("TargetMode", "")).lower() == "external" and not kind.endswith(LINKS):
            raise Found(Reason.EXTERNAL, "relationship")


def _manifest(data: bytes) -> None:
    for each in parsed(data, doctype=True).iter():
        if isinstance(each.tag, str) and etree.QName(each).localname == "encryption-data":
            raise Found(Reason.ENCRYPTED, "manifest")


def _markup(data: bytes) -> None:
    """A part of a document: fields and listeners that run, references that the program follows by itself."""
    fields: list[str] = []
    for each in parsed(data).iter():
        if not isinstance(each.tag, str):
            continue
        name = etree.QName(each).localname
        if name in ("event-listener", "script") and each.getparent() is not None:
            raise Found(Reason.MACROS, "listener")
        if name in ("object-ole", "plugin", "applet", "floating-frame"):
            raise Found(Reason.EMBEDDED if name == "object-ole" else Reason.ACTIVE, name)
        if name in ("ddeLink", "oleLink", "dde-connection-decl", "dde-source"):
            raise Found(Reason.MACROS, name)
        if name == "instrText":
            fields.append(each.text or "")
        elif name == "fldSimple":
            fields += [str(value) for key, value in each.attrib.items() if key.endswith("}instr")] + ["\n"]
        if name in ("imagedata", "fill", "stroke") and _reaches_out(str(each.get("src", ""))):
            raise Found(Reason.EXTERNAL, name)
        href = each.get(f"{XLINK}href")
        if href is not None and name not in ("a", "template", "hyperlink", "bookmark") and _reaches_out(href):
            raise Found(Reason.EXTERNAL, name)
    said = "".join(fields)
    if FIELD_MACRO.search(said):
        raise Found(Reason.MACROS, "field")
    if FIELD_EXTERNAL.search(said):
        raise Found(Reason.EXTERNAL, "field")


def _reaches_out(href: str) -> bool:
    """Whether an address leaves the package: with a scheme, a host, or a way up and out of it."""
    shown = href.strip().replace("\\", "/")
    return bool(re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:", shown)) or shown.startswith(("/", "../"))
