"""``make run``: the engines, the portal's own processes beside them, and a word about where to look and as whom.

The portal's processes get the engines' environment and nothing else that an operator would not give them.
"""

import json
import shlex
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from portal.embedded.child import Child, surroundings
from portal.embedded.engines import Engines
from portal.embedded.identity import PEOPLE, ROOT
from portal.embedded.refusal import EnginesRefused
from portal.embedded.waiting import answers_http

# A process that dies is started again after so many seconds; one that keeps dying is left to a person.
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)
# One that has run this long has recovered, and its deaths are counted anew.
RECOVERED_SECONDS = 120.0
PORTAL = (sys.executable, "-m", "portal")


@dataclass
class Watched:
    """A child to be started again when it dies."""

    child: Child
    deaths: int = 0
    since: float = field(default_factory=time.monotonic)
    again_at: float | None = None

    def look(self, now: float) -> None:
        """Raises ``EnginesRefused`` when it has died too often."""
        if self.again_at is not None:
            if now >= self.again_at:
                self.again_at, self.since = None, now
                self.child.launch()
            return
        if self.child.alive:
            return
        words = self.child.last_words()
        self.child.stop()
        if now - self.since > RECOVERED_SECONDS:
            self.deaths = 0
        if self.deaths == len(PAUSES):
            raise EnginesRefused(f"{self.child.name} keeps ending and is not started again: {words}")
        pause = PAUSES[self.deaths]
        self.deaths += 1
        self.again_at = now + pause
        say(f"{self.child.name} ended and starts again in {pause:.0f} s: {words}")


def main(port: int = 8000, var: Path | None = None, portal: Sequence[str] = PORTAL) -> int:
    """Run until Ctrl-C, SIGTERM or a refusal; returns the exit code.

    Each port has a folder of its own, since its number stands in what the identity provider knows of the portal.
    """
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        if stopped.is_set():
            return
        stopped.set()
        # Of a start that is under way, what runs already is stopped as the exception passes.
        if starting:
            raise KeyboardInterrupt

    starting = True
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    processes: list[Child] = []
    try:
        with Engines.start(var or ROOT / "var" / f"run-{port}", port=port) as engines:
            try:
                env = surroundings(**engines.environment)
                leave_environment(engines.place.var / "environment", engines.environment)
                if not (engines.place.logs / "seed-demo.log").exists():
                    say("First start: making the database and the demo's cases (up to half a minute) ...")
                for command, name in (("migrate", "The migration"), ("seed-demo", "The seeding of the demo")):
                    Child(
                        name,
                        [*portal, command],
                        env,
                        log=engines.place.logs / f"{command}.log",
                        cwd=ROOT,
                        kept_open=(engines.place.lock,),
                    ).run()
                web, worker = _web(engines, env, portal), _worker(engines, env, portal)
                processes += (web, worker)
                web.launch()
                worker.launch()
                web.wait_ready()
                starting = False
                say(welcome(engines.environment["KUNDVAL_BASE_URL"], engines.place.var))
                say(scanning(engines.environment))
                _watch([Watched(child) for child in (*engines.children.values(), web, worker)], stopped)
            finally:
                starting = False
                for child in processes:
                    child.ask_to_stop()
                for child in processes:
                    child.stop()
        say("Stopped.")
    except KeyboardInterrupt:
        say("Stopped while starting.")
        return 130
    except EnginesRefused as refused:
        print(refused.message, file=sys.stderr, flush=True)
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0


def say(text: str) -> None:
    print(text, flush=True)


def leave_environment(path: Path, environment: dict[str, str]) -> None:
    """For commands beside the running portal, such as ``make verify``; it holds the passwords, so it is the owner's."""
    path.touch(mode=0o600)
    path.write_text("".join(f"{name}={shlex.quote(value)}\n" for name, value in environment.items()), encoding="utf-8")


def welcome(base_url: str, var: Path) -> str:
    """Where to look, and as whom."""
    people = json.loads(PEOPLE.read_text()) if PEOPLE.exists() else {"groups": [], "people": []}
    lines = [
        "",
        f"  Kundval      {base_url}",
        f"  Data, logs   {var}",
        f"  Letters      {base_url}/demo/brev",
        "  Stop         Ctrl-C",
        "",
    ]
    for group in people["groups"]:
        lines.append(f"  {group['name']}")
        for person in people["people"]:
            if person["group"] == group["id"]:
                lines.append(f"    {person['name']:<20} {person['description']['sv']}")
    return "\n".join([*lines, ""])


def scanning(environment: Mapping[str, str]) -> str:
    """What the demo's scanner is worth, in a line."""
    if "KUNDVAL_CLAMD" in environment:
        return "  Files are scanned by clamd with the EICAR test signature alone: no real malware is found.\n"
    return "  Files are inspected but not scanned: clamd is not installed (Debian: apt install clamav-daemon).\n"


def _web(engines: Engines, env: dict[str, str], portal: Sequence[str]) -> Child:
    base_url = engines.environment["KUNDVAL_BASE_URL"]
    return Child(
        "The portal",
        [*portal, "serve"],
        env,
        log=engines.place.logs / "web.log",
        ready=lambda: answers_http(f"{base_url}/healthz"),
        patience=60.0,
        cwd=ROOT,
        kept_open=(engines.place.lock,),
    )


def _worker(engines: Engines, env: dict[str, str], portal: Sequence[str]) -> Child:
    return Child(
        "The worker",
        [*portal, "worker"],
        env,
        log=engines.place.logs / "worker.log",
        grace=20.0,
        cwd=ROOT,
        kept_open=(engines.place.lock,),
    )


def _watch(watched: Sequence[Watched], stopped: threading.Event) -> None:
    while not stopped.wait(0.5):
        now = time.monotonic()
        for one in watched:
            one.look(now)
