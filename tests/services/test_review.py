"""An officer's verbs: who may, what is written, and what must not happen."""

import hashlib
import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import (
    Application,
    Conflict,
    Event,
    FormerJudgement,
    Judgement,
    Note,
    Proposal,
    Supplement,
    SupplementItem,
)
from portal.domain.actors import system
from portal.domain.application import State
from portal.domain.criteria import Outcome
from portal.domain.review import CodedReason, Lack
from portal.errors import ChangedMeanwhile, Invalid, NotAllowed, NotFound, NotReady, TransitionRefused
from portal.services import judging, review
from tests.factories import NOW
from tests.factories_application import make_application
from tests.factories_review import (
    REASON,
    acting,
    fresh,
    judge_all,
    make_decider,
    make_officer,
    make_proposed,
    make_submitted,
    make_taken,
)

LATER = NOW + timedelta(days=1)
WEEKS = date(2026, 3, 20)
ASK = {"questions": {"GEN-25": "Skicka försäkringsbrevet."}, "message": "Vi behöver mer.", "due_on": WEEKS}
JUDGE = {"outcome": Outcome.MET, "reason": REASON}
PROPOSE = {"approve": True, "summary": "Allt är uppfyllt."}
VERBS = {
    "take": (review.take, (), {"conflicted": False}),
    "declare": (review.declare_conflict, (), {"note": ""}),
    "hand_over": (review.hand_over, (), {"reason": "Jag blir ledig."}),
    "note": (review.write_note, ("Ringt sökanden.",), {}),
    "judge": (judging.judge, ("GEN-25",), JUDGE),
    "supplement": (review.request_supplement, (), ASK),
    "propose": (review.propose, (), PROPOSE),
}
ONLY_THE_OFFICER = ("hand_over", "judge", "supplement", "propose")


def kinds(owner: Session, application: Application) -> list[str]:
    owner.rollback()
    rows = owner.exec(select(Event.kind).where(col(Event.case_id) == application.id).order_by(col(Event.seq)))
    return list(rows)


def test_taking_a_case_declares_no_conflict_and_gives_it_an_officer_and_a_day(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_submitted(owner, bjorkvik)

    acting(db, review.take, application.id, conflicted=False, actor=officer)

    taken = fresh(owner, application.id)
    assert (taken.state, taken.officer_id) == (State.UNDER_REVIEW, officer.person_id)
    assert taken.due_on == date(2026, 4, 1)
    assert kinds(owner, application)[-2:] == ["conflict.declared_none", "application.start_review"]
    declared = owner.exec(select(Conflict).where(col(Conflict.case_id) == application.id)).one()
    assert not declared.conflicted


def test_whoever_declares_a_conflict_leaves_the_case_to_others_and_cannot_take_it(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_submitted(owner, bjorkvik)

    acting(db, review.take, application.id, conflicted=True, note="Min syster arbetar där.", actor=officer)

    left = fresh(owner, application.id)
    assert (left.state, left.officer_id) == (State.SUBMITTED, None)
    with pytest.raises(NotAllowed) as refused:
        acting(db, review.take, application.id, conflicted=False, actor=officer)
    assert refused.value.reason == "conflict"


def test_a_conflict_found_while_handling_hands_the_case_over(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)

    acting(db, review.declare_conflict, application.id, note="En vän har anställts.", actor=officer)

    assert fresh(owner, application.id).state is State.SUBMITTED
    with pytest.raises(NotAllowed):
        acting(db, review.take, application.id, conflicted=False, actor=officer)


def test_a_case_that_is_taken_cannot_be_taken_again(owner, db, bjorkvik):
    application = make_taken(owner, db, bjorkvik, make_officer(owner, bjorkvik))

    with pytest.raises(TransitionRefused):
        acting(db, review.take, application.id, conflicted=False, actor=make_officer(owner, bjorkvik, "Leila Haddad"))


def test_of_two_officers_who_take_at_once_one_is_told(owner, resources, bjorkvik):
    application = make_submitted(owner, bjorkvik)
    officers = [make_officer(owner, bjorkvik, "Mikael Öberg"), make_officer(owner, bjorkvik, "Leila Haddad")]
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def press(index: int) -> None:
        with Session(resources.engine, expire_on_commit=False) as session:
            start.wait()
            try:
                acting(session, review.take, application.id, conflicted=False, actor=officers[index])
                outcomes.append("taken")
            except (ChangedMeanwhile, TransitionRefused):
                outcomes.append("told")

    threads = [threading.Thread(target=press, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["taken", "told"]
    assert kinds(owner, application).count("application.start_review") == 1


def test_handing_over_keeps_the_judgements_for_the_next_officer(owner, db, bjorkvik):
    officer, next_officer = make_officer(owner, bjorkvik), make_officer(owner, bjorkvik, "Leila Haddad")
    application = make_taken(owner, db, bjorkvik, officer)
    acting(db, judging.judge, application.id, "GEN-25", **JUDGE, actor=officer)

    acting(db, review.hand_over, application.id, reason="Jag går på semester.", actor=officer)

    handed = fresh(owner, application.id)
    assert (handed.state, handed.officer_id, handed.judged) == (State.SUBMITTED, None, 1)
    assert owner.exec(select(Note.text).where(col(Note.application_id) == application.id)).all() == [
        "Jag går på semester."
    ]
    acting(db, review.take, application.id, conflicted=False, actor=next_officer)
    assert fresh(owner, application.id).judged == 1


@pytest.mark.parametrize("verb", ONLY_THE_OFFICER)
def test_only_the_officer_of_the_case_works_in_it(owner, db, bjorkvik, verb):
    application = make_taken(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    call, args, kwargs = VERBS[verb]

    with pytest.raises(NotAllowed) as refused:
        acting(db, call, application.id, *args, **kwargs, actor=make_officer(owner, bjorkvik, "Leila Haddad"))

    assert refused.value.reason == "not_yours"


@pytest.mark.parametrize("verb", ONLY_THE_OFFICER)
def test_an_officer_who_has_not_declared_cannot_work(owner, db, bjorkvik, verb):
    officer = make_officer(owner, bjorkvik)
    application = make_application(owner, bjorkvik, state=State.UNDER_REVIEW, officer=officer)
    call, args, kwargs = VERBS[verb]

    with pytest.raises(NotAllowed) as refused:
        acting(db, call, application.id, *args, **kwargs, actor=officer)

    assert refused.value.reason == "conflict_undeclared"


@pytest.mark.parametrize("verb", VERBS)
def test_another_municipalitys_case_is_not_found(owner, db, bjorkvik, ekholm, verb):
    application = make_taken(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    call, args, kwargs = VERBS[verb]

    with pytest.raises(NotFound):
        acting(db, call, application.id, *args, **kwargs, actor=make_officer(owner, ekholm))


@pytest.mark.parametrize("verb", VERBS)
def test_a_draft_is_not_found(owner, db, bjorkvik, verb):
    application = make_application(owner, bjorkvik)
    call, args, kwargs = VERBS[verb]

    with pytest.raises(NotFound):
        acting(db, call, application.id, *args, **kwargs, actor=make_officer(owner, bjorkvik))


@pytest.mark.parametrize("verb", ["take", *ONLY_THE_OFFICER])
def test_the_clock_and_a_decision_maker_do_no_officers_work(owner, db, bjorkvik, verb):
    application = make_submitted(owner, bjorkvik)
    call, args, kwargs = VERBS[verb]

    for actor in (system(municipality_id=bjorkvik.id), make_decider(owner, bjorkvik)):
        with pytest.raises(TransitionRefused):
            acting(db, call, application.id, *args, **kwargs, actor=actor)


def test_a_judgement_can_be_changed_and_the_record_keeps_both(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    acting(db, judging.judge, application.id, "GEN-25", **JUDGE, actor=officer)

    acting(
        db,
        judging.judge,
        application.id,
        "GEN-25",
        outcome=Outcome.NOT_MET,
        reason="Försäkringen gick ut i januari.",
        actor=officer,
    )

    assert fresh(owner, application.id).judged == 1
    assert owner.get_one(Judgement, (application.id, "GEN-25")).outcome is Outcome.NOT_MET
    wanted = select(Event).where(col(Event.case_id) == application.id, Event.kind == "criterion.judged")
    judged = owner.exec(wanted.order_by(col(Event.seq)))
    assert [event.facts["outcome"] for event in judged] == ["met", "not_met"]


def test_the_record_holds_the_hash_of_a_reason_and_what_is_replaced_is_kept_beside_it(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    anew = "Karin Holm var inte anställd i februari."

    acting(db, judging.judge, application.id, "GEN-25", **JUDGE, actor=officer)
    acting(db, judging.judge, application.id, "GEN-25", outcome=Outcome.NOT_MET, reason=anew, actor=officer)

    former = owner.exec(select(FormerJudgement).where(col(FormerJudgement.application_id) == application.id)).one()
    assert (former.criterion, former.outcome, former.reason) == ("GEN-25", Outcome.MET, JUDGE["reason"])
    assert (former.judged_by, former.municipality_id) == (officer.person_id, bjorkvik.id)
    wanted = select(Event.facts).where(col(Event.case_id) == application.id).order_by(col(Event.seq))
    events = owner.exec(wanted).all()
    assert "Karin" not in str(events)
    assert JUDGE["reason"] not in str(events)
    assert [facts["reason_sha256"] for facts in events if "reason_sha256" in facts] == [
        hashlib.sha256(reason.encode()).hexdigest() for reason in (JUDGE["reason"], anew)
    ]


def test_another_municipality_and_the_company_never_see_a_former_judgement(owner, db, bjorkvik, ekholm):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    for outcome in (Outcome.MET, Outcome.NOT_MET):
        acting(
            db,
            judging.judge,
            application.id,
            "GEN-25",
            outcome=outcome,
            reason="Kontrollerat mot intyg.",
            actor=officer,
        )
    wanted = select(FormerJudgement.id).where(col(FormerJudgement.application_id) == application.id)

    seen = []
    for scope in (
        Scope(municipality_id=bjorkvik.id),
        Scope(municipality_id=ekholm.id),
        Scope(provider_id=application.provider_id),
    ):
        enter(db, scope)
        seen.append(len(db.exec(wanted).all()))
        db.rollback()

    assert seen == [1, 0, 0]


def test_a_criterion_that_is_not_asked_cannot_be_judged(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)

    with pytest.raises(NotFound):
        acting(db, judging.judge, application.id, "XXX-99", **JUDGE, actor=officer)


def test_a_request_for_supplement_opens_only_what_is_asked(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)

    supplement_id = acting(db, review.request_supplement, application.id, **ASK, actor=officer)

    waiting = fresh(owner, application.id)
    assert (waiting.state, waiting.due_on) == (State.SUPPLEMENT_REQUESTED, WEEKS)
    items = owner.exec(select(SupplementItem).where(col(SupplementItem.supplement_id) == supplement_id)).all()
    assert [(item.criterion, item.question) for item in items] == [("GEN-25", "Skicka försäkringsbrevet.")]


def test_the_company_gets_at_least_five_working_days(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)

    with pytest.raises(Invalid) as refused:
        acting(db, review.request_supplement, application.id, **{**ASK, "due_on": date(2026, 3, 6)}, actor=officer)

    assert refused.value.errors == {"due_on": "too_soon"}
    assert fresh(owner, application.id).state is State.UNDER_REVIEW


def test_nothing_asked_is_no_request(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)

    for questions in ({}, {"GEN-25": " "}, {"XXX-99": "Vad?"}):
        with pytest.raises(Invalid):
            acting(db, review.request_supplement, application.id, **{**ASK, "questions": questions}, actor=officer)


def test_what_was_asked_about_is_judged_again(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, application, officer)
    supplement_id = acting(db, review.request_supplement, application.id, **ASK, actor=officer, now=LATER)
    late = datetime(2026, 3, 23, 6, tzinfo=UTC)
    acting(db, review.close_overdue_supplement, supplement_id, actor=system(municipality_id=bjorkvik.id), now=late)

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, application.id, **PROPOSE, actor=officer, now=late)

    assert [(each.criterion, each.lack) for each in refused.value.obstacles] == [("GEN-25", Lack.UNJUDGED)]


def test_every_missing_judgement_is_named_before_a_proposal(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    acting(db, judging.judge, application.id, "GEN-25", **JUDGE, actor=officer)

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, application.id, **PROPOSE, actor=officer)

    asked = {criterion.id for criterion in review.conditions_of(owner, application).asked_criteria}
    assert {each.criterion for each in refused.value.obstacles} == asked - {"GEN-25"}
    assert owner.exec(select(Proposal).where(col(Proposal.application_id) == application.id)).all() == []


def test_approval_cannot_be_proposed_while_something_is_not_met(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, application, officer, unmet=("GEN-25",))

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, application.id, **PROPOSE, actor=officer)

    assert [(each.criterion, each.lack) for each in refused.value.obstacles] == [("GEN-25", Lack.UNMET)]


def test_whoever_meets_everything_cannot_be_refused(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, application, officer)

    with pytest.raises(NotReady) as refused:
        acting(
            db,
            review.propose,
            application.id,
            approve=False,
            summary="Vi har redan många anordnare.",
            coded=[CodedReason("GEN-25", "other", "Det räcker nu.")],
            actor=officer,
        )

    assert [each.lack for each in refused.value.obstacles] == [Lack.ALL_MET]


@pytest.mark.parametrize(
    ("coded", "lack"),
    [
        ([], Lack.REASON_MISSING),
        ([CodedReason("GEN-25", "other", " ")], Lack.NOTE_MISSING),
        ([CodedReason("GEN-25", "no_such_code", "Ord.")], Lack.REASON_UNKNOWN),
        ([CodedReason("GEN-25", "requirement_not_met", "Ord.")], Lack.REASON_UNKNOWN),
        (
            [CodedReason("GEN-25", "other", "Ord."), CodedReason("GEN-01", "other", "Ord.")],
            Lack.REASON_UNKNOWN,
        ),
    ],
)
def test_a_refusal_needs_a_coded_reason_for_each_unmet_criterion(owner, db, bjorkvik, coded, lack):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, application, officer, unmet=("GEN-25",))

    with pytest.raises(NotReady) as refused:
        acting(db, review.propose, application.id, approve=False, summary="Nej.", coded=coded, actor=officer)

    assert [each.lack for each in refused.value.obstacles] == [lack]


def test_a_proposal_goes_to_the_decision_maker(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)

    application = make_proposed(owner, db, bjorkvik, officer)

    assert (application.state, application.proposed_by) == (State.PROPOSED_DECISION, officer.person_id)
    assert application.due_on is not None


def test_a_supplement_whose_day_has_passed_is_closed_once_by_the_clock(owner, db, bjorkvik):
    officer, clock = make_officer(owner, bjorkvik), system(municipality_id=bjorkvik.id)
    application = make_taken(owner, db, bjorkvik, officer)
    supplement_id = acting(db, review.request_supplement, application.id, **ASK, actor=officer)
    last_day, day_after = datetime(2026, 3, 20, 22, tzinfo=UTC), datetime(2026, 3, 21, 6, tzinfo=UTC)

    assert not acting(db, review.close_overdue_supplement, supplement_id, actor=clock, now=last_day)
    assert acting(db, review.close_overdue_supplement, supplement_id, actor=clock, now=day_after)
    assert not acting(db, review.close_overdue_supplement, supplement_id, actor=clock, now=day_after)

    closed = fresh(owner, application.id)
    assert (closed.state, closed.officer_id) == (State.UNDER_REVIEW, officer.person_id)
    assert closed.due_on is not None
    assert closed.due_on > day_after.date()


def test_the_company_is_reminded_once(owner, db, bjorkvik):
    officer, clock = make_officer(owner, bjorkvik), system(municipality_id=bjorkvik.id)
    application = make_taken(owner, db, bjorkvik, officer)
    supplement_id = acting(db, review.request_supplement, application.id, **ASK, actor=officer)

    assert acting(db, review.remind_supplement, supplement_id, actor=clock, now=LATER)
    assert not acting(db, review.remind_supplement, supplement_id, actor=clock, now=LATER)

    assert kinds(owner, application).count("supplement.reminded") == 1
    assert owner.get_one(Supplement, supplement_id).reminded_at == LATER


def test_another_municipalitys_supplement_is_not_found(owner, db, bjorkvik, ekholm):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    supplement_id = acting(db, review.request_supplement, application.id, **ASK, actor=officer)

    for verb in (review.close_overdue_supplement, review.remind_supplement):
        with pytest.raises(NotFound):
            acting(db, verb, supplement_id, actor=system(municipality_id=ekholm.id), now=LATER)


def test_what_an_officer_writes_is_not_there_for_the_company(owner, db, bjorkvik):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)
    acting(db, judging.judge, application.id, "GEN-25", **JUDGE, actor=officer)
    acting(db, review.write_note, application.id, "Ringt försäkringsbolaget.", actor=officer)

    enter(db, Scope(provider_id=application.provider_id))

    assert db.exec(select(Judgement)).all() == []
    assert db.exec(select(Note)).all() == []
    seen = set(db.exec(select(Event.kind).where(col(Event.case_id) == application.id)))
    assert seen & {"criterion.judged", "note.written", "conflict.declared_none"} == set()


@pytest.mark.parametrize(
    ("criterion", "outcome", "proposed", "override"),
    [
        ("GEN-17", Outcome.MET, "met", False),
        ("GEN-17", Outcome.NOT_MET, "met", True),
        ("GEN-09", Outcome.MET, "cannot_tell", False),
    ],
)
def test_the_record_says_what_the_system_saw_and_whether_the_officer_found_otherwise(
    owner, db, bjorkvik, criterion, outcome, proposed, override
):
    officer = make_officer(owner, bjorkvik)
    application = make_taken(owner, db, bjorkvik, officer)

    acting(db, judging.judge, application.id, criterion, outcome=outcome, reason="Sett.", actor=officer)

    wanted = select(Event).where(col(Event.case_id) == application.id, Event.kind == "criterion.judged")
    facts = owner.exec(wanted).one().facts
    assert (facts["proposed"], facts["override"]) == (proposed, override)
