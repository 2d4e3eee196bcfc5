"""Holds one engine on a leash: whatever becomes of the one who started it, the engine does not outlive it.

Runs as a script of its own, with the standard library only, so that it is up in a few hundredths of a second.  The
starter holds the other end of standard input.  When that end closes, because the starter stopped the engine or was
killed with a signal nobody can catch, the leash asks the engine's whole process group to stop, waits, and then kills
what is left.  ``PR_SET_PDEATHSIG`` alone would not do: it is cleared when the user changes, follows the thread and
not the process, knows nothing of grandchildren and exists on Linux only.  It is set as well, for the case in which
the leash itself is killed.

Must not print: standard output and error belong to the engine and go to its log.
"""

import argparse
import contextlib
import ctypes
import os
import select
import signal
import sys
import time
from types import FrameType

PR_SET_PDEATHSIG = 1
POLL_SECONDS = 0.05


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--signal", default="SIGTERM")
    parser.add_argument("--grace", type=float, default=10.0)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("argv", nargs="+")
    options = parser.parse_args()
    stop_signal = signal.Signals[options.signal]

    wake_reader, wake_writer = os.pipe()
    os.set_blocking(wake_writer, False)
    signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)
    asked: list[int] = []

    def ask(number: int, _: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)
    # Without a handler of its own the death of a child writes nothing to the wake-up pipe.
    signal.signal(signal.SIGCHLD, lambda number, frame: None)

    child = os.fork()
    if child == 0:
        _become_engine(options.argv, stop_signal, options.uid, options.gid)
    while True:
        ended = _ended(child)
        if ended is not None:
            _kill_group(child, signal.SIGKILL)
            return ended
        readable, _, _ = select.select([sys.stdin.fileno(), wake_reader], [], [])
        if wake_reader in readable:
            os.read(wake_reader, 64)
        if asked or (sys.stdin.fileno() in readable and not os.read(sys.stdin.fileno(), 64)):
            return _stop(child, stop_signal, options.grace)


def _become_engine(argv: list[str], stop_signal: int, uid: int | None, gid: int | None) -> None:
    """Turn the forked copy into the engine; never returns."""
    try:
        leash = os.getppid()
        os.setpgid(0, 0)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.closerange(3, 256)
        if gid is not None:
            os.setgroups([])
            os.setgid(gid)
        if uid is not None:
            os.setuid(uid)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
            if os.getppid() != leash:  # It died before the line above; nobody would tell us any more.
                os._exit(1)
        os.execvp(argv[0], argv)  # noqa: S606 - no shell is wanted here
    except OSError as error:
        print(f"{argv[0]}: {error}", file=sys.stderr, flush=True)
    os._exit(127)


def _stop(child: int, stop_signal: int, grace: float) -> int:
    # The leader is asked first: PostgreSQL and granian stop their own children in good order.
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, stop_signal)
    until = time.monotonic() + grace
    while time.monotonic() < until:
        ended = _ended(child)
        if ended is not None:
            _kill_group(child, signal.SIGKILL)
            return ended
        time.sleep(POLL_SECONDS)
    _kill_group(child, signal.SIGKILL)
    return _status(os.waitpid(child, 0)[1])


def _ended(child: int) -> int | None:
    pid, status = os.waitpid(child, os.WNOHANG)
    return _status(status) if pid else None


def _status(status: int) -> int:
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def _kill_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


if __name__ == "__main__":
    sys.exit(main())
