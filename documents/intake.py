"""A stream in; out comes its size, its real type and its SHA-256, and an object in the store.

Refuses at the first byte that breaks a rule, and then leaves nothing in the
store. Memory stays flat: one part is being filled while two are being sent. A
zip-based kind can only be judged when its last byte has come, so its bytes
also pass through a temporary file until then.
"""

import asyncio
import hashlib
import io
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

from documents.filling import Filled, Filling
from documents.judging import IntakeRules, Judge, Reason, Refused
from documents.kinds import ALL_TYPES, DOCX, HEIC, JPEG, ODT, PDF, PNG, SIE, XHTML, XLSX, FileType
from documents.names import clean_name, content_disposition
from documents.outgoing import Outgoing, Stored
from documents.store import PART_BYTES, Part, Store, StoreError

__all__ = [
    "ALL_TYPES",
    "DOCX",
    "HEIC",
    "JPEG",
    "ODT",
    "PDF",
    "PNG",
    "SIE",
    "XHTML",
    "XLSX",
    "FileType",
    "Intake",
    "IntakeRules",
    "Reason",
    "Received",
    "Refused",
    "clean_name",
    "content_disposition",
]


@dataclass(frozen=True)
class Received:
    name: str
    media_type: str
    size: int
    sha256: str
    key: str


class Intake:
    """One file on its way in. Ends in exactly one of ``finish``, a ``Refused``, or ``abort``.

    As an ``async with`` block it aborts whatever was not finished, also when the sender hangs up.

    Raises:
        Refused: already here when the name is missing or its extension is not allowed; nothing was read then.
    """

    def __init__(self, store: Store, key: str, *, filename: str, rules: IntakeRules) -> None:
        self._judge = Judge(filename, rules)
        self.name = self._judge.name
        self._store = store
        self._key = key
        self._begun: asyncio.Task[str] | None = None
        self._upload_id = ""
        self._outgoing = Outgoing(self._put_part)
        self._parts: list[Part] = []
        self._number = 0
        self._sha256 = hashlib.sha256()
        self._filling = Filling()
        self._copy: IO[bytes] | None = None
        self._over = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.abort()

    async def feed(self, chunk: bytes | bytearray) -> None:
        """Take the next piece. Raises ``Refused`` as soon as a rule is broken; the store is clean by then."""
        if self._over:
            raise ValueError(f"the intake of {self.name} is over")
        try:
            self._judge.hear(chunk)
            # While the piece is in the processor's cache; it takes less time than to hand it to a thread.
            self._sha256.update(chunk)
            self._filling.add(chunk)
            if self._filling.size >= PART_BYTES:
                await self._send()
        except BaseException:
            await self.abort()
            raise

    async def finish(self) -> Received:
        if self._over:
            raise ValueError(f"the intake of {self.name} is over")
        try:
            self._judge.conclude()
            if self._begun is None:
                await asyncio.to_thread(self._put_whole, self._filling.take())
            else:
                await self._complete()
        except BaseException:
            await self.abort()
            raise
        self._close()
        kind = self._judge.kind
        return Received(self.name, kind.media_type, self._judge.size, self._sha256.hexdigest(), self._key)

    async def abort(self) -> None:
        """Leave nothing in the store. Does nothing when the intake is over."""
        if self._over:
            return
        self._close()
        # Shielded, since the usual reason to be here is that the request was cancelled.
        await asyncio.shield(asyncio.ensure_future(self._leave_nothing()))

    async def _leave_nothing(self) -> None:
        await self._outgoing.stop()
        if self._begun is None:
            return
        try:
            upload_id = await self._begun
        except StoreError:
            return
        await asyncio.to_thread(self._store.abort_parts, self._key, upload_id)

    def _put_whole(self, whole: Filled) -> None:
        kind = self._judge.kind
        try:
            if kind.package is not None:
                self._judge.open_package(io.BytesIO(whole.content))
            self._store.put(self._key, whole.content, media_type=kind.media_type, crc32=whole.crc32)
        finally:
            whole.give_back()

    async def _send(self) -> None:
        part = self._filling.take()
        if self._judge.kind.package is not None:
            await asyncio.to_thread(self._write_copy, part.content)
        if self._begun is None:
            media_type = self._judge.kind.media_type
            self._begun = asyncio.create_task(asyncio.to_thread(self._store.begin_parts, self._key, media_type))
        self._upload_id = await asyncio.shield(self._begun)
        self._number += 1
        self._keep(await self._outgoing.add(self._number, part))

    def _write_copy(self, part: bytearray) -> None:
        if self._copy is None:
            self._copy = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the intake; closed in _close
        self._copy.write(part)

    def _put_part(self, number: int, part: Filled) -> Part:
        return self._store.put_part(self._key, self._upload_id, number, part.content, crc32=part.crc32)

    def _keep(self, stored: Stored | None) -> bool:
        if stored is not None:
            self._parts.append(stored[0])
        return stored is not None

    async def _complete(self) -> None:
        if self._filling.size:
            await self._send()
        if self._copy is not None:
            await asyncio.to_thread(self._judge_copy, self._copy)
        while self._keep(await self._outgoing.oldest()):
            pass
        await asyncio.to_thread(self._store.complete_parts, self._key, self._upload_id, self._parts)

    def _judge_copy(self, copy: IO[bytes]) -> None:
        copy.seek(0)
        self._judge.open_package(copy)

    def _close(self) -> None:
        self._over = True
        self._filling.drop()
        if self._copy is not None:
            self._copy.close()
