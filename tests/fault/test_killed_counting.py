"""A worker killed in the middle of counting an effect, twice: the next goes on, and everybody is counted once."""

import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from portal.db.session import make_engine
from portal.db.tables import EffectResult, EffectRun
from portal.domain.application import State
from portal.embedded.child import surroundings
from portal.services import effects
from tests.factories_application import make_application
from tests.factories_drafts import make_administrator, make_place
from tests.factories_effects import make_stricter_draft, order
from tests.fault.conftest import PATIENCE_S
from tests.fault.process import Process

CONCERNED = 24


@pytest.fixture
def portal(told_to_worker) -> Iterator[Session]:
    engine = make_engine(told_to_worker["KUNDVAL_DATABASE_URL"])
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def test_a_worker_killed_twice_while_it_counts_leaves_nobody_out_and_counts_nobody_twice(
    office: Session, portal: Session, told_to_worker: dict[str, str], tmp_path: Path, monkeypatch, gate_at
):
    place = make_place(office)
    for _each in range(CONCERNED):
        make_application(office, place, state=State.SUBMITTED)
    actor = make_administrator(office, place)
    run_id = order(portal, make_stricter_draft(portal, actor), actor)
    # Begun here, with small parts, so that there are many middles to be killed in.
    monkeypatch.setattr(effects, "PART", 1)
    effects.begin(portal, run_id, now=datetime.now(UTC))
    portal.commit()
    gate = gate_at("effect_result")
    command = [sys.executable, "-m", "portal", "worker"]
    environment = surroundings(**told_to_worker)

    killed_at = []
    for turn, (until, upto) in enumerate(((4, 8), (10, 16))):
        gate.let_in(upto)
        with Process(command, environment, tmp_path / f"{turn}.log") as worker:
            _until(lambda until=until: _run(office, run_id).done >= until, worker)
            worker.kill()
        killed_at.append(_run(office, run_id).done)
    gate.let_in(CONCERNED * 2)
    with Process(command, environment, tmp_path / "last.log") as worker:
        _until(lambda: _run(office, run_id).finished_at is not None, worker)

    assert 0 < killed_at[0] < killed_at[1] < CONCERNED, "it was killed too late to be in the middle of anything"
    run = _run(office, run_id)
    counted = office.exec(select(EffectResult.application_id).where(col(EffectResult.run_id) == run_id)).all()
    assert run.done == run.total == len(counted) == CONCERNED
    assert sum(run.tally["applications"].values()) == CONCERNED
    assert all(sum(each.values()) == CONCERNED for each in run.tally["criteria"].values())


def _run(office: Session, run_id) -> EffectRun:
    office.rollback()
    return office.get_one(EffectRun, run_id, populate_existing=True)


def _until(holds, process: Process) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert process.alive, process.words
        assert time.monotonic() < give_up, f"nothing more happens: {process.words}"
