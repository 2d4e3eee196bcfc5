"""``python -m tests.bench.previews``: a page of a document drawn for the first time, and shown again.

On the real store, as the portal's web process does it, without the request around it: fetched, drawn in the child,
kept; then from memory, and from the store by a process that has not shown it before. Aims: 150 ms, then 5 ms.
"""

import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import typst

from documents.preview import Previewer
from documents.renditions import Renditions, Shown
from portal.app import open_resources
from portal.embedded import Engines
from portal.settings import Settings

AIM_FIRST_MS, AIM_AGAIN_MS = 150.0, 5.0
DOCUMENTS = 30
WIDTH = 1200
VAR = Path("var/bench")


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def full_page(number: int) -> bytes:
    """A page filled with text, another for each number."""
    made: bytes = typst.compile(f"= Intyg {number}\n#lorem(480)\n".encode())
    return made


def measure() -> dict[str, list[float]]:
    with Engines.start(VAR / "engines", port=0) as engines:
        resources = open_resources(Settings.from_env(engines.environment))
        store, previewer = resources.store, Previewer()
        here, elsewhere = Renditions(store, previewer), Renditions(store, previewer)
        shown = []
        for number in range(DOCUMENTS + 1):
            data, key = full_page(number), f"bench/{uuid4()}"
            store.put(key, data, media_type="application/pdf")
            shown.append(Shown(uuid4(), uuid4().hex * 2, key, "application/pdf", len(data)))
        here.picture(shown[0], page=1, width=WIDTH)  # the child is started when first needed
        took = {
            name: [milliseconds(lambda s=s, r=r: r.picture(s, page=1, width=WIDTH)) for s in shown[1:]]
            for name, r in (("first", here), ("again", here), ("from the store", elsewhere))
        }
        previewer.close()
        for each in shown:
            store.delete(each.key)
        return took


def main() -> int:
    VAR.mkdir(parents=True, exist_ok=True)
    figures = {
        name: {"p50_ms": round(statistics.median(took), 2), "p95_ms": round(sorted(took)[int(len(took) * 0.95)], 2)}
        for name, took in measure().items()
    }
    (VAR / "previews.json").write_text(json.dumps(figures, indent=1) + "\n")
    aims = {"first": AIM_FIRST_MS, "again": AIM_AGAIN_MS, "from the store": AIM_AGAIN_MS}
    late = [name for name, aim in aims.items() if figures[name]["p50_ms"] > aim]
    for name, each in figures.items():
        above = f"  above {aims[name]:g}" if name in late else ""
        print(f"page preview, {name}: {each['p50_ms']} ms, p95 {each['p95_ms']} ms{above}")
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
