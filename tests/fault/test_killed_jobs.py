"""Killed between any two steps of a job: done again it gives one paper, one letter, one mail."""

import hashlib
import mailbox
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from portal.db.tables import Event, Letter, Paper
from portal.settings import Settings
from tests.factories import Place, make_member, make_provider
from tests.factories_application import make_application
from tests.fault.conftest import WHEN, Killable, told
from tests.fault.jobs import Ordered, jobs_of

Received = Callable[[UUID], int]
TASKS = {"papers.make": "make_paper", "letters.write": "write_letters", "letters.send": "send_letter"}


@pytest.fixture
def mails_of(killed_settings: Settings) -> Received:
    """How many mails with a letter's id its reader has; a repeat has the same Message-ID and is kept once."""

    def found(letter_id: UUID) -> int:
        assert killed_settings.demo_maildir is not None
        box = mailbox.Maildir(Path(killed_settings.demo_maildir), create=False)
        sent = (message_from_bytes(box.get_bytes(key), policy=policy.default) for key in box.iterkeys())
        return sum(str(letter_id) in str(each["Message-ID"]) for each in sent)

    return found


def _submitted(killable: Killable, owner: Session, place: Place) -> tuple[UUID, dict[str, Ordered]]:
    """A case just submitted, and its jobs by task."""
    signatory = make_member(owner, make_provider(owner))
    application = make_application(owner, place, by=signatory, complete=True)
    assert killable.attempt("submit", **told(signatory, application.id, now=WHEN)).ended == "done"
    return application.id, {job.task: job for job in jobs_of(owner, application.id)}


def _do(killable: Killable, job: Ordered) -> None:
    assert killable.attempt(TASKS[job.task], **job.given).ended == "done"


def test_a_paper_is_made_once_and_is_the_one_in_the_store(
    killable: Killable, settled_look, chain_of, store, owner, bjorkvik
):
    case_id, jobs = _submitted(killable, owner, bjorkvik)

    steps = killable.kill_at_every_step("make_paper", **jobs["papers.make"].given)

    assert {"before put", "after put", "commit"} <= set(steps)
    after = settled_look()
    _do(killable, jobs["papers.make"])
    assert settled_look() == after
    paper = owner.exec(select(Paper).where(col(Paper.case_id) == case_id)).one()
    assert hashlib.sha256(store.read(paper.object_key or "")).hexdigest() == paper.sha256
    kinds = owner.exec(select(Event.kind).where(col(Event.case_id) == case_id)).all()
    assert kinds.count("paper.sealed") == 1
    assert chain_of(case_id) == ()


def test_the_letters_of_a_step_are_written_once_and_each_is_to_be_sent_once(
    killable: Killable, settled_look, owner, bjorkvik
):
    case_id, jobs = _submitted(killable, owner, bjorkvik)

    killable.kill_at_every_step("write_letters", **jobs["letters.write"].given)

    after = settled_look()
    _do(killable, jobs["letters.write"])
    assert settled_look() == after
    letters = owner.exec(select(Letter).where(col(Letter.case_id) == case_id)).all()
    assert len(letters) >= 2
    assert len({(letter.kind, letter.recipient) for letter in letters}) == len(letters)
    sending = [job for job in jobs_of(owner, case_id) if job.task == "letters.send"]
    assert len(sending) == len(letters)


def test_a_single_letter_is_written_once(killable: Killable, settled_look, owner, bjorkvik):
    given = {
        "key": "job 4711",
        "kind": "staff_added",
        "recipient": "nils@bjorkvik.example",
        "recipient_name": "Nils Ek",
        "language": "sv",
        "link": "/kommun",
        "facts": {"municipality": "Björkviks kommun", "added_by": "Eva Holm", "roles": ["case_officer"]},
        "municipality_id": str(bjorkvik.id),
        "provider_id": None,
    }

    killable.kill_at_every_step("write_one_letter", **given)

    after = settled_look()
    assert killable.attempt("write_one_letter", **given).ended == "done"
    assert settled_look() == after
    assert len(owner.exec(select(Letter.id).where(col(Letter.recipient) == given["recipient"])).all()) == 1


def test_a_letter_reaches_its_reader_once_though_it_was_sent_at_every_retry(
    killable: Killable, settled_look, mails_of: Received, owner, bjorkvik
):
    case_id, jobs = _submitted(killable, owner, bjorkvik)
    _do(killable, jobs["papers.make"])
    _do(killable, jobs["letters.write"])
    # The receipt: the letter that carries a file from the store.
    letter = owner.exec(select(Letter).where(col(Letter.case_id) == case_id, Letter.kind == "receipt")).first()
    assert letter is not None
    job = next(each for each in jobs_of(owner, case_id) if each.given.get("letter_id") == str(letter.id))

    steps = killable.kill_at_every_step("send_letter", **job.given)

    assert {"before read", "after read", "before relay", "after relay"} <= set(steps)
    owner.refresh(letter)
    assert (letter.delivery, letter.attempts) == ("sent", 1)
    assert mails_of(letter.id) == 1
    after = settled_look()
    _do(killable, job)
    assert settled_look() == after
    assert mails_of(letter.id) == 1


def test_a_paper_made_by_another_meanwhile_stays_the_one_that_is_recorded(killable: Killable, store, owner, bjorkvik):
    """A worker that was thought dead wakes up and puts what it had made; its transaction is gone."""
    case_id, jobs = _submitted(killable, owner, bjorkvik)

    late = killable.attempt("make_paper", overtaken_at="before put", **jobs["papers.make"].given)

    assert late.ended not in ("done", "killed")
    owner.rollback()
    paper = owner.exec(select(Paper).where(col(Paper.case_id) == case_id)).one()
    assert paper.ready_at is not None
    assert hashlib.sha256(store.read(paper.object_key or "")).hexdigest() == paper.sha256
