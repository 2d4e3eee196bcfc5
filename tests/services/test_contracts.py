"""Offer, sign and start: who may, in which order, and what nobody can slip in."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.papers import PaperKind
from portal.db.session import Scope, enter
from portal.db.tables import Conflict, Event, Paper, Signature
from portal.domain.authorization import START_CONDITIONS, State
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound, NotReady
from portal.services import contracts
from tests.factories import make_member, make_provider
from tests.factories_contract import authorization_of, make_offer, make_proof, paper_ids

DIGEST = "ab" * 32


@pytest.fixture
def parties(owner, db, bjorkvik, now):
    """A contract on offer whose PDF is made: what the PDF says is another test's."""
    made = make_offer(owner, db, bjorkvik)
    paper = owner.get_one(Paper, paper_ids(owner, made)[0])
    paper.sha256, paper.object_key, paper.ready_at, paper.size = DIGEST, f"papers/{paper.id}.pdf", now, 1
    owner.add(paper)
    owner.commit()
    return made


def _sign(db, parties, actor, now, digest=DIGEST):
    enter(db, Scope.of(actor))
    sign = contracts.sign_company if actor.provider_id else contracts.sign_municipality
    sign(db, parties.authorization_id, proof=make_proof(digest, name=actor.name), actor=actor, now=now)
    db.commit()


def _start(db, parties, now, *, confirmed=START_CONDITIONS, day=None, actor=None):
    actor = actor or parties.officer
    enter(db, Scope.of(actor))
    contracts.start(
        db,
        parties.authorization_id,
        confirmed=frozenset(confirmed),
        active_from=day or now.date(),
        actor=actor,
        now=now,
    )
    db.commit()


def test_an_offer_holds_the_clauses_with_the_cases_own_facts(owner, db, bjorkvik, now):
    parties = make_offer(owner, db, bjorkvik)

    paper = owner.get_one(Paper, paper_ids(owner, parties)[0])
    text = " ".join(words for clause in paper.facts["clauses"] for words in clause["paragraphs"])
    assert "Vega Familjestöd AB, organisationsnummer 55" in text
    assert "{" not in text
    assert paper.facts["document_number"] == f"{paper.facts['case_number']}-K"
    assert [each["version"] for each in paper.facts["conditions"]] == ["1", "1"]
    assert authorization_of(owner, parties).sign_by == date(2026, 4, 1)


def test_an_offer_is_an_event_and_queues_its_paper_and_letters(owner, db, bjorkvik):
    parties = make_offer(owner, db, bjorkvik)

    kinds = owner.exec(select(Event.kind).where(col(Event.case_id) == parties.case_id)).all()
    jobs = owner.execute(
        sa.text("SELECT task_name FROM procrastinate_jobs WHERE args->>'provider_id' = :p ORDER BY id"),
        {"p": str(parties.signatory.provider_id)},
    ).scalars()
    assert kinds == ["authorization.offered"]
    assert list(jobs) == ["papers.make", "letters.write"]


def test_signed_by_both_it_is_signed_and_the_sealed_paper_is_ordered(owner, db, parties, now):
    _sign(db, parties, parties.signatory, now)
    assert authorization_of(owner, parties).state is State.OFFERED

    _sign(db, parties, parties.decision_maker, now)

    assert authorization_of(owner, parties).state is State.SIGNED
    sealed = owner.get_one(Paper, paper_ids(owner, parties)[1])
    assert sealed.kind == PaperKind.SIGNED_CONTRACT
    assert [each["name"] for each in sealed.facts["signatures"]] == ["Anna Lindqvist", "Henrik Wallin"]
    assert {each["how"] for each in sealed.facts["signatures"]} == {"approval"}


def test_the_municipality_does_not_sign_before_the_company(db, parties, now):
    with pytest.raises(NotAllowed) as refused:
        _sign(db, parties, parties.decision_maker, now)

    assert refused.value.reason == "company_first"


def test_each_party_signs_once(owner, db, parties, now):
    _sign(db, parties, parties.signatory, now)
    colleague = make_member(owner, parties.signatory.provider_id, Role.SIGNATORY, name="Bo Berg")

    with pytest.raises(NotAllowed) as refused:
        _sign(db, parties, colleague, now)

    assert refused.value.reason == "signed_already"


def test_of_two_signatories_at_once_one_signs_and_the_other_is_told(owner, resources, parties, now):
    people = [parties.signatory, make_member(owner, parties.signatory.provider_id, Role.SIGNATORY, name="Bo Berg")]
    came_of_it = []

    def sign(actor):
        with Session(resources.engine, expire_on_commit=False) as own:
            try:
                _sign(own, parties, actor, now)
                came_of_it.append("signed")
            except NotAllowed as refused:
                came_of_it.append(refused.reason)

    threads = [threading.Thread(target=sign, args=(actor,)) for actor in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(came_of_it) == ["signed", "signed_already"]


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EDITOR, Role.READER])
def test_only_a_signatory_signs_for_the_company(owner, db, parties, now, role):
    with pytest.raises(NotAllowed) as refused:
        _sign(db, parties, make_member(owner, parties.signatory.provider_id, role), now)

    assert refused.value.reason == "role"


def test_an_officer_does_not_sign_for_the_municipality(db, parties, now):
    _sign(db, parties, parties.signatory, now)

    with pytest.raises(NotAllowed) as refused:
        _sign(db, parties, parties.officer, now)

    assert refused.value.reason == "role"


def test_a_decision_maker_with_a_conflict_of_interest_does_not_sign(owner, db, parties, now):
    _sign(db, parties, parties.signatory, now)
    who = parties.decision_maker
    owner.add(
        Conflict(
            case_id=parties.case_id,
            municipality_id=who.municipality_id,
            person_id=who.person_id,
            conflicted=True,
            declared_at=now,
        )
    )
    owner.commit()

    with pytest.raises(NotAllowed) as refused:
        _sign(db, parties, who, now)

    assert refused.value.reason == "conflict"


def test_a_signature_over_another_file_is_not_taken(owner, db, parties, now):
    with pytest.raises(NotAllowed) as refused:
        _sign(db, parties, parties.signatory, now, digest="cd" * 32)
    db.rollback()

    assert refused.value.reason == "other_paper"
    assert owner.exec(select(Signature).where(Signature.provider_id == parties.signatory.provider_id)).all() == []


def test_another_company_does_not_find_it(owner, db, parties, now):
    with pytest.raises(NotFound):
        _sign(db, parties, make_member(owner, make_provider(owner, "Annat AB")), now)


def test_it_starts_when_everything_is_confirmed(owner, db, parties, now):
    _sign(db, parties, parties.signatory, now)
    _sign(db, parties, parties.decision_maker, now)

    _start(db, parties, now)

    row = authorization_of(owner, parties)
    assert (row.state, row.active_from) == (State.ACTIVE, now.date())


def test_every_start_condition_that_is_missing_is_named(db, parties, now):
    _sign(db, parties, parties.signatory, now)
    _sign(db, parties, parties.decision_maker, now)

    with pytest.raises(NotReady) as refused:
        _start(db, parties, now, confirmed=("insurance",))

    assert refused.value.obstacles == ("permit", "invoice", "profile")


@pytest.mark.parametrize("days", [-1, 31 * 6 + 1])
def test_it_does_not_start_before_the_signing_nor_too_late(db, parties, now, days):
    _sign(db, parties, parties.signatory, now)
    _sign(db, parties, parties.decision_maker, now)

    with pytest.raises(Invalid):
        _start(db, parties, now, day=now.date() + timedelta(days=days))


def test_only_an_officer_starts_it(db, parties, now):
    _sign(db, parties, parties.signatory, now)
    _sign(db, parties, parties.decision_maker, now)

    with pytest.raises(NotAllowed):
        _start(db, parties, now, actor=parties.decision_maker)
