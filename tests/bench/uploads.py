"""``python -m tests.bench.uploads``: files through the portal against the same bytes put by plain boto3, in one run.

The portal runs as an operator starts it, with two web processes; each file goes the whole way: streamed in, hashed,
judged, sent to the store, written down.  Aims: 85 % of boto3's speed for one large file, 70 % for fifty at once, and
at most 32 MB more memory in the web processes while a gigabyte goes through.
"""

import http.client
import json
import os
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from sqlmodel import Session

from portal.db.migrate import upgrade
from portal.db.session import make_engine
from portal.embedded import Engines
from portal.embedded.engines import BUCKET
from tests.bench import serving
from tests.factories import make_member, make_municipality, make_provider, sign_in
from tests.factories_application import make_application

VAR = Path("var/bench")
CRITERION = "GEN-13"
MEGABYTE = 1_000_000
LARGE, MANY, SMALL, AT_ONCE = 200 * MEGABYTE, 50, 4 * MEGABYTE, 8
PARTS_OF_A_GIGABYTE = 5
AIM_ONE, AIM_MANY, AIM_GROWTH_MB = 0.85, 0.70, 32.0
ROUNDS = 3
BORDER = "kundval-bench"
HEAD = b"%PDF-1.7\n"


@dataclass(frozen=True)
class Figures:
    name: str
    portal_mb_per_s: float
    boto3_mb_per_s: float

    @property
    def ratio(self) -> float:
        return self.portal_mb_per_s / self.boto3_mb_per_s


def bytes_of(size: int, number: int) -> bytes:
    """A file that looks like a PDF and is another for each number: the same bytes are not stored twice."""
    return HEAD + number.to_bytes(8, "big") + os.urandom(MEGABYTE) * (size // MEGABYTE) + b"\n%%EOF\n"


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

    def company(self) -> Company:
        with Session(self.owner, expire_on_commit=False) as owner:
            place = make_municipality(owner)
            signatory = make_member(owner, make_provider(owner))
            draft = make_application(owner, place, by=signatory)
            return Company(str(draft.id), f"kundval={sign_in(owner, signatory)}")

    def upload(self, company: Company, files: list[bytes]) -> None:
        """As the page's plain form does it."""
        parts = [_part(number) + data + b"\r\n" for number, data in enumerate(files)]
        length = sum(map(len, parts)) + len(_end())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        connection.putrequest("POST", f"/foretag/ansokningar/{company.application}/villkor/{CRITERION}/dokument")
        for name, value in (
            ("Origin", self.base),
            ("Cookie", company.cookie),
            ("Content-Type", f"multipart/form-data; boundary={BORDER}"),
            ("Content-Length", str(length)),
        ):
            connection.putheader(name, value)
        connection.endheaders()
        for part in (*parts, _end()):
            # As boto3 sends its bytes: in one call, without copying them here.
            connection.send(part)
        answer = connection.getresponse()
        said = answer.read()
        connection.close()
        if answer.status != 303:
            raise RuntimeError(f"{answer.status}: {said.decode()[-3000:]}")

    def put(self, name: str, data: bytes) -> None:
        self.engines.access.object_store.client(patience=120).put_object(Bucket=BUCKET, Key=f"bench/{name}", Body=data)


def _part(number: int) -> bytes:
    head = f'Content-Disposition: form-data; name="fil"; filename="Ritning {number}.pdf"'
    return f"--{BORDER}\r\n{head}\r\nContent-Type: application/pdf\r\n\r\n".encode()


def _end() -> bytes:
    return f"--{BORDER}--\r\n".encode()


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def one_large(site: Site) -> Figures:
    ours, theirs = [], []
    for number in range(ROUNDS):
        data, company = bytes_of(LARGE, number), site.company()
        theirs.append(seconds(lambda d=data, n=number: site.put(f"one-{n}", d)))
        ours.append(seconds(lambda d=data, c=company: site.upload(c, [d])))
    return Figures("one file of 200 MB", LARGE / MEGABYTE / min(ours), LARGE / MEGABYTE / min(theirs))


def many_at_once(site: Site) -> Figures:
    ours, theirs = [], []
    for turn in range(ROUNDS):
        files = [bytes_of(SMALL, turn * MANY + number) for number in range(MANY)]
        companies = [site.company() for _ in files]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            names = [f"many-{turn}-{number}" for number in range(MANY)]
            theirs.append(seconds(lambda p=pool, n=names, f=files: list(p.map(site.put, n, f))))
            each = [[data] for data in files]
            ours.append(seconds(lambda p=pool, c=companies, e=each: list(p.map(site.upload, c, e))))
    total = MANY * SMALL / MEGABYTE
    return Figures("50 files of 4 MB, 8 at once", total / min(ours), total / min(theirs))


def growth_of_a_gigabyte(site: Site) -> float:
    """How much the web processes grow, in MB, from before to their most while it goes through."""
    site.upload(site.company(), [bytes_of(SMALL, 1)])
    before, most, over = _memory(), 0.0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not over.wait(0.05):
            most = max(most, _memory())

    watching = threading.Thread(target=watch)
    watching.start()
    for number in range(PARTS_OF_A_GIGABYTE):
        site.upload(site.company(), [bytes_of(LARGE, 100 + number)])
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
    with Engines.start(VAR / "engines-uploads", port=0) as engines:
        site = Site(engines)
        with serving.portal(site.environment, site.port, VAR / "uploads.log"):
            # First: what has grown once for large files would grow no more.
            grown = growth_of_a_gigabyte(site)
            figures = [one_large(site), many_at_once(site)]
    for each, aim in zip(figures, (AIM_ONE, AIM_MANY), strict=True):
        print(
            f"{each.name}: {each.portal_mb_per_s:.0f} MB/s, boto3 {each.boto3_mb_per_s:.0f} MB/s, "
            f"ratio {each.ratio:.2f} (aim {aim})"
        )
    print(f"1 GB through the web processes: {grown:+.0f} MB resident at the most (aim {AIM_GROWTH_MB:.0f})")
    told = [{**asdict(each), "ratio": each.ratio} for each in figures] + [{"name": "1 GB", "growth_mb": grown}]
    (VAR / "uploads.json").write_text(json.dumps(told, indent=2))


if __name__ == "__main__":
    main()
