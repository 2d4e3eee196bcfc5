"""Two versions of conditions side by side; without a database."""

from copy import deepcopy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import library
from portal.domain.criteria import Consequence, ControlPoint, Text
from portal.domain.revision import Change, Difference, Mark, Part, compare, joined, runs, with_numbers
from portal.services.founding import content_of

CONTENT = content_of("familjebehandling", library.load().municipalities[0])
IDS = [each["id"] for each in CONTENT["criteria"]]

words = st.text(alphabet="abc åäö.,\n", max_size=60)
texts = st.fixed_dictionaries({"sv": words, "en": words})


@st.composite
def contents(draw):
    """Content whose criteria were left, rewritten or taken out, and whose thresholds were decided anew."""
    made = deepcopy(CONTENT)
    kept = draw(st.lists(st.sampled_from(IDS), unique=True, max_size=len(IDS)))
    made["criteria"] = [each for each in made["criteria"] if each["id"] in kept]
    for each in made["criteria"]:
        if draw(st.booleans()):
            each["title"] = draw(texts)
            each["text"] = draw(texts)
            each["control_points"] = draw(st.lists(st.sampled_from([p.value for p in ControlPoint]), unique=True))
            each["on_breach"] = draw(st.lists(st.sampled_from([c.value for c in Consequence]), unique=True))
    made["thresholds"] = {name: draw(st.integers(0, 3)) for name in made["thresholds"]}
    return made


@given(contents())
def test_nothing_is_another_than_itself(content):
    found = compare(content, content)

    assert found.changes == ()
    assert found.unchanged == len(content["criteria"])


@given(contents(), contents())
def test_what_is_added_one_way_is_removed_the_other(before, after):
    there, back = compare(before, after), compare(after, before)

    def of(comparison, change):
        return {each.id for each in comparison.changes if each.change is change}

    assert of(there, Change.ADDED) == of(back, Change.REMOVED)
    assert of(there, Change.REMOVED) == of(back, Change.ADDED)
    assert of(there, Change.CHANGED) == of(back, Change.CHANGED)
    swapped = {(each.id, d.part, d.name): (d.after, d.before) for each in back.changes for d in each.differences}
    assert swapped == {
        (each.id, d.part, d.name): (d.before, d.after) for each in there.changes for d in each.differences
    }
    assert there.unchanged == back.unchanged


@given(words, words)
def test_each_side_of_marked_words_reads_as_it_was_written(before, after):
    marked = runs(before, after)

    assert joined(marked, without=Mark.ADDED) == " ".join(before.split())
    assert joined(marked, without=Mark.REMOVED) == " ".join(after.split())
    assert all(each.mark is Mark.SAME for each in runs(before, before))


def test_only_the_changed_words_are_marked():
    found = runs("Behandling ges i högst sex månader.", "Behandling ges så länge beslutet säger.")

    assert [(each.mark, each.words) for each in found] == [
        (Mark.SAME, "Behandling ges"),
        (Mark.REMOVED, "i högst sex månader."),
        (Mark.ADDED, "så länge beslutet säger."),
    ]


def test_a_threshold_is_told_as_a_number_and_in_the_words_that_hold_it():
    general = content_of("", library.load().municipalities[0])
    after = {**general, "thresholds": {**general["thresholds"], "complaint_answer_days": 9}}

    [change] = compare(general, after).changes

    assert change.change is Change.CHANGED
    [number] = [each for each in change.differences if each.part is Part.THRESHOLD]
    assert (number.name, number.before, number.after) == (
        "complaint_answer_days",
        general["thresholds"]["complaint_answer_days"],
        9,
    )


def test_the_order_of_kinds_of_evidence_says_nothing():
    after = deepcopy(CONTENT)
    for each in after["criteria"]:
        each["evidence"].reverse()
        each["control_points"].reverse()

    assert compare(CONTENT, after).changes == ()


def test_changes_come_in_the_order_of_their_groups_also_what_was_removed():
    after = {**CONTENT, "criteria": []}

    removed = [each.group for each in compare(CONTENT, after).changes]

    order = {each["id"]: each["order"] for each in CONTENT["groups"]}
    assert removed == sorted(removed, key=order.__getitem__)
    assert len(removed) == len(IDS)


@pytest.mark.parametrize(
    ("value", "shown"), [(10_000, "10\N{NO-BREAK SPACE}000"), ([], ""), (["AAA", "AA"], "AAA eller AA"), ("?", "?")]
)
def test_a_number_that_is_not_decided_yet_stands_as_it_was_typed(value, shown):
    assert with_numbers("Minst {here} och {there}.", {"here": value}, "sv") == f"Minst {shown} och {{there}}."


def test_an_added_criterion_is_shown_whole():
    [first, *rest] = CONTENT["criteria"]

    [change] = compare({**CONTENT, "criteria": rest}, CONTENT).changes

    assert (change.id, change.change, change.title) == (first["id"], Change.ADDED, Text(**first["title"]))
    assert {Part.TITLE, Part.TEXT, Part.CONTROL_POINTS} <= {each.part for each in change.differences}


@st.composite
def arranged(draw):
    """The same criteria in another order within their groups."""
    groups = [each["group"] for each in CONTENT["criteria"]]
    ranks = draw(st.permutations(range(len(groups))))
    ordered = iter(sorted(zip(groups, ranks, CONTENT["criteria"], strict=True), key=lambda each: each[:2]))
    return {**CONTENT, "criteria": [each for _group, _rank, each in ordered]}


@given(arranged(), arranged())
def test_what_only_stands_elsewhere_is_told_as_moved_and_as_few_as_can_be(before, after):
    found = compare(before, after)

    assert {each.change for each in found.changes} <= {Change.MOVED}
    assert {d.part for each in found.changes for d in each.differences} <= {Part.PLACE}
    moved = {each.id for each in found.changes}
    rest = [[each["id"] for each in side["criteria"] if each["id"] not in moved] for side in (before, after)]
    assert rest[0] == rest[1]
    assert {each.id for each in compare(after, before).changes} == moved


def test_one_that_is_taken_from_the_end_to_the_front_is_the_only_one_that_moved():
    group = [each for each in CONTENT["criteria"] if each["group"] == CONTENT["criteria"][0]["group"]]
    assert len(group) > 2
    others = [each for each in CONTENT["criteria"] if each not in group]
    before = {**CONTENT, "criteria": [*group, *others]}
    after = {**CONTENT, "criteria": [group[-1], *group[:-1], *others]}

    (change,) = compare(before, after).changes

    assert (change.id, change.change) == (group[-1]["id"], Change.MOVED)
    assert change.differences == (Difference(Part.PLACE, (len(group), len(group)), (1, len(group))),)


def test_what_is_added_or_removed_beside_a_criterion_has_not_moved_it():
    without = {**CONTENT, "criteria": CONTENT["criteria"][1:]}

    assert [each.change for each in compare(without, CONTENT).changes] == [Change.ADDED]
    assert [each.change for each in compare(CONTENT, without).changes] == [Change.REMOVED]


def test_one_that_stands_in_another_group_with_the_same_words_is_moved():
    other = next(each["group"] for each in CONTENT["criteria"] if each["group"] != CONTENT["criteria"][0]["group"])
    after = {**CONTENT, "criteria": [{**CONTENT["criteria"][0], "group": other}, *CONTENT["criteria"][1:]]}

    (change,) = compare(CONTENT, after).changes

    assert (change.change, change.group) == (Change.MOVED, other)
