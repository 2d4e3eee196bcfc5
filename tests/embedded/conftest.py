"""Engines of a test's own, in a process of their own: to be stopped, killed and started again."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

import pytest

from portal.embedded.engines import Access
from portal.embedded.waiting import wait_until
from tests.shared_engines import ROOT, open_folder

SUPERVISOR = """
import json, signal, sys
from pathlib import Path
from portal.embedded import Engines, EnginesRefused
# A run in the background of a shell is born with Ctrl-C ignored, and so would this be.
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    engines = Engines.start(Path(sys.argv[1]), port=int(sys.argv[2]), with_idp=False)
except EnginesRefused as refused:
    print(json.dumps({"refused": refused.message}), flush=True)
    sys.exit(1)
try:
    print(json.dumps({"access": engines.access.to_json(), "port": engines.ports.portal}), flush=True)
    sys.stdin.read()
except KeyboardInterrupt:
    pass
engines.stop()
"""


@dataclass
class Supervisor:
    process: "subprocess.Popen[str]"
    access: Access
    port: int

    def everyone(self) -> list[int]:
        """The supervisor and all that descends from it."""
        return [self.process.pid, *descendants(self.process.pid)]

    def kill_everyone(self) -> None:
        for pid in self.everyone():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


def descendants(pid: int) -> list[int]:
    with subprocess.Popen(["ps", "-A", "-o", "pid=,ppid="], stdout=subprocess.PIPE, text=True) as asked:
        told = asked.communicate()[0]
    parents = {int(child): int(parent) for child, parent in (line.split() for line in told.splitlines())}
    del parents[asked.pid]
    found = [pid]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # What has ended and only waits to be reaped by the init of a container does not run.
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(told.strip()) and not told.strip().startswith("Z")


def all_end(pids: list[int], *, patience: float = 30.0) -> bool:
    return wait_until(lambda: not any(runs(pid) for pid in pids), patience=patience)


@pytest.fixture
def var() -> Iterator[Path]:
    folder = open_folder()
    yield folder / "var"
    rmtree(folder, ignore_errors=True)


@pytest.fixture
def supervise(var: Path) -> Iterator[Callable[..., Supervisor]]:
    """Starts engines and returns when they answer; they end before the folder goes."""
    started: list[subprocess.Popen[str]] = []

    def start(place: Path = var, port: int = 0) -> Supervisor:
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(place), str(port)],
            # It stops when this end closes, so that a killed test run leaves no supervisor behind.
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        started.append(process)
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        assert "access" in told, told
        return Supervisor(process, Access.from_json(told["access"]), told["port"])

    yield start
    for process in started:
        everyone = descendants(process.pid)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=40)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.close()
        assert all_end(everyone)
