"""A part of a file is sent only where exactly that part was asked for, of exactly those bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.ranges import Span, Unsatisfiable, span_of

TAG = '"abc"'


def asked(header: str | None, size: int = 100, condition: str | None = None) -> Span | str | None:
    try:
        return span_of(header, condition, size=size, etag=TAG)
    except Unsatisfiable:
        return "416"


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("bytes=0-0", Span(0, 1)),
        ("bytes=10-19", Span(10, 20)),
        ("bytes=90-", Span(90, 100)),
        ("bytes=90-500", Span(90, 100)),
        ("bytes=-10", Span(90, 100)),
        ("bytes=-500", Span(0, 100)),
        ("bytes=100-", "416"),
        ("bytes=-0", "416"),
        (None, None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=20-10", None),
        ("bytes=0-1,5-6", None),
        ("bytes=a-b", None),
        ("bytes=١-٢", None),
        ("bytes=0-" + "9" * 30, None),
        ("lines=1-2", None),
    ],
)
def test_a_part_is_what_was_asked_for_and_what_is_not_understood_is_the_whole(header, wanted):
    assert asked(header) == wanted


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [(TAG, Span(5, 100)), ('"other"', None), (f"W/{TAG}", None), ("Wed, 25 Nov 2026 10:00:00 GMT", None)],
)
def test_a_part_is_joined_only_to_the_very_same_bytes(condition, wanted):
    assert asked("bytes=5-", condition=condition) == wanted


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 1000))
def test_every_part_lies_within_the_file(first, last, size):
    for header in (f"bytes={first}-{last}", f"bytes={first}-", f"bytes=-{last}"):
        found = asked(header, size)
        if isinstance(found, Span):
            assert 0 <= found.start < found.end <= size
