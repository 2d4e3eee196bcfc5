"""Papers are made once, however often their job runs, and only those that nobody signs are sealed."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from documents.attach import attachments
from documents.seal import check_seal
from portal.db.papers import original
from portal.db.session import Scope, enter
from portal.db.tables import Event, Paper
from portal.jobs.retrying import NotYet
from portal.jobs.tasks import make_paper
from portal.services import contracts
from portal.services.papers import OriginalAltered, SealFolder, facts_of, translated
from tests.documents.trust import Authority
from tests.factories import NOW
from tests.factories_contract import make_offer, make_proof, paper_ids, sha256
from tests.factories_decided import make_decided


def _make(workshop, owner, paper_id):
    paper = owner.get_one(Paper, paper_id)
    make_paper(
        workshop,
        municipality_id=str(paper.municipality_id),
        provider_id=str(paper.provider_id),
        paper_id=str(paper_id),
    )
    owner.expire_all()
    return owner.get_one(Paper, paper_id)


def _sign_both(db, parties, digest):
    for actor, sign in (
        (parties.signatory, contracts.sign_company),
        (parties.decision_maker, contracts.sign_municipality),
    ):
        enter(db, Scope.of(actor))
        sign(db, parties.authorization_id, proof=make_proof(digest), actor=actor, now=NOW)
        db.commit()


def test_a_contract_to_be_signed_is_kept_unsealed_and_its_digest_is_recorded(owner, db, workshop, bjorkvik):
    parties = make_offer(owner, db, bjorkvik)

    paper = _make(workshop, owner, paper_ids(owner, parties)[0])

    pdf = workshop.store.read(paper.object_key)
    assert sha256(pdf) == paper.sha256
    assert not check_seal(pdf, workshop.seals.roots()).sealed
    made = owner.exec(select(Event).where(col(Event.case_id) == parties.case_id, Event.kind == "paper.made")).one()
    assert made.facts["sha256"] == paper.sha256


def test_a_paper_is_made_once_though_its_job_runs_twice(owner, db, workshop, bjorkvik):
    parties = make_offer(owner, db, bjorkvik)
    paper_id = paper_ids(owner, parties)[0]

    first = _make(workshop, owner, paper_id).sha256
    second = _make(workshop, owner, paper_id).sha256

    assert first == second
    made = owner.exec(select(Event).where(col(Event.case_id) == parties.case_id, Event.kind == "paper.made")).all()
    assert len(made) == 1


def test_the_signed_contract_is_sealed_and_carries_the_file_that_was_signed(owner, db, workshop, bjorkvik):
    parties = make_offer(owner, db, bjorkvik)
    original = _make(workshop, owner, paper_ids(owner, parties)[0])
    _sign_both(db, parties, original.sha256)

    sealed = _make(workshop, owner, paper_ids(owner, parties)[1])
    again = _make(workshop, owner, sealed.id)

    pdf = workshop.store.read(sealed.object_key)
    assert check_seal(pdf, workshop.seals.roots()).genuine
    assert sha256(next(iter(attachments(pdf).values()))) == original.sha256
    assert sealed.sealed_by == "Björkviks kommun"
    assert again.sha256 == sha256(pdf)


def test_every_paper_of_a_case_is_written_down_in_english_too_and_sealed_in_swedish(owner, db, workshop, bjorkvik):
    case_id = make_decided(owner, db, bjorkvik, workshop)

    made = owner.exec(select(Paper).where(col(Paper.case_id) == case_id).order_by(col(Paper.made_at))).all()

    assert {each.kind for each in made} >= {"receipt", "decision", "contract"}
    for each in made:
        assert set(each.facts["translation"]) == set(original(each.facts))
        pdf, digest = translated(each, base_url="http://portal.example")
        assert (pdf, digest) == translated(each, base_url="http://portal.example")
        assert pdf != workshop.store.read(each.object_key)
        assert "translation" not in facts_of(each, "http://portal.example")
    [decision] = (each for each in made if each.kind == "decision")
    assert "godkänns som anordnare" in decision.facts["heading"]
    assert "is approved as a provider" in decision.facts["translation"]["heading"]


def test_nothing_is_sealed_over_a_contract_that_was_altered(owner, db, workshop, bjorkvik):
    parties = make_offer(owner, db, bjorkvik)
    original = _make(workshop, owner, paper_ids(owner, parties)[0])
    _sign_both(db, parties, original.sha256)
    altered = workshop.store.read(original.object_key) + b"\n"
    workshop.store.put(original.object_key, altered, media_type="application/pdf")

    with pytest.raises(OriginalAltered):
        _make(workshop, owner, paper_ids(owner, parties)[1])


def test_a_paper_waits_for_its_time_stamp_and_is_never_sealed_without(owner, db, workshop, bjorkvik, tmp_path):
    parties = make_offer(owner, db, bjorkvik)
    original = _make(workshop, owner, paper_ids(owner, parties)[0])
    _sign_both(db, parties, original.sha256)
    sealed_id = paper_ids(owner, parties)[1]
    services = Authority(tmp_path, NOW)
    seals = SealFolder(tmp_path, f"{services.url}/tsa")
    stamping = replace(workshop, seals=seals)
    try:
        services.down.add("/tsa")
        with pytest.raises(NotYet):
            _make(stamping, owner, sealed_id)
        owner.rollback()
        assert owner.get_one(Paper, sealed_id, populate_existing=True).ready_at is None
        services.down.clear()

        sealed = _make(stamping, owner, sealed_id)
    finally:
        services.close()

    report = check_seal(workshop.store.read(sealed.object_key), seals.roots(), seals.stamp_roots())
    assert report.genuine
    assert report.stamped_at == NOW
    made = owner.exec(select(Event).where(col(Event.case_id) == parties.case_id, Event.kind == "paper.sealed")).one()
    assert made.facts["seal"] == "B-T"
