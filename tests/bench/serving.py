"""The two servers that are compared, each with two workers: the portal as an operator starts it, and the floor."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench.client import HOST, Measured, Plan

ROOT = Path(__file__).resolve().parents[2]
WORKERS = 2
READY_IN = 60.0

FLOOR = """
import sys
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
Granian("tests.bench.floor:made_app", factory=True, address="127.0.0.1", port=int(sys.argv[1]),
        interface=Interfaces.ASGI, workers=int(sys.argv[2]), log_level=LogLevels.warning, websockets=False).serve()
"""


@contextmanager
def portal(environment: Mapping[str, str], port: int, log: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "portal", "serve", "--workers", str(WORKERS), "--port", str(port)]
    with _served(command, environment, port, log):
        yield


@contextmanager
def floor(environment: Mapping[str, str], port: int, recorded: Path, log: Path) -> Iterator[None]:
    command = [sys.executable, "-c", FLOOR, str(port), str(WORKERS)]
    with _served(command, {**environment, "KUNDVAL_BENCH_RECORDED": str(recorded)}, port, log):
        yield


@contextmanager
def _served(command: list[str], environment: Mapping[str, str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            _wait(server, port, log)
            yield
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                # Its own group, begun above: the workers it has not taken with it.
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _wait(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + READY_IN
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        try:
            with socket.create_connection((HOST, port), timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"The server did not start: {log.read_text()[-2000:]}")


def load(plan: Plan) -> Measured:
    """Run the client in a process of its own."""
    told = json.dumps(plan.__dict__)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.client"], input=told, capture_output=True, text=True, cwd=ROOT, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"The client failed: {done.stderr[-2000:]}")
    found = json.loads(done.stdout)
    return Measured(tuple(found["milliseconds"]), found["seconds"], found["wrong"])
