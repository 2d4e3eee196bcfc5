"""One child process: started on its leash, waited for until it answers, stopped, and its last words kept.

Used for the engines and for the portal's own web and worker processes alike.  Knows nothing of what it starts.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from portal.embedded.refusal import EnginesRefused

LEASH = Path(__file__).with_name("leash.py")
POLL_SECONDS = 0.05
LOG_KEPT_BYTES = 20_000_000
# What a developer's shell may hold for other servers must not reach ours.
FOREIGN = ("AWS_", "PG", "WEED_", "NODE_OPTIONS", "S3_")


def surroundings(**more: str) -> dict[str, str]:
    """The environment of this process without what belongs to other servers, and with ``more``."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, **more}


class Child:
    """A supervised process.

    ``ready`` is asked again and again after the start until it is true; it may raise ``OSError``, which counts as
    "not yet".  ``kept_open`` are descriptors the leash holds as long as the process lives, such as a lock.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str | Path],
        env: Mapping[str, str],
        *,
        log: Path,
        ready: Callable[[], bool] | None = None,
        patience: float = 30.0,
        stop_signal: signal.Signals = signal.SIGTERM,
        grace: float = 10.0,
        user: tuple[int, int] | None = None,
        cwd: Path | None = None,
        kept_open: Sequence[int] = (),
    ) -> None:
        self.name = name
        self.log = log
        self._argv = [str(part) for part in argv]
        self._env = dict(env)
        self._ready = ready
        self._patience = patience
        self._stop_signal = stop_signal
        self._grace = grace
        self._user = user
        self._cwd = cwd
        self._kept_open = tuple(kept_open)
        self._leash: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    def launch(self) -> Self:
        """Start the process without waiting for it, so that several can come up side by side."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_KEPT_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        argv = [sys.executable, "-I", "-S", str(LEASH), "--signal", self._stop_signal.name, "--grace", str(self._grace)]
        if self._user is not None:
            argv += ["--uid", str(self._user[0]), "--gid", str(self._user[1])]
        with self.log.open("ab") as output:
            self._log_start = output.tell()
            self._leash = subprocess.Popen(  # noqa: S603 - the arguments are ours
                [*argv, "--", *self._argv],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                env=self._env,
                cwd=self._cwd,
                start_new_session=True,  # Ctrl-C in the terminal reaches the supervisor only, which stops in order.
                pass_fds=self._kept_open,
            )
        return self

    def wait_ready(self) -> Self:
        """Wait until the process answers.

        Raises:
            EnginesRefused: it ended, or did not answer in time; with its last words.
        """
        until = time.monotonic() + self._patience
        while not self._answers():
            if not self.alive:
                self.stop()
                raise EnginesRefused(f"{self.name} ended while starting: {self.last_words()}")
            if time.monotonic() > until:
                self.stop()
                raise EnginesRefused(
                    f"{self.name} did not answer within {self._patience:.0f} seconds: {self.last_words()}"
                )
            time.sleep(POLL_SECONDS)
        return self

    def start(self) -> Self:
        return self.launch().wait_ready()

    def run(self) -> None:
        """Start it and wait until it ends by itself.

        Raises:
            EnginesRefused: it ended with a failure; with the end of what it wrote.
        """
        self.launch()
        assert self._leash is not None  # noqa: S101 - for the type checker; launch() has just set it
        try:
            code = self._leash.wait()
        finally:
            self.stop()
        if code != 0:
            raise EnginesRefused(f"{self.name} failed:\n{self.written().strip()[-3000:]}")

    def _answers(self) -> bool:
        if self._ready is None:
            return self.alive
        try:
            return self._ready()
        except OSError:
            return False

    @property
    def alive(self) -> bool:
        return self._leash is not None and self._leash.poll() is None

    @property
    def leash_pid(self) -> int | None:
        return self._leash.pid if self._leash is not None else None

    def ask_to_stop(self) -> None:
        """Begin to stop without waiting, so that several can go down side by side."""
        if self._leash is not None and self._leash.stdin is not None:
            self._leash.stdin.close()

    def stop(self) -> None:
        if self._leash is None:
            return
        self.ask_to_stop()
        try:
            self._leash.wait(timeout=self._grace + 5)
        except subprocess.TimeoutExpired:
            self._leash.kill()
            self._leash.wait()

    def written(self) -> str:
        """What this start has written to its log, the last 64 kB of it."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            size = log.seek(0, os.SEEK_END)
            log.seek(max(self._log_start, size - 65_536))
            return log.read().decode("utf-8", "replace")

    def last_words(self) -> str:
        """One line for a person: a full disk is named as such, anything else by the end of the log."""
        text = self.written()
        if "No space left on device" in text or "ENOSPC" in text:
            return f"the disk is full where {self.log.parent.parent} lies; free some space and start again"
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return f"{lines[-1][:300] if lines else 'it said nothing'} (all of it in {self.log})"
