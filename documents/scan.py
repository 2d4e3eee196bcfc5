"""The virus scanner's client: clamd, by its INSTREAM command.

Answers one of three things. Whatever goes wrong here (no scanner, no answer,
an answer nobody understands) is *could not tell*; nothing but clamd's own
"OK" is *clean*. A fault of the stream itself is the caller's and passes through.
"""

import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_CHUNK_BYTES: Final = 64 * 1024
_LONGEST_ANSWER: Final = 4096
_NOT_LOOKED_THROUGH: Final = "Heuristics.Limits.Exceeded"
LEAD: Final = b" " * 4096
"""What a text begins with when it is scanned for the second time.

clamd takes a file for HTML by what its first kilobyte holds, and of HTML it
compares what its normaliser made of it (lower case, entities read, tags taken
away), never the bytes themselves: a signature that is not written for HTML is
then not found, and a few letters in the head of any text are enough.  Behind
this lead nothing is taken for HTML, and the bytes are compared as they are.
"""


class Outcome(StrEnum):
    CLEAN = "clean"
    INFECTED = "infected"
    COULD_NOT_TELL = "could_not_tell"


class WhyNot(StrEnum):
    NOT_CONFIGURED = "not_configured"
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    TOO_LARGE = "too_large"
    BAD_ANSWER = "bad_answer"


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    infection: str | None = None
    reason: WhyNot | None = None

    @classmethod
    def could_not_tell(cls, reason: WhyNot) -> "Verdict":
        return cls(Outcome.COULD_NOT_TELL, reason=reason)


class Scanner:
    """``address``: ``unix:/run/clamav/clamd.ctl`` (or a bare path), ``tcp:host:port``, or None where none is set up."""

    def __init__(self, address: str | None, *, timeout: float = 60) -> None:
        self._address = _parsed(address) if address else None
        self._timeout = timeout

    @property
    def configured(self) -> bool:
        return self._address is not None

    def scan(self, stream: Iterable[bytes]) -> Verdict:
        if self._address is None:
            return Verdict.could_not_tell(WhyNot.NOT_CONFIGURED)
        try:
            connection = self._connect()
        except TimeoutError:
            return Verdict.could_not_tell(WhyNot.TIMED_OUT)
        except OSError:
            return Verdict.could_not_tell(WhyNot.UNREACHABLE)
        with connection:
            return _converse(connection, stream)

    def ping(self) -> bool:
        """Whether clamd answers at all."""
        try:
            with self._connect() as connection:
                connection.sendall(b"zPING\0")
                return _answer(connection) == b"PONG"
        except OSError:
            return False

    def version(self) -> str | None:
        """The engine and the date of its signatures, as ``ClamAV 1.4.3/27500/Mon Nov 24 …``; None when it is silent.

        Without an official signature database only the engine is named.
        """
        try:
            with self._connect() as connection:
                connection.sendall(b"zVERSION\0")
                answer = _answer(connection).decode("utf-8", "replace")
        except OSError:
            return None
        return answer[:200] if answer.startswith("ClamAV ") else None

    def _connect(self) -> socket.socket:
        if self._address is None:
            raise ConnectionError("no scanner is configured")
        if isinstance(self._address, tuple):
            return socket.create_connection(self._address, timeout=self._timeout)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(self._timeout)
        try:
            connection.connect(self._address)
        except OSError:
            connection.close()
            raise
        return connection


def _parsed(address: str) -> str | tuple[str, int]:
    if address.startswith(("unix:", "/")):
        return address.removeprefix("unix:")
    host, _, port = address.removeprefix("tcp:").rpartition(":")
    if not host or not port.isdigit():
        raise ValueError(f"a scanner's address is unix:/path or tcp:host:port, not {address!r}")
    return host.strip("[]"), int(port)


def _converse(connection: socket.socket, stream: Iterable[bytes]) -> Verdict:
    hung_up = not _sent(connection, b"zINSTREAM\0")
    pieces = iter(stream)
    while not hung_up and (chunk := next(pieces, None)) is not None:
        for at in range(0, len(chunk), _CHUNK_BYTES):
            piece = chunk[at : at + _CHUNK_BYTES]
            # clamd stops listening, with its reason, when the stream passes its StreamMaxLength.
            if not _sent(connection, struct.pack("!L", len(piece)) + piece):
                hung_up = True
                break
    if not hung_up:
        _sent(connection, struct.pack("!L", 0))
    try:
        return _understood(_answer(connection))
    except TimeoutError:
        return Verdict.could_not_tell(WhyNot.TIMED_OUT)
    except OSError:
        return Verdict.could_not_tell(WhyNot.TOO_LARGE if hung_up else WhyNot.UNREACHABLE)


def _sent(connection: socket.socket, data: bytes) -> bool:
    try:
        connection.sendall(data)
    except OSError:
        return False
    return True


def _answer(connection: socket.socket) -> bytes:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _LONGEST_ANSWER:
        if not (piece := connection.recv(_LONGEST_ANSWER)):
            break
        answer += piece
    return answer.rstrip(b"\0\n")


def _understood(answer: bytes) -> Verdict:
    if answer == b"stream: OK":
        return Verdict(Outcome.CLEAN)
    if answer.startswith(b"stream: ") and answer.endswith(b" FOUND"):
        name = answer.removeprefix(b"stream: ").removesuffix(b" FOUND").decode("utf-8", "replace")
        # With AlertExceedsMax, which we ask operators for: what clamd did not look through to its end.
        if name.startswith(_NOT_LOOKED_THROUGH):
            return Verdict.could_not_tell(WhyNot.TOO_LARGE)
        return Verdict(Outcome.INFECTED, infection=name)
    if b"size limit exceeded" in answer:
        return Verdict.could_not_tell(WhyNot.TOO_LARGE)
    return Verdict.could_not_tell(WhyNot.BAD_ANSWER)
