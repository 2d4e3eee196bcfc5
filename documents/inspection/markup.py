"""XHTML, as annual reports are written (iXBRL): well-formed, without scripts, and whole in itself.

Links that a reader may follow stay, and so do the references to taxonomies, which
are names in namespaces of their own; what a browser would run or fetch does not.
"""

import re
from pathlib import Path
from typing import Any

from lxml import etree

from documents.inspection.found import MOST_PARTS, Found, Reason
from documents.inspection.office import parsed

SHOWN = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML", "")
SCRIPTS = frozenset(("script", "handler", "listener"))
ACTIVE = frozenset(("object", "embed", "applet", "iframe", "frame", "frameset", "audio", "video", "form", "portal"))
FETCHED = frozenset(("src", "srcset", "background", "poster", "data"))
CSS_REACHES_OUT = re.compile(r"@import|expression\s*\(|-moz-binding|behavior\s*:", re.IGNORECASE)
CSS_ADDRESS = re.compile(r"url\(\s*[\"']?\s*([^\"')]*)", re.IGNORECASE)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CSS_ESCAPE = re.compile(r"\\([0-9a-fA-F]{1,6})\s?")


def inspect(path: Path) -> None:
    root = parsed(path.read_bytes(), doctype=True, huge=True)
    left = MOST_PARTS
    above = root.getprevious()
    while above is not None:
        _refuse_instruction(above)
        above = above.getprevious()
    for each in root.iter():
        left -= 1
        if left < 0:
            raise Found(Reason.TOO_COMPLEX, "elements")
        if not isinstance(each.tag, str):
            _refuse_instruction(each)
            continue
        name = etree.QName(each)
        if (name.namespace or "") in SHOWN:
            _element(each, name.localname.lower())


def _refuse_instruction(node: Any) -> None:
    """A style sheet that is named before the document can be a program (XSLT)."""
    if node.tag is etree.ProcessingInstruction:
        raise Found(Reason.EXTERNAL, "instruction")


def _element(each: Any, name: str) -> None:
    if name in SCRIPTS:
        raise Found(Reason.SCRIPT, name)
    if name in ACTIVE:
        raise Found(Reason.ACTIVE, name)
    if name == "base" or (name == "meta" and str(each.get("http-equiv", "")).strip().lower() == "refresh"):
        raise Found(Reason.EXTERNAL, name)
    if name == "style":
        _css("".join(each.itertext()))
    for key, value in each.attrib.items():
        attribute = etree.QName(key).localname.lower()
        address = re.sub(r"[\x00-\x20]", "", str(value)).lower()
        if attribute.startswith("on"):
            raise Found(Reason.SCRIPT, "attribute")
        if address.startswith(("javascript:", "vbscript:", "data:text/html")):
            raise Found(Reason.SCRIPT, "address")
        if attribute == "style":
            _css(str(value))
        elif attribute in FETCHED or (attribute == "href" and name not in ("a", "area")):
            if name in ("animate", "set"):
                raise Found(Reason.ACTIVE, name)
            if address and not _is_inside(address):
                raise Found(Reason.EXTERNAL, name)


def _css(text: str) -> None:
    plain = CSS_ESCAPE.sub(lambda found: chr(min(int(found[1], 16), 0x10FFFF)), CSS_COMMENT.sub("", text))
    if CSS_REACHES_OUT.search(plain):
        raise Found(Reason.EXTERNAL, "style")
    for address in CSS_ADDRESS.findall(plain):
        if address.strip() and not _is_inside(address.strip().lower()):
            raise Found(Reason.EXTERNAL, "style")


def _is_inside(address: str) -> bool:
    """In the document itself: a place in it, or a picture or font written out in full."""
    return address.startswith(("#", "data:image/", "data:font/", "data:application/font", "data:application/x-font"))
