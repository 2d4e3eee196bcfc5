"""The effect of a draft, counted over everybody whom it concerns; no case is touched by it."""

from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from portal.db.handed_in import read
from portal.db.handed_in_many import read_many
from portal.db.session import Scope, enter
from portal.db.tables import EffectPart, EffectResult, EffectRun
from portal.domain.application import State
from portal.domain.criteria import Outcome
from portal.errors import NotAllowed, NotFound
from portal.jobs import effects as jobs
from portal.jobs.retrying import NotYet
from portal.services import effect_reading, effects, facts
from portal.services.fact_sources import FactCase
from portal.services.facts import SOURCES
from tests.factories import NOW, make_staff
from tests.factories_application import make_application, sets_of
from tests.factories_drafts import make_administrator, make_draft
from tests.factories_effects import STRICTER, change, count_all, make_authorised, make_stricter_draft, order

CASES = "application, case_file, event, answer, answer_document, judgement, provider_authorization, letter".split(", ")


def test_a_part_that_somebody_holds_is_come_back_to_and_not_left_out(owner, db, workshop, place, administrator):
    """A worker that died may hold it until its connection is found dead; whoever comes meanwhile must not be done."""
    make_application(owner, place, state=State.SUBMITTED)
    run_id = order(db, make_stricter_draft(db, administrator), administrator)
    mine = {"municipality_id": str(place.id), "run_id": str(run_id)}
    jobs.begin(workshop, **mine)
    owner.rollback()
    owner.get_one(EffectPart, (run_id, 0), with_for_update=True)

    with pytest.raises(NotYet):
        jobs.count(workshop, **mine, number=0)
    owner.rollback()

    assert jobs.count(workshop, **mine, number=0) == 1
    assert jobs.count(workshop, **mine, number=0) == 0
    assert run_of(owner, run_id).finished_at is not None


def run_of(owner, run_id):
    owner.rollback()
    return owner.get_one(EffectRun, run_id, populate_existing=True)


def results(owner, run_id):
    owner.rollback()
    return {
        row.application_id: row for row in owner.exec(select(EffectResult).where(col(EffectResult.run_id) == run_id))
    }


def whole(owner, place):
    owner.rollback()
    return {
        table: owner.execute(
            sa.text(
                f"SELECT coalesce(md5(string_agg(t::text, '' ORDER BY t::text)), '') FROM {table} t"
                " WHERE municipality_id = :m"
            ),
            {"m": place.id},
        ).scalar_one()
        for table in CASES
    }


def test_everybody_whom_it_concerns_is_counted_once_and_no_case_is_touched(owner, db, place, administrator, workshop):
    authorised = make_authorised(owner, place)
    applied = make_application(owner, place, state=State.SUBMITTED)
    make_application(owner, place)
    make_application(owner, place, state=State.WITHDRAWN)
    draft_id = make_stricter_draft(db, administrator)
    before = whole(owner, place)

    run_id = order(db, draft_id, administrator)
    counted = count_all(owner, workshop, place, run_id)
    again = count_all(owner, workshop, place, run_id)

    run, found = run_of(owner, run_id), results(owner, run_id)
    assert (counted, again, run.total, run.done) == (2, 0, 2, 2)
    assert run.finished_at == NOW
    assert set(found) == {authorised, applied.id}
    assert (found[authorised].authorised, found[applied.id].authorised) == (True, False)
    # Nobody has asked the register yet, and that is no failure.
    assert {row.outcome for row in found.values()} == {Outcome.CANNOT_TELL}
    assert run.tally["criteria"] == {STRICTER: {"cannot_tell": 2}}
    assert whole(owner, place) == before


def test_a_draft_in_which_nothing_is_changed_leaves_who_is_authorised_as_they_are(
    owner, db, place, administrator, workshop
):
    make_authorised(owner, place)

    run_id = order(db, make_draft(db, administrator), administrator)
    count_all(owner, workshop, place, run_id)

    run = run_of(owner, run_id)
    assert run.tally == {"authorised": {"met": 1}, "applications": {}, "criteria": {}}


def test_only_those_of_the_service_are_concerned_by_its_own_conditions(owner, db, place, administrator, workshop):
    make_authorised(owner, place)
    other = make_application(owner, place, "familjebehandling", state=State.SUBMITTED)

    run_id = order(db, make_draft(db, administrator, place.services["familjebehandling"]), administrator)
    count_all(owner, workshop, place, run_id)

    assert set(results(owner, run_id)) == {other.id}


def test_another_municipalitys_providers_are_not_counted_nor_its_runs_seen(
    owner, db, place, administrator, workshop, ekholm
):
    make_authorised(owner, ekholm)
    draft_id = make_stricter_draft(db, administrator)
    run_id = order(db, draft_id, administrator)
    count_all(owner, workshop, place, run_id)
    stranger = make_administrator(owner, ekholm)

    enter(db, Scope.of(stranger))

    assert run_of(owner, run_id).total == 0
    for table in (EffectRun, EffectPart, EffectResult):
        assert db.exec(select(table)).all() == []
    with pytest.raises(NotFound):
        effects.order(db, draft_id, actor=stranger, now=NOW)
    with pytest.raises(NotFound):
        effects.cancel(db, draft_id, actor=stranger, now=NOW)


def test_only_an_administrator_orders_and_nothing_unfinished_is_counted(owner, db, place, administrator):
    draft_id = make_draft(db, administrator)
    officer = make_staff(owner, place.id)
    enter(db, Scope.of(officer))
    with pytest.raises(NotAllowed, match="role"):
        effects.order(db, draft_id, actor=officer, now=NOW)

    change(db, draft_id, STRICTER, rule={"fact": "nobody.knows", "op": "exists"}, actor=administrator)
    with pytest.raises(NotAllowed, match="draft_unfinished"):
        effects.order(db, draft_id, actor=administrator, now=NOW)


def test_ordered_twice_it_is_counted_once_and_a_changed_draft_is_counted_anew(owner, db, place, administrator):
    draft_id = make_stricter_draft(db, administrator)
    first = order(db, draft_id, administrator)
    same = order(db, draft_id, administrator)
    change(db, draft_id, STRICTER, rule={"fact": "tax.f_skatt", "op": "eq", "value": False}, actor=administrator)

    other = order(db, draft_id, administrator)

    assert first == same != other
    assert run_of(owner, first).cancelled_at == NOW
    assert run_of(owner, first).digest != run_of(owner, other).digest


def test_what_is_cancelled_is_not_gone_on_with(owner, db, place, administrator, workshop):
    make_authorised(owner, place)
    draft_id = make_stricter_draft(db, administrator)
    run_id = order(db, draft_id, administrator)
    told = {"municipality_id": str(place.id), "run_id": str(run_id)}
    jobs.begin(workshop, **told)
    enter(db, Scope.of(administrator))
    effects.cancel(db, draft_id, actor=administrator, now=NOW)
    db.commit()

    assert jobs.count(workshop, **told, number=0) == 0
    run = run_of(owner, run_id)
    assert (run.done, run.finished_at) == (0, None)
    assert results(owner, run_id) == {}


def test_one_of_them_is_looked_at_with_its_reasons(owner, db, place, administrator, workshop, ekholm):
    authorised = make_authorised(owner, place)
    draft_id = make_stricter_draft(db, administrator)
    count_all(owner, workshop, place, order(db, draft_id, administrator))
    enter(db, Scope.of(administrator))

    looked = effect_reading.look(db, draft_id, authorised, actor=administrator)

    assert [criterion.id for criterion, _ in looked.findings] == [STRICTER]
    assert looked.then is looked.now is Outcome.CANNOT_TELL
    with pytest.raises(NotFound):
        effect_reading.look(db, draft_id, make_authorised(owner, ekholm), actor=administrator)


def test_many_are_read_as_one_is(owner, place, bjorkvik):
    """Every source says of many cases what it says of each."""
    applications = [make_application(owner, bjorkvik, state=State.SUBMITTED) for _ in range(3)]
    sets = sets_of(owner, applications[0])
    ids = [each.id for each in applications]
    many = read_many(owner, ids, criteria=[each.id for each in sets.asked_criteria], people=True)
    cases = [
        FactCase(
            application_id=each.id,
            provider_id=each.provider_id,
            sets=sets,
            criteria=sets.asked_criteria,
            given=read(owner, each.id),
            on=NOW.date(),
        )
        for each in applications
    ]

    together = facts.sheets_of(owner, [replace(case, given=many[case.application_id]) for case in cases])

    assert together == {case.application_id: facts.sheet_of(owner, case) for case in cases}
    for source in SOURCES:
        said = source.facts_of_many(owner, cases)
        assert {id_: list(told) for id_, told in said.items()} == {
            case.application_id: list(source.facts_of(owner, case)) for case in cases
        }
