"""A municipality's mark as an SVG file: what is accepted is listed, everything else is refused.

The file is somebody else's until it has been read: entities are not expanded,
and nothing that runs, that fetches, or that holds another language is let in.
It is shown only as an image, which runs nothing either; this is the first lock
of two.
"""

import re
from dataclasses import dataclass
from xml.parsers import expat

LARGEST = 50_000

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_XML = "http://www.w3.org/XML/1998/namespace"
_ELEMENTS = frozenset(
    "svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan"
    " linearGradient radialGradient stop clipPath mask".split()
)
_REFERENCES = ("href", f"{_XLINK} href", "src")
_RUNS = re.compile(r"javascript:|expression\(|@import|-moz-binding|\\", flags=re.IGNORECASE)
_FETCHES = re.compile(r"url\(\s*+['\"]?+\s*+(?!#)", flags=re.IGNORECASE)


@dataclass(frozen=True)
class MarkFault:
    """``empty``, ``size``, ``not_svg``, ``doctype``, ``element``, ``event``, ``reference`` or ``attribute``."""

    reason: str
    what: str = ""


class _Refused(Exception):
    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(reason)
        self.fault = MarkFault(reason, what)


def mark_fault(content: bytes) -> MarkFault | None:
    """The first thing in the file that it may not hold, or None when it may be shown."""
    if not content.strip():
        return MarkFault("empty")
    if len(content) > LARGEST:
        return MarkFault("size", str(len(content)))
    reader = _Reader()
    try:
        content.decode("utf-8-sig")
        reader.parser.Parse(content, True)
    except _Refused as refused:
        return refused.fault
    except (expat.ExpatError, ValueError, LookupError):  # not XML, or not in the encoding in which it is kept
        return MarkFault("not_svg")
    return None if reader.seen_root else MarkFault("not_svg")


class _Reader:
    def __init__(self) -> None:
        self.seen_root = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self.start
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.EntityDeclHandler = self.doctype
        self.parser.ProcessingInstructionHandler = self.instruction

    def doctype(self, *_: object) -> None:
        raise _Refused("doctype")

    def instruction(self, target: str, _: str) -> None:
        raise _Refused("element", f"?{target}")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if not self.seen_root and (namespace, local) != (_SVG, "svg"):
            raise _Refused("not_svg")
        self.seen_root = True
        if namespace != _SVG or local not in _ELEMENTS:
            raise _Refused("element", local)
        for key, value in attributes.items():
            self.attribute(key, value)

    def attribute(self, key: str, value: str) -> None:
        namespace, _, local = key.rpartition(" ")
        if local.lower().startswith("on"):
            raise _Refused("event", local)
        if key in _REFERENCES and not value.strip().startswith("#"):
            raise _Refused("reference", value[:80])
        if namespace not in ("", _XLINK, _XML):
            raise _Refused("attribute", local)
        if _FETCHES.search(value):
            raise _Refused("reference", value[:80])
        if _RUNS.search(value):
            raise _Refused("attribute", local)
