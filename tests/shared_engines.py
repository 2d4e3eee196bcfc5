"""One set of engines for a whole test run, however many processes share in it.

The first test that needs engines starts a keeper, a process of its own.  The run, meaning the one pytest process
above all workers, holds a lock from its beginning; when the lock falls free, because the run has ended or was killed,
the keeper stops the engines and removes their data.  A run without such tests starts nothing.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from portal.embedded import Engines, EnginesRefused
from portal.embedded.engines import Access

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 120.0
_keepers: list["subprocess.Popen[bytes]"] = []


def open_folder() -> Path:
    """A temporary folder through which PostgreSQL's system user can walk, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="kundval-tests-"))
    folder.chmod(0o711)
    return folder


def begin_run() -> tuple[Path, int]:
    """The run's folder, and the descriptor of the lock that tells the keeper that the run lasts."""
    folder = open_folder()
    lock = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return folder, lock


def end_run(folder: Path, lock: int) -> None:
    # Otherwise there is a keeper, and it removes the folder when it has stopped the engines.
    if not (folder / "access.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
    os.close(lock)
    for keeper in _keepers:
        keeper.wait(timeout=60)


@contextlib.contextmanager
def only_one(folder: Path, name: str) -> Iterator[None]:
    """Of all processes of the run, one at a time."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def join(folder: Path) -> Access:
    """The run's engines, started if nobody has yet."""
    told, refused = folder / "access.json", folder / "refused"
    with only_one(folder, "start"):
        if not told.exists() and not refused.exists():
            _start_keeper(folder, until=time.monotonic() + PATIENCE_SECONDS)
        if refused.exists():
            raise EnginesRefused(refused.read_text())
        return Access.from_json(told.read_text())


def _start_keeper(folder: Path, *, until: float) -> None:
    log = folder / "keeper.log"
    with log.open("ab") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "tests.shared_engines", str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=ROOT,
            start_new_session=True,
        )
    _keepers.append(keeper)
    while not (folder / "access.json").exists() and not (folder / "refused").exists():
        if keeper.poll() is not None or time.monotonic() > until:
            (folder / "refused").write_text(f"the engines' keeper failed: {log.read_text()[-2000:]}")
        time.sleep(0.05)


def keep(folder: Path) -> None:
    """The keeper's whole life."""
    try:
        engines = Engines.start(folder / "var", port=0, durable=False)
    except EnginesRefused as refused:
        (folder / "refused").write_text(refused.message)
        return
    with engines:
        fresh = folder / "access.json.new"
        fresh.touch(mode=0o600)
        fresh.write_text(engines.access.to_json())
        fresh.replace(folder / "access.json")
        with (folder / "run.lock").open("r+") as lock:
            while True:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    time.sleep(0.2)
                else:
                    break
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]))
