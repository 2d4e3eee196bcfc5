"""``python -m tests.bench``: fill, serve, load, compare with the floor, and write ``var/bench/latest.json``.

For each size of database and each page: the portal's own statements are
recorded, then portal and floor are loaded in turn, at one browser and at
sixteen.  What answers otherwise than it should is not measured but named.
"""

import argparse
import logging
import pickle
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
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
SECONDS = 4.0
WARM = 48
SUBMITS = 120
NEXT = re.compile(r'<a[^>]*href="([^"]*efter=[^"]*)"[^>]*rel="next"|<a[^>]*rel="next"[^>]*href="([^"]*efter=[^"]*)"')


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="applications, such as 1000,100000")
    parser.add_argument("--only", default="", help="measure only pages whose name contains this")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="the longest that one measurement lasts")
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
        for size in sizes:
            bench = Bench(engines, size, asked.seconds)
            with bench.opened():
                for made in bench.measure(asked.only, problems.append):
                    lines.append(made)
                    print(report.table([made]).splitlines()[-1], flush=True)
    report.write(lines, VAR / "latest.json")
    print("\n" + report.table(lines))
    for problem in problems:
        print(f"Not measured: {problem}", file=sys.stderr)
    return 1 if problems else 0


class Bench:
    """One size of database, with the portal and the floor serving it."""

    def __init__(self, engines: Engines, size: int, seconds: float) -> None:
        self.size, self.seconds = size, seconds
        databases, name = engines.access.databases, filling.name_of(size)
        self.environment = engines.environment | {
            "KUNDVAL_DATABASE_URL": databases.app_url(name),
            "KUNDVAL_OWNER_DATABASE_URL": databases.owner_url(name),
        }
        self.owner_url = filling.superuser_url(databases, name)
        self.settings = Settings.from_env(self.environment)
        self.port = engines.ports.portal
        self.floor_port = free_ports().portal
        self.stack = ExitStack()

    def opened(self) -> ExitStack:
        self.recorder = Recorder(self.settings)
        self.stack.callback(self.recorder.close)
        return self.stack

    def measure(self, only: str, problem: Callable[[str], None]) -> Iterator[report.Line]:
        with quiet(self.owner_url) as connection:
            wanted = [page for page in targets.pages(connection) if only in page.name]
            connection.commit()
            submitted = drafts.prepare(connection, 4 + 4 * SUBMITS) if only in "submit" else []
            connection.commit()
            # The statistics know of them: what is planned for a submit is what is planned in daily life.
            try:
                yield from self._compare(wanted, submitted, problem)
            finally:
                connection.rollback()
                drafts.remove(connection, submitted)

    def _compare(
        self, wanted: list[Page], submitted: list[drafts.Draft], problem: Callable[[str], None]
    ) -> Iterator[report.Line]:
        recorded: dict[str, list[Recorded]] = {}
        pages: list[Page] = []
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
            recorded[page.name] = kept
            pages.append(made)
        if submitted:
            recorded["submit"] = self._record_submits(submitted, problem)
        file = VAR / f"recorded-{self.size}.pickle"
        file.write_bytes(pickle.dumps({_slug(name): each for name, each in recorded.items()}))
        with (
            serving.portal(self.environment, self.port, VAR / "portal.log"),
            serving.floor(self.environment, self.floor_port, file, VAR / "floor.log"),
        ):
            for page in pages:
                yield from self._page(page, recorded[page.name], problem)
            if recorded.get("submit"):
                yield from self._submits(submitted[2:], recorded["submit"], problem)

    def _page(self, page: Page, recorded: list[Recorded], problem: Callable[[str], None]) -> Iterator[report.Line]:
        ours = tuple(self._request(target) for target in page.targets)
        theirs = tuple(self._request(Target(f"/{_slug(page.name)}/{index}")) for index in range(len(ours)))
        for port, requests in ((self.port, ours), (self.floor_port, theirs)):
            serving.load(Plan(port, requests, 8, WARM, 20, 200))
        for concurrency in CONCURRENCY:
            portal = serving.load(Plan(self.port, ours, concurrency, MOST, self.seconds, 200))
            floor = serving.load(Plan(self.floor_port, theirs, concurrency, MOST, self.seconds, 200))
            queries = max(each.queries for each in recorded)
            yield from self._line(page.name, concurrency, queries, portal, floor, problem)

    def _line(
        self,
        name: str,
        concurrency: int,
        queries: int,
        portal: Measured,
        floor: Measured,
        problem: Callable[[str], None],
    ) -> Iterator[report.Line]:
        for server, measured in (("portal", portal), ("floor", floor)):
            if measured.wrong:
                problem(f"{name} ({self.size}, {server}): {measured.wrong}")
                return
        yield report.line(name, self.size, concurrency, queries, portal, floor)

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

    def _submits(
        self, mine: list[drafts.Draft], recorded: list[Recorded], problem: Callable[[str], None]
    ) -> Iterator[report.Line]:
        for turn, concurrency in enumerate(CONCURRENCY):
            part = slice(turn * SUBMITS, (turn + 1) * SUBMITS)
            ours = tuple(self._request(submit_of(draft)) for draft in mine[part])
            theirs = tuple(self._request(Target(f"/submit/{index}")) for index in range(len(recorded))[part])
            portal = serving.load(Plan(self.port, ours, concurrency, SUBMITS, 30, 303, once=True))
            floor = serving.load(Plan(self.floor_port, theirs, concurrency, SUBMITS, 30, 303, once=True))
            yield from self._line("submit", concurrency, recorded[0].queries, portal, floor, problem)

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
