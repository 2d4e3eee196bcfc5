"""Letters leave once, say when they do not arrive, and carry their paper."""

import dataclasses
import secrets

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import Event, Letter, ProviderMember
from portal.domain.application import State
from portal.domain.letters import LetterKind
from portal.jobs.retrying import NotYet
from portal.jobs.tasks import make_paper, send_letter, write_letters, write_one_letter
from portal.jobs.timetable import bounces
from portal.mail.relay import Relay
from portal.services import contracts
from portal.services.lifecycle import record
from tests.factories_contract import make_case, make_offer, make_proof, paper_ids


def _address(owner, parties, address):
    row = owner.exec(select(ProviderMember).where(col(ProviderMember.person_id) == parties.signatory.person_id)).one()
    row.email = address
    owner.add(row)
    owner.commit()


def _letter(owner, db, workshop, parties, now, kind=LetterKind.REVIEW_STARTED):
    """One letter to the signatory, waiting to be sent."""
    enter(db, Scope(parties.officer.municipality_id, parties.signatory.provider_id))
    seq = record(db, parties.case_id, "application.start_review", actor=parties.officer, now=now).seq
    db.commit()
    write_letters(
        workshop,
        municipality_id=str(parties.officer.municipality_id),
        provider_id=str(parties.signatory.provider_id),
        case_id=str(parties.case_id),
        seq=seq,
        kinds=[kind.value],
    )
    return owner.exec(
        select(Letter).where(
            col(Letter.case_id) == parties.case_id, Letter.kind == kind, Letter.recipient_name == "Anna Lindqvist"
        )
    ).one()


def _send(workshop, letter):
    send_letter(
        workshop,
        letter_id=str(letter.id),
        municipality_id=str(letter.municipality_id),
        provider_id=str(letter.provider_id) if letter.provider_id else None,
    )


def test_a_letter_is_sent_once_though_its_job_runs_twice(owner, db, workshop, bjorkvik, now, inbox):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    letter = _letter(owner, db, workshop, parties, now)

    _send(workshop, letter)
    _send(workshop, letter)

    owner.refresh(letter)
    assert (letter.delivery, letter.attempts) == ("sent", 1)
    (mail,) = inbox(letter.id)
    assert mail["Subject"] == letter.subject
    assert mail["Reply-To"] == "kundval@bjorkvik.example"
    assert mail.get_content().replace("\r\n", "\n") == letter.body


def test_a_letter_that_was_sent_but_not_written_down_is_recognised_as_a_repeat(
    owner, db, workshop, bjorkvik, now, inbox
):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    letter = _letter(owner, db, workshop, parties, now)
    _send(workshop, letter)
    letter.delivery = "waiting"  # as a worker leaves it that is killed before its commit
    owner.add(letter)
    owner.commit()

    _send(workshop, letter)

    assert len(inbox(letter.id)) == 1


def test_an_address_that_is_refused_is_shown_to_the_officer(owner, db, workshop, bjorkvik, now):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    _address(owner, parties, f"{parties.case_id.hex}@avvisas.example")
    letter = _letter(owner, db, workshop, parties, now)

    _send(workshop, letter)
    _send(workshop, letter)

    owner.refresh(letter)
    assert letter.delivery == "failed"
    assert "No such mailbox" in letter.problem
    failed = owner.exec(select(Event).where(col(Event.case_id) == parties.case_id, Event.kind == "letter.failed")).all()
    assert [(event.internal, event.facts["letter"]) for event in failed] == [(True, str(letter.id))]


def test_a_bounce_is_read_once_and_shown_to_the_officer(owner, db, workshop, bjorkvik, now):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    _address(owner, parties, f"{parties.case_id.hex}@studsar.example")
    letter = _letter(owner, db, workshop, parties, now)
    _send(workshop, letter)

    bounces(workshop)
    bounces(workshop)

    owner.refresh(letter)
    assert letter.delivery == "bounced"
    assert "5.1.1" in letter.problem
    assert (
        len(owner.exec(select(Event).where(Event.case_id == parties.case_id, Event.kind == "letter.failed")).all()) == 1
    )


def test_a_relay_that_is_away_leaves_the_letter_waiting_with_the_reason(owner, db, workshop, bjorkvik, now):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    letter = _letter(owner, db, workshop, parties, now)
    nobody = dataclasses.replace(workshop, relay=Relay.of("smtp://127.0.0.1:9", workshop.settings.mail_from))

    with pytest.raises(NotYet):
        _send(nobody, letter)

    owner.refresh(letter)
    assert (letter.delivery, letter.attempts) == ("waiting", 1)
    assert "Refused" in letter.problem


def test_the_signed_contract_waits_for_its_pdf_and_carries_it(owner, db, workshop, bjorkvik, now, inbox):
    parties = make_offer(owner, db, bjorkvik)
    make = {"municipality_id": str(bjorkvik.id), "provider_id": str(parties.signatory.provider_id)}
    contract_id = paper_ids(owner, parties)[0]
    make_paper(workshop, paper_id=str(contract_id), **make)
    digest = owner.get_one(contracts.Paper, contract_id).sha256
    enter(db, Scope.of(parties.signatory))
    contracts.sign_company(db, parties.authorization_id, proof=make_proof(digest), actor=parties.signatory, now=now)
    db.commit()
    enter(db, Scope.of(parties.decision_maker))
    contracts.sign_municipality(
        db, parties.authorization_id, proof=make_proof(digest), actor=parties.decision_maker, now=now
    )
    db.commit()
    letter = _letter(owner, db, workshop, parties, now, LetterKind.CONTRACT_SIGNED)

    with pytest.raises(NotYet):
        _send(workshop, letter)
    make_paper(workshop, paper_id=str(letter.paper_id), **make)
    _send(workshop, letter)

    (mail,) = inbox(letter.id)
    (attached,) = mail.iter_attachments()
    assert attached.get_filename().startswith("Avtal SN 2026-")
    assert attached.get_content()[:5] == b"%PDF-"


def _invitation(place, key):
    """What the job of an invitation is given; ``key`` makes its link and its address."""
    return {
        "kind": "invitation",
        "recipient": f"{key}@vega.example",
        "recipient_name": "Eva Ek",
        "language": "sv",
        "link": f"/inbjudan/{key}",
        "facts": {"company": "Vega", "invited_by": "Anna", "role": "editor", "valid_until": "2026-03-16"},
        "municipality_id": str(place.id),
    }


def test_a_single_letter_is_written_once_a_job(owner, workshop, bjorkvik, now):
    key = secrets.token_hex(8)
    told = _invitation(bjorkvik, key)

    write_one_letter(workshop, key="job 1", **told)
    write_one_letter(workshop, key="job 1", **told)
    write_one_letter(workshop, key="job 2", **told)

    rows = owner.exec(select(Letter).where(col(Letter.recipient) == told["recipient"])).all()
    assert len(rows) == 2
    assert all(f"{workshop.settings.base_url}/inbjudan/{key}" in row.body for row in rows)


def test_the_link_of_an_invitation_stands_nowhere_once_it_is_mailed(owner, workshop, bjorkvik, now, inbox):
    key = secrets.token_hex(8)
    write_one_letter(workshop, key=key, **_invitation(bjorkvik, key))
    wanted = select(Letter).where(Letter.recipient == f"{key}@vega.example")
    letter = owner.exec(wanted).one()

    away = dataclasses.replace(workshop, relay=Relay.of("smtp://127.0.0.1:9", workshop.settings.mail_from))
    with pytest.raises(NotYet):
        _send(away, letter)
    _send(workshop, letter)

    (mail,) = inbox(letter.id)
    assert f"{workshop.settings.base_url}/inbjudan/{key}" in mail.get_content()
    kept = owner.exec(wanted, execution_options={"populate_existing": True}).one()
    assert (kept.delivery, kept.link) == ("sent", "")
    assert key not in kept.body
    assert f"{workshop.settings.base_url}/inbjudan/…" in kept.body


def test_the_link_of_an_invitation_that_cannot_be_mailed_is_forgotten_too(owner, workshop, bjorkvik, now):
    key = secrets.token_hex(8)
    write_one_letter(workshop, key=key, **{**_invitation(bjorkvik, key), "recipient": f"{key}@avvisas.example"})
    wanted = select(Letter).where(Letter.recipient == f"{key}@avvisas.example")

    _send(workshop, owner.exec(wanted).one())

    kept = owner.exec(wanted, execution_options={"populate_existing": True}).one()
    assert (kept.delivery, kept.link) == ("failed", "")
    assert key not in kept.body
