"""Profiles belong to a company; a case keeps what was sent; a municipality sees nothing else of them."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlmodel import col, select

from portal.db.competence import named_in, profiles_of
from portal.db.session import Scope, enter
from portal.db.tables import (
    AnswerDocument,
    ApplicationProfile,
    Document,
    Event,
    StaffEducation,
    StaffEmployment,
    StaffProfile,
)
from portal.domain.application import State
from portal.domain.competence import Capacity, StaffRole
from portal.domain.competence_facts import Part
from portal.domain.criteria import DocumentState
from portal.domain.months import Month
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services import applications, competence
from portal.services.competence import ProfileDetails
from portal.services.competence_choice import choose, frozen_hash
from tests.factories import make_member, make_provider, make_staff
from tests.factories_application import answer_all, make_application, make_document
from tests.factories_competence import make_education, make_employment, make_profile

DETAILS = ProfileDetails("Åsa Öberg", StaffRole.MANAGER, "Verksamhetschef")


@pytest.fixture
def draft(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, "hemtjanst", by=anna)


def named(db, application, capacity=Capacity.LEADER):
    return [each.profile for each in named_in(db, application.id) if each.capacity is capacity]


def test_what_was_written_of_a_person_is_what_is_read(db, owner, anna):
    document = make_document(owner, anna.provider_id, by=anna)
    claims = make_education(document=str(document.id)), make_employment((2023, 8), (2025, 1), share=75)
    make_profile(owner, anna, *claims)

    enter(db, Scope.of(anna))
    (found,) = profiles_of(db, anna.provider_id)

    assert found.profile.name == "Åsa Öberg-Hjälmström"
    assert replace(found.profile.educations[0], id="") == claims[0]
    assert replace(found.profile.employments[0], id="") == claims[1]
    assert found.evidence[str(document.id)].name == "Intyg.pdf"


def test_a_reader_writes_nothing_and_another_company_finds_nothing(owner, anna, now):
    profile_id = make_profile(owner, anna, make_employment())
    reader = make_member(owner, anna.provider_id, Role.READER)
    stranger = make_member(owner, make_provider(owner, "Rigel Omsorg AB"))

    with pytest.raises(NotAllowed):
        competence.change_profile(owner, profile_id, DETAILS, actor=reader, now=now)
    with pytest.raises(NotFound):
        competence.change_profile(owner, profile_id, DETAILS, actor=stranger, now=now)
    with pytest.raises(NotFound):
        competence.put_claim(owner, profile_id, make_employment(), actor=stranger, now=now)


def test_a_claim_does_not_point_to_another_companys_document_nor_to_an_unsafe_one(owner, anna, now):
    profile_id = make_profile(owner, anna)
    stranger = make_member(owner, make_provider(owner, "Rigel Omsorg AB"))
    theirs = make_document(owner, stranger.provider_id, by=stranger)
    infected = make_document(owner, anna.provider_id, by=anna, state=DocumentState.INFECTED)

    with pytest.raises(NotFound):
        competence.put_claim(owner, profile_id, make_employment(document=str(theirs.id)), actor=anna, now=now)
    with pytest.raises(NotAllowed):
        competence.put_claim(owner, profile_id, make_employment(document=str(infected.id)), actor=anna, now=now)


def test_an_impossible_period_is_refused_at_every_field(owner, anna, now):
    profile_id = make_profile(owner, anna)
    later = replace(make_employment(), start=Month(2026, 4), end=Month(2026, 3), share=101)

    with pytest.raises(Invalid) as refused:
        competence.put_claim(owner, profile_id, later, actor=anna, now=now)

    assert refused.value.errors == {"start": "starts_later", "slut": "ends_before_start", "andel": "share"}


def test_a_claim_is_corrected_and_removed_where_it_stands(owner, anna, now):
    profile_id, other_id = make_profile(owner, anna, make_employment()), make_profile(owner, anna)
    claim_id = owner.exec(select(StaffEmployment.id).where(col(StaffEmployment.profile_id) == profile_id)).one()

    competence.put_claim(owner, profile_id, make_employment(share=50), claim_id=claim_id, actor=anna, now=now)
    assert owner.get_one(StaffEmployment, claim_id).share == 50
    with pytest.raises(NotFound):
        competence.remove_claim(owner, other_id, Part.EMPLOYMENT, claim_id, actor=anna, now=now)
    competence.remove_claim(owner, profile_id, Part.EMPLOYMENT, claim_id, actor=anna, now=now)
    assert owner.get(StaffEmployment, claim_id) is None


# In an application


def test_a_draft_names_the_profile_as_it_stands_and_is_handed_its_evidence(owner, anna, draft, now):
    document = make_document(owner, anna.provider_id, by=anna)
    profile_id = make_profile(owner, anna, make_education(), make_employment(document=str(document.id)))

    assert choose(owner, draft.id, "HTJ-02", [profile_id], actor=anna, now=now)
    assert not choose(owner, draft.id, "HTJ-02", [profile_id], actor=anna, now=now)
    competence.put_claim(owner, profile_id, make_employment((2015, 1), (2016, 1)), actor=anna, now=now)

    (leader,) = named(owner, draft)
    assert len(leader.employments) == 2
    attached = owner.exec(select(AnswerDocument.criterion).where(col(AnswerDocument.document_id) == document.id)).all()
    assert attached == ["HTJ-02"]


def test_one_leads_and_whoever_is_left_out_is_named_no_more(owner, anna, draft, now):
    first, second = make_profile(owner, anna), make_profile(owner, anna, name="Örjan Ek")

    with pytest.raises(Invalid):
        choose(owner, draft.id, "HTJ-01", [first, second], actor=anna, now=now)
    choose(owner, draft.id, "HTJ-01", [first], actor=anna, now=now)
    choose(owner, draft.id, "GEN-03", [second], actor=anna, now=now)
    choose(owner, draft.id, "GEN-29", [first], actor=anna, now=now)

    assert [each.name for each in named(owner, draft)] == ["Örjan Ek"]
    assert [each.id for each in named(owner, draft, Capacity.STAND_IN)] == [str(first)]


def test_nobody_is_named_for_a_criterion_about_something_else_nor_from_elsewhere(owner, anna, draft, now):
    stranger = make_member(owner, make_provider(owner, "Rigel Omsorg AB"))
    theirs = make_profile(owner, stranger)

    with pytest.raises(NotAllowed):
        choose(owner, draft.id, "GEN-25", [], actor=anna, now=now)
    with pytest.raises(NotFound):
        choose(owner, draft.id, "HTJ-01", [theirs], actor=anna, now=now)
    with pytest.raises(NotFound):
        choose(owner, draft.id, "HTJ-01", [uuid4()], actor=anna, now=now)


def submitted(owner, draft, profile_id, *, by, now):
    choose(owner, draft.id, "HTJ-02", [profile_id], actor=by, now=now)
    answer_all(owner, draft, by=by)
    applications.submit(owner, draft.id, attested=True, actor=by, now=now)
    owner.commit()


def test_what_was_sent_is_not_rewritten_by_what_the_company_does_afterwards(owner, anna, draft, now):
    profile_id = make_profile(owner, anna, make_employment())
    submitted(owner, draft, profile_id, by=anna, now=now)

    competence.put_claim(owner, profile_id, make_employment((2001, 1), (2022, 12)), actor=anna, now=now)
    assert len(named(owner, draft)[0].employments) == 1
    competence.remove_profile(owner, profile_id, actor=anna)
    owner.commit()

    assert owner.exec(select(StaffEmployment.id).where(col(StaffEmployment.profile_id) == profile_id)).all() == []
    (sent,) = named(owner, draft)
    assert sent.name == "Åsa Öberg-Hjälmström"
    facts = owner.exec(
        select(Event.facts).where(col(Event.case_id) == draft.id, col(Event.kind) == "competence.frozen")
    ).one()
    row = owner.exec(select(ApplicationProfile).where(col(ApplicationProfile.application_id) == draft.id)).one()
    assert facts["sha256"] == frozen_hash(row.frozen)
    assert "Öberg" not in str(facts)


def test_a_removed_person_is_named_in_no_draft(owner, anna, draft, now):
    profile_id = make_profile(owner, anna, make_education())
    choose(owner, draft.id, "HTJ-01", [profile_id], actor=anna, now=now)

    competence.remove_profile(owner, profile_id, actor=anna)

    assert named_in(owner, draft.id) == ()
    assert owner.exec(select(StaffEducation.id).where(col(StaffEducation.profile_id) == profile_id)).all() == []


def test_during_a_supplement_only_the_part_that_is_asked_about_takes_the_profile_as_it_is_now(
    owner, bjorkvik, anna, now
):
    asked = make_application(
        owner, bjorkvik, "hemtjanst", by=anna, state=State.SUPPLEMENT_REQUESTED, asked_about=["HTJ-02"]
    )
    profile_id = make_profile(owner, anna, make_employment())

    assert choose(owner, asked.id, "HTJ-02", [profile_id], actor=anna, now=now)
    competence.put_claim(owner, profile_id, make_employment((2015, 1), (2016, 1)), actor=anna, now=now)
    assert len(named(owner, asked)[0].employments) == 1
    assert choose(owner, asked.id, "HTJ-02", [profile_id], actor=anna, now=now)
    assert len(named(owner, asked)[0].employments) == 2
    with pytest.raises(NotAllowed):
        choose(owner, asked.id, "HTJ-01", [], actor=anna, now=now)


# What the database itself refuses


def test_a_municipality_sees_a_person_only_in_an_application_that_is_submitted_to_it(
    db, owner, anna, draft, bjorkvik, ekholm, now
):
    document = make_document(owner, anna.provider_id, by=anna)
    profile_id = make_profile(owner, anna, make_employment(document=str(document.id)))
    choose(owner, draft.id, "HTJ-02", [profile_id], actor=anna, now=now)
    owner.commit()
    officer, elsewhere = make_staff(owner, bjorkvik.id), make_staff(owner, ekholm.id)

    def seen_by(actor):
        db.rollback()
        enter(db, Scope.of(actor))
        live = [*db.exec(select(StaffProfile.id)), *db.exec(select(StaffEmployment.id))]
        rows = db.exec(select(ApplicationProfile).where(col(ApplicationProfile.application_id) == draft.id)).all()
        return live, len(rows), [each.profile.name for each in named_in(db, draft.id)]

    assert seen_by(officer) == ([], 0, [])
    submitted(owner, draft, profile_id, by=anna, now=now)
    assert seen_by(officer) == ([], 1, ["Åsa Öberg-Hjälmström"])
    assert db.get(Document, document.id) is not None
    assert seen_by(elsewhere) == ([], 0, [])


def test_another_company_sees_no_profile_even_of_the_same_person(db, owner, anna):
    make_profile(owner, anna, make_employment())
    other = make_member(owner, make_provider(owner, "Rigel Omsorg AB"))
    make_profile(owner, other, name="Åsa Öberg-Hjälmström")

    enter(db, Scope.of(other))

    assert [str(each) for each in db.exec(select(StaffProfile.provider_id))] == [str(other.provider_id)]
    assert db.exec(select(StaffEmployment.id)).all() == []
    assert profiles_of(db, anna.provider_id) == ()
