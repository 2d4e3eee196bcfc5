"""A municipality's settings, changed section by section."""

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import ConditionVersion, Municipality
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed
from portal.services import municipalities
from tests.factories import make_staff
from tests.factories_admin import make_own_municipality

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></svg>'


@pytest.fixture
def place(owner):
    return make_own_municipality(owner)


@pytest.fixture
def administrator(owner, db, place):
    actor = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    enter(db, Scope.of(actor))
    return actor


def stored(owner, place):
    owner.rollback()
    return owner.get_one(Municipality, place.id, populate_existing=True)


def test_a_section_is_changed_and_the_others_stay(db, owner, place, administrator, now):
    before = dict(place.settings)

    municipalities.change_deadlines(db, {"decide_days": 45}, actor=administrator, now=now)
    db.commit()

    after = stored(owner, place).settings
    assert after["deadlines"] == {**before["deadlines"], "decide_days": 45}
    assert {name: after[name] for name in after if name != "deadlines"} == {
        name: before[name] for name in before if name != "deadlines"
    }


def test_two_changes_never_share_the_address_of_the_looks(db, owner, place, administrator, now):
    stamps = [int(place.changed_at.timestamp())]
    for colour in ("#17573f", "#12315c"):
        municipalities.change_theme(db, {**place.settings["theme"], "accent": colour}, actor=administrator, now=now)
        db.commit()
        enter(db, Scope.of(administrator))
        stamps.append(int(stored(owner, place).changed_at.timestamp()))

    assert len(set(stamps)) == 3


def test_a_threshold_does_not_touch_what_is_published(db, owner, bjorkvik, now):
    actor = make_staff(owner, bjorkvik.id, Role.MUNICIPAL_ADMINISTRATOR)
    published = select(ConditionVersion.content).where(col(ConditionVersion.municipality_id) == bjorkvik.id)
    before = owner.exec(published).all()
    enter(db, Scope.of(actor))

    municipalities.change_thresholds(db, {"soliditet_pct": 99}, actor=actor, now=now)
    db.flush()

    assert db.exec(published).all() == before
    db.rollback()


@pytest.mark.parametrize(
    ("theme", "reason"),
    [({"accent": "#808080"}, "contrast"), ({"accent": "red"}, "form"), ({"band": "#17573f"}, "contrast")],
)
def test_a_colour_that_nobody_can_read_is_refused_whoever_asks(db, place, administrator, now, theme, reason):
    with pytest.raises(Invalid) as refused:
        municipalities.change_theme(db, {**place.settings["theme"], **theme}, actor=administrator, now=now)

    assert refused.value.errors == {next(iter(theme)): reason}


def test_a_mark_is_stored_as_it_was_drawn(db, owner, place, administrator, now):
    municipalities.change_mark(db, SVG, actor=administrator, now=now)
    db.commit()

    assert stored(owner, place).mark_svg == SVG.decode()


def test_a_mark_that_is_more_than_a_picture_is_refused(db, place, administrator, now):
    with pytest.raises(Invalid) as refused:
        municipalities.change_mark(db, SVG.replace(b"<path", b"<script/><path"), actor=administrator, now=now)

    assert refused.value.errors == {"mark": "element"}


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.DECISION_MAKER, Role.CONTROLLER])
def test_nobody_else_changes_settings(db, owner, place, now, role):
    actor = make_staff(owner, place.id, role)
    enter(db, Scope.of(actor))

    with pytest.raises(NotAllowed):
        municipalities.change_deadlines(db, {"decide_days": 1}, actor=actor, now=now)
