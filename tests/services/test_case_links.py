"""Cases linked as concerning the same matter: seen in both, told in both, and never merged."""

import pytest
from sqlmodel import col, select

from portal.db.tables import CaseLink, Event
from portal.errors import Invalid, NotAllowed, NotFound, TransitionRefused
from portal.services import case_links, review
from tests.factories_review import acting, fresh, make_decider, make_officer, make_submitted

WHY = "Samma verksamhet i två bolag."


@pytest.fixture
def two(owner, bjorkvik):
    return make_submitted(owner, bjorkvik), make_submitted(owner, bjorkvik)


def link(db, case, number, officer):
    return acting(db, case_links.link, case.id, number, note=WHY, actor=officer)


def told(owner, case):
    owner.rollback()
    kinds = select(Event.kind).where(col(Event.case_id) == case.id, col(Event.kind).startswith("case."))
    return owner.exec(kinds.order_by(col(Event.seq))).all()


def test_a_link_is_told_in_both_cases_and_changes_neither(owner, db, officer, two):
    one, other = two

    link_id = link(db, other, f" {one.number} ", officer)

    for case in two:
        assert told(owner, case) == ["case.linked"]
        assert (fresh(owner, case.id).state, fresh(owner, case.id).officer_id) == (case.state, case.officer_id)
    acting(db, case_links.unlink, one.id, link_id, actor=officer)
    acting(db, case_links.unlink, other.id, link_id, actor=officer)
    for case in two:
        assert told(owner, case) == ["case.linked", "case.unlinked"], "ended once, though it was pressed twice"
    row = owner.get_one(CaseLink, link_id)
    assert (row.note, row.unlinked_by) == (WHY, officer.person_id), "what was said is kept"


def test_a_case_is_linked_with_another_of_the_municipality_once(owner, db, ekholm, officer, two):
    one, other = two
    theirs = make_submitted(owner, ekholm)
    link(db, one, other.number, officer)

    for number, why in (
        (other.number, "linked"),
        (one.number, "same"),
        ("SN 1900/1", "unknown"),
        (theirs.number, None),
    ):
        with pytest.raises(Invalid) as refused:
            link(db, one, number, officer)
        assert refused.value.errors["number"] in ({why} if why else {"unknown", "same", "linked"})
    owner.rollback()
    assert len(owner.exec(select(CaseLink.id).where(col(CaseLink.case_id).in_([one.id, other.id]))).all()) == 1


def test_after_a_link_was_removed_it_can_be_made_again(db, officer, two):
    one, other = two
    acting(db, case_links.unlink, one.id, link(db, one, other.number, officer), actor=officer)

    assert link(db, other, one.number, officer)


def test_neither_strangers_nor_the_jaevig_link_or_unlink(owner, db, bjorkvik, ekholm, officer, two):
    one, other = two
    link_id = link(db, one, other.number, officer)
    barred = make_officer(owner, bjorkvik, "Jävig Person")
    acting(db, review.declare_conflict, other.id, note="", actor=barred)
    third = make_submitted(owner, bjorkvik)

    for actor, error in (
        (make_officer(owner, ekholm), NotFound),
        (make_decider(owner, bjorkvik), TransitionRefused),
        (barred, NotAllowed),
    ):
        with pytest.raises(error):
            acting(db, case_links.unlink, one.id, link_id, actor=actor)
    with pytest.raises(NotFound):
        acting(db, case_links.unlink, third.id, link_id, actor=officer)
    with pytest.raises(NotAllowed):
        link(db, third, other.number, barred)
