"""Which cases a second officer reads, and what a whole answer is."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.second_review import Point, faults, is_drawn

CASES = st.uuids(version=4)
SHARES = st.integers(0, 100)


@given(CASES)
def test_none_of_no_share_is_drawn_and_all_of_a_whole_one(case):
    assert not is_drawn(case, 0)
    assert is_drawn(case, 100)


@given(CASES, SHARES, SHARES)
def test_whatever_a_smaller_share_draws_a_larger_draws_too(case, one, other):
    smaller, larger = sorted((one, other))

    assert is_drawn(case, larger) or not is_drawn(case, smaller)
    assert is_drawn(case, larger) == is_drawn(UUID(str(case)), larger), "drawing again gives the same answer"


def test_about_as_many_are_drawn_as_is_said():
    cases = [UUID(int=index << 64 | index) for index in range(20_000)]

    for percent in (1, 10, 50):
        share = sum(is_drawn(case, percent) for case in cases) / len(cases)
        assert abs(share - percent / 100) < 0.01


POINTS = st.lists(
    st.builds(Point, st.sampled_from("ABCDEFG"), st.booleans(), st.sampled_from(("", " ", "Därför"))),
    unique_by=lambda each: each.criterion,
)


@given(st.sets(st.sampled_from("ABCDEF"), min_size=1), POINTS)
def test_an_answer_is_whole_when_each_is_answered_and_each_otherwise_is_explained(asked, points):
    said = {each.criterion: each for each in points}

    found = faults(points, asked)

    for criterion in asked:
        whole = criterion in said and (said[criterion].agrees or said[criterion].note.strip() != "")
        assert (criterion in found) != whole
    assert set(found) <= set(asked)
