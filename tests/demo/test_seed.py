"""The demo is made once, whole, and its people are who they say at the identity provider."""

from datetime import timedelta

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from portal.db.session import make_engine
from portal.db.tables import Login, Municipality, Person, Provider, ProviderMember, StaffMember
from portal.demo import seed
from portal.demo.founding import COMPANIES
from portal.domain.identifiers import luhn_holds
from portal.domain.roles import Role
from portal.settings import Settings
from tests.factories import NOW


@pytest.fixture
def seeded(fresh_database, app_environment):
    settings = Settings.from_env(
        app_environment
        | {"KUNDVAL_DATABASE_URL": fresh_database.app_url, "KUNDVAL_OWNER_DATABASE_URL": fresh_database.owner_url}
    )
    seed(settings, now=NOW)
    engine = make_engine(fresh_database.owner_url)
    with Session(engine) as db:
        yield settings, db
    engine.dispose()


def test_both_municipalities_have_officers_deciders_and_an_administrator(seeded):
    _settings, db = seeded

    for slug in ("bjorkvik", "ekholm"):
        rows = db.exec(
            select(StaffMember).join(Municipality).where(col(Municipality.slug) == slug, col(StaffMember.active))
        ).all()
        roles = {role for row in rows for role in row.roles}
        assert {Role.CASE_OFFICER, Role.DECISION_MAKER, Role.MUNICIPAL_ADMINISTRATOR} <= roles
        assert all(row.person_id is None for row in rows), "the first sign-in binds them"


def test_the_signatory_signs_in_as_the_company(seeded):
    settings, db = seeded

    row = db.exec(
        select(ProviderMember.role, Provider.name, Login.issuer)
        .join(Provider, col(Provider.id) == col(ProviderMember.provider_id))
        .join(Person, col(Person.id) == col(ProviderMember.person_id))
        .join(Login, col(Login.person_id) == col(Person.id))
        .where(col(Person.name) == "Anna Lindqvist")
    ).one()

    assert tuple(row) == (Role.SIGNATORY, "Vega Familjestöd AB", settings.company_sign_in.issuer)


def test_a_second_run_changes_nothing(seeded):
    settings, db = seeded

    def counted():
        tables = (Municipality, StaffMember, Provider, ProviderMember, Person, Login)
        return [db.scalar(select(func.count()).select_from(table)) for table in tables]

    before = counted()
    db.rollback()
    seed(settings, now=NOW + timedelta(days=1))

    assert counted() == before


@pytest.mark.parametrize("company", COMPANIES.values(), ids=lambda company: company.name)
def test_organisation_numbers_have_right_check_digits(company):
    assert luhn_holds(company.orgnr)
