"""What was measured, as rows for a file and as a table for people."""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench.client import Measured

AIM_RATIO = 0.6
AIM_GROWTH = 1.2
AIM_QUERIES = 6
AIM_P50 = {
    "public service page": 4.0,
    "provider's dashboard": 5.0,
    "criterion page": 9.0,
    "work list, first page": 10.0,
    "staff case page": 11.0,
}


@dataclass(frozen=True)
class Line:
    name: str
    rows: int
    concurrency: int
    requests_per_s: float
    p50_ms: float
    p95_ms: float
    queries: int
    floor_requests_per_s: float
    ratio_to_floor: float


def line(name: str, rows: int, concurrency: int, queries: int, portal: Measured, floor: Measured) -> Line:
    times = sorted(portal.milliseconds)
    ours, theirs = rate(portal), rate(floor)
    return Line(
        name,
        rows,
        concurrency,
        round(ours, 1),
        round(statistics.median(times), 2),
        round(times[min(len(times) - 1, int(len(times) * 0.95))], 2),
        queries,
        round(theirs, 1),
        round(ours / theirs, 3),
    )


def rate(measured: Measured) -> float:
    return len(measured.milliseconds) / measured.seconds


def write(lines: Sequence[Line], path: Path) -> None:
    path.write_text(json.dumps([asdict(each) for each in lines], indent=1) + "\n")


def table(lines: Sequence[Line]) -> str:
    names = ("rows", "at once", "req/s", "p50 ms", "p95 ms", "SQL", "floor/s", "ratio")
    widths = (7, 7, 8, 7, 7, 4, 8, 6)
    head = f"{'page':30} " + " ".join(f"{name:>{width}}" for name, width in zip(names, widths, strict=True))
    shown = [head, "-" * len(head)]
    for each in lines:
        marks = []
        if each.ratio_to_floor < AIM_RATIO:
            marks.append(f"ratio below {AIM_RATIO}")
        if each.concurrency == 1 and each.p50_ms > AIM_P50.get(each.name, 1e9):
            marks.append(f"p50 above {AIM_P50[each.name]:g}")
        if each.queries > AIM_QUERIES and each.name != "submit":
            marks.append(f"more than {AIM_QUERIES} queries")
        shown.append(
            f"{each.name:30} {each.rows:>7} {each.concurrency:>7} {each.requests_per_s:>8.1f} {each.p50_ms:>7.2f}"
            f" {each.p95_ms:>7.2f} {each.queries:>4} {each.floor_requests_per_s:>8.1f} {each.ratio_to_floor:>6.2f}"
            f"  {'; '.join(marks)}".rstrip()
        )
    return "\n".join(shown + growth(lines))


def growth(lines: Sequence[Line]) -> list[str]:
    """How much slower the work list is with the most applications than with the fewest."""
    sizes = sorted({each.rows for each in lines})
    if len(sizes) < 2:
        return []
    by = {(each.name, each.rows, each.concurrency): each for each in lines}
    shown = ["", f"work list, p95 at {sizes[-1]} : {sizes[0]} (aim: at most {AIM_GROWTH})"]
    for name, rows, concurrency in by:
        if rows == sizes[0] and name.startswith("work list") and (name, sizes[-1], concurrency) in by:
            grown = by[name, sizes[-1], concurrency].p95_ms / by[name, rows, concurrency].p95_ms
            shown.append(f"  {name:28} {concurrency:>2} at once  {grown:.2f}{'' if grown <= AIM_GROWTH else '  above'}")
    return shown
