"""Which part of a file is asked for (RFC 9110, 14): one range of bytes, or the whole.

Several ranges at once are answered with the whole, as the standard allows:
nobody needs them here, and they let a small request ask for much work.
"""

import re
from dataclasses import dataclass

_ONE = re.compile(r"\s*bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})\s*", re.ASCII)


@dataclass(frozen=True)
class Span:
    """From ``start`` up to but not including ``end``, as in a slice."""

    start: int
    end: int


class Unsatisfiable(Exception):
    """The range begins after the file ends: 416."""


def span_of(asked: str | None, condition: str | None, *, size: int, etag: str) -> Span | None:
    """The part to send; ``None`` for the whole, which is also the answer to what is not understood.

    ``condition`` is If-Range: only when it names the very bytes (a strong tag) may a part be joined to what the
    reader has.  A date there is no promise about bytes, so the whole is sent.

    Raises:
        Unsatisfiable: there are no such bytes.
    """
    if asked is None or (condition is not None and condition.strip() != etag):
        return None
    if (found := _ONE.fullmatch(asked)) is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = int(found[2])
        if length == 0 or size == 0:
            raise Unsatisfiable
        return Span(max(0, size - length), size)
    start = int(found[1])
    if found[2] and int(found[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Span(start, min(int(found[2]) + 1, size) if found[2] else size)
