"""What was judged, and what has changed since."""

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.evidence import Change, Pinned, as_data, change_since, from_data

PINS = st.frozensets(st.builds(Pinned, st.sampled_from("abcdef"), st.sampled_from(("1" * 64, "2" * 64))), max_size=6)


def one_each(pins):
    return tuple({each.document: each for each in sorted(pins)}.values())


def test_a_replaced_an_added_and_an_altered_document_are_told_apart():
    judged = (Pinned("old", "1"), Pinned("kept", "2"), Pinned("altered", "3"))
    present = (Pinned("new", "4"), Pinned("kept", "2"), Pinned("altered", "5"))

    assert change_since(judged, present) == Change(added=("new",), gone=("old",), altered=("altered",))


def test_of_a_judgement_from_before_pins_nothing_is_said():
    assert not change_since(None, (Pinned("a", "1"),))


def test_a_judgement_of_no_documents_is_marked_when_one_comes():
    assert change_since((), (Pinned("a", "1"),))


@given(PINS, PINS)
def test_evidence_has_changed_exactly_when_it_is_not_the_same_bytes(judged, present):
    judged, present = one_each(judged), one_each(present)

    assert bool(change_since(judged, present)) is (set(judged) != set(present))


@given(PINS)
def test_pins_are_kept_in_one_order_and_read_back(pins):
    assert from_data(as_data(pins)) == tuple(sorted(pins))
    assert as_data(sorted(pins, reverse=True)) == as_data(pins)
