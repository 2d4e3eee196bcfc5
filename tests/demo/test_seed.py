"""The demo is made once, whole, and its people are who they say at the identity provider."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from portal.db.session import make_engine
from portal.db.tables import (
    Application,
    ApplicationProfile,
    Authorization,
    CaseFile,
    CaseLink,
    ConditionDraft,
    ConditionVersion,
    Contract,
    EffectRun,
    Event,
    Hearing,
    Login,
    Municipality,
    Person,
    Phrase,
    Provider,
    ProviderMember,
    RegisterCheck,
    SavedView,
    SecondReview,
    StaffEmployment,
    StaffMember,
)
from portal.demo import seed
from portal.demo.annual_report import MEDIA_TYPE, annual_report
from portal.demo.cases import CASES
from portal.demo.founding import COMPANIES
from portal.demo.telling import days_of
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.draft_faults import find
from portal.domain.identifiers import luhn_holds
from portal.domain.record import Recorded, breaks
from portal.domain.revision import Change, compare
from portal.domain.roles import Role
from portal.domain.solvency import Report, standing
from portal.library import declared
from portal.services.report_figures import read_file
from portal.settings import Settings
from tests.factories import NOW

# Late enough for weeks of cases under conditions that are in force from 1 March.
SEEDED = NOW + timedelta(days=90)


@pytest.fixture(scope="module")
def seeded(engines, migrated_template, app_environment):
    """A database with nothing but the demo in it, made once for these tests."""
    app_url, owner_url = engines.new_database(migrated_template)
    settings = Settings.from_env(
        app_environment | {"KUNDVAL_DATABASE_URL": app_url, "KUNDVAL_OWNER_DATABASE_URL": owner_url}
    )
    seed(settings, now=SEEDED)
    engine = make_engine(owner_url)
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
        administrators = [row for row in rows if Role.MUNICIPAL_ADMINISTRATOR in row.roles]
        bound = [row.name for row in administrators if row.person_id is not None]
        assert bound == (["Henrik Wallin"] if slug == "bjorkvik" else []), (
            "the first sign-in binds who has done nothing"
        )


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
    seed(settings, now=SEEDED + timedelta(days=1))

    assert counted() == before


@pytest.mark.parametrize("company", COMPANIES.values(), ids=lambda company: company.name)
def test_organisation_numbers_have_right_check_digits(company):
    assert luhn_holds(company.orgnr)


def test_there_are_cases_in_every_state_and_providers_to_choose(seeded):
    _settings, db = seeded

    states = set(db.exec(select(Application.state)).all())
    lives = set(db.exec(select(Authorization.state)).all())
    assert states == set(State)
    assert lives == set(AuthorizationState)


def test_one_company_has_been_shown_the_draft_of_a_refusal_and_may_still_comment(seeded):
    _settings, db = seeded

    hearing = db.exec(select(Hearing).where(col(Hearing.commented_at).is_(None))).one()

    assert hearing.due_on > SEEDED.date()


def test_every_authorization_has_a_case_that_was_decided_and_a_contract(seeded):
    """Nothing that a page lists may lead nowhere."""
    _settings, db = seeded

    for authorization in db.exec(select(Authorization)).all():
        assert db.get_one(Application, authorization.case_id).state is State.APPROVED
        contract = db.exec(select(Contract).where(col(Contract.authorization_id) == authorization.id)).one()
        assert (contract.sealed_paper_id is not None) == (authorization.state is not AuthorizationState.OFFERED)


def test_case_numbers_follow_the_days(seeded):
    _settings, db = seeded

    for slug in CASES:
        rows = db.exec(
            select(Application.number)
            .join(Municipality, col(Municipality.id) == col(Application.municipality_id))
            .where(col(Municipality.slug) == slug, col(Application.number).is_not(None))
            .order_by(col(Application.submitted_at))
        ).all()
        assert list(rows) == sorted(rows)


@pytest.mark.parametrize("days", [0, 1, 30, 400])
def test_a_case_begins_when_its_conditions_are_in_force_and_never_after_today(days):
    in_force = date(2026, 3, 1)
    now = datetime(2026, 3, 1, 9, tzinfo=UTC) + timedelta(days=days)

    at = days_of(190, in_force=in_force, now=now)

    assert at(0).date() >= in_force
    assert at(20) <= now


def test_the_records_of_the_cases_hold(seeded):
    _settings, db = seeded

    for case in db.exec(select(CaseFile)).all():
        events = db.exec(select(Event).where(col(Event.case_id) == case.id).order_by(col(Event.seq))).all()
        written = [
            (Recorded(e.case_id, e.seq, e.kind, e.actor_id, e.actor_side, e.at, e.facts, e.internal), e.hash)
            for e in events
        ]
        assert breaks(written, last_seq=case.last_seq, last_hash=case.last_hash) == ()


def test_the_revision_of_family_treatment_waits_as_a_draft_that_can_be_published(seeded):
    _settings, db = seeded

    draft = db.exec(select(ConditionDraft)).one()
    base = db.get_one(ConditionVersion, draft.based_on)

    changes = {each.id: each.change for each in compare(base.content, draft.content).changes}
    assert changes == {"FBH-06": Change.CHANGED, "FBH-E1": Change.REMOVED}
    assert find(draft.content, declared()) == ()
    # Its effect is ordered, for the worker to count.
    assert [each.draft_id for each in db.exec(select(EffectRun))] == [draft.id]


def test_the_people_who_lead_and_do_the_work_are_named_with_their_histories(seeded):
    _settings, db = seeded

    named = db.exec(select(ApplicationProfile.capacity).distinct()).all()

    assert set(named) == {"leader", "stand_in", "staff"}
    assert db.exec(select(func.count()).select_from(StaffEmployment)).one() > 100


def test_registers_have_been_asked_and_one_answer_has_changed_and_waits(seeded):
    _settings, db = seeded

    checks = db.exec(select(RegisterCheck)).all()

    [waiting] = [each for each in checks if each.act_because is not None and each.acted_at is None]
    assert (waiting.act_because, waiting.said) == ("changed", "remark")
    assert len({each.municipality_id for each in checks}) == 2


def test_annual_reports_of_the_companies_can_be_read():
    found = read_file(annual_report("Å & Co AB", "5566778899", 2025), MEDIA_TYPE)

    assert found is not None
    report = Report(id="1", origin=found.origin, figures=found.figures, orgnr=found.orgnr)
    [reading] = standing([report], orgnr="5566778899", on=date(2026, 3, 2)).latest
    assert [str(each.percent) for each in reading.ratios.values()] == ["30.2", "140.0"]


def test_every_page_beside_the_cases_has_something_to_show(seeded):
    _settings, db = seeded

    def many(table, *where):
        return db.scalar(select(func.count()).select_from(table).where(*where))

    assert many(SavedView, col(SavedView.shared)) == 1
    assert many(Phrase) == 3
    assert many(CaseLink) == 1
    assert many(SecondReview, col(SecondReview.reviewed_at).is_(None)) == 1
    assert many(SecondReview, col(SecondReview.reviewed_at).is_not(None)) == 1
    assert many(Event, col(Event.kind) == "application.assign") == 1
