"""Whether what comes in may be the file that its name says: asked of every piece, and answered at the first wrong byte.

Keeps nothing but the head of the file. Where the bytes go is the caller's.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import IO

from documents.kinds import ALL_TYPES, HEAD_BYTES, FileType, Look, name_of, package_kind
from documents.names import clean_name, extension_of


class Reason(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NO_ROOM = "no_room"
    TYPE_NOT_ALLOWED = "type_not_allowed"
    CONTENT_DIFFERS = "content_differs"
    NAME_MISSING = "name_missing"


class Refused(Exception):
    """The file is not taken in.

    ``facts`` by reason: ``max_bytes`` for too_large; ``room`` (bytes) for no_room; ``extension`` and ``allowed``
    (extensions) for type_not_allowed; ``expected`` and ``found`` (kinds) for content_differs.
    """

    def __init__(self, reason: Reason, **facts: object) -> None:
        super().__init__(reason, facts)
        self.reason = reason
        self.facts = facts


@dataclass(frozen=True)
class IntakeRules:
    """``greatest`` is a size in bytes for the kinds (by name) that have another than ``max_bytes``.

    ``room`` is how much more there is place for where the file is going, whatever one file may be; None: no end.
    """

    max_bytes: int
    allowed: tuple[FileType, ...] = ALL_TYPES
    greatest: Mapping[str, int] = field(default_factory=dict)
    room: int | None = None

    @property
    def extensions(self) -> tuple[str, ...]:
        return tuple(extension for kind in self.allowed for extension in kind.extensions)

    def greatest_of(self, kind: FileType) -> int:
        return self.greatest.get(kind.name, self.max_bytes)


class Judge:
    """Of one file, from its first byte.

    Raises:
        Refused: already here when the name is missing or its extension is not allowed.
    """

    def __init__(self, filename: str, rules: IntakeRules) -> None:
        self.name = clean_name(filename)
        if not self.name:
            raise Refused(Reason.NAME_MISSING)
        extension = extension_of(self.name)
        kind = next((kind for kind in rules.allowed if extension in kind.extensions), None)
        if kind is None:
            raise Refused(Reason.TYPE_NOT_ALLOWED, extension=extension, allowed=rules.extensions)
        self.kind = kind
        self.size = 0
        self._rules = rules
        self._head = bytearray()
        self._look = Look.MORE

    def weigh(self, size: int) -> None:
        """Whether a file of this size may come: asked of the size that was told, and of what has come so far."""
        if size > (most := self._rules.greatest_of(self.kind)):
            raise Refused(Reason.TOO_LARGE, max_bytes=most)
        if self._rules.room is not None and size > self._rules.room:
            raise Refused(Reason.NO_ROOM, room=self._rules.room)

    def hear(self, chunk: bytes | bytearray) -> None:
        """The next piece. Raises ``Refused`` as soon as a rule is broken."""
        self.size += len(chunk)
        self.weigh(self.size)
        if self._look is Look.MORE:
            self._head += chunk[: HEAD_BYTES - len(self._head)]
            self._look = self.kind.look(bytes(self._head)) if self._head else Look.MORE
            if self._look is Look.NO:
                self._differs(name_of(bytes(self._head)))
        if self.kind.text and b"\0" in chunk:
            self._differs("binary data")

    def skip(self, size: int) -> None:
        """Go on after bytes that were heard before, in another connection."""
        self.size, self._look = size, Look.YES

    def conclude(self) -> None:
        """All has come, or as much as will be judged before the rest comes."""
        if self.size == 0:
            raise Refused(Reason.EMPTY)
        if self._look is not Look.YES:
            self._differs(name_of(bytes(self._head)))

    def open_package(self, file: IO[bytes]) -> None:
        """Of a zip-based kind, when all of it is there."""
        if (found := package_kind(file)) != self.kind.package:
            self._differs(found)

    def _differs(self, found: str) -> None:
        raise Refused(Reason.CONTENT_DIFFERS, expected=self.kind.name, found=found)
