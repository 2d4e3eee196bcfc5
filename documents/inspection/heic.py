"""HEIC without a word of place and camera: the words are overwritten where they lie, so that no pixel moves.

How the picture is turned stands in the container (irot, imir), not in the Exif
that is emptied.  ISO/IEC 14496-12 (boxes, iinf, iloc) and 23008-12.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from documents.inspection.found import Found, Reason

NEEDED = frozenset((b"ftyp", b"meta", b"mdat", b"free", b"skip", b"idat", b"moov", b"pdin", b"sidx", b"styp", b"emsg"))
EMPTY_EXIF = b"\x00\x00\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00"
"""Where its TIFF header begins, and a directory with nothing in it."""


@dataclass(frozen=True)
class Box:
    kind: bytes
    start: int
    body: int
    end: int


def stripped(data: bytes) -> bytes:
    """The file with its Exif, its XMP and what no reader of the standard needs made empty; of the same length."""
    made = bytearray(data)
    meta = None
    for box in _boxes(data, 0, len(data)):
        if box.kind == b"meta":
            meta = box
        elif box.kind not in NEEDED:
            made[box.body : box.end] = bytes(box.end - box.body)
            made[box.start + 4 : box.start + 8] = b"free"
    if meta is None:
        raise Found(Reason.MALFORMED, "no meta box")
    inside = {box.kind: box for box in _boxes(data, meta.body + 4, meta.end)}
    if b"iinf" not in inside or b"iloc" not in inside:
        raise Found(Reason.MALFORMED, "no items")
    spoken = dict(_spoken(data, inside[b"iinf"]))
    held = inside.get(b"idat")
    for item, (method, start, length) in _extents(data, inside[b"iloc"]):
        if item not in spoken:
            continue
        if method == 1 and held is not None:
            start += held.body
        elif method != 0:
            raise Found(Reason.MALFORMED, "an item built of others")
        if start + length > len(data):
            raise Found(Reason.MALFORMED, "an item outside the file")
        made[start : start + length] = (EMPTY_EXIF if spoken[item] == b"Exif" else b"")[:length].ljust(length, b"\x00")
    return bytes(made)


def _boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    while at + 8 <= end:
        size, kind, body = _number(data, at, 4), data[at + 4 : at + 8], at + 8
        if size == 1:
            size, body = _number(data, at + 8, 8), at + 16
        elif size == 0:
            size = end - at
        if size < body - at or at + size > end:
            raise Found(Reason.MALFORMED, "box")
        yield Box(kind, at, body, at + size)
        at += size


def _spoken(data: bytes, box: Box) -> Iterator[tuple[int, bytes]]:
    """The items that are words and not pixels, with their kinds."""
    wide = data[box.body] > 0
    for entry in _boxes(data, box.body + (8 if wide else 6), box.end):
        version = data[entry.body]
        if entry.kind != b"infe" or version < 2:
            continue
        at = entry.body + 4
        id_bytes = 2 if version == 2 else 4
        kind = data[at + id_bytes + 2 : at + id_bytes + 6]
        if kind in (b"Exif", b"mime", b"uri "):
            yield _number(data, at, id_bytes), kind


def _extents(data: bytes, box: Box) -> Iterator[tuple[int, tuple[int, int, int]]]:
    """Of each item and each of its pieces: how it is placed, where, and how long it is."""
    version, at = data[box.body], box.body + 4
    offset_bytes, length_bytes = data[at] >> 4, data[at] & 15
    base_bytes, index_bytes = data[at + 1] >> 4, data[at + 1] & 15 if version in (1, 2) else 0
    at += 2
    id_bytes = 4 if version == 2 else 2
    count = _number(data, at, id_bytes)
    at += id_bytes
    for _ in range(count):
        item = _number(data, at, id_bytes)
        at += id_bytes
        method = 0
        if version in (1, 2):
            method = _number(data, at, 2) & 15
            at += 2
        at += 2  # which file: always this one, by the check of the places
        base = _number(data, at, base_bytes)
        at += base_bytes
        pieces = _number(data, at, 2)
        at += 2
        for _piece in range(pieces):
            at += index_bytes
            start = base + _number(data, at, offset_bytes)
            at += offset_bytes
            length = _number(data, at, length_bytes)
            at += length_bytes
            yield item, (method, start, length)
        if at > box.end:
            raise Found(Reason.MALFORMED, "places")


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise Found(Reason.MALFORMED, "box")
    return int.from_bytes(data[at : at + size], "big")
