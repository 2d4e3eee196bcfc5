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
from enum import StrEnum
from types import TracebackType
from typing import IO, Final, Self

from documents.kinds import (
    ALL_TYPES,
    DOCX,
    HEAD_BYTES,
    HEIC,
    JPEG,
    ODT,
    PDF,
    PNG,
    SIE,
    XHTML,
    XLSX,
    FileType,
    Look,
    name_of,
    opinion,
    package_kind,
)
from documents.names import clean_name, content_disposition, extension_of
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

_OPINION_BYTES: Final = 4096


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    CONTENT_DIFFERS = "content_differs"
    NAME_MISSING = "name_missing"


class Refused(Exception):
    """The file is not taken in.

    ``facts`` by reason: ``max_bytes`` for too_large; ``extension`` and ``allowed`` (extensions) for
    type_not_allowed; ``expected`` and ``found`` (kinds) for content_differs.
    """

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason, facts)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True)
class IntakeRules:
    max_bytes: int
    allowed: tuple[FileType, ...] = ALL_TYPES

    @property
    def extensions(self) -> tuple[str, ...]:
        return tuple(extension for kind in self.allowed for extension in kind.extensions)


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
        self.name = clean_name(filename)
        if not self.name:
            raise Refused(Reason.NAME_MISSING)
        extension = extension_of(self.name)
        kind = next((kind for kind in rules.allowed if extension in kind.extensions), None)
        if kind is None:
            raise Refused(Reason.TYPE_NOT_ALLOWED, extension=extension, allowed=rules.extensions)
        self._kind = kind
        self._rules = rules
        self._key = key
        self._upload = store.begin(key, kind.media_type)
        self._sha256 = hashlib.sha256()
        self._size = 0
        self._head = bytearray()
        self._look = Look.MORE
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
            self._judge(chunk)
            if len(self._waiting) >= PART_BYTES:
                await self._send()
        except BaseException:
            await self.abort()
            raise

    async def finish(self) -> Received:
        if self._over:
            raise ValueError(f"the intake of {self.name} is over")
        try:
            self._judge_end()
            await self._send()
            if self._kind.package is not None:
                await asyncio.to_thread(self._judge_package)
            await asyncio.to_thread(self._upload.complete)
        except BaseException:
            await self.abort()
            raise
        self._close()
        return Received(self.name, self._kind.media_type, self._size, self._sha256.hexdigest(), self._key)

    async def abort(self) -> None:
        """Leave nothing in the store. Does nothing when the intake is over."""
        if self._over:
            return
        self._close()
        # Shielded, since the usual reason to be here is that the request was cancelled.
        await asyncio.shield(asyncio.to_thread(self._upload.abort))

    def _judge(self, chunk: bytes) -> None:
        self._size += len(chunk)
        if self._size > self._rules.max_bytes:
            raise Refused(Reason.TOO_LARGE, max_bytes=self._rules.max_bytes)
        if self._look is Look.MORE:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
            self._look = self._kind.look(bytes(self._head)) if self._head else Look.MORE
            if self._look is Look.NO:
                self._differs(name_of(bytes(self._head)))
        if self._kind.text and b"\0" in chunk:
            self._differs("binary data")
        self._sha256.update(chunk)
        self._waiting += chunk

    def _judge_end(self) -> None:
        if self._size == 0:
            raise Refused(Reason.EMPTY)
        head = bytes(self._head)
        if self._look is not Look.YES:
            self._differs(name_of(head))
        second = opinion(head[:_OPINION_BYTES])
        if self._kind.known_as and second and not second & self._kind.known_as:
            self._differs(min(second).lstrip("."))

    def _judge_package(self) -> None:
        assert self._copy is not None  # noqa: S101  a package kind always has its copy; this tells mypy
        self._copy.seek(0)
        if (found := package_kind(self._copy)) != self._kind.package:
            self._differs(found)

    def _differs(self, found: str) -> None:
        raise Refused(Reason.CONTENT_DIFFERS, expected=self._kind.name, found=found)

    async def _send(self) -> None:
        part = bytes(self._waiting)
        self._waiting.clear()
        await asyncio.to_thread(self._write, part)

    def _write(self, part: bytes) -> None:
        if self._kind.package is not None:
            if self._copy is None:
                self._copy = tempfile.TemporaryFile()  # noqa: SIM115  lives as long as the intake; closed in _close
            self._copy.write(part)
        self._upload.write(part)

    def _close(self) -> None:
        self._over = True
        self._waiting.clear()
        if self._copy is not None:
            self._copy.close()
