"""Who is written to, in whose language, and that every letter can be said."""

from datetime import date

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import Letter, Person, ProviderMember, StaffMember
from portal.domain.application import State
from portal.domain.criteria import Text
from portal.domain.letters import LetterKind
from portal.domain.roles import Role
from portal.mail.words import compose
from portal.services import letters, sessions
from portal.services.lifecycle import record
from tests.factories import make_member, make_provider
from tests.factories_contract import make_case, make_offer

FACTS = {
    "company": "Vega Familjestöd AB",
    "number": "SN 2026/0417",
    "service": Text("familjerådgivning", "family counselling"),
    "municipality": "Björkviks kommun",
    "board": Text("Socialnämnden", "the Social Welfare Board"),
    "telephone": "0000-12 30 00",
    "email": "kundval@bjorkvik.example",
    "officer": "Mikael Öberg",
    "actor": "Anna Lindqvist",
    "recipient": "Anna Lindqvist",
    "court": Text("Förvaltningsrätten i Karlstad", "the Administrative Court in Karlstad"),
    "decide_days": 30,
    "due": date(2026, 3, 16),
    "message": "Hej, vi saknar två handlingar.",
    "items": ({"title": Text("Ansvarsförsäkring", "Liability insurance"), "question": "Hur länge gäller den?"},),
    "ending": (
        {"criterion": "GEN-25", "title": Text("Ansvarsförsäkring", "Liability insurance"), "ends_on": "2026-04-01"},
    ),
    "changed": (Text("Kapacitet", "Capacity"),),
    "confirm_by": "2026-05-01",
    "valid_from": date(2026, 5, 1),
    "reminder": False,
    "adopted": {"general": True, "number": 2, "valid_from": "2026-05-01", "asked": True},
    "proposed_approval": False,
    "sent_back_reason": "Skälet för FBH-03 är för kort.",
    "hearing_due": date(2026, 3, 20),
    "review_until": date(2026, 4, 7),
    "sign_by": date(2026, 4, 1),
    "active_from": date(2026, 6, 1),
    "contract_number": "SN 2026/0417-K",
    "verification_number": "BJO 7Q4M 29XT K8WD",
    "link": "https://kundval.example/foretag",
    "invited_by": "Anna Lindqvist",
    "added_by": "Gun Ek",
    "role": "editor",
    "roles": ["case_officer"],
    "valid_until": "2026-03-16",
    "name": "Intyg å.pdf",
    "infected": True,
    "because": "",
}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", list(LetterKind))
def test_every_letter_can_be_said_in_both_languages(kind, language):
    words = compose(kind, FACTS, language=language)

    assert words.subject
    assert "\n" not in words.subject
    assert words.body.startswith("Hej," if language == "sv" else "Hello,")
    assert FACTS["link"] in words.body
    assert "{" not in words.body
    assert "\n\n\n" not in words.body


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_file_that_was_refused_for_what_is_in_it_is_told_of_with_what_to_do(language):
    words = compose(LetterKind.DOCUMENT_STOPPED, {**FACTS, "infected": False, "because": "script"}, language=language)

    assert "Intyg å.pdf" in words.body
    assert "PDF/A" in words.body


def _write(db, parties, kinds, now, seq=None):
    scope = Scope(parties.decision_maker.municipality_id, parties.signatory.provider_id)
    enter(db, scope)
    if seq is None:
        seq = record(db, parties.case_id, "application.start_review", actor=parties.officer, now=now).seq
    made = letters.write(db, parties.case_id, seq, kinds, base_url="https://kundval.example", now=now)
    db.commit()
    return made, seq


def _to(owner, letter_ids):
    rows = owner.exec(select(Letter).where(col(Letter.id).in_(letter_ids))).all()
    return {row.recipient: row for row in rows}


def test_a_letter_to_the_company_reaches_all_who_write_for_it_and_its_own_address(owner, db, bjorkvik, now):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    provider_id = parties.signatory.provider_id
    make_member(owner, provider_id, Role.EDITOR, name="Eva Ek")
    make_member(owner, provider_id, Role.READER, name="Rut Ros")

    made, _ = _write(db, parties, [LetterKind.REVIEW_STARTED], now)

    names = {row.recipient_name for row in _to(owner, made).values()}
    assert names == {"Anna Lindqvist", "Eva Ek", "Vega Familjestöd AB"}


def test_each_reads_it_in_their_own_language(owner, db, bjorkvik, now):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    person = owner.get_one(Person, parties.signatory.person_id)
    person.language = "en"
    owner.add(person)
    owner.commit()

    made, _ = _write(db, parties, [LetterKind.REVIEW_STARTED], now)

    subjects = {row.recipient_name: row.subject for row in _to(owner, made).values()}
    assert subjects["Anna Lindqvist"].startswith("Your application is now being reviewed")
    assert subjects["Vega Familjestöd AB"].startswith("Nu granskas er ansökan")


def test_somebody_who_has_left_the_company_is_not_written_to(owner, db, bjorkvik, now):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    gone = make_member(owner, parties.signatory.provider_id, Role.EDITOR, name="Gunnar Gången")
    row = owner.exec(select(ProviderMember).where(col(ProviderMember.person_id) == gone.person_id)).one()
    row.left_at = now
    owner.add(row)
    owner.commit()

    made, _ = _write(db, parties, [LetterKind.REVIEW_STARTED], now)

    assert "Gunnar Gången" not in {each.recipient_name for each in _to(owner, made).values()}


def test_the_officer_gets_the_officers_letters_and_the_mailbox_while_nobody_has_the_case(owner, db, bjorkvik, now):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)
    officer = owner.exec(select(StaffMember).where(col(StaffMember.person_id) == parties.officer.person_id)).one()

    made, _ = _write(db, parties, [LetterKind.WITHDRAWN_OFFICER, LetterKind.NEW_APPLICATION], now)

    assert set(_to(owner, made)) == {officer.email, "kundval@bjorkvik.example"}


def test_every_decision_maker_is_told_of_a_proposal(owner, db, ekholm, now):
    parties = make_case(owner, ekholm, state=State.PROPOSED_DECISION)
    person = parties.decision_maker.person_id
    decision_maker = owner.exec(select(StaffMember).where(col(StaffMember.person_id) == person)).one()

    made, _ = _write(db, parties, [LetterKind.PROPOSAL_READY], now)

    assert decision_maker.email in _to(owner, made)


def test_a_letter_is_written_once_though_its_job_runs_twice(owner, db, bjorkvik, now):
    parties = make_case(owner, bjorkvik, state=State.UNDER_REVIEW)

    first, seq = _write(db, parties, [LetterKind.REVIEW_STARTED], now)
    second, _ = _write(db, parties, [LetterKind.REVIEW_STARTED], now, seq=seq)

    assert len(first) == 2
    assert second == ()


def test_the_offer_of_a_contract_says_by_when_and_links_to_it(owner, db, bjorkvik, now):
    parties = make_offer(owner, db, bjorkvik)

    made, _ = _write(db, parties, [LetterKind.CONTRACT_OFFERED], now)

    letter = next(iter(_to(owner, made).values()))
    assert letter.subject.startswith("Skriv under avtalet senast onsdag 1 april")
    assert letter.link == f"/foretag/avtal/{parties.authorization_id}"
    assert f"https://kundval.example{letter.link}" in letter.body


def test_a_company_reads_english_only_when_all_who_write_for_it_do(owner, bjorkvik):
    provider = make_provider(owner)
    anna, karin, reader = (make_member(owner, provider, role) for role in (Role.SIGNATORY, Role.EDITOR, Role.READER))

    def chosen(**languages):
        for actor, language in ((anna, languages["anna"]), (karin, languages["karin"]), (reader, "sv")):
            sessions.choose_language(owner, language, person_id=actor.person_id)
        return letters.language_of(owner, provider)

    assert chosen(anna="en", karin="en") == "en"
    assert chosen(anna="en", karin="sv") == "sv"
    assert chosen(anna="sv", karin="sv") == "sv"
    assert letters.language_of(owner, make_provider(owner)) == "sv"
