"""A file's pages as pictures, and their text where the file has any: for reading without taking the file home.

Knows files, not cases. The work is done in a child process that can be killed
(``preview_child.py`` says why), bounded in bytes, pixels, memory and time; what
cannot be shown is refused with a reason that can be told, whatever the file
does. Files come as streams and are never whole in this process's memory.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from documents.children import Answer, ChildDied, Children, ChildTooSlow
from documents.kinds import HEIC, JPEG, PDF, PNG, SIE, XHTML

CHILD: Final = Path(__file__).parent / "preview_child.py"
MOST_BYTES: Final = 100 * 1000 * 1000
PICTURE_TYPE: Final = "image/jpeg"
TURNS: Final = (0, 90, 180, 270)
KINDS: Final = {
    PDF.media_type: "pdf",
    PNG.media_type: "image",
    JPEG.media_type: "image",
    HEIC.media_type: "image",
    SIE.media_type: "plain",
    XHTML.media_type: "markup",
}
DRAWN: Final = frozenset(media_type for media_type, kind in KINDS.items() if kind in ("pdf", "image"))
"""The types that have pages to look at; the others in ``KINDS`` are read as text."""


class Why(StrEnum):
    """Why a file cannot be shown; it can still be downloaded."""

    KIND = "kind"
    LOCKED = "locked"
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    BUSY = "busy"


class CannotShow(Exception):
    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why

    @property
    def lasting(self) -> bool:
        """Whether it will be the same the next time, so that one need not try."""
        return self.why is not Why.BUSY


class NoSuchPage(Exception):
    """The file has fewer pages than that, or pages without pictures."""


@dataclass(frozen=True)
class Original:
    """A file to be shown; ``pieces`` opens it, and may be called again."""

    media_type: str
    size: int
    pieces: Callable[[], Iterable[bytes]]


@dataclass(frozen=True)
class Contents:
    """``texts`` are the pages' texts, in order; fewer than ``pages`` when not ``whole``."""

    pages: int
    texts: tuple[str, ...]
    whole: bool

    def to_json(self) -> bytes:
        return json.dumps({"pages": self.pages, "texts": self.texts, "whole": self.whole}).encode()

    @classmethod
    def from_json(cls, data: bytes) -> "Contents":
        told = json.loads(data)
        return cls(int(told["pages"]), tuple(told["texts"]), bool(told["whole"]))


class Previewer:
    """At most ``children`` files are read at once; others wait, but not for long. Thread-safe."""

    def __init__(
        self, *, children: int = 1, files_per_child: int = 500, timeout: float = 10, patience: float = 10
    ) -> None:
        self._make: Callable[[], Children] = lambda: Children(
            CHILD, most=children, answers_each=files_per_child, timeout=timeout, patience=patience
        )
        self._children = self._make()

    def contents(self, original: Original) -> Contents:
        """How many pages, and what they say. Raises ``CannotShow``."""
        return Contents.from_json(self._ask(original, "text"))

    def picture(self, original: Original, *, page: int, width: int, turn: int = 0) -> bytes:
        """One page as a JPEG, ``width`` pixels wide (a small image less), turned clockwise by 90, 180 or 270 degrees.

        Raises:
            CannotShow: the file; NoSuchPage: only this page of it.
        """
        return self._ask(original, "picture", page=page, width=width, turn=turn)

    def _ask(self, original: Original, want: str, *, page: int = 1, width: int = 1, turn: int = 0) -> bytes:
        kind = KINDS.get(original.media_type)
        if kind is None:
            raise CannotShow(Why.KIND)
        if original.size > MOST_BYTES:
            raise CannotShow(Why.TOO_LARGE)
        request = {
            "want": want,
            "kind": kind,
            "size": original.size,
            "page": page,
            "width": width,
            "turn": turn,
        }
        try:
            answer = self._own().ask(request, lambda: _exactly(original))
        except ChildDied as died:
            raise CannotShow(Why.BROKEN) from died
        except ChildTooSlow as slow:
            raise CannotShow(Why.BUSY if slow.waited else Why.TOO_SLOW) from slow
        return _understood(answer)

    def _own(self) -> Children:
        """This process's: after a fork, new ones."""
        if not self._children.is_ours:
            self._children = self._make()
        return self._children

    def close(self) -> None:
        self._children.close()

    @property
    def child_ids(self) -> set[int]:
        return self._children.ids


def _exactly(original: Original) -> Iterator[bytes]:
    """As many bytes as the child was told of: it would wait for more, or take what is over for its next request."""
    came = 0
    for piece in original.pieces():
        came += len(piece)
        if came > original.size:
            raise CannotShow(Why.BROKEN)
        yield piece
    if came != original.size:
        raise CannotShow(Why.BROKEN)


def _understood(answer: Answer) -> bytes:
    if answer.good:
        return answer.data
    said = answer.data.decode("ascii", "replace")
    if said in ("no_such_page", "no_picture"):
        raise NoSuchPage
    raise CannotShow(Why(said))
