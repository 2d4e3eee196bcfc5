"""``python -m tests.bench.effect``: the effect of new general conditions over 20 000 providers, counted by two workers.

The workers are processes as an operator starts them. Measured from the order to the last one counted, with their
memory. Aims: 60 s on two cores, and memory that does not grow with what is counted.
"""

import argparse
import json
import statistics
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psutil
from sqlmodel import Session

from portal.db.migrate import upgrade
from portal.db.session import Scope, enter, make_engine
from portal.db.tables import EffectRun
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.roles import Role
from portal.embedded import Engines
from portal.embedded.child import surroundings
from portal.embedded.databases import Databases
from portal.services import drafts, effects
from tests.bench import case_rows, filling
from tests.bench.cases import make_case
from tests.bench.companies import Maker
from tests.bench.copying import copy, quiet
from tests.factories import make_staff
from tests.fault.process import Process

PROVIDERS = 20_000
WORKERS = 2
AIM_S, AIM_GROWTH_MB = 60.0, 32.0
BATCH = 5_000
VAR = Path("var/bench")
# Of each kind of source one or more: registers, annual reports, documents, answers, what nobody has shown.
CHANGED = {
    "GEN-07": {"fact": "tax.f_skatt", "op": "eq", "value": True},
    "GEN-17": {"any": [{"fact": "declaration.law_compliance", "op": "eq", "value": True}]},
    "GEN-33": {"fact": "doc.kontinuitetsplan", "op": "valid"},
}
NUMBERS = {"soliditet_pct": 25}


@dataclass(frozen=True)
class Figures:
    """``growth_mb``: of the worker that grew most, from the second quarter's mean to the last's."""

    providers: int
    changed: int
    workers: int
    seconds: float
    each_s: float
    growth_mb: float
    most_mb: float


def fill(databases: Databases, url: str, owner_url: str, count: int) -> UUID:
    """As many authorised companies in one municipality; its id."""
    now = datetime.now(UTC).replace(microsecond=0)
    maker = Maker(count)
    place = filling.found_municipalities(owner_url, maker, now)[0]
    companies = list(maker.companies(count))
    with quiet(url) as connection:
        filling.add_staff(connection, maker, [place], now)
        filling.add_companies(connection, maker, companies, now)
        filling.add_asked(connection, owner_url)
        made = (make_case(maker, place, each, State.APPROVED, now=now) for each in companies)
        while batch := list(islice(made, BATCH)):
            copy(connection, "case_file", case_rows.case_files(batch))
            copy(connection, "application", case_rows.applications(batch))
            copy(connection, "provider_authorization", case_rows.authorizations(maker, batch))
        connection.execute("ANALYZE application")
        for statement in filling.written_in_cases():
            connection.execute(statement)
    with databases.superuser(urlsplit(url).path.lstrip("/")) as admin:
        admin.execute("VACUUM (ANALYZE)")
    return place.id


def order(owner_url: str, url: str, municipality_id: UUID) -> tuple[UUID, int]:
    """A draft that asks for something else, and its effect ordered; the run, and how many criteria are changed."""
    owner_engine, engine = make_engine(owner_url), make_engine(url)
    now = datetime.now(UTC)
    with Session(owner_engine, expire_on_commit=False) as owner:
        actor = make_staff(owner, municipality_id, Role.MUNICIPAL_ADMINISTRATOR)
    with Session(engine, expire_on_commit=False) as db:
        enter(db, Scope.of(actor))
        run_id = effects.order(db, _draft(db, actor, now), actor=actor, now=now)
        db.commit()
    owner_engine.dispose()
    engine.dispose()
    return run_id, len(CHANGED) + len(NUMBERS)


def _draft(db: Session, actor: Actor, now: datetime) -> UUID:
    draft_id = drafts.create(db, None, "Villkor från maj", actor=actor, now=now)
    draft = drafts.open_for_change(db, draft_id, actor=actor)
    criteria = [
        {**each, "rule": CHANGED[each["id"]]} if each["id"] in CHANGED else each for each in draft.content["criteria"]
    ]
    content = {**draft.content, "criteria": criteria, "thresholds": {**draft.content["thresholds"], **NUMBERS}}
    drafts.store(db, draft, content, {"criteria": sorted(CHANGED)}, actor=actor, now=now)
    return draft_id


def count(environment: dict[str, str], owner_url: str, run_id: UUID, providers: int, changed: int) -> Figures:
    engine = make_engine(owner_url)
    command = [sys.executable, "-m", "portal", "worker"]
    memory: list[tuple[float, ...]] = []
    with ExitStack() as stack:
        began = time.perf_counter()
        for number in range(WORKERS):
            stack.enter_context(Process(command, surroundings(**environment), VAR / f"effect-{number}.log"))
        workers = [each for each in psutil.Process().children() if each.cmdline()[1:] == command[1:]]
        while True:
            with Session(engine) as owner:
                run = owner.get_one(EffectRun, run_id)
            if run.finished_at is not None:
                break
            if run.done:
                memory.append(tuple(each.memory_info().rss / 1e6 for each in workers))
            time.sleep(0.2)
        seconds = time.perf_counter() - began
    engine.dispose()
    assert run.done == run.total == providers, (run.done, run.total)
    quarter = max(len(memory) // 4, 1)
    growth = [
        statistics.mean(each[-quarter:]) - statistics.mean(each[quarter : 2 * quarter] or each)
        for each in zip(*memory, strict=True)
    ]
    return Figures(
        providers=providers,
        changed=changed,
        workers=WORKERS,
        seconds=round(seconds, 1),
        each_s=round(providers / seconds),
        growth_mb=round(max(growth), 1),
        most_mb=round(max(max(each) for each in memory), 1),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.effect", description=__doc__)
    parser.add_argument("--providers", type=int, default=PROVIDERS)
    asked = parser.parse_args()
    VAR.mkdir(parents=True, exist_ok=True)
    with Engines.start(VAR / "engines-effect", port=0) as engines:
        url, owner_url = engines.new_database()
        upgrade(owner_url)
        databases = engines.access.databases
        name = urlsplit(url).path.lstrip("/")
        began = time.monotonic()
        municipality_id = fill(databases, filling.superuser_url(databases, name), owner_url, asked.providers)
        print(f"Filled {asked.providers} authorised providers in {time.monotonic() - began:.0f} s.", flush=True)
        environment = engines.environment | {
            "KUNDVAL_DATABASE_URL": url,
            "KUNDVAL_OWNER_DATABASE_URL": owner_url,
        }
        run_id, changed = order(owner_url, url, municipality_id)
        figures = count(environment, owner_url, run_id, asked.providers, changed)
        databases.drop(name)
    (VAR / "effect.json").write_text(json.dumps(asdict(figures), indent=1) + "\n")
    late = "" if figures.seconds <= AIM_S else f"  above {AIM_S:g}"
    grown = "" if figures.growth_mb <= AIM_GROWTH_MB else f"  above {AIM_GROWTH_MB:g}"
    print(f"{figures.providers} providers by {WORKERS} workers: {figures.seconds} s, {figures.each_s:g} a second{late}")
    print(f"memory of a worker: at most {figures.most_mb} MB, grown by {figures.growth_mb} MB{grown}")
    return 1 if late or grown else 0


if __name__ == "__main__":
    raise SystemExit(main())
