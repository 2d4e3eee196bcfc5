"""Work in a child process: a library of C that crashes, hangs or grows costs that process and not the portal.

A child is a script of ours that reads requests from its input and writes
answers to its output, each led by its length.  It is kept between requests,
replaced after some, and killed when it takes too long.  When its parent ends,
by whatever means, it reads the end of its input and ends too.
"""

import json
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from queue import Empty, LifoQueue
from typing import IO

Pieces = Callable[[], Iterable[bytes]]


class ChildDied(Exception):
    """It ended in the middle of an answer, twice: the second time was a new one."""


class ChildTooSlow(Exception):
    """It did not answer in time and was killed; or, when ``waited``, all were busy for that long."""

    def __init__(self, seconds: float, *, waited: bool = False) -> None:
        super().__init__(f"it took longer than {seconds} s")
        self.waited = waited


class Answer:
    """``good`` says whether the script did what it was asked; what it says is in ``data`` either way."""

    def __init__(self, good: bool, data: bytes) -> None:
        self.good = good
        self.data = data


class Children:
    """At most ``most`` processes of one script, each replaced after ``answers_each``. Thread-safe; callers wait."""

    def __init__(
        self, script: Path, *, most: int, answers_each: int, timeout: float, patience: float | None = None
    ) -> None:
        self._script = script
        self._answers_each = answers_each
        self._timeout = timeout
        self._patience = patience
        self._idle: LifoQueue[_Child | None] = LifoQueue()
        self._owner = os.getpid()
        for _ in range(most):
            self._idle.put(None)

    def ask(self, request: Mapping[str, object], pieces: Pieces = tuple) -> Answer:
        """``pieces`` opens what follows the request: a file, as it comes. Opened again if the child had died.

        Raises:
            ChildDied, ChildTooSlow: there is no answer. The next caller has a new child.
        """
        try:
            child = self._idle.get(timeout=self._patience)
        except Empty as empty:
            raise ChildTooSlow(self._patience or 0, waited=True) from empty
        try:
            if child is not None and child.count >= self._answers_each:
                child.close()
                child = None
            if child is not None:
                try:
                    return child.ask(request, pieces, self._timeout)
                except _Ended:  # while it stood idle, perhaps; asking once more changes nothing
                    child.close()
            child = _Child(self._script)
            try:
                return child.ask(request, pieces, self._timeout)
            except _Ended as ended:
                raise ChildDied from ended
        finally:
            self._idle.put(child)

    def close(self) -> None:
        """Let every idle child go; whoever asks after that begins new ones."""
        if not self.is_ours:  # a forked copy: the children are the parent's
            return
        for child in [self._idle.get() for _ in range(self._idle.qsize())]:
            if child is not None:
                child.close()
            self._idle.put(None)

    @property
    def is_ours(self) -> bool:
        """Whether these were made by this process, and not by one that it was forked from."""
        return os.getpid() == self._owner

    @property
    def ids(self) -> set[int]:
        return {child.process.pid for child in self._idle.queue if child is not None}


class _Ended(Exception):
    """The process is no more."""


class _Child:
    def __init__(self, script: Path) -> None:
        self.count = 0
        # -P: the folder of the script must not shadow anybody's modules. An empty environment: what a hostile file
        # makes of the process, it finds no secrets there. A session of its own: Ctrl-C is for the parent.
        self.process = subprocess.Popen(  # noqa: S603  our own interpreter and our own file
            [sys.executable, "-P", str(script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={},
            start_new_session=True,
        )

    def ask(self, request: Mapping[str, object], pieces: Pieces, timeout: float) -> Answer:
        self.count += 1
        stdin, stdout = self.process.stdin, self.process.stdout
        assert stdin is not None and stdout is not None  # noqa: S101, PT018  both are pipes, above
        too_long = threading.Event()

        def stop() -> None:
            too_long.set()
            self.process.kill()

        watch = threading.Timer(timeout, stop)
        watch.start()
        try:
            data = json.dumps(request).encode()
            stdin.write(struct.pack("!Q", len(data)) + data)
            for piece in pieces():
                stdin.write(piece)
            stdin.flush()
            good = _exactly(stdout, 1) == b"+"
            return Answer(good, _exactly(stdout, struct.unpack("!Q", _exactly(stdout, 8))[0]))
        except (BrokenPipeError, EOFError) as error:
            if too_long.is_set():
                raise ChildTooSlow(timeout) from error
            raise _Ended from error
        except BaseException:
            # The file did not come to its end: the child waits for the rest, and must not take the next request for it.
            self.process.kill()
            raise
        finally:
            watch.cancel()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:  # what was not yet written has nowhere to go
                    continue


def _exactly(pipe: IO[bytes], count: int) -> bytes:
    data = pipe.read(count)
    if len(data) != count:
        raise EOFError
    return data
