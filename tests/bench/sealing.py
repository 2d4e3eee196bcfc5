"""``python -m tests.bench.sealing --count 1000``: typeset and seal a seven-page contract, alone and by two workers.

Aims: 200 ms for one; for many by two worker processes, memory that stays flat. The workers are processes of their own,
each with its typesetter and its child, as the portal's workers are; what is measured is their memory and the child's.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import pikepdf

from documents.attach import attach
from documents.papers import Clause, SignedContract
from documents.seal import DemoAuthority, Sealer, check_seal
from documents.typeset import typeset
from tests.documents.examples import MADE_AT, SIGNED

AIM_MS = 200.0
AIM_GROWTH_MB = 32.0
WORKERS = 2
PAGES = 7
VAR = Path("var/bench")


@dataclass(frozen=True)
class Figures:
    """``growth_mb``: of one worker's resident memory with its child's, from the second quarter's mean to the last's;
    the first quarter is for warming up."""

    pages: int
    one_ms: float
    one_p95_ms: float
    count: int
    workers: int
    seconds: float
    each_s: float
    growth_mb: float
    most_mb: float


def long_contract() -> SignedContract:
    """The example's signed contract, with clauses until it has seven pages."""
    clauses = list(SIGNED.clauses)
    while True:
        contract = replace(SIGNED, clauses=tuple(clauses))
        with tempfile.TemporaryFile() as file:
            file.write(typeset("signed_contract", contract, language="sv", made_at=MADE_AT))
            with pikepdf.open(file) as made:
                if len(made.pages) >= PAGES:
                    return contract
        clauses.append(Clause(f"Ytterligare villkor {len(clauses)}", SIGNED.clauses[0].paragraphs * 3))


def seal_one(sealer: Sealer, contract: SignedContract, original: bytes) -> bytes:
    """As the portal makes a signed contract: set, the signed file inside, sealed."""
    pdf = typeset("signed_contract", contract, language="sv", made_at=MADE_AT)
    held = attach(pdf, name="Avtal.pdf", data=original, description="Undertecknad fil", at=MADE_AT)
    return sealer.seal(held, name="Björkviks kommun", reason="Avtal", at=MADE_AT)


def worker(folder: Path, count: int) -> None:
    """Seal ``count``; a line for each, so that whoever started this can look at the memory meanwhile."""
    sealer, contract, original = _prepared(folder)
    for number in range(count):
        seal_one(sealer, contract, original)
        print(number, flush=True)


def _prepared(folder: Path) -> tuple[Sealer, SignedContract, bytes]:
    pair = DemoAuthority.make(folder, MADE_AT).sealing_pair("Björkviks kommun", MADE_AT)
    original = typeset("contract", SIGNED, language="sv", made_at=MADE_AT)
    return Sealer.load(pair.key_path, pair.certificate_path), long_contract(), original


def measure(count: int) -> Figures:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sealer, contract, original = _prepared(folder)
        sealed = seal_one(sealer, contract, original)
        assert check_seal(sealed, [DemoAuthority(folder).root_certificate]).genuine
        times = []
        for _each in range(20):
            began = time.perf_counter()
            seal_one(sealer, contract, original)
            times.append((time.perf_counter() - began) * 1000)
        began = time.perf_counter()
        memory = _many(folder, count)
        seconds = time.perf_counter() - began
    quarter = max(len(memory) // 4, 1)
    growth = statistics.mean(memory[-quarter:]) - statistics.mean(memory[quarter : 2 * quarter] or memory)
    return Figures(
        pages=PAGES,
        one_ms=round(statistics.median(times), 1),
        one_p95_ms=round(sorted(times)[-2], 1),
        count=count,
        workers=WORKERS,
        seconds=round(seconds, 1),
        each_s=round(count / seconds, 1),
        growth_mb=round(growth, 1),
        most_mb=round(max(memory), 1),
    )


def _many(folder: Path, count: int) -> list[float]:
    """Resident memory of one worker and its children, in MB, after each of its papers, while the other works too."""
    command = [sys.executable, "-m", "tests.bench.sealing", "--worker", str(folder), "--count", str(count // WORKERS)]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)]
    first = workers[0].stdout
    assert first is not None
    memory = [_resident(workers[0].pid) for _line in first]
    for each in workers:
        each.communicate()
        assert each.returncode == 0
    # The last line may be read when the worker has ended.
    return [each for each in memory if each] or [0.0]


def _resident(pid: int) -> float:
    """As Linux tells it, of a process and those it has started; 0 for one that has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return 0.0
    return pages * resource.getpagesize() / 1e6 + sum(_resident(int(child)) for child in children)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.sealing", description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--worker", type=Path)
    asked = parser.parse_args()
    if asked.worker:
        worker(asked.worker, asked.count)
        return 0
    figures = measure(asked.count)
    VAR.mkdir(parents=True, exist_ok=True)
    (VAR / "sealing.json").write_text(json.dumps(asdict(figures), indent=1) + "\n")
    late = "" if figures.one_ms <= AIM_MS else f"  above {AIM_MS:g}"
    grown = "" if figures.growth_mb <= AIM_GROWTH_MB else f"  above {AIM_GROWTH_MB:g}"
    print(f"typeset and seal, {PAGES} pages: {figures.one_ms} ms, p95 {figures.one_p95_ms} ms{late}")
    print(f"{figures.count} by {WORKERS} workers: {figures.seconds} s, {figures.each_s} a second")
    print(f"memory of a worker: at most {figures.most_mb} MB, grown by {figures.growth_mb} MB{grown}")
    return 1 if late or grown else 0


if __name__ == "__main__":
    raise SystemExit(main())
