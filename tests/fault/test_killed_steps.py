"""Killed between any two steps of a decision or a signing: the case is before it or after it, never between."""

from uuid import UUID

import pytest
from sqlmodel import Session, col, select

from portal.db.tables import Application, Authorization, CaseFile, Contract, Event, Paper, Signature
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.services import contracts, decisions
from tests.factories import NOW, Place, make_member, make_provider
from tests.factories_application import make_application
from tests.factories_contract import make_proof
from tests.factories_review import acting, make_decider, make_heard, make_officer, make_proposed
from tests.fault.conftest import WHEN, Killable, told
from tests.fault.jobs import jobs_of


def _submitting(owner: Session, _db: Session, place: Place):
    signatory = make_member(owner, make_provider(owner))
    application = make_application(owner, place, by=signatory, complete=True)
    return application.id, told(signatory, application.id, now=WHEN)


def _approving(owner: Session, db: Session, place: Place):
    decider = make_decider(owner, place)
    application = make_proposed(owner, db, place, make_officer(owner, place))
    return application.id, told(decider, application.id, now=WHEN)


def _rejecting(owner: Session, db: Session, place: Place):
    decider = make_decider(owner, place)
    application = make_heard(owner, db, place, make_officer(owner, place), decider)
    return application.id, told(decider, application.id, now=WHEN)


def _offered(owner: Session, db: Session, place: Place):
    """A contract that can be signed: its paper is said to be ready."""
    decider = make_decider(owner, place)
    application = make_proposed(owner, db, place, make_officer(owner, place))
    signatory = make_member(owner, application.provider_id)
    acting(db, decisions.approve, application.id, actor=decider)
    owner.rollback()
    authorization = owner.exec(select(Authorization).where(col(Authorization.case_id) == application.id)).one()
    contract = owner.exec(select(Contract).where(col(Contract.authorization_id) == authorization.id)).one()
    paper = owner.get_one(Paper, contract.paper_id)
    paper.sha256, paper.object_key, paper.ready_at, paper.size = "ab" * 32, f"papers/{paper.id}.pdf", NOW, 1
    # As the job that makes it does.
    paper.facts = {**paper.facts, "document_number": f"{application.number}-K"}
    owner.add(paper)
    owner.commit()
    return application.id, authorization.id, signatory, decider, paper.sha256


def _signing_as_company(owner: Session, db: Session, place: Place):
    case_id, authorization_id, signatory, _decider, digest = _offered(owner, db, place)
    return case_id, told(signatory, authorization_id, now=WHEN, digest=digest)


def _signing_as_municipality(owner: Session, db: Session, place: Place):
    case_id, authorization_id, signatory, decider, digest = _offered(owner, db, place)
    proof = make_proof(digest)
    acting(db, contracts.sign_company, authorization_id, actor=signatory, proof=proof)
    return case_id, told(decider, authorization_id, now=WHEN, digest=digest)


# The verb; what makes its case; the event that it writes; the jobs that it orders; the refusal of whoever repeats it.
STEPS = [
    ("submit", _submitting, "application.submit", ["letters.write", "papers.make"], "TransitionRefused"),
    (
        "approve",
        _approving,
        "application.approve",
        ["evidence.keep", "letters.write", "letters.write", "papers.make", "papers.make"],
        "TransitionRefused",
    ),
    (
        "reject",
        _rejecting,
        "application.reject",
        ["evidence.keep", "letters.write", "papers.make"],
        "TransitionRefused",
    ),
    ("sign_company", _signing_as_company, "authorization.sign", ["letters.write"], "NotAllowed"),
    (
        "sign_municipality",
        _signing_as_municipality,
        "authorization.countersign",
        ["letters.write", "papers.make"],
        "NotAllowed",
    ),
]
each_step = pytest.mark.parametrize(("verb", "prepare", "kind", "orders", "refusal"), STEPS, ids=[s[0] for s in STEPS])


@each_step
def test_killed_at_any_statement_it_has_not_happened_and_killed_after_the_commit_it_has(
    killable: Killable, settled_look, chain_of, owner, db, bjorkvik, verb, prepare, kind, orders, refusal
):
    case_id, given = prepare(owner, db, bjorkvik)
    ordered_before = jobs_of(owner, case_id)

    steps = killable.kill_at_every_step(verb, **given)

    assert steps.count("commit") == 1
    assert _times(owner, case_id, kind) == 1
    assert sorted(job.task for job in jobs_of(owner, case_id) if job not in ordered_before) == orders
    assert chain_of(case_id) == ()
    # Whoever was told nothing tries again, and is told that it is done.
    after = settled_look()
    assert killable.attempt(verb, **given).ended == refusal
    assert settled_look() == after


@each_step
def test_killed_while_it_commits_it_is_before_or_after_and_can_be_taken_or_is_done(
    killable: Killable, settled_look, chain_of, owner, db, bjorkvik, verb, prepare, kind, orders, refusal
):
    case_id, given = prepare(owner, db, bjorkvik)
    before = settled_look()

    killed = killable.attempt(verb, in_flight=True, **given)
    happened = settled_look() != before
    again = killable.attempt(verb, **given)

    assert (killed.ended, killed.last) == ("killed", "commit under way")
    assert again.ended == (refusal if happened else "done")
    assert _times(owner, case_id, kind) == 1
    assert chain_of(case_id) == ()


def test_killed_at_every_step_of_submitting_no_case_number_is_skipped(killable: Killable, owner, db, bjorkvik):
    first, second = (_submitting(owner, db, bjorkvik)[1] for _ in range(2))

    killable.kill_at_every_step("submit", **first)
    killable.attempt("submit", **second)

    owner.rollback()
    numbers = [
        owner.get_one(CaseFile, UUID(each["subject"]), populate_existing=True).number for each in (first, second)
    ]
    serials = [int("".join(filter(str.isdigit, number.replace("2026", "")))) for number in numbers if number]
    assert serials[1] == serials[0] + 1


def test_a_contract_has_one_signature_of_each_party_however_often_it_was_tried(killable: Killable, owner, db, bjorkvik):
    case_id, authorization_id, signatory, decider, digest = _offered(owner, db, bjorkvik)

    for verb, actor in (("sign_company", signatory), ("sign_municipality", decider)):
        killable.kill_at_every_step(verb, **told(actor, authorization_id, now=WHEN, digest=digest))

    owner.rollback()
    contract = owner.exec(select(Contract.id).where(col(Contract.authorization_id) == authorization_id)).one()
    parties = owner.exec(select(Signature.party).where(col(Signature.contract_id) == contract)).all()
    assert sorted(parties) == ["company", "municipality"]
    assert owner.get_one(Authorization, authorization_id, populate_existing=True).state is AuthorizationState.SIGNED
    assert owner.get_one(Application, case_id, populate_existing=True).state is State.APPROVED


def _times(owner: Session, case_id: UUID, kind: str) -> int:
    owner.rollback()
    return len(owner.exec(select(Event.seq).where(col(Event.case_id) == case_id, Event.kind == kind)).all())
