"""A stream in; out comes its size, its real type and its SHA-256, and an object in the store.

Refuses at the first byte that breaks a rule, and then leaves nothing in the
store. Memory stays flat: one part of 8 MB at a time, sent from a thread. A
zip-based kind can only be judged when its last byte has come, so its bytes
also pass through a temporary file until then.
"""

import asyncio
import hashlib
import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import IO, Self

from documents.judging import IntakeRules, Judge, Reason, Refused
from documents.kinds import ALL_TYPES, DOCX, HEIC, JPEG, ODT, PDF, PNG, SIE, XHTML, XLSX, FileType
from documents.names import clean_name, content_disposition
from documents.store import PART_BYTES, Store

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
        self._key = key
        self._upload = store.begin(key, self._judge.kind.media_type)
        self._sha256 = hashlib.sha256()
        self._waiting = bytearray()
        self._copy: IO[bytes] | None = None
        self._over = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.abort()

    async def feed(self, chunk: bytes) -> None:
        """Take the next piece. Raises ``Refused`` as soon as a rule is broken; the store is clean by then."""
        if self._over:
            raise ValueError(f"the intake of {self.name} is over")
        try:
            self._judge.hear(chunk)
            self._waiting += chunk
            if len(self._waiting) >= PART_BYTES:
                await self._send()
        except BaseException:
            await self.abort()
            raise

    async def finish(self) -> Received:
        if self._over:
            raise ValueError(f"the intake of {self.name} is over")
        try:
            self._judge.conclude()
            await self._send()
            if self._judge.kind.package is not None:
                await asyncio.to_thread(self._judge_package)
            await asyncio.to_thread(self._upload.complete)
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
        await asyncio.shield(asyncio.to_thread(self._upload.abort))

    def _judge_package(self) -> None:
        assert self._copy is not None  # noqa: S101  a package kind always has its copy; this tells mypy
        self._copy.seek(0)
        self._judge.open_package(self._copy)

    async def _send(self) -> None:
        part, self._waiting = self._waiting, bytearray()
        await asyncio.to_thread(self._write, part)

    def _write(self, part: bytearray) -> None:
        self._sha256.update(part)
        if self._judge.kind.package is not None:
            if self._copy is None:
                self._copy = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the intake; closed in _close
            self._copy.write(part)
        self._upload.write(part)

    def _close(self) -> None:
        self._over = True
        self._waiting.clear()
        if self._copy is not None:
            self._copy.close()
