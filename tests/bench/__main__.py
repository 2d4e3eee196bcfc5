"""``python -m tests.bench``: fill, serve, load, compare with the floor, and write ``var/bench/latest.json``.

For each size of database the portal's own statements are recorded; then, page by page, portal and floor of every size
are loaded in turns, some rounds at one browser and some at sixteen.  In turns, since a machine that is shared is half
as fast a minute later: what is compared was measured within seconds.  What answers otherwise than it should is not
measured but named.
"""

import argparse
import logging
import pickle
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from portal.embedded import Engines
from portal.embedded.ports import free_ports
from portal.settings import Settings
from tests.bench import drafts, filling, reading, report, serving, targets
from tests.bench.client import Measured, Plan
from tests.bench.copying import quiet
from tests.bench.recording import Recorded, Recorder
from tests.bench.targets import Page, Target

VAR = Path("var/bench")
SIZES = (1_000, 100_000)
CONCURRENCY = (1, 16)
MOST = 600
SECONDS = 3.0
ROUNDS = 4
WARM_SECONDS = 0.4
SUBMITS = 120
NEXT = re.compile(r'<a[^>]*href="([^"]*efter=[^"]*)"[^>]*rel="next"|<a[^>]*rel="next"[^>]*href="([^"]*efter=[^"]*)"')


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="applications, such as 1000,100000")
    parser.add_argument("--only", default="", help="measure only pages whose name contains this")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="the longest that one is loaded, in all rounds")
    parser.add_argument("--port", type=int, default=0, help="the portal's; 0 finds a free row")
    return parser.parse_args()


def main() -> int:
    asked = arguments()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    VAR.mkdir(parents=True, exist_ok=True)
    lines: list[report.Line] = []
    problems: list[str] = []
    if asked.only in "reading":
        print("\n".join(reading.measure(problems.append)), flush=True)
    with Engines.start(VAR / "engines", port=asked.port, durable=True) as engines:
        sizes = [int(size) for size in asked.sizes.split(",")]
        for size in sizes:
            filling.ensure(engines.access.databases, size)
        # No measured page needs the others, and two cores are few.
        for name in ("objects", "identity", "mail"):
            engines.children[name].stop()
        with ExitStack() as stack:
            benches = [stack.enter_context(opened(engines, size, asked, problems.append)) for size in sizes]
            for made in measured(benches, asked.seconds, problems.append):
                lines.append(made)
                print(report.table([made]).splitlines()[-1], flush=True)
    report.write(lines, VAR / "latest.json")
    print("\n" + report.table(lines))
    for problem in problems:
        print(f"Not measured: {problem}", file=sys.stderr)
    return 1 if problems else 0


def measured(benches: Sequence["Bench"], seconds: float, problem: Callable[[str], None]) -> Iterator[report.Line]:
    """A line for each page, number of browsers and size."""
    for name in dict.fromkeys(name for bench in benches for name in bench.loads):
        sized = [bench for bench in benches if name in bench.loads]
        for concurrency in CONCURRENCY:
            found: dict[int, list[Compared]] = {bench.size: [] for bench in sized}
            for turn in range(ROUNDS):
                for bench in sized if turn % 2 == 0 else reversed(sized):
                    found[bench.size].append(bench.loads[name](concurrency, turn, seconds / ROUNDS))
            for bench in sized:
                portal, floor = (together(each) for each in zip(*found[bench.size], strict=True))
                for server, of_it in (("portal", portal), ("floor", floor)):
                    if of_it.wrong:
                        problem(f"{name} ({bench.size}, {server}): {of_it.wrong}")
                        break
                else:
                    queries = max(each.queries for each in bench.recorded[name])
                    yield report.line(name, bench.size, concurrency, queries, portal, floor)


def together(rounds: Sequence[Measured]) -> Measured:
    times = tuple(each for one in rounds for each in one.milliseconds)
    wrong = next((one.wrong for one in rounds if one.wrong), None)
    return Measured(times, sum(one.seconds for one in rounds), wrong)


Compared = tuple[Measured, Measured]
Load = Callable[[int, int, float], Compared]
"""Loads portal and floor with so many browsers, in the round of that number, for so many seconds."""


@contextmanager
def opened(engines: Engines, size: int, asked: argparse.Namespace, problem: Callable[[str], None]) -> Iterator["Bench"]:
    """One size of database, recorded, with the portal and the floor serving it."""
    bench = Bench(engines, size)
    with closing(bench.recorder), quiet(bench.owner_url) as connection:
        wanted = [page for page in targets.pages(connection) if asked.only in page.name]
        connection.commit()
        submitted = drafts.prepare(connection, 4 + 4 * SUBMITS) if asked.only in "submit" else []
        connection.commit()
        # The statistics know of them: what is planned for a submit is what is planned in daily life.
        try:
            bench.record(wanted, submitted, problem)
            with bench.served():
                bench.warm()
                yield bench
        finally:
            connection.rollback()
            drafts.remove(connection, submitted)


class Bench:
    """One size of database: what was recorded of each page, and how portal and floor are loaded with it."""

    def __init__(self, engines: Engines, size: int) -> None:
        self.size = size
        databases, name = engines.access.databases, filling.name_of(size)
        self.environment = engines.environment | {
            "KUNDVAL_DATABASE_URL": databases.app_url(name),
            "KUNDVAL_OWNER_DATABASE_URL": databases.owner_url(name),
        }
        self.owner_url = filling.superuser_url(databases, name)
        self.settings = Settings.from_env(self.environment)
        # Of a row for all engines, none of which is started here: another for each size, since the first is served.
        self.port = free_ports().portal
        self.floor_port = self.port + 1
        self.recorder = Recorder(self.settings)
        self.recorded: dict[str, list[Recorded]] = {}
        self.loads: dict[str, Load] = {}

    def record(self, wanted: list[Page], submitted: list[drafts.Draft], problem: Callable[[str], None]) -> None:
        for page in wanted:
            made = self._deep(page) if page.deep else page
            kept = [self.recorder.record(target) for target in made.targets]
            wrong = next((each for each in kept if each.status != 200), None)
            if wrong is not None or not kept:
                problem(
                    f"{page.name} ({self.size}): {wrong.path if wrong else 'nothing'} answered "
                    f"{wrong.status if wrong else 'nothing'}"
                )
                continue
            self.recorded[page.name] = kept
            self.loads[page.name] = self._load_of(made)
        if submitted and (kept := self._record_submits(submitted, problem)):
            self.recorded["submit"] = kept
            self.loads["submit"] = self._load_of_submits(submitted[2:], len(kept))

    @contextmanager
    def served(self) -> Iterator[None]:
        file = VAR / f"recorded-{self.size}.pickle"
        file.write_bytes(pickle.dumps({_slug(name): each for name, each in self.recorded.items()}))
        with (
            serving.portal(self.environment, self.port, VAR / f"portal-{self.size}.log"),
            serving.floor(self.environment, self.floor_port, file, VAR / f"floor-{self.size}.log"),
        ):
            yield

    def warm(self) -> None:
        for name, load in self.loads.items():
            if name != "submit":
                load(8, 0, WARM_SECONDS)

    def _load_of(self, page: Page) -> Load:
        ours = tuple(self._request(target) for target in page.targets)
        theirs = tuple(self._request(Target(f"/{_slug(page.name)}/{index}")) for index in range(len(ours)))

        def load(concurrency: int, _turn: int, seconds: float) -> Compared:
            portal = serving.load(Plan(self.port, ours, concurrency, MOST, seconds, 200))
            return portal, serving.load(Plan(self.floor_port, theirs, concurrency, MOST, seconds, 200))

        return load

    def _load_of_submits(self, mine: list[drafts.Draft], number: int) -> Load:
        """Each draft is submitted once: in every round, and at every number of browsers, others."""
        ours = tuple(self._request(submit_of(draft)) for draft in mine)
        theirs = tuple(self._request(Target(f"/submit/{index}")) for index in range(number))
        each = SUBMITS // ROUNDS

        def load(concurrency: int, turn: int, _seconds: float) -> Compared:
            first = CONCURRENCY.index(concurrency) * SUBMITS + turn * each
            part = slice(first, first + each)
            portal = serving.load(Plan(self.port, ours[part], concurrency, each, 30, 303, once=True))
            return portal, serving.load(Plan(self.floor_port, theirs[part], concurrency, each, 30, 303, once=True))

        return load

    def _deep(self, page: Page) -> Page:
        """Walk the links to the next page, as a reader would, as far as there are any."""
        found = []
        for target in page.targets[:2]:
            here = target
            for _ in range(page.deep - 1):
                link = NEXT.search(self.recorder.ask(here).html)
                if link is None:
                    break
                address = (link[1] or link[2]).replace("&amp;", "&")
                here = Target(address if address.startswith("/") else f"/kommun/arenden{address}", target.token)
            found.append(here)
        return Page(page.name, tuple(found))

    def _record_submits(self, submitted: list[drafts.Draft], problem: Callable[[str], None]) -> list[Recorded]:
        """Two are submitted for the recording; the floor's are that recording under fresh ids."""
        one, other = (self.recorder.ask(submit_of(draft)) for draft in submitted[:2])
        if one.status != 303 or other.status != 303:
            problem(f"submit ({self.size}): {one.path} answered {one.status}")
            return []
        if one.queries != other.queries:
            problem(f"submit ({self.size}): two submits sent {one.queries} and {other.queries} statements")
        theirs = submitted[2 + 2 * SUBMITS :]
        return [drafts.rewritten(one, submitted[0], other, submitted[1], each) for each in theirs]

    def _request(self, target: Target) -> str:
        lines = [f"Host: localhost:{self.port}"]
        if target.token:
            lines.append(f"Cookie: {self.recorder.resources.session_cookie}={target.token}")
        if not target.form:
            return "\r\n".join([f"GET {target.path} HTTP/1.1", *lines, "", ""])
        body = "&".join(f"{name}={value}" for name, value in target.form)
        lines += [
            f"Origin: {self.settings.base_url}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        ]
        return "\r\n".join([f"POST {target.path} HTTP/1.1", *lines, "", body])


def submit_of(draft: drafts.Draft) -> Target:
    return Target(f"/foretag/ansokningar/{draft.id}/skicka-in", draft.token, (("forsakran", "ja"),))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name)


if __name__ == "__main__":
    began = time.monotonic()
    result = main()
    print(f"The whole took {time.monotonic() - began:.0f} s.")
    raise SystemExit(result)
