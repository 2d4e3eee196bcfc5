"""Annual reports as inline XBRL (XHTML), as Bolagsverket takes them: the numbers, and where each stands.

A report is a stranger's XML: no entity is resolved, nothing is fetched, and its
size, depth and number of figures are bounded. Names are matched by namespace,
never by the prefix. Nothing is chosen here: a number that stands twice is given
twice, and one in a context with a dimension (another figure than the company's
own) is counted and left out.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from lxml import etree

from documents.ixbrl_numbers import NOTHING, printed_number
from documents.unreadable import Unreadable, Why

MAX_BYTES: Final = 20 * 1000 * 1000
MAX_FIGURES: Final = 50_000
_MAX_INSIDE: Final = 50  # elements inside one figure; more is no figure
_MAX_SCALE: Final = 15
_MAX_CONTEXTS: Final = 20_000
_MAX_LOOKED_UP: Final = 2_000_000  # bindings of prefixes, over all figures
_LONGEST_NAME: Final = 200
_LONGEST_ROW: Final = 500  # what is longer is no row of a table
_XHTML: Final = "{http://www.w3.org/1999/xhtml}"
_CELLS: Final = frozenset({f"{_XHTML}td", f"{_XHTML}th", f"{_XHTML}br"})
_ROWS: Final = frozenset({f"{_XHTML}{each}" for each in ("tr", "p", "li", "div", "h1", "h2", "h3")})
_IX: Final = ("http://www.xbrl.org/2013/inlineXBRL", "http://www.xbrl.org/2008/inlineXBRL")
_FIGURE: Final = tuple(f"{{{each}}}nonFraction" for each in _IX)
_EXCLUDED: Final = frozenset(f"{{{each}}}exclude" for each in _IX)
_XBRLI: Final = "{http://www.xbrl.org/2003/instance}"
_CURRENCY: Final = "http://www.xbrl.org/2003/iso4217"
_FORMATS: Final = "http://www.xbrl.org/inlineXBRL/transformation/"
_NIL: Final = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_SCHEMA: Final = "{http://www.xbrl.org/2003/linkbase}schemaRef"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
# Encodings in which "<!ENTITY" looks the same, so that it can be seen before anything is parsed.
_ENCODINGS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_TAXONOMY: Final = re.compile(r"http://www\.taxonomier\.se/se/fr/([a-z0-9-]+)/[0-9-]+")
_DOCTYPE: Final = re.compile(rb"<!DOCTYPE[^>]{0,1000}\[", re.IGNORECASE)


class Fault(StrEnum):
    """Why a tagged number has no value."""

    NUMBER = "number"
    CONTEXT = "context"
    PERIOD = "period"
    UNIT = "unit"


@dataclass(frozen=True)
class Period:
    """``first`` is None where the figure is of one day, as in a balance sheet; ``last`` belongs to the period."""

    first: date | None
    last: date


@dataclass(frozen=True)
class Place:
    """Where a figure stands: the element's id, its line, which of the two files, and the number as printed there."""

    line: int
    element: str
    file: str
    printed: str


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One tagged number.

    ``vocabulary`` is the Swedish taxonomy's name without its version (``gen-base``), or the namespace itself.
    ``currency`` is empty where the number is no money, such as a percentage. ``step`` is how finely the number is
    told: figures of the same thing that differ by less are the same, rounded.
    """

    vocabulary: str
    name: str
    context: str
    entity: str
    period: Period
    currency: str
    value: Decimal
    scale: int
    decimals: int | None
    format: str
    step: Decimal
    place: Place


@dataclass(frozen=True)
class Unread:
    vocabulary: str
    name: str
    fault: Fault
    place: Place


@dataclass(frozen=True)
class Report:
    """``schemas`` are the taxonomies' addresses; ``with_dimension`` counts the figures left out for that."""

    figures: tuple[Figure, ...]
    unread: tuple[Unread, ...]
    entities: tuple[str, ...]
    schemas: tuple[str, ...]
    with_dimension: int

    @property
    def is_group(self) -> bool:
        """Whether it is written by the taxonomy for groups (K3K): then its figures may be the group's."""
        return any("/k3k/" in each or "k3k" in each.rpartition("/")[2] for each in self.schemas)


@dataclass(frozen=True)
class _Context:
    entity: str
    period: Period | None
    dimension: bool


def read_report(data: bytes) -> Report:
    """Read a report, or a zip with one or two (the auditor's beside it).

    Raises:
        Unreadable: nothing else, whatever the bytes are.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(Why.TOO_LARGE)
    files = _unpacked(data) if data.startswith(b"PK\x03\x04") else [("", data)]
    reports = [_read(name, each) for name, each in files]
    if not any(each.figures or each.unread for each in reports):
        raise Unreadable(Why.NOT_A_REPORT)
    return Report(
        tuple(figure for each in reports for figure in each.figures),
        tuple(unread for each in reports for unread in each.unread),
        tuple(dict.fromkeys(entity for each in reports for entity in each.entities)),
        tuple(dict.fromkeys(schema for each in reports for schema in each.schemas)),
        sum(each.with_dimension for each in reports),
    )


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """A figure as the file has it: ``row`` is what a reader of the page sees beside it, ``tag`` as it is written.

    ``sign`` is ``-`` where the file turns the printed number round; ``unit`` what the file calls it.
    """

    figure: Figure
    row: str
    tag: str
    sign: str
    unit: str


def excerpt(data: bytes, *, name: str, last: date, place: Place) -> Excerpt | None:
    """The figure that was read there, with what stands around it; None where it is not to be found.

    The line alone does not do: programs write whole reports on one.

    Raises:
        Unreadable: nothing else, whatever the bytes are.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(Why.TOO_LARGE)
    for file, each in _unpacked(data) if data.startswith(b"PK\x03\x04") else [("", data)]:
        root = _parsed(each)
        contexts, units = _contexts(root), _units(root)
        for element in root.iter(*_FIGURE):
            if file != place.file or element.get("name", "").rpartition(":")[2] != name:
                continue
            context = contexts.get(element.get("contextRef", ""))
            if context is not None and context.dimension:
                continue
            found = _figure(element, context, units, element.nsmap, file)
            if isinstance(found, Figure) and found.place == place and found.period.last == last:
                return Excerpt(
                    figure=found,
                    row=_row(element),
                    tag=_written(element),
                    sign=element.get("sign", ""),
                    unit=element.get("unitRef", "")[:_LONGEST_NAME],
                )
    return None


def _row(element: Any) -> str:
    """The words of the row or the paragraph that it stands in, as somebody reads them."""
    above = next(element.iterancestors(*_ROWS), None)
    words: list[str] = []
    left = 4 * _LONGEST_ROW  # with the spaces between
    for piece in _words(above) if above is not None else ():
        words.append(piece)
        left -= len(piece)
        if left < 0:
            return ""
    row = " ".join("".join(words).split())
    return row if len(row) <= _LONGEST_ROW else ""


def _words(element: Any) -> Iterator[str]:
    yield element.text or ""
    for each in element.iterdescendants():
        if each.tag in _CELLS or each.tag in _ROWS:
            yield " "
        if isinstance(each.tag, str):
            yield each.text or ""
        yield each.tail or ""


def _written(element: Any) -> str:
    """The tag without the bindings of prefixes, which lxml would write out at each."""
    name = element.tag.rpartition("}")[2]
    given = " ".join(f'{key.rpartition("}")[2]}="{value[:_LONGEST_NAME]}"' for key, value in element.attrib.items())
    printed = " ".join((_text(element) or "").split())[:_LONGEST_NAME]
    return f"<{element.prefix}:{name} {given}>{printed}</{element.prefix}:{name}>"


def _unpacked(data: bytes) -> list[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            inside = [
                each for each in package.infolist() if each.filename.lower().endswith((".xhtml", ".html", ".htm"))
            ]
            if len(package.infolist()) > 50 or not 1 <= len(inside) <= 2:
                raise Unreadable(Why.NOT_A_REPORT)
            return [(each.filename[-100:], _member(package, each)) for each in inside]
    except Unreadable:
        raise
    except Exception as error:  # zipfile and the compressions inside raise a dozen kinds, none of them documented
        raise Unreadable(Why.BROKEN_ZIP) from error


def _member(package: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """At most one byte more than is allowed is unpacked, whatever the directory says of its size."""
    with package.open(info) as member:
        data = member.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise Unreadable(Why.TOO_LARGE)
    return data


def _read(file: str, data: bytes) -> Report:
    root = _parsed(data)
    contexts, units = _contexts(root), _units(root)
    # Names are bound to namespaces at the root, as a rule; only where they are not is each element asked.
    at_root = {prefix: name for prefix, name in root.nsmap.items() if prefix}
    everywhere = data.count(b"xmlns:") == len(at_root)
    figures: list[Figure] = []
    unread: list[Unread] = []
    with_dimension = looked_up = 0
    for count, element in enumerate(root.iter(*_FIGURE)):
        if count >= MAX_FIGURES:
            raise Unreadable(Why.TOO_LARGE)
        if element.get(_NIL) in ("true", "1"):
            continue
        context = contexts.get(element.get("contextRef", ""))
        if context is not None and context.dimension:
            with_dimension += 1
            continue
        names = at_root if everywhere else element.nsmap
        looked_up += 0 if everywhere else len(names)
        if looked_up > _MAX_LOOKED_UP:
            raise Unreadable(Why.TOO_LARGE)
        read = _figure(element, context, units, names, file)
        if isinstance(read, Figure):
            figures.append(read)
        elif read is not None:
            unread.append(read)
    entities = dict.fromkeys(each.entity for each in contexts.values() if each is not None and each.entity)
    schemas = [href for each in root.iter(_SCHEMA) if (href := each.get(_HREF))]
    return Report(tuple(figures), tuple(unread), tuple(entities), tuple(schemas), with_dimension)


def _parsed(data: bytes) -> Any:
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if not data.startswith(b"<") or b"\0" in data:
        raise Unreadable(Why.NOT_XML, line=1)
    declared = _DECLARED.match(data)
    encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
    if encoding not in _ENCODINGS:
        raise Unreadable(Why.ENCODING)
    if b"<!ENTITY" in data or _DOCTYPE.search(data):
        raise Unreadable(Why.ENTITIES)
    parser = etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        deep = "depth" in str(error.msg).lower()
        raise Unreadable(Why.TOO_DEEP if deep else Why.NOT_XML, line=error.lineno or None) from None
    except (etree.LxmlError, ValueError, LookupError):
        raise Unreadable(Why.NOT_XML) from None
    if root.tag != "{http://www.w3.org/1999/xhtml}html":
        raise Unreadable(Why.NOT_A_REPORT)
    return root


def _figure(
    element: Any, context: _Context | None, units: dict[str, str], names: dict[Any, str], file: str
) -> Figure | Unread | None:
    prefix, _, name = element.get("name", "").rpartition(":")
    vocabulary = _vocabulary(names.get(prefix, ""))
    text = _text(element)
    place = Place(element.sourceline or 0, element.get("id", "")[:100], file, " ".join((text or "").split())[:60])
    format_name = _format(element.get("format", ""), names)
    if format_name in NOTHING:
        return None
    if context is None:
        return Unread(vocabulary, name, Fault.CONTEXT, place)
    if context.period is None:
        return Unread(vocabulary, name, Fault.PERIOD, place)
    unit = units.get(element.get("unitRef", ""))
    if unit is None:
        return Unread(vocabulary, name, Fault.UNIT, place)
    number = printed_number(text, format_name) if text is not None and format_name is not None else None
    scale, decimals, sign = _whole(element.get("scale", "0")), element.get("decimals", ""), element.get("sign", "")
    if number is None or scale is None or abs(scale) > _MAX_SCALE or sign not in ("", "-"):
        return Unread(vocabulary, name, Fault.NUMBER, place)
    value, fraction = number
    told = _whole(decimals)
    printed_step = Decimal(1).scaleb(scale - fraction)
    told_step = Decimal(1).scaleb(-told) if told is not None and abs(told) <= _MAX_SCALE else printed_step
    return Figure(
        vocabulary=vocabulary,
        name=name,
        context=element.get("contextRef", ""),
        entity=context.entity,
        period=context.period,
        currency=unit,
        value=(-value if sign else value).scaleb(scale),
        scale=scale,
        decimals=told,
        format=format_name or "",
        step=max(printed_step, told_step),
        place=place,
    )


def _text(element: Any) -> str | None:
    """The printed number: what is excluded is left out, what has too much inside is none."""
    if not len(element):
        return element.text or ""
    pieces = [element.text or ""]
    seen = 0
    stack = [(element, iter(element))]
    while stack:
        _here, children = stack[-1]
        child = next(children, None)
        if child is None:
            ended, _ = stack.pop()
            if stack:
                pieces.append(ended.tail or "")
            continue
        seen += 1
        if seen > _MAX_INSIDE or child.tag is etree.Entity:
            return None
        if child.tag in _EXCLUDED or not isinstance(child.tag, str):
            pieces.append(child.tail or "")
            continue
        pieces.append(child.text or "")
        stack.append((child, iter(child)))
    return "".join(pieces)


def _format(given: str, names: dict[Any, str]) -> str | None:
    """The format's own name; ``None`` where it is of no known registry."""
    if not given:
        return ""
    prefix, _, name = given.rpartition(":")
    return name if names.get(prefix, "").startswith(_FORMATS) else None


@lru_cache(256)
def _vocabulary(namespace: str) -> str:
    found = _TAXONOMY.fullmatch(namespace)
    return found[1] if found else namespace[:200]


@lru_cache(256)
def _whole(text: str) -> int | None:
    stripped = text.strip()
    return int(stripped) if re.fullmatch(r"[+-]?[0-9]{1,3}", stripped, re.ASCII) else None


def _contexts(root: Any) -> dict[str, _Context | None]:
    """By id; one that is declared twice, and differently, is none."""
    found: dict[str, _Context | None] = {}
    for element in root.iter(f"{_XBRLI}context"):
        if len(found) >= _MAX_CONTEXTS:
            raise Unreadable(Why.TOO_LARGE)
        id_ = element.get("id", "")
        entity = element.find(f"{_XBRLI}entity/{_XBRLI}identifier")
        digits = re.sub(r"[^0-9]", "", (entity.text or "")[:40]) if entity is not None else ""
        dimension = (
            element.find(f"{_XBRLI}entity/{_XBRLI}segment") is not None or element.find(f"{_XBRLI}scenario") is not None
        )
        context = _Context(digits, _period(element.find(f"{_XBRLI}period")), dimension)
        found[id_] = context if found.get(id_, context) == context else None
    return found


def _period(element: Any) -> Period | None:
    if element is None:
        return None
    instant = _day(element.findtext(f"{_XBRLI}instant"), ends=True)
    if instant:
        return Period(None, instant)
    first = _day(element.findtext(f"{_XBRLI}startDate"), ends=False)
    last = _day(element.findtext(f"{_XBRLI}endDate"), ends=True)
    return Period(first, last) if first and last and first <= last else None


def _day(text: str | None, *, ends: bool) -> date | None:
    """A day; an end written as a moment at midnight is the day before, as XBRL 2.1 says."""
    stripped = (text or "").strip()
    try:
        if len(stripped) == 10:
            return date.fromisoformat(stripped)
        moment = datetime.fromisoformat(stripped)
        midnight = (moment.hour, moment.minute, moment.second) == (0, 0, 0)
        return moment.date() - timedelta(days=1) if ends and midnight else moment.date()
    except (ValueError, OverflowError):
        return None


def _units(root: Any) -> dict[str, str]:
    """By id: a currency's code, or nothing for every other plain number; a quotient of two is no unit here."""
    found: dict[str, str | None] = {}
    for element in root.iter(f"{_XBRLI}unit"):
        if len(found) >= _MAX_CONTEXTS:
            raise Unreadable(Why.TOO_LARGE)
        measures = element.findall(f"{_XBRLI}measure")
        if len(measures) != 1:
            continue
        prefix, _, name = (measures[0].text or "").strip().rpartition(":")
        unit = name.upper()[:10] if measures[0].nsmap.get(prefix or None) == _CURRENCY else ""
        id_ = element.get("id", "")
        found[id_] = unit if found.get(id_, unit) == unit else None
    return {id_: unit for id_, unit in found.items() if unit is not None}
