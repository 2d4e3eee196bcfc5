"""Drafts of conditions, and how one becomes a version."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlmodel import col, select

from portal.db import conditions
from portal.db.session import Scope, enter
from portal.db.tables import ConditionDraft, ConditionVersion, Municipality, StaffEvent
from portal.domain.publishing import NotPublishable
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, Invalid, NotAllowed, NotFound
from portal.services import drafts
from tests.factories import make_staff
from tests.factories_drafts import DECISION, make_administrator, make_draft, make_place

MAY = DECISION["valid_from"]


@pytest.fixture
def administrator(owner, db, place):
    actor = make_administrator(owner, place)
    enter(db, Scope.of(actor))
    return actor


@pytest.fixture
def service(place):
    return place.services["familjebehandling"]


def events(owner, place):
    owner.rollback()
    ordered = select(StaffEvent).where(col(StaffEvent.municipality_id) == place.id).order_by(col(StaffEvent.at))
    return [(row.kind, row.facts) for row in owner.exec(ordered)]


def test_a_draft_begins_as_a_copy_of_the_version_in_force(db, administrator, place, service, now):
    draft = drafts.read(db, make_draft(db, administrator, service), actor=administrator)

    base = conditions.in_force(db, place.id, service, on=now.date())
    stored = db.get_one(ConditionVersion, base.id).content
    assert (draft.based_on, draft.revision, draft.name) == (base.id, 1, "Villkor från maj")
    assert draft.content["criteria"] == stored["criteria"]
    assert set(draft.content) == set(stored)


def test_a_threshold_changed_in_the_settings_enters_the_next_draft(db, owner, administrator, place, now):
    row = owner.get_one(Municipality, place.id)
    row.settings = {**row.settings, "thresholds": {**row.settings["thresholds"], "soliditet_pct": 15}}
    owner.commit()

    draft = drafts.read(db, make_draft(db, administrator), actor=administrator)

    assert draft.content["thresholds"]["soliditet_pct"] == 15


def test_a_decided_draft_becomes_the_next_version_and_applies_from_its_day(
    db, owner, administrator, place, service, now
):
    draft_id = make_draft(db, administrator, service)

    made = drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)
    db.commit()

    enter(db, Scope.of(administrator))
    assert (made.number, made.decided_by, made.decision_reference) == (2, "Socialnämnden", "41")
    assert conditions.in_force(db, place.id, service, on=MAY).id == made.id
    assert conditions.in_force(db, place.id, service, on=MAY - timedelta(days=1)).number == 1
    assert drafts.read(db, draft_id, actor=administrator).published_as == made.id
    kinds = dict(events(owner, place))
    assert set(kinds) == {"conditions.drafted", "conditions.published"}
    assert kinds["conditions.published"]["number"] == 2
    assert "Henrik" not in str(kinds)


def test_a_draft_is_published_once(db, administrator, now):
    draft_id = make_draft(db, administrator)
    drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)

    with pytest.raises(NotAllowed) as refused:
        drafts.publish(db, draft_id, **{**DECISION, "valid_from": date(2026, 6, 1)}, actor=administrator, now=now)

    assert refused.value.reason == "draft_published"


@pytest.mark.parametrize(
    "change",
    [
        lambda db, draft_id, **by: drafts.rename(db, draft_id, "Nytt", **by),
        drafts.discard,
        lambda db, draft_id, *, actor, now: drafts.open_for_change(db, draft_id, actor=actor),
    ],
    ids=["rename", "discard", "open"],
)
def test_what_is_published_is_not_worked_on(db, administrator, now, change):
    draft_id = make_draft(db, administrator)
    drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)

    with pytest.raises(NotAllowed) as refused:
        change(db, draft_id, actor=administrator, now=now)

    assert refused.value.reason == "draft_published"


def test_the_database_too_refuses_to_change_a_published_draft(db, administrator, now):
    draft_id = make_draft(db, administrator)
    drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)

    with pytest.raises(IntegrityError, match="never changed"):
        db.execute(sa.update(ConditionDraft).where(col(ConditionDraft.id) == draft_id).values(name="Annat"))


@pytest.mark.parametrize("statement", ["UPDATE condition_version SET number = 9", "DELETE FROM condition_version"])
def test_the_database_refuses_the_portal_to_touch_a_published_version(db, administrator, now, statement):
    drafts.publish(db, make_draft(db, administrator), **DECISION, actor=administrator, now=now)

    with pytest.raises(ProgrammingError, match="permission denied"):
        db.execute(sa.text(statement))


def test_with_faults_nothing_is_published_and_every_one_is_named(db, owner, administrator, place, service, now):
    draft_id = make_draft(db, administrator, service)
    draft = drafts.open_for_change(db, draft_id, actor=administrator)
    [first, second, *rest] = draft.content["criteria"]
    faulty = [{**first, "title": {"sv": "", "en": "Education"}}, {**second, "control_points": []}, *rest]
    drafts.store(db, draft, {**draft.content, "criteria": faulty}, {}, actor=administrator, now=now)

    with pytest.raises(NotPublishable) as refused:
        drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)

    assert {each.split(":")[0] for each in refused.value.faults} == {first["id"], second["id"]}
    assert drafts.newest(db, place.id, service).number == 1


def test_a_decision_that_cannot_be_is_refused_with_all_that_is_wrong(db, administrator, now):
    draft_id = make_draft(db, administrator)
    tomorrow = now.date() + timedelta(days=1)

    with pytest.raises(Invalid) as refused:
        drafts.publish(
            db,
            draft_id,
            decided_by=" ",
            paragraph="",
            decided_on=tomorrow,
            valid_from=now.date(),
            actor=administrator,
            now=now,
        )

    assert refused.value.errors == {
        "decided_by": "missing",
        "paragraph": "missing",
        "decided_on": "in_the_future",
        "valid_from": "before_the_decision",
    }


def test_what_somebody_changed_meanwhile_is_not_published_unseen(db, administrator, now):
    draft_id = make_draft(db, administrator)
    draft = drafts.read(db, draft_id, actor=administrator)
    seen = (draft.revision, draft.based_on)
    drafts.rename(db, draft_id, "Nytt namn", actor=administrator, now=now)

    with pytest.raises(ChangedMeanwhile):
        drafts.publish(db, draft_id, **DECISION, seen=seen, actor=administrator, now=now)


def test_of_two_drafts_the_second_is_not_published_against_a_version_that_is_no_longer_the_newest(
    db, administrator, now
):
    one, other = make_draft(db, administrator), make_draft(db, administrator, name="Den andra")
    waiting = drafts.read(db, other, actor=administrator)
    seen = (waiting.revision, waiting.based_on)
    made = drafts.publish(db, one, **DECISION, actor=administrator, now=now)
    june = {**DECISION, "valid_from": date(2026, 6, 1)}

    with pytest.raises(ChangedMeanwhile):
        drafts.publish(db, other, **june, seen=seen, actor=administrator, now=now)

    assert drafts.publish(db, other, **june, seen=(1, made.id), actor=administrator, now=now).number == 3


def test_another_municipalitys_draft_is_not_there(db, owner, administrator, now):
    draft_id = make_draft(db, administrator)
    stranger = make_administrator(owner, make_place(owner))
    enter(db, Scope.of(stranger))

    for attempt in (drafts.read, drafts.open_for_change):
        with pytest.raises(NotFound):
            attempt(db, draft_id, actor=stranger)
    assert db.exec(select(ConditionDraft.id)).all() == []


def test_another_municipalitys_service_has_no_draft_here(db, owner, administrator, now):
    strange = make_place(owner).services["hemtjanst"]

    with pytest.raises(NotFound):
        drafts.create(db, strange, "Inte vår", actor=administrator, now=now)


def test_a_discarded_draft_is_gone(db, administrator, now):
    draft_id = make_draft(db, administrator)

    drafts.discard(db, draft_id, actor=administrator, now=now)

    with pytest.raises(NotFound):
        drafts.read(db, draft_id, actor=administrator)


@pytest.mark.parametrize(("name", "why"), [("  ", "missing"), ("x" * 81, "too_long")])
def test_a_draft_has_a_name(db, administrator, now, name, why):
    with pytest.raises(Invalid) as refused:
        drafts.create(db, None, name, actor=administrator, now=now)

    assert refused.value.errors == {"name": why}


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.DECISION_MAKER, Role.CONTROLLER, Role.RECEPTION])
def test_nobody_but_an_administrator_drafts_or_publishes(db, owner, administrator, place, now, role):
    draft_id = make_draft(db, administrator)
    actor = make_staff(owner, place.id, role)
    enter(db, Scope.of(actor))

    with pytest.raises(NotAllowed):
        drafts.create(db, None, "Mina villkor", actor=actor, now=now)
    with pytest.raises(NotAllowed):
        drafts.publish(db, draft_id, **DECISION, actor=actor, now=now)
