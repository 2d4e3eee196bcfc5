"""``python -m tests.bench.rules``: every criterion of one application read against its facts, and explained in words.

Aim: 5 ms for all of them. What it takes to gather the facts from the database is told beside it.
"""

import json
import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Session

from portal.db.handed_in import read
from portal.db.migrate import upgrade
from portal.db.session import make_engine
from portal.domain.application import State
from portal.domain.evaluation import evaluate
from portal.domain.finding_words import Explanation, explain
from portal.embedded import Engines
from portal.library import declared
from portal.services.fact_sources import FactCase
from portal.services.facts import sheet_of
from tests.factories import make_municipality
from tests.factories_application import make_application, sets_of

AIM_MS = 5.0
ROUNDS = 200
VAR = Path("var/bench")


@dataclass(frozen=True)
class Figures:
    criteria: int
    explained_ms: float
    explained_p95_ms: float
    gathered_ms: float


def measure(owner: Session) -> Figures:
    application = make_application(owner, make_municipality(owner), "hemtjanst", state=State.SUBMITTED)
    sets = sets_of(owner, application)
    given = read(owner, application.id)
    case = FactCase(
        application_id=application.id,
        provider_id=application.provider_id,
        sets=sets,
        criteria=sets.asked_criteria,
        given=given,
        on=datetime.now(UTC).date(),
    )
    sheet = sheet_of(owner, case)
    names = {each.id: {id_: sets.evidence_type(id_).name.sv for id_ in each.evidence} for each in case.criteria}

    def explained() -> list[Explanation]:
        made = []
        for each in case.criteria:
            found = evaluate(each, sheet, thresholds=sets.thresholds_for(each), on=case.on)
            made.append(explain(found, declared(), "sv", names[each.id]))
        return made

    assert len({each.outcome for each in explained()}) > 1, "an application of which nothing can be told proves nothing"
    took = _times(explained)
    return Figures(
        criteria=len(case.criteria),
        explained_ms=round(statistics.median(took), 2),
        explained_p95_ms=round(took[int(len(took) * 0.95)], 2),
        gathered_ms=round(statistics.median(_times(lambda: sheet_of(owner, case))), 2),
    )


def _times(work: Callable[[], object]) -> list[float]:
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)


def main() -> int:
    VAR.mkdir(parents=True, exist_ok=True)
    with Engines.start(VAR / "engines-effect", port=0) as engines:
        _url, owner_url = engines.new_database()
        upgrade(owner_url)
        engine = make_engine(owner_url)
        with Session(engine, expire_on_commit=False) as owner:
            figures = measure(owner)
        engine.dispose()
    (VAR / "rules.json").write_text(json.dumps(asdict(figures), indent=1) + "\n")
    late = "" if figures.explained_ms <= AIM_MS else f"  above {AIM_MS:g}"
    print(
        f"{figures.criteria} criteria read and explained: {figures.explained_ms} ms,"
        f" p95 {figures.explained_p95_ms} ms{late}; their facts gathered in {figures.gathered_ms} ms"
    )
    return 1 if late else 0


if __name__ == "__main__":
    raise SystemExit(main())
