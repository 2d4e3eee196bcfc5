"""A decision maker's verbs: four eyes, the right to be heard, and what a decision leaves behind."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import Session, col, select

from documents import papers
from portal.db.tables import Application, Authorization, Decision, Event, Hearing, Paper, Proposal
from portal.domain.actors import Actor, system
from portal.domain.application import State
from portal.domain.criteria import Outcome
from portal.domain.phrases import Purpose
from portal.domain.review import CodedReason
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound, TransitionRefused
from portal.services import applications, decisions, judging, phrases, review
from portal.services.phrases import Wording
from tests.factories import NOW, make_member, make_municipality, make_staff
from tests.factories_review import (
    acting,
    fresh,
    judge_all,
    make_decider,
    make_heard,
    make_officer,
    make_proposed,
    make_taken,
)

LATER = NOW + timedelta(hours=4)
AFTER_HEARING = datetime(2026, 3, 17, 6, tzinfo=UTC)
VERBS = {
    "send_back": (decisions.send_back, {"reason": "Motivera ekonomin."}),
    "hear": (decisions.hear, {}),
    "approve": (decisions.approve, {}),
    "reject": (decisions.reject, {}),
}


def decision_of(owner: Session, application: Application) -> Decision | None:
    owner.rollback()
    return owner.exec(select(Decision).where(col(Decision.application_id) == application.id)).one_or_none()


def test_an_approval_is_a_decision_a_paper_and_an_offer(owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    decider = make_decider(owner, bjorkvik)

    acting(db, decisions.approve, application.id, addition="Enligt förslaget.", actor=decider, now=LATER)

    approved = fresh(owner, application.id)
    assert (approved.state, approved.decided_at, approved.due_on) == (State.APPROVED, LATER, None)
    decision = decision_of(owner, application)
    assert decision is not None
    assert (decision.decided_by, decision.decided_by_title, decision.delegation) == (
        decider.person_id,
        "Beslutsfattare",
        "4.12",
    )
    assert decision.reasons == "Alla villkor är bedömda.\n\nEnligt förslaget."
    assert len(decision.protocol) == approved.asked
    assert {row["outcome"] for row in decision.protocol} == {"met"}
    assert decision.review_until is None
    assert owner.get_one(Paper, decision.paper_id).kind == "decision"
    assert owner.exec(select(Authorization).where(col(Authorization.case_id) == application.id)).one()


def test_the_decision_paper_has_every_fact_of_its_template(owner, db, bjorkvik):
    officer, decider = make_officer(owner, bjorkvik), make_decider(owner, bjorkvik)
    application = make_heard(owner, db, bjorkvik, officer, decider)
    acting(db, decisions.reject, application.id, actor=decider, now=AFTER_HEARING)

    decision = decision_of(owner, application)
    assert decision is not None
    facts = dict(owner.get_one(Paper, decision.paper_id).facts)

    translation = facts.pop("translation")
    assert set(translation) == set(facts)
    assert "is not approved as a provider" in translation["heading"]
    assert not any("{" in text or "%(" in text for part in ("decision", "court_review") for text in translation[part])
    made = papers.Decision(**facts, document_number="1", verification_number="2", verify_at="3")
    assert made.approved is False
    assert "Förvaltningsrätten i Karlstad" in made.court_review[0]
    assert made.unmet[0]["code"] == "GEN-25"
    words = [*made.reasons, *made.decision, *made.court_review, *(each["text"] for each in made.unmet)]
    assert not any("{" in text for text in words)


def refused_with(owner, db, place, *, judged, note, meanwhile=lambda: None):
    """The facts of a refusal in which GEN-25 was judged with one text and refused with another."""
    officer, decider = make_officer(owner, place), make_decider(owner, place)
    application = make_taken(owner, db, place, officer)
    judge_all(db, application, officer, unmet=("GEN-25",))
    acting(db, judging.judge, application.id, "GEN-25", outcome=Outcome.NOT_MET, reason=judged, actor=officer)
    coded = [
        CodedReason("GEN-25", "other", note),
        CodedReason("GEN-25", "requirement_not_met.insurance_insufficient", note),
    ]
    acting(db, review.propose, application.id, approve=False, summary="Nej.", coded=coded, actor=officer)
    meanwhile()
    acting(db, decisions.hear, application.id, actor=decider, now=LATER)
    acting(db, decisions.reject, application.id, actor=decider, now=AFTER_HEARING)
    decision = decision_of(owner, application)
    assert decision is not None
    swedish = owner.get_one(Paper, decision.paper_id).facts
    for facts in (swedish, swedish["translation"]):
        [row] = [each for each in facts["protocol"] if each["code"] == "GEN-25"]
        yield facts, row


def test_a_phrase_taken_as_it_is_is_read_in_english_as_it_was_when_it_was_taken(owner, db):
    place = make_municipality(owner, own_slug=f"bjorkvik-{uuid4().hex[:8]}")
    admin = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    beside = Wording(Purpose.JUDGEMENT, "Belopp", "Beloppet räcker inte.", "GEN-25", "The amount is not enough.")
    against = Wording(Purpose.REFUSAL, "Belopp", "Vi ser en miljon.", "", "We see one million.")
    kept = [(acting(db, phrases.add, each, actor=admin), each) for each in (beside, against)]

    def rewritten():
        for id_, each in kept:
            acting(db, phrases.change, id_, replace(each, text="Annat.", text_en="Other."), actor=admin)

    swedish, english = refused_with(owner, db, place, judged=beside.text, note=against.text, meanwhile=rewritten)

    assert (swedish[1]["reason"], swedish[1]["reason_in"]) == (beside.text, "sv")
    assert (english[1]["reason"], english[1]["reason_in"]) == (beside.text_en, "en")
    assert swedish[0]["unmet"][0]["reason"] == against.text
    assert (english[0]["unmet"][0]["reason"], english[0]["unmet"][0]["note"]) == (against.text_en, "")
    assert (swedish[0]["unmet"][1]["note"], english[0]["unmet"][1]["note"]) == (against.text, against.text_en)


def test_what_the_officer_wrote_stands_in_swedish_in_the_english_reading(owner, db, bjorkvik):
    own = "Beloppet räcker inte, enligt brevet."

    swedish, english = refused_with(owner, db, bjorkvik, judged=own, note=own)

    assert (swedish[1]["reason"], english[1]["reason"], english[1]["reason_in"]) == (own, own, "sv")
    assert [each["note_in"] for each in english[0]["unmet"]] == ["sv", "sv"]
    assert [each["note"] for each in english[0]["unmet"]] == [own, own]
    assert own not in english[0]["unmet"][0]["reason"]
    assert swedish[0]["unmet"][0]["reason"] == own


def test_of_a_refusal_the_company_is_told_until_when_the_court_can_be_asked(owner, db, bjorkvik):
    officer, decider = make_officer(owner, bjorkvik), make_decider(owner, bjorkvik)
    application = make_heard(owner, db, bjorkvik, officer, decider)

    acting(db, decisions.reject, application.id, actor=decider, now=AFTER_HEARING)

    decision = decision_of(owner, application)
    assert decision is not None
    assert (decision.approved, decision.review_until) == (False, date(2026, 4, 7))
    assert [(each["criterion"], each["code"]) for each in decision.coded_reasons] == [
        ("GEN-25", "requirement_not_met.insurance_insufficient")
    ]
    assert "Försäkringen täcker inte" in decision.coded_reasons[0]["sentence"]["sv"]
    assert fresh(owner, application.id).state is State.REJECTED


def test_the_company_is_heard_before_a_refusal(owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik), unmet=("GEN-25",))

    with pytest.raises(NotAllowed) as refused:
        acting(db, decisions.reject, application.id, actor=make_decider(owner, bjorkvik), now=LATER)

    assert refused.value.reason == "hearing_first"


def test_a_refusal_waits_until_the_last_day_of_the_hearing_has_passed(owner, db, bjorkvik):
    officer, decider = make_officer(owner, bjorkvik), make_decider(owner, bjorkvik)
    application = make_heard(owner, db, bjorkvik, officer, decider)
    hearing = owner.exec(select(Hearing).where(col(Hearing.application_id) == application.id)).one()
    assert (hearing.due_on, application.due_on) == (date(2026, 3, 16), date(2026, 3, 16))

    with pytest.raises(NotAllowed) as refused:
        acting(db, decisions.reject, application.id, actor=decider, now=datetime(2026, 3, 16, 22, tzinfo=UTC))
    acting(db, decisions.reject, application.id, actor=decider, now=AFTER_HEARING)

    assert refused.value.reason == "hearing_first"
    assert fresh(owner, application.id).state is State.REJECTED


def test_a_comment_ends_the_wait(owner, db, bjorkvik):
    officer, decider = make_officer(owner, bjorkvik), make_decider(owner, bjorkvik)
    application = make_heard(owner, db, bjorkvik, officer, decider)
    hearing = owner.exec(select(Hearing).where(col(Hearing.application_id) == application.id)).one()
    hearing.comment, hearing.commented_at = "Vi har nu en försäkring.", LATER
    owner.add(hearing)
    owner.commit()

    acting(db, decisions.reject, application.id, actor=decider, now=LATER)

    assert fresh(owner, application.id).state is State.REJECTED


def test_the_company_is_heard_once_for_each_proposal(owner, db, bjorkvik):
    officer, decider = make_officer(owner, bjorkvik), make_decider(owner, bjorkvik)
    application = make_heard(owner, db, bjorkvik, officer, decider)

    with pytest.raises(TransitionRefused):
        acting(db, decisions.hear, application.id, actor=decider, now=LATER)


@pytest.mark.parametrize(("verb", "unmet"), [("hear", ()), ("reject", ()), ("approve", ("GEN-25",))])
def test_a_decision_follows_the_proposal(owner, db, bjorkvik, verb, unmet):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik), unmet=unmet)
    call, kwargs = VERBS[verb]

    with pytest.raises(NotAllowed) as refused:
        acting(db, call, application.id, **kwargs, actor=make_decider(owner, bjorkvik), now=LATER)

    assert refused.value.reason == "follow_proposal"
    assert decision_of(owner, application) is None


@pytest.mark.parametrize("verb", VERBS)
def test_whoever_proposed_does_not_decide(owner, db, bjorkvik, verb):
    both = make_staff(owner, bjorkvik.id, Role.CASE_OFFICER, Role.DECISION_MAKER)
    application = make_proposed(owner, db, bjorkvik, both)
    call, kwargs = VERBS[verb]

    with pytest.raises(NotAllowed) as refused:
        acting(db, call, application.id, **kwargs, actor=both, now=LATER)

    assert refused.value.reason == "own_proposal"


def test_whoever_once_handled_the_case_does_not_decide(owner, db, bjorkvik):
    both = make_staff(owner, bjorkvik.id, Role.CASE_OFFICER, Role.DECISION_MAKER, name="Leila Haddad")
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, both)
    acting(db, review.hand_over, application.id, reason="Byter uppdrag.", actor=both)
    acting(db, review.take, application.id, conflicted=False, actor=officer)
    _judge_and_propose(db, application, officer)

    with pytest.raises(NotAllowed) as refused:
        acting(db, decisions.approve, application.id, actor=both, now=LATER)

    assert refused.value.reason == "own_proposal"


def test_whoever_has_a_conflict_does_not_decide(owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    decider = make_decider(owner, bjorkvik)
    acting(db, review.declare_conflict, application.id, note="Min bror äger bolaget.", actor=decider)

    with pytest.raises(NotAllowed) as refused:
        acting(db, decisions.approve, application.id, actor=decider, now=LATER)

    assert refused.value.reason == "conflict"


def test_sent_back_the_case_is_with_its_officer_and_can_be_proposed_anew(owner, db, bjorkvik):
    officer, decider = make_officer(owner, bjorkvik), make_decider(owner, bjorkvik)
    application = make_proposed(owner, db, bjorkvik, officer)

    acting(db, decisions.send_back, application.id, reason="Motivera ekonomin.", actor=decider, now=LATER)

    back = fresh(owner, application.id)
    assert (back.state, back.officer_id) == (State.UNDER_REVIEW, officer.person_id)
    proposal = owner.exec(select(Proposal).where(col(Proposal.application_id) == application.id)).one()
    assert (proposal.sent_back_by, proposal.sent_back_reason) == (decider.person_id, "Motivera ekonomin.")
    acting(db, review.propose, application.id, approve=True, summary="Igen.", actor=officer, now=LATER)
    acting(db, decisions.approve, application.id, actor=decider, now=LATER + timedelta(hours=1))
    decision = decision_of(owner, application)
    assert decision is not None
    assert decision.reasons == "Igen."


@pytest.mark.parametrize("verb", VERBS)
def test_another_municipalitys_decision_maker_does_not_find_the_case(owner, db, bjorkvik, ekholm, verb):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    call, kwargs = VERBS[verb]

    with pytest.raises(NotFound):
        acting(db, call, application.id, **kwargs, actor=make_decider(owner, ekholm), now=LATER)


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_but_a_decision_maker_decides_and_never_the_clock(owner, db, bjorkvik, verb):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    call, kwargs = VERBS[verb]
    every_other = frozenset(Role) - {Role.DECISION_MAKER}
    others = Actor(make_officer(owner, bjorkvik).person_id, "Alla andra", every_other, municipality_id=bjorkvik.id)

    for actor in (system(municipality_id=bjorkvik.id), others):
        with pytest.raises(TransitionRefused):
            acting(db, call, application.id, **kwargs, actor=actor, now=LATER)

    assert decision_of(owner, application) is None


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_is_decided_before_a_proposal(owner, db, bjorkvik, verb):
    application = make_taken(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    call, kwargs = VERBS[verb]

    with pytest.raises(TransitionRefused):
        acting(db, call, application.id, **kwargs, actor=make_decider(owner, bjorkvik), now=LATER)


def test_what_is_decided_cannot_be_decided_again(owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    acting(db, decisions.approve, application.id, actor=make_decider(owner, bjorkvik), now=LATER)

    with pytest.raises(TransitionRefused):
        acting(db, decisions.approve, application.id, actor=make_decider(owner, bjorkvik, "Bo Ek"), now=LATER)


def test_a_case_withdrawn_meanwhile_is_not_decided(owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    signatory = make_member(owner, application.provider_id)
    acting(db, applications.withdraw, application.id, reason="Vi väntar.", actor=signatory, now=LATER)

    with pytest.raises(TransitionRefused):
        acting(db, decisions.approve, application.id, actor=make_decider(owner, bjorkvik), now=LATER)


def test_a_decision_is_in_the_record_with_who_and_when(owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    decider = make_decider(owner, bjorkvik)
    acting(db, decisions.approve, application.id, actor=decider, now=LATER)

    owner.rollback()
    event = owner.exec(
        select(Event).where(col(Event.case_id) == application.id, Event.kind == "application.approve")
    ).one()
    assert (event.actor_id, event.at, event.internal) == (decider.person_id, LATER, False)


def _judge_and_propose(db: Session, application: Application, officer: Actor) -> None:
    judge_all(db, application, officer)
    acting(db, review.propose, application.id, approve=True, summary="Allt uppfyllt.", actor=officer, now=LATER)
