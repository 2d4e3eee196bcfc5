"""What is done to a draft, and what stands in the way of publishing it; without a database."""

from copy import deepcopy
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import library
from portal.domain import drafting
from portal.domain.conditions import read_content
from portal.domain.criteria import Consequence, ControlPoint, Demand, Text
from portal.domain.draft_faults import Fault, Reason, Unfinished, find
from portal.domain.drafting import Edit, Step
from portal.domain.facts import Fact
from portal.domain.publishing import NotPublishable, check
from portal.services.founding import content_of

FACTS = library.declared()
CONTENT = content_of("", library.load().municipalities[0])
SERVICE = content_of("familjebehandling", library.load().municipalities[0])
WHOLE = Edit(
    group="finance",
    title=Text("Soliditet", "Solvency"),
    text=Text("Minst så mycket.", "At least so much."),
    question=Text("Kan ni visa det?", "Can you show it?"),
    help=Text("", ""),
    description=Demand.OPTIONAL,
    documents=Demand.REQUIRED,
    evidence=("forsakringsbrev",),
    control_points=(ControlPoint.AT_APPLICATION,),
    on_breach=(Consequence.WARNING,),
    thresholds={},
)
OWN = drafting.with_criterion(CONTENT, drafting.own_criterion("GEN-E1", "finance", Text("Eget", "Own")), {})


def written(**changes):
    return drafting.edited(OWN, "GEN-E1", replace(WHOLE, **changes), FACTS)


def test_the_librarys_conditions_have_no_faults():
    assert find(CONTENT, FACTS) == ()
    assert find(SERVICE, FACTS) == ()


def test_a_criterion_of_ones_own_can_be_published_when_it_is_written():
    assert {(each.criterion, each.field) for each in find(OWN, FACTS)} == {
        ("GEN-E1", "text_sv"),
        ("GEN-E1", "text_en"),
        ("GEN-E1", "control_points"),
        ("GEN-E1", "on_breach"),
    }

    assert find(written(), FACTS) == ()
    check(written(), FACTS)


def test_the_rule_of_ones_own_criterion_asks_for_the_documents_that_must_be_there_and_else_for_an_officer():
    needed = drafting.criterion_in(written(), "GEN-E1")["rule"]
    wished = drafting.criterion_in(written(documents=Demand.OPTIONAL), "GEN-E1")["rule"]

    assert needed == {"all": [{"fact": "doc.forsakringsbrev", "op": "exists"}]}
    assert wished == {"fact": drafting.READ_BY_OFFICER, "op": "declared"}


def test_the_rule_of_a_librarys_criterion_stays_as_it_is():
    before = drafting.criterion_in(CONTENT, "GEN-25")

    after = drafting.criterion_in(drafting.edited(CONTENT, "GEN-25", WHOLE, FACTS), "GEN-25")

    assert after["rule"] == before["rule"]
    assert after["title"] == {"sv": "Soliditet", "en": "Solvency"}


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"title": Text("", "Solvency")}, "title_sv", Reason.EMPTY),
        ({"text": Text("x" * 4001, "Short")}, "text_sv", Reason.TOO_LONG),
        ({"text": Text("Minst {antal", "At least")}, "text_sv", Reason.STRAY_BRACE),
        ({"text": Text("Minst {antal}", "At least {antal}")}, "text_sv", Reason.UNKNOWN_PLACEHOLDER),
        ({"control_points": ()}, "control_points", Reason.NONE_CHOSEN),
        ({"control_points": (ControlPoint.FOLLOW_UP,)}, "control_points", Reason.NOT_ASKED),
        ({"on_breach": ()}, "on_breach", Reason.NONE_CHOSEN),
        ({"on_breach": ("avrattning",)}, "on_breach", Reason.UNKNOWN_CHOICE),
        ({"question": Text("", "")}, "question_sv", Reason.EMPTY),
        ({"help": Text("Läs mer.", "")}, "help_en", Reason.EMPTY),
        ({"evidence": ("finns_inte",)}, "evidence", Reason.UNKNOWN_CHOICE),
        ({"group": "finns_inte"}, "group", Reason.UNKNOWN_CHOICE),
    ],
)
def test_each_fault_is_said_at_the_field_where_it_is_mended(changes, field, reason):
    found = find(written(**changes), FACTS)

    assert (field, reason) in {(each.field, each.reason) for each in found}
    assert {each.criterion for each in found} == {"GEN-E1"}


def test_a_placeholder_that_only_one_language_has_is_said_at_the_other():
    text = Text("Svar inom {complaint_answer_days} dagar.", "An answer soon.")
    made = deepcopy(CONTENT)
    data = next(each for each in made["criteria"] if "complaint_answer_days" in each.get("thresholds", {}))
    data["text"] = {"sv": text.sv, "en": text.en}

    assert find(made, FACTS) == (Fault(data["id"], "text_en", Reason.PLACEHOLDERS_DIFFER, ("complaint_answer_days",)),)


@pytest.mark.parametrize("value", ["ungefär tio", -1, 10_000, True, None, []])
def test_a_threshold_that_is_no_number_within_its_bounds_is_said_at_its_field(value):
    made = {**CONTENT, "thresholds": {**CONTENT["thresholds"], "complaint_answer_days": value}}

    [fault] = find(made, FACTS)

    assert (fault.field, fault.reason) == ("threshold.complaint_answer_days", Reason.NO_VALUE)


def test_a_set_without_criteria_and_one_with_the_same_twice_are_no_sets():
    assert find({**CONTENT, "criteria": []}, FACTS) == (Fault("", "criteria", Reason.EMPTY),)
    twice = {**CONTENT, "criteria": [*CONTENT["criteria"], CONTENT["criteria"][0]]}
    assert [each.reason for each in find(twice, FACTS)] == [Reason.TWICE]


def test_a_rule_that_asks_for_what_nobody_has_declared_is_a_fault_of_the_rule():
    fewer: dict[str, Fact] = {id_: fact for id_, fact in FACTS.items() if id_ != "doc.forsakringsbrev"}

    assert {each.reason for each in find(written(), fewer)} == {Reason.RULE}


texts = st.builds(Text, *[st.sampled_from(["", "Ord", "{soliditet_pct}", "{", "{okänd}"])] * 2)
edits = st.builds(
    Edit,
    group=st.sampled_from(["finance", "quality", "finns_inte"]),
    title=texts,
    text=texts,
    question=texts,
    help=texts,
    description=st.sampled_from(list(Demand)),
    documents=st.sampled_from(list(Demand)),
    evidence=st.lists(st.sampled_from(["forsakringsbrev", "bankintyg"]), unique=True).map(tuple),
    control_points=st.lists(st.sampled_from(list(ControlPoint)), unique=True).map(tuple),
    on_breach=st.lists(st.sampled_from(list(Consequence)), unique=True).map(tuple),
    thresholds=st.dictionaries(st.just("soliditet_pct"), st.sampled_from([10, "tio", 500])),
)


@given(edits, st.sampled_from(["GEN-E1", "GEN-25", CONTENT["criteria"][0]["id"]]))
def test_what_has_no_faults_can_be_published_and_nothing_that_was_typed_is_lost(edit, id_):
    made = drafting.edited(OWN, id_, edit, FACTS)

    data = drafting.criterion_in(made, id_)
    assert data["title"] == {"sv": edit.title.sv, "en": edit.title.en}
    assert data.get("question", {"sv": "", "en": ""}) == {"sv": edit.question.sv, "en": edit.question.en}
    assert data.get("help", {"sv": "", "en": ""}) == {"sv": edit.help.sv, "en": edit.help.en}
    own = [each for each in find(made, FACTS) if each.criterion == id_]
    alone = drafting.finished({**made, "criteria": [data]})
    if not own:
        check(alone, FACTS)
        assert [each.id for each in read_content(alone)["criteria"]] == [id_]


@given(edits)
def test_what_cannot_be_published_has_a_fault(edit):
    made = drafting.edited(OWN, "GEN-E1", edit, FACTS)

    try:
        check(drafting.finished(made), FACTS)
    except NotPublishable:
        assert find(made, FACTS) != ()


def test_removing_what_was_added_leaves_what_was():
    assert drafting.without(OWN, "GEN-E1") == CONTENT


def test_a_finished_draft_has_no_threshold_and_no_kind_of_evidence_that_nothing_asks_for():
    few = drafting.finished({**CONTENT, "criteria": CONTENT["criteria"][:1]})

    assert few["thresholds"] == {}
    assert set(few["evidence_types"]) == set(CONTENT["criteria"][0]["evidence"])
    assert drafting.finished(CONTENT) == CONTENT


def test_a_fingerprint_tells_of_the_criterion_and_its_numbers_and_of_nothing_else():
    [name] = next(each for each in CONTENT["criteria"] if each["id"] == "GEN-08")["thresholds"]
    first = drafting.fingerprint(CONTENT, "GEN-08")

    assert drafting.fingerprint(drafting.edited(CONTENT, "GEN-25", WHOLE, FACTS), "GEN-08") == first
    assert drafting.fingerprint({**CONTENT, "thresholds": {**CONTENT["thresholds"], name: 3}}, "GEN-08") != first
    assert drafting.fingerprint(drafting.without(CONTENT, "GEN-08"), "GEN-08") == ""


def test_the_refusal_names_each_fault_in_words_for_a_log_too():
    refusal = Unfinished((Fault("GEN-E1", "text_sv", Reason.EMPTY),))

    assert refusal.faults == ("GEN-E1: text_sv is empty",)


def order(content):
    return [each["id"] for each in content["criteria"]]


def by_group(content):
    return {group: [each["id"] for each in content["criteria"] if each["group"] == group] for group in groups(content)}


def groups(content):
    return {each["group"] for each in content["criteria"]}


@given(st.sampled_from([each["id"] for each in CONTENT["criteria"]]))
def test_a_step_up_changes_place_with_the_one_before_in_the_group_and_a_step_down_undoes_it(id_):
    before = by_group(CONTENT)
    (group,) = (each["group"] for each in CONTENT["criteria"] if each["id"] == id_)
    place = before[group].index(id_)

    moved = drafting.moved(CONTENT, id_, Step.UP)

    after = by_group(moved)
    assert {name: ids for name, ids in after.items() if name != group} == {
        name: ids for name, ids in before.items() if name != group
    }
    if place == 0:
        assert order(moved) == order(CONTENT)
    else:
        assert after[group].index(id_) == place - 1
        assert [each for each in after[group] if each != id_] == [each for each in before[group] if each != id_]
        assert order(drafting.moved(moved, id_, Step.DOWN)) == order(CONTENT)
