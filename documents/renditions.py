"""Pages that have been drawn are kept: in the store for every process, and the latest in this one's memory.

In the store, since all web processes share it and it is there after a restart;
under the file's own id and not under its hash alone, so that nobody learns from
the time an answer takes that somebody else handed in the same bytes, and so
that a file's pages go with the file (``keys_of``). The hash stands in the key:
of altered bytes nothing old is shown. Who may see a file is decided before.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from documents.preview import PICTURE_TYPE, CannotShow, Contents, Original, Previewer
from documents.store import Missing, Store, StoreUnavailable

PREFIX: Final = "renditions/"
"""What lies under it can be made again from the documents: a check of the store need not know its objects."""
WIDTHS: Final = (160, 640, 1200, 1800, 2400)
"""In pixels. The first is for lists: the letters of an ordinary page cannot be read in it."""
REMEMBERED_BYTES: Final = 32 * 1024 * 1024
REMEMBERED_REFUSALS: Final = 1000


def keys_of(store: Store, id_: UUID) -> Iterator[str]:
    """Every page of the file that is kept: they go when the file goes."""
    return store.keys(f"{PREFIX}{id_}/")


@dataclass(frozen=True)
class Shown:
    """A file in the store that is to be shown."""

    id: UUID
    sha256: str
    key: str
    media_type: str
    size: int

    @property
    def folder(self) -> str:
        return f"{PREFIX}{self.id}/{self.sha256}/"


class Renditions:
    """Thread-safe. Two who ask for the same page at once may both have it drawn; the result is the same."""

    def __init__(self, store: Store, previewer: Previewer, *, remembered_bytes: int = REMEMBERED_BYTES) -> None:
        self._store = store
        self._previewer = previewer
        self._most = remembered_bytes
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._refused: OrderedDict[str, CannotShow] = OrderedDict()
        self._lock = threading.Lock()

    def contents(self, shown: Shown) -> Contents:
        """Raises ``CannotShow``, or ``Missing`` when the file is not in the store."""
        made = self._kept(
            shown, "contents.json", lambda original: self._previewer.contents(original).to_json(), "application/json"
        )
        return Contents.from_json(made)

    def picture(self, shown: Shown, *, page: int, width: int, turn: int = 0) -> bytes:
        """A page as a JPEG. Raises ``CannotShow``, ``NoSuchPage`` or ``Missing``."""
        return self._kept(
            shown,
            f"{page}-{width}-{turn}.jpg",
            lambda original: self._previewer.picture(original, page=page, width=width, turn=turn),
            PICTURE_TYPE,
        )

    def close(self) -> None:
        self._previewer.close()

    def _kept(self, shown: Shown, name: str, make: Callable[[Original], bytes], media_type: str) -> bytes:
        key = shown.folder + name
        with self._lock:
            if (held := self._held.get(key)) is not None:
                self._held.move_to_end(key)
                return held
            # A file that took all its time, or brought a child down, does so once in each process and not at each view.
            if (refused := self._refused.get(shown.folder)) is not None:
                raise CannotShow(refused.why)
        try:
            data = self._store.read(key)
        except Missing:
            data = self._made(shown, make)
            with suppress(StoreUnavailable):  # it can be drawn again
                self._store.put(key, data, media_type=media_type)
        self._hold(key, data)
        return data

    def _made(self, shown: Shown, make: Callable[[Original], bytes]) -> bytes:
        try:
            return make(Original(shown.media_type, shown.size, lambda: self._store.stream(shown.key)))
        except CannotShow as refused:
            if refused.lasting:
                with self._lock:
                    self._refused[shown.folder] = refused
                    while len(self._refused) > REMEMBERED_REFUSALS:
                        self._refused.popitem(last=False)
            raise

    def _hold(self, key: str, data: bytes) -> None:
        with self._lock:
            self._bytes += len(data) - len(self._held.pop(key, b""))
            self._held[key] = data
            while self._bytes > self._most:
                _key, gone = self._held.popitem(last=False)
                self._bytes -= len(gone)
