"""Who may use an officer's verbs, and who sees nothing of what came of them."""

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import Event, FormerJudgement, Judgement, Note
from portal.domain.actors import system
from portal.domain.application import State
from portal.domain.criteria import Outcome
from portal.errors import NotAllowed, NotFound, TransitionRefused
from portal.services import judging, review
from tests.factories_application import make_application
from tests.factories_review import ASK, JUDGE, PROPOSE, acting, make_decider, make_officer, make_submitted

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


@pytest.mark.parametrize("verb", ONLY_THE_OFFICER)
def test_only_the_officer_of_the_case_works_in_it(db, taken, colleague, verb):
    call, args, kwargs = VERBS[verb]

    with pytest.raises(NotAllowed) as refused:
        acting(db, call, taken.id, *args, **kwargs, actor=colleague)

    assert refused.value.reason == "not_yours"


@pytest.mark.parametrize("verb", ONLY_THE_OFFICER)
def test_an_officer_who_has_not_declared_cannot_work(owner, db, officer, bjorkvik, verb):
    application = make_application(owner, bjorkvik, state=State.UNDER_REVIEW, officer=officer)
    call, args, kwargs = VERBS[verb]

    with pytest.raises(NotAllowed) as refused:
        acting(db, call, application.id, *args, **kwargs, actor=officer)

    assert refused.value.reason == "conflict_undeclared"


@pytest.mark.parametrize("verb", VERBS)
def test_another_municipalitys_case_is_not_found(owner, db, taken, ekholm, verb):
    call, args, kwargs = VERBS[verb]

    with pytest.raises(NotFound):
        acting(db, call, taken.id, *args, **kwargs, actor=make_officer(owner, ekholm))


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


def test_what_an_officer_writes_is_not_there_for_the_company(db, taken, officer):
    acting(db, judging.judge, taken.id, "GEN-25", **JUDGE, actor=officer)
    acting(db, review.write_note, taken.id, "Ringt försäkringsbolaget.", actor=officer)

    enter(db, Scope(provider_id=taken.provider_id))

    assert db.exec(select(Judgement)).all() == []
    assert db.exec(select(Note)).all() == []
    seen = set(db.exec(select(Event.kind).where(col(Event.case_id) == taken.id)))
    assert seen & {"criterion.judged", "note.written", "conflict.declared_none"} == set()


def test_another_municipality_and_the_company_never_see_a_former_judgement(db, taken, officer, bjorkvik, ekholm):
    for outcome in (Outcome.MET, Outcome.NOT_MET):
        acting(
            db,
            judging.judge,
            taken.id,
            "GEN-25",
            outcome=outcome,
            reason="Kontrollerat mot intyg.",
            actor=officer,
        )
    wanted = select(FormerJudgement.id).where(col(FormerJudgement.application_id) == taken.id)

    seen = []
    for scope in (
        Scope(municipality_id=bjorkvik.id),
        Scope(municipality_id=ekholm.id),
        Scope(provider_id=taken.provider_id),
    ):
        enter(db, scope)
        seen.append(len(db.exec(wanted).all()))
        db.rollback()

    assert seen == [1, 0, 0]
