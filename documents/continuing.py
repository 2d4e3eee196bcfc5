"""A file that comes in over several connections: each goes on where the last whole part of the former ended.

The one who holds the upload (a row, in the portal) keeps its id, its parts and
its offset; here are the bytes. A part that a broken connection left half is
thrown away: at most ``PART_BYTES`` are sent again.

The SHA-256 of the whole cannot be kept between connections, since hashlib's
state can neither be stored nor moved to another process. Of a file that came
in one connection it was made while reading; of any other, the finished object
is read back from the store once. Digests of the parts would not help: a digest
of the whole cannot be made of them, and it is the whole file's that people and
decisions refer to.
"""

import hashlib
import tempfile
from collections.abc import Sequence
from typing import Final

from documents.filling import Filled, Filling
from documents.intake import Received
from documents.judging import IntakeRules, Judge, Reason, Refused
from documents.outgoing import IN_FLIGHT, Outgoing, Stored
from documents.store import PART_BYTES, Missing, Part, Store

_SPOOL: Final = 1024 * 1024
AT_ONCE: Final = IN_FLIGHT + 1
"""Parts that a connection may have sent, or be sending, before the first of them is written down."""


class Continuation:
    """What one connection brings of a file, part by part.

    Parts are sent to the store while the next one is being read (``Outgoing``).
    ``offset`` is how much has come before, ``number`` the number that the next part gets. A number is used in one
    connection only, so that of two that send the same stretch neither writes over the other's; the store wants
    numbers to grow, not to be without gaps.
    """

    def __init__(
        self,
        store: Store,
        key: str,
        upload_id: str,
        *,
        filename: str,
        rules: IntakeRules,
        size: int,
        offset: int,
        number: int,
    ) -> None:
        self._store, self._key, self._upload_id = store, key, upload_id
        self._judge = Judge(filename, rules)
        if offset:
            self._judge.skip(offset)
        self._size = size
        self._number = number
        self._sha256 = hashlib.sha256() if offset == 0 else None
        self._filling = Filling()
        self._outgoing = Outgoing(self._put_part)

    @property
    def all_here(self) -> bool:
        return self._judge.size == self._size

    @property
    def digest(self) -> str | None:
        """Of the whole, where all of it came in this connection."""
        return self._sha256.hexdigest() if self._sha256 is not None and self.all_here else None

    async def feed(self, chunk: bytes) -> Stored | None:
        """The next piece; gives a part that is safe in the store now, and its size.

        Raises:
            Refused: what comes is not what it should be, or more than was said. Parts that are in the store stay.
        """
        self._judge.hear(chunk)
        if self._judge.size > self._size:
            raise Refused(Reason.TOO_LARGE, max_bytes=self._size)
        if self._sha256 is not None:
            self._sha256.update(chunk)
        self._filling.add(chunk)
        return await self._send() if self._filling.size >= PART_BYTES else None

    async def drain(self) -> Stored | None:
        """The next part that is on its way, the last one included; to be asked until it gives None."""
        stored = await self._send() if self._filling.size and self.all_here else None
        return stored or await self._outgoing.oldest()

    async def stop(self) -> None:
        """The connection is gone: wait for what is on its way, so that no thread writes after this."""
        self._filling.drop()
        await self._outgoing.stop()

    async def _send(self) -> Stored | None:
        number, self._number = self._number, self._number + 1
        return await self._outgoing.add(number, self._filling.take())

    def _put_part(self, number: int, part: Filled) -> Part:
        return self._store.put_part(self._key, self._upload_id, number, part.content, crc32=part.crc32)


def first_look(head: bytes, *, filename: str, rules: IntakeRules, size: int) -> Judge:
    """Judge a file by its name, its size and its first bytes, before the rest is sent.

    Raises:
        Refused: it will not be taken.
    """
    judge = Judge(filename, rules)
    judge.weigh(size)
    judge.hear(head)
    judge.conclude()
    return judge


def complete(
    store: Store,
    key: str,
    upload_id: str,
    parts: Sequence[Part],
    *,
    filename: str,
    rules: IntakeRules,
    size: int,
    digest: str | None,
) -> Received:
    """Make the parts an object, and be sure of it. Repeatable: one that was completed before is looked at again.

    Raises:
        Refused: it is not the package that it should be. The object is gone then.
        Missing: there is neither an upload nor an object.
    """
    judge = Judge(filename, rules)
    try:
        store.complete_parts(key, upload_id, parts)
    except Missing:
        if (found := store.head(key)) is None or found.size != size:
            raise
    if digest is None or judge.kind.package is not None:
        try:
            digest = _read_back(store, key, judge)
        except Refused:
            store.delete(key)
            raise
    return Received(judge.name, judge.kind.media_type, size, digest, key)


def _read_back(store: Store, key: str, judge: Judge) -> str:
    sha256 = hashlib.sha256()
    with tempfile.SpooledTemporaryFile(_SPOOL) as copy:
        for piece in store.stream(key):
            sha256.update(piece)
            if judge.kind.package is not None:
                copy.write(piece)
        if judge.kind.package is not None:
            copy.seek(0)
            judge.open_package(copy)
    return sha256.hexdigest()
