"""What administrators change in a draft, alone and two at once."""

from dataclasses import replace

import pytest
from sqlmodel import col, select

from portal import library
from portal.db.session import Scope, enter
from portal.db.tables import ConditionVersion, Municipality, StaffEvent
from portal.domain.criteria import Consequence, ControlPoint, Demand, Text
from portal.domain.draft_faults import Unfinished
from portal.domain.drafting import Edit, Step, criterion_in, fingerprint
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, Invalid, NotAllowed, NotFound
from portal.services import draft_edits, drafts
from tests.factories import make_staff
from tests.factories_drafts import DECISION, make_administrator, make_draft

EDIT = Edit(
    group="fbh_delivery",
    title=Text("Uppdragets ramar", "Scope of assignment"),
    text=Text("Beslutet styr.", "The decision governs."),
    question=Text("", ""),
    help=Text("", ""),
    description=Demand.NONE,
    documents=Demand.NONE,
    evidence=("bestallning",),
    control_points=(ControlPoint.FOLLOW_UP,),
    on_breach=(Consequence.WARNING,),
    thresholds={},
)


@pytest.fixture
def draft_id(db, administrator, place):
    return make_draft(db, administrator, place.services["familjebehandling"])


@pytest.fixture
def content(db, draft_id, administrator):
    return lambda: drafts.read(db, draft_id, actor=administrator).content


def test_a_criterion_is_kept_as_it_was_typed_and_the_record_says_which(
    db, owner, administrator, place, draft_id, content, now
):
    seen = fingerprint(content(), "FBH-06")

    draft_edits.save(db, draft_id, "FBH-06", EDIT, seen=seen, actor=administrator, now=now)
    db.commit()

    enter(db, Scope.of(administrator))
    assert criterion_in(content(), "FBH-06")["text"] == {"sv": "Beslutet styr.", "en": "The decision governs."}
    assert drafts.read(db, draft_id, actor=administrator).revision == 2
    told = select(StaffEvent.facts).where(
        col(StaffEvent.municipality_id) == place.id, col(StaffEvent.kind) == "conditions.draft_changed"
    )
    [facts] = owner.exec(told).all()
    assert facts == {"draft": str(draft_id), "revision": 2, "changed": ["FBH-06"]}


def test_of_two_who_change_the_same_criterion_the_later_is_told(
    db, owner, administrator, place, draft_id, content, now
):
    colleague = make_administrator(owner, place, "Ingrid Åberg")
    seen = fingerprint(content(), "FBH-06")
    draft_edits.save(db, draft_id, "FBH-06", EDIT, seen=seen, actor=colleague, now=now)

    theirs = replace(EDIT, text=Text("Något annat.", "Something else."))
    with pytest.raises(ChangedMeanwhile):
        draft_edits.save(db, draft_id, "FBH-06", theirs, seen=seen, actor=administrator, now=now)
    with pytest.raises(ChangedMeanwhile):
        draft_edits.remove(db, draft_id, "FBH-06", seen=seen, actor=administrator, now=now)

    assert criterion_in(content(), "FBH-06")["text"]["sv"] == "Beslutet styr."


def test_of_two_who_change_different_criteria_both_changes_stay(
    db, owner, administrator, place, draft_id, content, now
):
    before = content()
    seen = {id_: fingerprint(before, id_) for id_ in ("FBH-06", "FBH-07")}

    for id_ in seen:
        actor = make_administrator(owner, place)
        draft_edits.save(db, draft_id, id_, EDIT, seen=seen[id_], actor=actor, now=now)

    assert [criterion_in(content(), id_)["text"]["sv"] for id_ in seen] == ["Beslutet styr."] * 2


def test_a_criterion_is_moved_within_its_group_and_at_the_end_nothing_is_stored(
    db, administrator, draft_id, content, now
):
    group = [each["id"] for each in content()["criteria"] if each["group"] == "fbh_delivery"]
    first, second, *rest = group

    draft_edits.move(db, draft_id, second, Step.UP, actor=administrator, now=now)
    draft_edits.move(db, draft_id, second, Step.UP, actor=administrator, now=now)

    assert [each["id"] for each in content()["criteria"] if each["group"] == "fbh_delivery"] == [second, first, *rest]
    assert drafts.read(db, draft_id, actor=administrator).revision == 2
    with pytest.raises(NotFound):
        draft_edits.move(db, draft_id, "FBH-99", Step.UP, actor=administrator, now=now)


def test_what_was_removed_or_changed_can_be_had_back_as_it_was(db, administrator, draft_id, content, now):
    before = content()
    draft_edits.remove(db, draft_id, "FBH-06", seen=fingerprint(before, "FBH-06"), actor=administrator, now=now)
    assert criterion_in(content(), "FBH-06") is None
    number = replace(EDIT, thresholds={"therapist_experience_months": 99})
    draft_edits.save(db, draft_id, "FBH-03", number, seen=fingerprint(before, "FBH-03"), actor=administrator, now=now)

    for id_ in ("FBH-06", "FBH-03"):
        draft_edits.restore(db, draft_id, id_, actor=administrator, now=now)

    assert {each["id"]: each for each in content()["criteria"]} == {each["id"]: each for each in before["criteria"]}
    assert content()["thresholds"] == before["thresholds"]


def test_a_criterion_comes_from_the_library_with_its_rule_evidence_and_the_municipalitys_number(
    db, owner, administrator, place, draft_id, content, now
):
    row = owner.get_one(Municipality, place.id)
    numbers = {**row.settings["thresholds"], "therapist_experience_months": 36}
    row.settings = {**row.settings, "thresholds": numbers}
    owner.commit()
    fresh = make_draft(db, administrator, place.services["familjebehandling"], name="Ett till")
    without = drafts.open_for_change(db, fresh, actor=administrator)
    kept = [each for each in without.content["criteria"] if each["id"] != "FBH-03"]
    emptied = {**without.content, "criteria": kept, "thresholds": {}, "evidence_types": {}}
    drafts.store(db, without, emptied, {}, actor=administrator, now=now)

    added = draft_edits.add_from_library(db, fresh, ["FBH-03", "FBH-07"], actor=administrator, now=now)

    made = drafts.read(db, fresh, actor=administrator).content
    assert added == ("FBH-03",), "what is there already stays as it is"
    assert criterion_in(made, "FBH-03")["rule"] == library.load().data["FBH-03"]["rule"]
    assert made["thresholds"] == {"therapist_experience_months": 36}
    assert set(criterion_in(made, "FBH-03")["evidence"]) <= set(made["evidence_types"])


def test_another_sets_criterion_is_not_added(db, administrator, draft_id, now):
    with pytest.raises(NotFound):
        draft_edits.add_from_library(db, draft_id, ["GEN-01"], actor=administrator, now=now)


def test_a_criterion_of_ones_own_has_an_id_that_nothing_else_has_had(db, administrator, draft_id, content, now):
    def write():
        return draft_edits.write_own(db, draft_id, Text("Eget", "Own"), "fbh_delivery", actor=administrator, now=now)

    assert [write(), write()] == ["FBH-E2", "FBH-E3"], "the municipality has an FBH-E1 already"
    seen = fingerprint(content(), "FBH-E2")
    draft_edits.save(db, draft_id, "FBH-E2", EDIT, seen=seen, actor=administrator, now=now)
    draft_edits.save(db, draft_id, "FBH-E3", EDIT, seen=fingerprint(content(), "FBH-E3"), actor=administrator, now=now)
    drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)
    later = make_draft(db, administrator, drafts.read(db, draft_id, actor=administrator).service_id)
    draft_edits.remove(
        db,
        later,
        "FBH-E3",
        seen=fingerprint(drafts.read(db, later, actor=administrator).content, "FBH-E3"),
        actor=administrator,
        now=now,
    )

    again = draft_edits.write_own(db, later, Text("Nytt", "New"), "fbh_delivery", actor=administrator, now=now)

    assert again == "FBH-E4"


def test_a_criterion_of_ones_own_has_a_name_in_both_languages_and_a_group(db, administrator, draft_id, now):
    with pytest.raises(Invalid) as refused:
        draft_edits.write_own(db, draft_id, Text("", "x" * 201), "finance", actor=administrator, now=now)

    assert refused.value.errors == {"title_sv": "missing", "title_en": "too_long", "group": "unknown"}


def test_an_unfinished_criterion_is_kept_and_stands_in_the_way_of_publishing(db, administrator, draft_id, content, now):
    halfway = replace(EDIT, text=Text("", ""), thresholds={"therapist_experience_months": "två år"})
    seen = fingerprint(content(), "FBH-03")

    draft_edits.save(db, draft_id, "FBH-03", halfway, seen=seen, actor=administrator, now=now)

    assert content()["thresholds"]["therapist_experience_months"] == "två år"
    with pytest.raises(Unfinished) as refused:
        drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)
    assert {each.field for each in refused.value.found} == {
        "text_sv",
        "text_en",
        "threshold.therapist_experience_months",
    }


def test_a_published_threshold_is_the_one_that_the_next_draft_begins_with(
    db, owner, administrator, draft_id, content, place, now
):
    seen = fingerprint(content(), "FBH-03")
    longer = replace(EDIT, thresholds={"therapist_experience_months": 36})
    draft_edits.save(db, draft_id, "FBH-03", longer, seen=seen, actor=administrator, now=now)

    version = drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)
    later = make_draft(db, administrator, place.services["familjebehandling"])

    assert version.content["thresholds"]["therapist_experience_months"] == 36
    assert drafts.read(db, later, actor=administrator).content["thresholds"] == version.content["thresholds"]


def test_what_is_published_is_not_edited(db, administrator, draft_id, content, now):
    seen = fingerprint(content(), "FBH-06")
    drafts.publish(db, draft_id, **DECISION, actor=administrator, now=now)

    for attempt in (
        lambda: draft_edits.save(db, draft_id, "FBH-06", EDIT, seen=seen, actor=administrator, now=now),
        lambda: draft_edits.remove(db, draft_id, "FBH-06", seen=seen, actor=administrator, now=now),
        lambda: draft_edits.restore(db, draft_id, "FBH-06", actor=administrator, now=now),
        lambda: draft_edits.move(db, draft_id, "FBH-06", Step.UP, actor=administrator, now=now),
        lambda: draft_edits.add_from_library(db, draft_id, ["FBH-06"], actor=administrator, now=now),
        lambda: draft_edits.write_own(db, draft_id, Text("A", "B"), "fbh_child", actor=administrator, now=now),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert len(db.exec(select(ConditionVersion.id).where(col(ConditionVersion.number) == 2)).all()) >= 1


def test_an_officer_changes_no_draft(db, owner, administrator, draft_id, content, place, now):
    officer = make_staff(owner, place.id, Role.CASE_OFFICER)

    with pytest.raises(NotAllowed):
        draft_edits.save(db, draft_id, "FBH-06", EDIT, seen=fingerprint(content(), "FBH-06"), actor=officer, now=now)
