"""The scanner's client against a small server that speaks clamd's protocol: only "OK" is clean."""

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from documents.scan import Outcome, Scanner, Verdict, WhyNot

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Clamd:
    """Takes one stream, at most ``limit`` bytes, and answers as clamd does, or as ``answer`` says."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.limit = 1_000_000
        self.answer: bytes | None = None
        self.silent = False
        self.received = b""
        self.release = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            # A client that hangs up in the middle is none of this server's business.
            with connection, connection.makefile("rb") as read, suppress(struct.error, OSError):
                self._one(connection, read.read)

    def _one(self, connection: socket.socket, read: Callable[[int], bytes]) -> None:
        if read(5) == b"zPING":
            connection.sendall(b"PONG\0")
            return
        read(5)
        self.received = b""
        while size := struct.unpack("!L", read(4))[0]:
            self.received += read(size)
            if len(self.received) > self.limit:
                connection.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                return
        if self.silent:
            self.release.wait(5)
            return
        found = b"stream: Eicar-Signature FOUND\0" if EICAR in self.received else b"stream: OK\0"
        connection.sendall(self.answer if self.answer is not None else found)


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Clamd(listener)
        yield server
        server.release.set()


@pytest.fixture
def scanner(clamd: Clamd) -> Scanner:
    return Scanner(f"tcp:127.0.0.1:{clamd.listener.getsockname()[1]}", timeout=1)


def test_a_stream_without_a_virus_is_clean(clamd: Clamd, scanner: Scanner) -> None:
    data = [b"a" * 100_000, b"", b"b"]

    assert scanner.scan(data) == Verdict(Outcome.CLEAN)
    assert clamd.received == b"".join(data)
    assert scanner.ping()


def test_a_virus_is_named(scanner: Scanner) -> None:
    assert scanner.scan([b"x", EICAR]) == Verdict(Outcome.INFECTED, infection="Eicar-Signature")


def test_without_a_scanner_nothing_can_be_told() -> None:
    assert Scanner(None).scan([b"x"]) == Verdict.could_not_tell(WhyNot.NOT_CONFIGURED)


def test_a_scanner_that_is_not_there_says_nothing_of_the_file() -> None:
    assert Scanner("127.0.0.1:9").scan([b"x"]) == Verdict.could_not_tell(WhyNot.UNREACHABLE)
    assert Scanner("unix:/nowhere/clamd.ctl").scan([b"x"]) == Verdict.could_not_tell(WhyNot.UNREACHABLE)
    assert not Scanner(None).ping()


def test_a_silent_scanner_is_not_waited_for_for_ever(clamd: Clamd, scanner: Scanner) -> None:
    clamd.silent = True

    assert scanner.scan([b"x"]) == Verdict.could_not_tell(WhyNot.TIMED_OUT)


def test_a_file_larger_than_the_scanner_takes_is_not_clean(clamd: Clamd, scanner: Scanner) -> None:
    clamd.limit = 10

    verdict = scanner.scan(b"x" * 100_000 for _ in range(100))

    assert verdict == Verdict.could_not_tell(WhyNot.TOO_LARGE)


@pytest.mark.parametrize("answer", [b"", b"OK", b"stream: OKAY\0", b"stream: FOUND nothing OK\0", b"UNKNOWN COMMAND\0"])
def test_an_answer_nobody_understands_is_not_clean(clamd: Clamd, scanner: Scanner, answer: bytes) -> None:
    clamd.answer = answer

    assert scanner.scan([b"x"]) == Verdict.could_not_tell(WhyNot.BAD_ANSWER)


def test_what_was_not_looked_through_to_its_end_is_neither_clean_nor_infected(clamd: Clamd, scanner: Scanner) -> None:
    clamd.answer = b"stream: Heuristics.Limits.Exceeded.MaxScanSize FOUND\0"

    assert scanner.scan([b"x"]) == Verdict.could_not_tell(WhyNot.TOO_LARGE)


def test_a_fault_of_the_stream_is_the_callers(scanner: Scanner) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x"
        raise LookupError("the object went away")

    with pytest.raises(LookupError):
        scanner.scan(broken())


def test_a_unix_socket_serves_as_well(tmp_path: Path) -> None:
    path = str(tmp_path / "clamd.ctl")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        Clamd(listener)

        assert Scanner(f"unix:{path}").scan([EICAR]).outcome is Outcome.INFECTED


def test_an_address_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(ValueError, match="tcp:host:port"):
        Scanner("clamd")
