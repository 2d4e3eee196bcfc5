"""The inspecting child: runs as a script, looks into one file at a time, each in a fork of its own.

The fork may take so much processor time and memory and no more, and its answer
is all that leaves it. What it dies of is an answer too: a file on which a
library crashes is malformed, one that eats its time is too complex. What says
nothing of the file (no memory on the machine, a clock that ran out while it
slept) is told as a failure, and is tried again.
"""

import json
import os
import resource
import signal
import struct
import sys
from pathlib import Path

# The library that this script lies in, wherever that is, and not another that may be installed.
sys.path.insert(0, str(Path(__file__).parent.parent))

from documents.inspection import markup, office, pdf, pictures
from documents.inspection.found import Found, Reason

CPU_SECONDS = 30
WALL_SECONDS = 90
MOST_MEMORY_BYTES = 1536 * 1024**2
CRASHES = {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP}
PICTURES = ("jpeg", "png", "heic")


def main() -> None:
    while len(size := sys.stdin.buffer.read(8)) == 8:
        request = json.loads(sys.stdin.buffer.read(struct.unpack("!Q", size)[0]))
        good, answer = _in_a_fork(request["kind"], Path(request["path"]))
        sys.stdout.buffer.write((b"+" if good else b"-") + struct.pack("!Q", len(answer)) + answer)
        sys.stdout.buffer.flush()


def _in_a_fork(kind: str, path: Path) -> tuple[bool, bytes]:
    reading, writing = os.pipe()
    fork = os.fork()
    if fork == 0:
        os.close(reading)
        try:
            _bounded()
            os.write(writing, json.dumps(looked(kind, path)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    status = os.waitpid(fork, 0)[1]
    if os.WIFSIGNALED(status):
        died_of = os.WTERMSIG(status)
        if died_of == signal.SIGXCPU:
            return True, _told(Reason.TOO_COMPLEX, "time")
        if died_of in CRASHES:
            return True, _told(Reason.MALFORMED, f"signal {died_of}")
        return False, f"signal {died_of}".encode()
    return (True, answer) if answer else (False, b"no answer")


def looked(kind: str, path: Path) -> dict[str, object]:
    """What is in the file; whatever a library finds to raise about it is an answer."""
    try:
        changed = False
        if kind == "pdf":
            pdf.inspect(path)
        elif kind in PICTURES:
            changed = pictures.inspect(path, kind) is not None
        elif kind in ("docx", "xlsx", "odt"):
            office.inspect(path)
        elif kind == "xhtml":
            markup.inspect(path)
        elif kind != "sie":
            raise ValueError(f"nobody looks into {kind}")
    except Found as found:
        return {"reason": found.reason.value, "where": found.where}
    except (MemoryError, RecursionError) as error:
        return {"reason": Reason.TOO_COMPLEX.value, "where": type(error).__name__}
    except Exception as error:  # whatever a library finds to raise about what strangers wrote
        return {"reason": Reason.MALFORMED.value, "where": f"{type(error).__name__}"}
    return {"reason": None, "changed": changed}


def _bounded() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 2))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(WALL_SECONDS)


def _told(reason: Reason, where: str) -> bytes:
    return json.dumps({"reason": reason.value, "where": where}).encode()


if __name__ == "__main__":
    main()
