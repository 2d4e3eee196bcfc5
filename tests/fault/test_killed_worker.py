"""The worker's process killed in the middle of a row of letters: the next one finishes them, each once."""

import mailbox
import sys
import time
from collections import Counter
from email import message_from_bytes, policy
from pathlib import Path
from uuid import uuid4

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.queue import later
from portal.db.tables import Letter
from portal.embedded.child import surroundings
from portal.settings import Settings
from tests.factories import make_municipality
from tests.fault.conftest import PATIENCE_S
from tests.fault.process import Process

LETTERS = 30


def test_a_worker_killed_as_it_writes_letters_and_as_it_sends_them_leaves_none_behind_and_sends_none_twice(
    office: Session, told_to_worker: dict[str, str], tmp_path: Path, gate_at
):
    here = f"{uuid4().hex[:8]}.example"
    _order_letters(office, here)
    written, sent = gate_at("letter"), gate_at("letter", event="UPDATE", counted="letter WHERE delivery = 'sent'")
    command = [sys.executable, "-m", "portal", "worker"]
    environment = surroundings(**told_to_worker)
    maildir = Settings.from_env(told_to_worker).demo_maildir
    assert maildir is not None

    written.let_in(LETTERS // 2)
    with Process(command, environment, tmp_path / "writing.log") as worker:
        _until(lambda: _written(office) >= 5, worker)
        worker.kill()
    assert 5 <= _written(office) < LETTERS
    written.let_in(LETTERS * 2)
    sent.let_in(LETTERS // 2)
    with Process(command, environment, tmp_path / "sending.log") as worker:
        _until(lambda: len(_received(maildir, here)) >= 5, worker)
        worker.kill()
    assert 5 <= len(_received(maildir, here)) < LETTERS
    sent.let_in(LETTERS * 2)
    with Process(command, environment, tmp_path / "last.log") as worker:
        _until(lambda: _open_jobs(office) == 0, worker)

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


def _written(office: Session) -> int:
    office.rollback()
    return len(office.exec(select(Letter.id)).all())


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
