"""What settings may be."""

import pytest

from portal import library
from portal.domain.municipal_rules import (
    DEADLINE_BOUNDS,
    PLACEHOLDERS,
    TEXTS,
    THRESHOLD_KINDS,
    colour_faults,
    unknown_placeholders,
)
from portal.domain.municipality import DEADLINES, THEME
from portal.forms.settings import as_typed, read_value

SHELF = library.load()
BOTH = pytest.mark.parametrize("wanted", SHELF.municipalities, ids=lambda wanted: wanted.slug)


@BOTH
def test_every_threshold_and_deadline_of_the_library_can_be_changed(wanted):
    assert set(wanted.thresholds) == set(THRESHOLD_KINDS)
    assert set(wanted.deadlines) == set(DEADLINE_BOUNDS)
    assert set(DEADLINES) <= set(DEADLINE_BOUNDS)


@BOTH
def test_the_librarys_own_values_are_accepted_as_they_are_typed(wanted):
    for name, value in wanted.thresholds.items():
        stored = list(value) if isinstance(value, tuple) else value
        assert read_value(as_typed(value), THRESHOLD_KINDS[name]) == stored
    for name, days in wanted.deadlines.items():
        assert read_value(str(days), DEADLINE_BOUNDS[name]) == days


@BOTH
def test_the_librarys_texts_hold_no_unknown_placeholder(wanted):
    assert set(TEXTS) <= set(wanted.texts)
    for text in wanted.texts.values():
        assert unknown_placeholders(text.sv) == unknown_placeholders(text.en) == ()


@BOTH
def test_the_librarys_colours_have_no_fault(wanted):
    assert list(colour_faults({name: wanted.theme[name] for name in THEME})) == []


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("insurance_sek", "10 000 000", 10_000_000),
        ("insurance_sek", "-1", None),
        ("soliditet_pct", "101", None),
        ("soliditet_pct", "10,5", None),
        ("soliditet_pct", "", None),
        ("soliditet_pct", "٣", None),
        ("credit_ratings", "aaa; AA, aa", ["AAA", "AA"]),
        ("credit_ratings", "utmärkt", None),
        ("swedish_cefr", "C1", "C1"),
        ("swedish_cefr", "D1", None),
        ("annual_report_due", "2-28", "--02-28"),
        ("annual_report_due", "02-29", None),
        ("annual_report_due", "13-01", None),
    ],
)
def test_a_value_is_read_or_refused(name, typed, value):
    assert read_value(typed, THRESHOLD_KINDS[name]) == value


def test_a_placeholder_that_nothing_fills_in_is_named_once():
    assert unknown_placeholders("{kommun} {municipality} {kommun} {}") == ("kommun", "")
    assert "municipality" in PLACEHOLDERS
