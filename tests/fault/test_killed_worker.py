"""The worker's process killed in the middle of a row of letters: the next one finishes them, each once."""

import mailbox
import sys
import time
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.queue import later
from portal.db.session import make_engine
from portal.db.tables import Letter
from portal.embedded.child import surroundings
from portal.settings import Settings
from tests.factories import make_municipality
from tests.fault.conftest import PATIENCE_S
from tests.fault.process import Process

LETTERS = 30
SILENT_S = 3
SLOWLY = """
CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END';
CREATE TRIGGER slow BEFORE INSERT ON letter FOR EACH ROW EXECUTE FUNCTION slowly();
"""


@pytest.fixture
def told_to_worker(fresh_database, app_environment) -> dict[str, str]:
    """A database of its own, since a worker takes whatever lies in the queue."""
    return app_environment | {
        "KUNDVAL_DATABASE_URL": fresh_database.app_url,
        "KUNDVAL_OWNER_DATABASE_URL": fresh_database.owner_url,
        "KUNDVAL_WORKER_SILENT_SECONDS": str(SILENT_S),
    }


@pytest.fixture
def office(told_to_worker) -> Iterator[Session]:
    engine = make_engine(told_to_worker["KUNDVAL_OWNER_DATABASE_URL"])
    with Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


def test_a_worker_killed_in_a_row_of_letters_leaves_none_behind_and_sends_none_twice(
    office: Session, told_to_worker: dict[str, str], tmp_path: Path
):
    here = f"{uuid4().hex[:8]}.example"
    _order_letters(office, here)
    # Each letter waits a moment where its row is written, so that the first worker is met in the middle of the row.
    office.execute(sa.text(SLOWLY))
    office.commit()
    command = [sys.executable, "-m", "portal", "worker"]
    environment = surroundings(**told_to_worker)
    maildir = Settings.from_env(told_to_worker).demo_maildir
    assert maildir is not None

    with Process(command, environment, tmp_path / "first.log") as first:
        _until(lambda: len(_received(maildir, here)) >= 5, first)
        first.kill()
    received_then = len(_received(maildir, here))
    with Process(command, environment, tmp_path / "second.log") as second:
        _until(lambda: _open_jobs(office) == 0, second)

    assert received_then < LETTERS, "the first worker was killed too late to be in the middle of anything"
    received = _received(maildir, here)
    assert len(received) == LETTERS
    assert set(received.values()) == {1}
    office.rollback()
    letters = office.exec(select(Letter).where(col(Letter.recipient).endswith(here))).all()
    assert [letter.delivery for letter in letters] == ["sent"] * LETTERS


def _order_letters(office: Session, domain: str) -> None:
    place = make_municipality(office)
    for number in range(LETTERS):
        later(
            office,
            "letters.write_one",
            kind="staff_added",
            recipient=f"person{number}@{domain}",
            recipient_name=f"Person {number}",
            language="sv",
            link="/kommun",
            facts={"municipality": "Björkviks kommun", "added_by": "Eva Holm", "roles": ["case_officer"]},
            municipality_id=str(place.id),
            provider_id=None,
        )
    office.commit()


def _received(maildir: Path, domain: str) -> Counter[str]:
    """How many mails each address there has."""
    box = mailbox.Maildir(maildir, create=False)
    mails = (message_from_bytes(box.get_bytes(key), policy=policy.default) for key in box.iterkeys())
    return Counter(str(mail["To"]) for mail in mails if domain in str(mail["To"]))


def _open_jobs(office: Session) -> int:
    office.rollback()
    statement = (
        "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE 'letters.%' AND status IN ('todo', 'doing')"
    )
    return int(office.scalar(sa.text(statement)) or 0)


def _until(holds, process: Process) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not holds():
        assert process.alive, process.words
        assert time.monotonic() < give_up, f"nothing more happens: {process.words}"
        time.sleep(0.1)
