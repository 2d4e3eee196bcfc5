"""Facts and a template become a PDF/A-2a that is also PDF/UA-1; the same facts, the same bytes.

The work is done in a child process, since typst's cache only grows: a child is
kept between documents and replaced after some. Fonts come from packages alone
(typst's own and Source Sans), never from the machine, or two machines would
make two different documents. What a paper *says* is decided by the caller.
"""

import atexit
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from queue import LifoQueue
from typing import IO, Final, Literal

from documents.papers import Paper, Template

Language = Literal["sv", "en"]

TEMPLATES: Final = Path(__file__).parent / "templates"
CHILD: Final = Path(__file__).parent / "typeset_child.py"
FACES: Final = ("Regular", "It", "Semibold", "SemiboldIt", "Bold")


class TypesettingFailed(Exception):
    """The template could not be set, or the child died or took too long. ``cause`` is for the log, not for readers."""

    def __init__(self, template: str, cause: str) -> None:
        super().__init__(f"{template}: {cause}")
        self.template = template
        self.cause = cause


class Typesetter:
    """At most ``children`` processes, each replaced after ``documents_per_child``. Thread-safe; callers wait."""

    def __init__(self, *, children: int = 1, documents_per_child: int = 200, timeout: float = 60) -> None:
        self._timeout = timeout
        self._documents_per_child = documents_per_child
        self._idle: LifoQueue[_Child | None] = LifoQueue()
        self._fonts = _font_folder()
        self._owner = os.getpid()
        for _ in range(children):
            self._idle.put(None)

    def typeset(
        self, template: Template, facts: Paper | Mapping[str, object], *, language: Language, made_at: datetime
    ) -> bytes:
        told = facts.to_facts() if isinstance(facts, Paper) else facts
        request = {
            "main": str(TEMPLATES / f"{template}.typ"),
            "root": str(TEMPLATES),
            "fonts": self._fonts,
            "inputs": {"facts": json.dumps(told, ensure_ascii=False, sort_keys=True), "language": language},
            "made_at": int(made_at.astimezone(UTC).timestamp()),
        }
        child = self._idle.get()
        try:
            if child is not None and child.count >= self._documents_per_child:
                child.close()
                child = None
            if child is not None:
                try:
                    return child.set(template, request, self._timeout)
                except _Died:  # while it stood idle, perhaps; setting once more changes nothing
                    child.close()
            child = _Child()
            try:
                return child.set(template, request, self._timeout)
            except _Died as died:
                raise TypesettingFailed(template, "the child process died") from died
        finally:
            self._idle.put(child)

    def close(self) -> None:
        """Let every idle child go. The last thing done with a typesetter."""
        if os.getpid() != self._owner:  # a forked copy: the children are the parent's
            return
        for _ in range(self._idle.qsize()):
            if child := self._idle.get():
                child.close()
        shutil.rmtree(self._fonts, ignore_errors=True)

    @property
    def child_ids(self) -> set[int]:
        return {child.process.pid for child in self._idle.queue if child is not None}


class _Died(Exception):
    """The child ended in the middle of a paper."""


class _Child:
    """One process; requests and answers are JSON and bytes, each led by its length."""

    def __init__(self) -> None:
        self.count = 0
        # -P: the folder of the script must not shadow anybody's modules. A session of its own: Ctrl-C is for the
        # parent, and when that ends, by whatever means, the child reads the end of its input and ends too.
        self.process = subprocess.Popen(  # noqa: S603  our own interpreter and our own file
            [sys.executable, "-P", str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )

    def set(self, template: str, request: Mapping[str, object], timeout: float) -> bytes:
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
            stdin.flush()
            good = _exactly(stdout, 1) == b"+"
            answer = _exactly(stdout, struct.unpack("!Q", _exactly(stdout, 8))[0])
        except (OSError, EOFError) as error:
            if too_long.is_set():
                raise TypesettingFailed(template, f"it took longer than {timeout} s") from error
            raise _Died from error
        finally:
            watch.cancel()
        if not good:
            raise TypesettingFailed(template, answer.decode("utf-8", "replace"))
        return answer

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


def _font_folder() -> str:
    """The few faces the templates use, alone in a folder: the package holds each twice, and order must not matter."""
    found = find_spec("font_source_sans_pro")
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError("the package font-source-sans-pro is not installed")
    source = Path(found.submodule_search_locations[0]) / "files"
    folder = Path(tempfile.mkdtemp(prefix="typeset-fonts-"))
    for face in FACES:
        shutil.copy(source / f"SourceSansPro-{face}.otf", folder)
    return str(folder)


_shared: Typesetter | None = None
_making = threading.Lock()


def typeset(template: Template, facts: Paper | Mapping[str, object], *, language: Language, made_at: datetime) -> bytes:
    """Set one paper with this process's own typesetter. Raises ``TypesettingFailed``."""
    global _shared  # one for a process, made when first needed and again after a fork
    with _making:
        if _shared is None or _shared._owner != os.getpid():
            _shared = Typesetter()
            atexit.register(_shared.close)
        typesetter = _shared
    return typesetter.typeset(template, facts, language=language, made_at=made_at)
