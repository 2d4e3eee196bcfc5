"""Registering a company, and correcting its details."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import ApplicationWord, Provider, ProviderMember
from portal.domain.application import State
from portal.domain.company import CompanyDetails
from portal.domain.identifiers import OrganisationForm, Orgnr
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound, TooMany
from portal.services import providers
from tests.factories import make_member, make_orgnr, make_provider, make_staff
from tests.factories_company import make_application_row, make_newcomer

DETAILS = CompanyDetails(
    name="Öster & Åström Familjestöd AB",
    form=OrganisationForm.AB,
    street="Storgatan 1",
    postcode="123 45",
    town="Björkvik",
    email="info@oster.example",
    phone="070-123 45 67",
)


def test_who_registers_a_company_becomes_its_signatory(db, owner, now):
    person = make_newcomer(owner, email="asa@oster.example")
    enter(db, Scope.of(person))

    provider_id = providers.register(db, Orgnr(make_orgnr()), DETAILS, actor=person, now=now)
    db.commit()

    provider = owner.get_one(Provider, provider_id)
    member = owner.exec(select(ProviderMember).where(col(ProviderMember.provider_id) == provider_id)).one()
    assert (provider.name, provider.sort_key) == (DETAILS.name, "}ster & {str}m familjest}d ab")
    assert (member.person_id, member.role, member.email) == (person.person_id, Role.SIGNATORY, "asa@oster.example")


def test_a_number_that_is_taken_is_refused_and_nothing_is_written(db, owner, now):
    taken = owner.get_one(Provider, make_provider(owner))
    person = make_newcomer(owner)
    enter(db, Scope.of(person))

    with pytest.raises(Invalid) as refused:
        providers.register(db, Orgnr(taken.orgnr), DETAILS, actor=person, now=now)
    db.commit()

    assert refused.value.errors == {"orgnr": "taken"}
    assert "Vega" not in str(refused.value.facts)
    assert owner.exec(select(ProviderMember).where(ProviderMember.person_id == person.person_id)).all() == []
    owner.refresh(taken)
    assert taken.name == "Vega Familjestöd AB"


def test_numbers_cannot_be_tried_without_end(db, owner, now):
    taken = owner.get_one(Provider, make_provider(owner))
    person = make_newcomer(owner)
    for _ in range(providers.REGISTRATIONS_AN_HOUR):
        with pytest.raises(Invalid):
            providers.register(db, Orgnr(taken.orgnr), DETAILS, actor=person, now=now)

    with pytest.raises(TooMany):
        providers.register(db, Orgnr(taken.orgnr), DETAILS, actor=person, now=now)


def test_the_municipalitys_staff_register_no_company(db, owner, bjorkvik, now):
    officer = make_staff(owner, bjorkvik.id)

    with pytest.raises(NotAllowed):
        providers.register(db, Orgnr(make_orgnr()), DETAILS, actor=officer, now=now)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.READER])
def test_only_who_administers_the_company_changes_its_details(db, owner, role):
    actor = make_member(owner, make_provider(owner), role)
    enter(db, Scope.of(actor))

    with pytest.raises(NotAllowed) as refused:
        providers.change_details(db, DETAILS, actor=actor)

    assert refused.value.reason == "role"


def test_details_are_changed_and_the_number_is_not(db, owner):
    provider_id = make_provider(owner)
    actor = make_member(owner, provider_id, Role.ADMINISTRATOR)
    before = owner.get_one(Provider, provider_id).orgnr
    enter(db, Scope.of(actor))

    providers.change_details(db, DETAILS, actor=actor)
    db.commit()

    owner.expire_all()
    after = owner.get_one(Provider, provider_id)
    assert (after.name, after.town, after.orgnr) == (DETAILS.name, "Björkvik", before)


def test_another_company_is_not_there_to_change(db, owner):
    ours, theirs = make_provider(owner), make_provider(owner)
    actor = make_member(owner, ours)
    enter(db, Scope.of(actor))

    with pytest.raises(NotFound):
        providers.change_details(db, DETAILS, actor=replace(actor, provider_id=theirs))


def test_a_new_name_follows_into_open_cases_and_not_into_decided_ones(db, owner, bjorkvik):
    provider_id = make_provider(owner)
    actor = make_member(owner, provider_id)
    open_case = make_application_row(owner, provider_id, bjorkvik, State.UNDER_REVIEW)
    decided = make_application_row(owner, provider_id, bjorkvik, State.REJECTED)
    enter(db, Scope.of(actor))

    providers.change_details(db, DETAILS, actor=actor)
    db.commit()

    owner.expire_all()
    assert open_case.provider_name == DETAILS.name
    assert decided.provider_name == "Vega Familjestöd AB"
    words = owner.exec(select(ApplicationWord.word).where(ApplicationWord.application_id == open_case.id)).all()
    assert "åström" in words
