"""The municipality's own phrases: who keeps them, and who is offered them."""

from uuid import uuid4

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import StaffEvent
from portal.domain.phrases import MOST, Purpose
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services import phrases
from portal.services.phrases import Wording
from tests.factories import NOW, make_municipality, make_staff
from tests.factories_review import acting, make_officer

ASK = Wording(Purpose.SUPPLEMENT, "Belopp saknas", "Skicka ett brev där beloppet syns.", "GEN-25")


@pytest.fixture
def admin(owner, place):
    return make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)


def titles(db, actor, *purposes):
    enter(db, Scope.of(actor))
    found = [each.title for each in phrases.offered(db, *purposes, actor=actor)]
    db.rollback()
    return found


def test_a_phrase_is_offered_to_the_municipalitys_officers_for_what_it_is_for(owner, db, place, admin):
    acting(db, phrases.add, ASK, actor=admin)
    acting(db, phrases.add, Wording(Purpose.REFUSAL, "Rutin saknas", "Rutinen saknas."), actor=admin)
    officer = make_officer(owner, place)

    assert titles(db, officer, Purpose.SUPPLEMENT) == ["Belopp saknas"]
    assert titles(db, officer) == ["Belopp saknas", "Rutin saknas"]
    elsewhere = make_municipality(owner, own_slug=f"ekholm-{uuid4().hex[:8]}")
    assert titles(db, make_officer(owner, elsewhere)) == []
    [offered] = [each for each in phrases.offered(owner, actor=officer) if each.title == "Belopp saknas"]
    assert (offered.fits("GEN-25"), offered.fits("GEN-01")) == (True, False)


def test_a_phrase_is_changed_and_removed_and_who_did_is_recorded_without_its_words(owner, db, place, admin):
    made = acting(db, phrases.add, ASK, actor=admin)
    acting(db, phrases.change, made, Wording(Purpose.JUDGEMENT, "Annat", "Hej."), actor=admin)
    assert titles(db, admin) == ["Annat"]
    acting(db, phrases.remove, made, actor=admin)

    assert titles(db, admin) == []
    events = owner.exec(select(StaffEvent).where(col(StaffEvent.municipality_id) == place.id)).all()
    assert {each.kind for each in events} == {"phrases.added", "phrases.changed", "phrases.removed"}
    assert len(events) == 3
    assert all(each.facts == {"phrase": str(made)} for each in events)


def test_a_phrase_says_it_in_english_where_somebody_has_written_that(db, admin):
    both = Wording(Purpose.SUPPLEMENT, "Både", "Skicka in det.", text_en="Send it in.")
    made = acting(db, phrases.add, ASK, actor=admin)
    acting(db, phrases.add, both, actor=admin)

    def said():
        enter(db, Scope.of(admin))
        found = {each.title: (each.says("sv"), each.says("en")) for each in phrases.offered(db, actor=admin)}
        db.rollback()
        return found

    assert said() == {"Belopp saknas": (ASK.text, ASK.text), "Både": ("Skicka in det.", "Send it in.")}
    acting(
        db, phrases.change, made, Wording(Purpose.SUPPLEMENT, "Belopp saknas", "Hej.", text_en="Hello."), actor=admin
    )
    assert said()["Belopp saknas"] == ("Hej.", "Hello.")


@pytest.mark.parametrize(
    ("wording", "errors"),
    [
        (Wording(Purpose.SUPPLEMENT, " ", ""), {"title": "missing", "text": "missing"}),
        (Wording(Purpose.SUPPLEMENT, "x" * 81, "y" * 4001), {"title": "too_long", "text": "too_long"}),
        (Wording(Purpose.SUPPLEMENT, "Annat", "Text.", text_en="y" * 4001), {"text_en": "too_long"}),
        (Wording(Purpose.SUPPLEMENT, "Annat", "Text.", title_en="x" * 81), {"title_en": "too_long"}),
        (Wording(Purpose.SUPPLEMENT, "BELOPP SAKNAS", "Text."), {"title": "taken"}),
    ],
)
def test_everything_that_is_wrong_is_said(db, admin, wording, errors):
    acting(db, phrases.add, ASK, actor=admin)

    with pytest.raises(Invalid) as refused:
        acting(db, phrases.add, wording, actor=admin)

    assert refused.value.errors == errors


def test_the_list_has_an_end(db, admin):
    enter(db, Scope.of(admin))
    for index in range(MOST):
        phrases.add(db, Wording(Purpose.REFUSAL, f"Fras {index}", "Text."), actor=admin, now=NOW)

    with pytest.raises(Invalid) as refused:
        phrases.add(db, ASK, actor=admin, now=NOW)

    assert refused.value.errors == {"title": "too_many"}
    db.rollback()


def test_only_the_municipalitys_own_administrator_keeps_phrases(owner, db, place, admin, ekholm):
    made = acting(db, phrases.add, ASK, actor=admin)
    neighbour = make_staff(owner, ekholm.id, Role.MUNICIPAL_ADMINISTRATOR)

    with pytest.raises(NotAllowed):
        acting(db, phrases.add, ASK, actor=make_officer(owner, place))
    with pytest.raises(NotFound):
        acting(db, phrases.change, made, ASK, actor=neighbour)
    with pytest.raises(NotFound):
        acting(db, phrases.remove, made, actor=neighbour)
