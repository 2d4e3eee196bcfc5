"""Decided cases counted in the database, as the portal's own role."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from portal.db import decided_cases
from portal.db.session import Scope, enter
from portal.domain.application import State
from portal.domain.equal_treatment import Dimension, Size
from portal.domain.followed_periods import Period
from portal.domain.roles import Role
from tests.annual_reports import k2
from tests.factories import NOW, make_member, make_provider, make_staff
from tests.factories_application import make_application
from tests.factories_equal import AGREED, OVERRIDDEN, UNCLEAR, judge_row, make_decided_row
from tests.factories_figures import make_report, orgnr_of
from tests.factories_review import make_officer

FROM, TO = date(2026, 1, 1), date(2026, 3, 31)


@pytest.fixture
def officer(owner, place):
    return make_officer(owner, place)


def counted(db, owner, place, *larger):
    reader = make_staff(owner, place.id, Role.CONTROLLER)
    db.rollback()
    enter(db, Scope.of(reader))
    return decided_cases.counted(db, place.id, Period("x", FROM, TO), larger)


def test_cases_are_counted_by_officer_service_and_size_each_time_all_of_them(owner, db, place, officer):
    other = make_officer(owner, place, "Leila Haddad")
    make_decided_row(owner, place, officer, days=10, refused=True, judged=(AGREED, OVERRIDDEN, UNCLEAR))
    make_decided_row(owner, place, officer, "familjeradgivning", days=20, asked=True)
    make_decided_row(owner, place, other, days=30)

    found = counted(db, owner, place)

    total = found.cases.total
    assert sorted(total.days) == [10, 20, 30]
    assert (total.supplemented, total.refused, total.overridden, total.compared) == (1, 1, 1, 2)
    by_officer = {found.names[each.key].sv: each for each in found.cases.by[Dimension.OFFICER]}
    assert {name: each.cases for name, each in by_officer.items()} == {"Mikael Öberg": 2, "Leila Haddad": 1}
    assert (by_officer["Mikael Öberg"].refused, by_officer["Leila Haddad"].refused) == (1, 0)
    assert sorted(each.cases for each in found.cases.by[Dimension.SERVICE]) == [1, 2]
    assert [(each.key, each.cases) for each in found.cases.by[Dimension.SIZE]] == [(Size.UNKNOWN.value, 3)]


def test_what_was_judged_anew_counts_as_it_was_judged_last(owner, db, place, officer):
    row = make_decided_row(owner, place, officer, judged=(OVERRIDDEN, AGREED))
    judge_row(owner, row, "GEN-00", AGREED, officer)
    owner.commit()

    total = counted(db, owner, place).cases.total

    assert (total.overridden, total.compared) == (0, 2)


def test_another_municipalitys_cases_never_count_even_when_it_is_asked_for(owner, db, place, ekholm):
    make_decided_row(owner, ekholm, make_officer(owner, ekholm))
    reader = make_staff(owner, place.id, Role.CONTROLLER)
    enter(db, Scope.of(reader))

    assert decided_cases.counted(db, ekholm.id, Period("x", FROM, TO)).cases.total.cases == 0
    assert counted(db, owner, place).cases.total.cases == 0


def test_only_what_was_decided_in_the_period_counts_by_the_swedish_day(owner, db, place, officer):
    make_application(owner, place, state=State.PROPOSED_DECISION, officer=officer)
    make_application(owner, place, state=State.WITHDRAWN)
    # Half past midnight in Sweden on the first day, and on the day after the last.
    first = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    after = datetime(2026, 3, 31, 22, 30, tzinfo=UTC)
    make_decided_row(owner, place, officer, decided_at=first)
    make_decided_row(owner, place, officer, decided_at=first - timedelta(hours=1))
    make_decided_row(owner, place, officer, decided_at=after)
    make_decided_row(owner, place, officer, decided_at=after - timedelta(hours=1))

    assert counted(db, owner, place).cases.total.cases == 2


def test_what_a_larger_period_has_besides_is_counted_on_its_own(owner, db, place, officer):
    other = make_officer(owner, place, "Leila Haddad")
    noon = datetime(2026, 2, 1, 12, tzinfo=UTC)
    for at, who in ((noon, officer), (noon - timedelta(days=60), officer), (noon + timedelta(days=90), other)):
        make_decided_row(owner, place, who, decided_at=at, days=5, asked=who is other)

    found = counted(
        db, owner, place, Period("both", FROM - timedelta(days=90), TO + timedelta(days=90)), Period("same", FROM, TO)
    )

    assert found.cases.total.cases == 1
    besides, nothing = found.rests
    assert (besides.total.cases, besides.total.supplemented) == (2, 1)
    assert {found.names[each.key].sv: each.cases for each in besides.by[Dimension.OFFICER]} == {
        "Mikael Öberg": 1,
        "Leila Haddad": 1,
    }
    assert (nothing.total.cases, nothing.by) == (0, {})


def test_size_is_by_the_total_assets_of_the_companys_own_report(owner, db, place, officer):
    """The report of the examples holds assets of some millions; another company's says nothing of this one."""
    own = make_member(owner, make_provider(owner))
    row = make_application(owner, place, "hemtjanst", by=own, state=State.APPROVED, officer=officer)
    make_report(owner, row, by=own)
    stranger = make_member(owner, make_provider(owner))
    other = make_application(owner, place, "hemtjanst", by=stranger, state=State.APPROVED, officer=officer)
    make_report(owner, other, by=stranger, content=k2(orgnr=orgnr_of(owner, own)))

    found = counted(db, owner, place)

    assets = owner.execute(
        sa.text(
            "SELECT g.amount FROM financial_figure g JOIN financial_report r ON r.id = g.report_id"
            " WHERE r.provider_id = :p AND g.key = 'assets' ORDER BY g.day DESC LIMIT 1"
        ),
        {"p": own.provider_id},
    ).scalar_one()
    size = Size.SMALL if assets < 1_500_000 else Size.MEDIUM
    assert {each.key: each.cases for each in found.cases.by[Dimension.SIZE]} == {size.value: 1, Size.UNKNOWN.value: 1}


def test_nothing_decided_is_a_total_of_nothing(owner, db, place):
    found = counted(db, owner, place)

    assert (found.cases.total.cases, found.cases.by) == (0, {})


def test_a_case_that_nobody_handled_stands_by_itself(owner, db, place, officer):
    make_decided_row(owner, place, None, decided_at=NOW)

    assert [each.key for each in counted(db, owner, place).cases.by[Dimension.OFFICER]] == [""]
