"""What an officer judged is pinned; when the evidence changes, a person judges again or confirms."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from portal.db.judgements import judgements_of
from portal.db.tables import Document, Event, FormerJudgement, Judgement
from portal.domain.criteria import Outcome
from portal.domain.review import Lack
from portal.errors import NotFound, NotReady, TransitionRefused
from portal.services import judging, review
from tests.factories import NOW
from tests.factories_application import INSURANCE, attach, make_document, tied
from tests.factories_review import acting, judge_all, make_decider, make_taken

LATER = NOW + timedelta(days=1)


@pytest.fixture
def judged(owner, db, bjorkvik, officer):
    case = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, case, officer)
    return case


def add_one(owner, case):
    """A document more, as though a supplement had brought it."""
    [row] = tied(owner, case)[:1]
    made = make_document(owner, case.provider_id, by=_by(row))
    attach(owner, case, INSURANCE, made, by=_by(row), now=LATER)
    owner.commit()
    return made


def _by(row):
    return type("By", (), {"person_id": row.attached_by})


def propose(db, case, officer):
    return acting(db, review.propose, case.id, approve=True, summary="Allt är uppfyllt.", actor=officer, now=LATER)


def test_a_judgement_and_the_record_hold_what_lay_before_the_officer(owner, judged):
    [row] = tied(owner, judged)
    sha256 = owner.get(Document, row.document_id).sha256

    pins = [{"document": str(row.document_id), "sha256": sha256}]
    assert owner.get(Judgement, (judged.id, INSURANCE)).evidence == pins
    event = owner.exec(
        select(Event).where(Event.case_id == judged.id, Event.kind == "criterion.judged", _of(INSURANCE))
    ).one()
    assert event.facts["evidence"] == pins


def _of(criterion):
    return col(Event.facts)["criterion"].astext == criterion


def test_a_proposal_waits_until_changed_evidence_is_judged_again_or_confirmed(owner, db, judged, officer):
    before = owner.get(Judgement, (judged.id, INSURANCE)).reason
    added = add_one(owner, judged)

    with pytest.raises(NotReady) as refused:
        propose(db, judged, officer)
    assert [(each.criterion, each.lack) for each in refused.value.obstacles] == [(INSURANCE, Lack.EVIDENCE_CHANGED)]
    db.rollback()
    assert judgements_of(owner, judged.id)[INSURANCE].change.added == (str(added.id),)

    acting(db, judging.confirm, judged.id, INSURANCE, actor=officer, now=LATER)
    db.commit()
    owner.rollback()
    now_judged = owner.get(Judgement, (judged.id, INSURANCE), populate_existing=True)
    assert (now_judged.outcome, now_judged.reason, now_judged.judged_at) == (Outcome.MET, before, LATER)
    [former] = owner.exec(select(FormerJudgement).where(FormerJudgement.application_id == judged.id)).all()
    assert len(former.evidence) == 1
    propose(db, judged, officer)


def test_a_document_that_is_not_the_one_judged_is_noticed_by_its_hash(owner, judged):
    [row] = tied(owner, judged)
    owner.get(Document, row.document_id).sha256 = "0" * 64
    owner.commit()

    assert judgements_of(owner, judged.id)[INSURANCE].change.altered == (str(row.document_id),)


def test_only_the_officer_who_has_the_case_confirms_and_only_what_was_judged(owner, db, bjorkvik, judged, officer):
    with pytest.raises(TransitionRefused):
        acting(db, judging.confirm, judged.id, INSURANCE, actor=make_decider(owner, bjorkvik), now=LATER)
    db.rollback()
    with pytest.raises(NotFound):
        acting(db, judging.confirm, judged.id, "FINNS-INTE", actor=officer, now=LATER)


def test_a_judgement_from_before_pins_is_not_said_to_be_overtaken(owner, db, judged, officer):
    owner.get(Judgement, (judged.id, INSURANCE)).evidence = None
    owner.commit()
    add_one(owner, judged)

    assert not judgements_of(owner, judged.id)[INSURANCE].change
    propose(db, judged, officer)
