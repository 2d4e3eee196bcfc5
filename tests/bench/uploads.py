"""``python -m tests.bench.uploads``: files through the portal against the same bytes put by plain boto3, in one run.

The portal runs as an operator starts it, with two web processes; each file goes the whole way: streamed in, hashed,
judged, sent to the store, written down. It comes in one time as a page's script sends it, one time as its plain form
does, and one time it is put by boto3 as anybody would: same bytes, same store, as many at once. The three take turns
at being first, since a store and a machine that are shared are not the same a second later; what counts is the
median of the rounds' ratios. Then the same with a worker and clamd beside it, until each file has been fetched back,
looked into, scanned and put where it stays. Aims: 85 % of boto3's speed for one large file, 70 % for fifty at once,
and at most 32 MB more memory in the web processes while one file of a gigabyte goes through.
"""

import http.client
import io
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, count
from pathlib import Path

import pikepdf
import psutil
import sqlalchemy as sa
from sqlmodel import Session, select

from documents.kinds import HEAD_BYTES
from documents.store import PART_BYTES
from portal.db.migrate import upgrade
from portal.db.session import make_engine
from portal.db.tables import ConditionVersion
from portal.embedded import Engines
from portal.embedded.engines import BUCKET
from tests.bench import serving
from tests.factories import make_member, make_municipality, make_provider, sign_in
from tests.factories_application import make_application

VAR = Path("var/bench")
FOLDER = VAR / "engines-uploads"
CRITERION = "GEN-13"
MEGABYTE = 1_000_000
LARGE, MANY, SMALL, AT_ONCE, HUGE = 200 * MEGABYTE, 50, 4 * MEGABYTE, 8, 1000 * MEGABYTE
AIM_ONE, AIM_MANY, AIM_GROWTH_MB = 0.85, 0.70, 32.0
ROUNDS_LARGE, ROUNDS_MANY, ROUNDS_SCANNED = 9, 21, 3
"""A round of many takes two seconds, and its ratio is one fifth off now and then: their median needs more of them."""
EXAMINED_IN = 300.0
BORDER = "kundval-bench"
HEAD = b"%PDF-1.7\n"


class Way(StrEnum):
    """How the bytes come to the store."""

    BOTO3 = "boto3"
    SCRIPT = "script"
    FORM = "plain form"


@dataclass(frozen=True)
class Figures:
    """``took``: seconds of each round, the rounds in the same order for each way."""

    name: str
    megabytes: float
    took: Mapping[Way, tuple[float, ...]]

    def rate(self, way: Way) -> float:
        return self.megabytes / statistics.median(self.took[way])

    def ratios(self, way: Way) -> list[float]:
        """The portal's speed by boto3's in each round, the smallest first."""
        return sorted(theirs / ours for theirs, ours in zip(self.took[Way.BOTO3], self.took[way], strict=True))


def bytes_of(size: int, number: int) -> bytes:
    """A PDF, another for each number: the same bytes are not stored twice. Most of it is a stream nothing shows."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Bench = pdf.make_stream(number.to_bytes(8, "big") + os.urandom(MEGABYTE) * (size // MEGABYTE))
        made = io.BytesIO()
        pdf.save(made, compress_streams=False)
    return made.getvalue()


def endless(size: int) -> Iterator[bytes]:
    """A file of that size, a megabyte at a time, so that it lies in no memory whole."""
    yield HEAD + os.urandom(MEGABYTE - len(HEAD))
    block = os.urandom(MEGABYTE)
    for _ in range(size // MEGABYTE - 1):
        yield block


@dataclass(frozen=True)
class Company:
    """A draft of a company's that nobody else uploads to, and the cookie of one who may."""

    application: str
    cookie: str


class Site:
    def __init__(self, engines: Engines) -> None:
        self.engines = engines
        self.base = engines.environment["KUNDVAL_BASE_URL"]
        self.port = engines.ports.portal
        # A database of this run's own: its companies would meet those of an earlier one.
        serving_url, owner_url = engines.new_database()
        self.environment = engines.environment | {
            "KUNDVAL_DATABASE_URL": serving_url,
            "KUNDVAL_OWNER_DATABASE_URL": owner_url,
        }
        upgrade(owner_url)
        self.owner = make_engine(owner_url)
        self.s3 = engines.access.object_store.client(patience=120)

    def company(self) -> Company:
        with Session(self.owner, expire_on_commit=False) as owner:
            place = make_municipality(owner)
            signatory = make_member(owner, make_provider(owner))
            draft = make_application(owner, place, by=signatory)
            return Company(str(draft.id), f"kundval={sign_in(owner, signatory)}")

    def upload(self, company: Company, data: bytes) -> None:
        self.send(company, len(data), [data])

    def send(self, company: Company, size: int, pieces: Iterable[bytes]) -> None:
        """As the page's plain form does it."""
        before, after = _part(), f"\r\n--{BORDER}--\r\n".encode()
        address = f"/foretag/ansokningar/{company.application}/villkor/{CRITERION}/dokument"
        headers = {"Content-Type": f"multipart/form-data; boundary={BORDER}"}
        with self._connected() as connection:
            whole = chain([before], pieces, [after])
            self._post(connection, company, address, len(before) + size + len(after), whole, headers, wanted=(303,))

    def send_by_script(self, company: Company, data: bytes) -> None:
        """As ``upload.js`` does it: a small file whole; of a large one the first bytes, then all of it."""
        address = f"/foretag/ansokningar/{company.application}/villkor/{CRITERION}/uppladdningar"
        told = f"?namn=Ritning.pdf&storlek={len(data)}"
        first = memoryview(data)[: HEAD_BYTES if len(data) > PART_BYTES else None]
        with self._connected() as connection:
            said = self._post(connection, company, address + told, len(first), [first], {}, wanted=(200, 201))
            if len(first) < len(data):
                place = {"Content-Range": f"bytes 0-{len(data) - 1}/{len(data)}"}
                address = json.loads(said)["adress"]
                said = self._post(connection, company, address, len(data), [data], place, wanted=(200,))
        if not json.loads(said).get("klart"):
            raise RuntimeError(said.decode())

    @contextmanager
    def _connected(self) -> Iterator[http.client.HTTPConnection]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            yield connection
        finally:
            connection.close()

    def _post(
        self,
        connection: http.client.HTTPConnection,
        company: Company,
        address: str,
        size: int,
        pieces: Iterable[bytes | memoryview],
        headers: Mapping[str, str],
        *,
        wanted: tuple[int, ...],
    ) -> bytes:
        connection.putrequest("POST", address)
        told = {"Origin": self.base, "Cookie": company.cookie, "Content-Length": str(size), **headers}
        for name, value in told.items():
            connection.putheader(name, value)
        connection.endheaders()
        # As boto3 sends its bytes: each in one call, without copying them here.
        for piece in pieces:
            connection.send(piece)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status not in wanted:
            raise RuntimeError(f"{answer.status}: {said.decode()[-3000:]}")
        return said

    def raise_limit(self) -> None:
        """One file may be as large as the greatest here: the limit is the document type's, in the conditions."""
        with Session(self.owner) as owner:
            make_municipality(owner)
            for version in owner.exec(select(ConditionVersion)).all():
                content = deepcopy(version.content)
                for kind in content["evidence_types"].values():
                    kind["max_mb"] = HUGE // MEGABYTE
                old = version.model_dump(exclude={"id", "number", "content"})
                owner.add(ConditionVersion(**old, number=version.number + 1, content=content))
            owner.commit()

    def examined(self) -> int:
        """How many documents the worker has been through."""
        with self.owner.connect() as connection:
            states = connection.execute(sa.text("SELECT state, count(*) FROM document GROUP BY state")).all()
        if wrong := {state: count for state, count in states if state not in ("waiting", "clean")}:
            raise RuntimeError(f"the worker found the bench's files {wrong}")
        return sum(count for state, count in states if state == "clean")

    def put(self, name: str, data: bytes) -> None:
        self.s3.put_object(Bucket=BUCKET, Key=f"bench/{name}", Body=data)


def _part() -> bytes:
    head = 'Content-Disposition: form-data; name="fil"; filename="Ritning.pdf"'
    return f"--{BORDER}\r\n{head}\r\nContent-Type: application/pdf\r\n\r\n".encode()


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


NUMBERS = count()
"""Of the files made: no two are the same."""


def one_large(site: Site, scanned: bool = False) -> Figures:
    rounds = ROUNDS_SCANNED if scanned else ROUNDS_LARGE
    return _compared(site, f"one file of 200 MB{_also(scanned)}", LARGE, 1, rounds, scanned)


def many_at_once(site: Site, scanned: bool = False) -> Figures:
    rounds = ROUNDS_SCANNED if scanned else ROUNDS_MANY
    return _compared(site, f"50 files of 4 MB, 8 at once{_also(scanned)}", SMALL, MANY, rounds, scanned)


def _compared(site: Site, name: str, size: int, number: int, rounds: int, scanned: bool) -> Figures:
    """Each way puts files of its own, all of one size, in every round."""
    ways = list(Way)
    took: dict[Way, list[float]] = {way: [] for way in ways}
    for turn in range(rounds):
        for way in (*ways[turn % 3 :], *ways[: turn % 3]):
            files = [(site.company(), bytes_of(size, next(NUMBERS))) for _ in range(number)]
            took[way].append(seconds(lambda w=way, f=files: _put_all(site, w, f, scanned)))
    return Figures(name, size * number / MEGABYTE, {way: tuple(each) for way, each in took.items()})


def _put_all(site: Site, way: Way, files: list[tuple[Company, bytes]], scanned: bool) -> None:
    if way is Way.BOTO3:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(lambda each: site.put(each[0].application, each[1]), files))
    else:
        _through(site, files, scanned, way)


def _also(scanned: bool) -> str:
    return ", examined and scanned" if scanned else ""


def _through(site: Site, files: list[tuple[Company, bytes]], scanned: bool, way: Way) -> None:
    send = site.upload if way is Way.FORM else site.send_by_script
    before, until = site.examined() if scanned else 0, time.monotonic() + EXAMINED_IN
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda each: send(*each), files))
    while scanned and site.examined() < before + len(files):
        if time.monotonic() > until:
            raise RuntimeError("the worker did not get through the files")
        time.sleep(0.02)


def growth_of_a_gigabyte(site: Site) -> float:
    """How much the web processes grow, in MB, from before to their most while one file of a gigabyte goes through.

    Small files go first, so that what every process loads once is not counted.
    """
    for _ in range(4 * serving.WORKERS):
        site.upload(site.company(), bytes_of(SMALL, next(NUMBERS)))
    before, most, over = _memory(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, _memory())

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        site.send(site.company(), HUGE, endless(HUGE))
    finally:
        over.set()
        watching.join()
    return most - before


def _memory() -> float:
    """Of the portal's web processes, in MB: the one that serves and all that it started."""
    total = 0.0
    for process in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if "serve" in process.cmdline():
                total += sum(each.memory_info().rss for each in (process, *process.children(recursive=True))) / MEGABYTE
    return total


def main() -> None:
    VAR.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    scanner = False
    figures = []
    with Engines.start(FOLDER, port=0) as engines:
        site = Site(engines)
        site.raise_limit()
        with serving.portal(site.environment, site.port, VAR / "uploads.log"):
            # First: what has grown once for large files would grow no more.
            grown = [growth_of_a_gigabyte(site), growth_of_a_gigabyte(site)]
            figures += [one_large(site), many_at_once(site)]
        if scanner := "scanner" in engines.children:
            site = Site(engines)  # another database: the worker would have all of the above before it
            with serving.portal(site.environment, site.port, VAR / "uploads.log"), _worker(site):
                figures += [one_large(site, scanned=True), many_at_once(site, scanned=True)]
    shutil.rmtree(FOLDER, ignore_errors=True)  # gigabytes
    for each, aim in zip(figures, (AIM_ONE, AIM_MANY, None, None), strict=False):
        print(f"{each.name}: boto3 {each.rate(Way.BOTO3):.0f} MB/s")
        for way in (Way.SCRIPT, Way.FORM):
            ratios = each.ratios(way)
            print(
                f"  by {way}: {each.rate(way):.0f} MB/s, ratio {statistics.median(ratios):.2f}"
                f" ({ratios[0]:.2f} to {ratios[-1]:.2f} in {len(ratios)} rounds)" + (f" (aim {aim})" if aim else "")
            )
    if not scanner:
        print("with clamd: not measured, it is not installed")
    first, second = grown
    print(
        f"one file of 1 GB through the web processes: {first:+.0f} MB resident at the most (aim {AIM_GROWTH_MB:.0f}), "
        f"another one {second:+.0f} MB"
    )
    told = [
        {"name": f"{each.name}, {way}", "mb_per_s": each.rate(way), "ratio": statistics.median(each.ratios(way))}
        for each in figures
        for way in Way
    ]
    told += [{"name": "one file of 1 GB", "growth_mb": first, "second_growth_mb": second}]
    (VAR / "uploads.json").write_text(json.dumps(told, indent=2))


@contextmanager
def _worker(site: Site) -> Iterator[None]:
    with (VAR / "uploads-worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "portal", "worker"],
            env={**os.environ, **site.environment},
            cwd=serving.ROOT,
            stdout=log,
            stderr=log,
        )
        try:
            yield
        finally:
            worker.terminate()
            worker.wait(timeout=30)


if __name__ == "__main__":
    main()
