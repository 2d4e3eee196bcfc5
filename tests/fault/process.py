"""One process of the portal, with those that it starts, to be killed without a word."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self


class Process:
    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._command, self._environment, self._log = command, environment, log

    def __enter__(self) -> Self:
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                self._command,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self.alive:
            self._process.send_signal(signal.SIGTERM)
        self._process.wait(timeout=60)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def words(self) -> str:
        return self._log.read_text(errors="replace")[-3000:]

    def kill(self) -> None:
        """As ``kill -9``: nothing is finished, nothing is given back."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
