"""Where the engines keep what must survive: one folder, one user of it at a time, and secrets made once.

Everything lies below that folder, and nothing outside it is changed, with one exception that is said aloud: see
``postgres.reachable_home``.
"""

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from portal.embedded.refusal import EnginesRefused

NEEDED_FREE_BYTES = 500_000_000
# A supervisor that was killed leaves its engines stopping in good order; the next start waits for them.
PATIENCE_SECONDS = 30.0


class Place:
    """The folder, held by a lock from construction to ``release``.

    Raises:
        EnginesRefused: another run holds it, the disk is full, or it cannot be written.
    """

    def __init__(self, var: Path) -> None:
        self.var = var.resolve()
        try:
            self.var.mkdir(parents=True, exist_ok=True)
            # PostgreSQL may run as another user, who must be able to walk through; what is secret is closed further in.
            if os.geteuid() == self.var.stat().st_uid:
                self.var.chmod(self.var.stat().st_mode | 0o011)
            self.keys = self._folder("keys", 0o700)
            self.logs = self._folder("logs", 0o755)
            # Held by this process alone, and so free at the moment it dies, however it dies.
            self._run = os.open(self.var / "run", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            # Held by the leashes too, until the last engine has ended.
            self._lock = os.open(self.var / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise EnginesRefused(f"{self.var} cannot be used: {error.strerror}.") from error
        self._take_locks()
        try:
            free = shutil.disk_usage(self.var).free
            if free < NEEDED_FREE_BYTES:
                raise EnginesRefused(
                    f"The disk is nearly full where {self.var} lies: {free // 1_000_000} MB are free and "
                    f"{NEEDED_FREE_BYTES // 1_000_000} MB are needed."
                )
        except EnginesRefused:
            self.release()
            raise

    def _folder(self, name: str, mode: int) -> Path:
        folder = self.var / name
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
        return folder

    def folder(self, name: str) -> Path:
        return self._folder(name, 0o700)

    @property
    def lock(self) -> int:
        """The descriptor of the lock; a leash that holds it too keeps the folder taken until its engine has ended."""
        return self._lock

    def _take_locks(self) -> None:
        if not _locked(self._run, patience=0):
            holder = os.pread(self._run, 32, 0).decode().strip() or "unknown"
            self.release()
            raise EnginesRefused(f"{self.var} is in use by another run (process {holder}); stop that one first.")
        if not _locked(self._lock, patience=PATIENCE_SECONDS):
            self.release()
            raise EnginesRefused(f"The engines of an earlier run in {self.var} do not stop; end them first.")
        os.truncate(self._run, 0)
        os.pwrite(self._run, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        os.close(self._lock)
        os.close(self._run)

    def secret(self, name: str, make: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
        """The text kept under this name, made at the first call."""
        kept = self.keys / name
        if not kept.exists():
            write_whole(kept, make())
        return kept.read_text().strip()


def write_whole(path: Path, text: str) -> None:
    """Write so that a crash leaves the old file or the new one, never half of one; readable by the owner only."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _locked(descriptor: int, *, patience: float) -> bool:
    """Whether the lock could be had within so many seconds."""
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(0.05)
        else:
            return True
