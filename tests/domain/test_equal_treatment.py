"""What may be shown of groups of cases: no small group, and nothing that gives one away."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.equal_treatment import LEAST, Cases, Dimension, Group, Measure, Share, report


@st.composite
def cases(draw):
    """Decided cases, each with what it falls under and what was done in it."""
    one = st.fixed_dictionaries(
        {
            Dimension.OFFICER: st.sampled_from("ABCDE"),
            Dimension.SERVICE: st.sampled_from("ST"),
            Dimension.SIZE: st.sampled_from("LMN"),
            "days": st.integers(0, 400),
            "supplemented": st.booleans(),
            "refused": st.booleans(),
            "compared": (compared := st.integers(0, 3)),
            "overridden": compared,
        }
    )
    return draw(st.lists(one, max_size=40))


def group(key, many):
    return Group(
        key,
        tuple(each["days"] for each in many),
        sum(each["supplemented"] for each in many),
        sum(each["refused"] for each in many),
        sum(min(each["overridden"], each["compared"]) for each in many),
        sum(each["compared"] for each in many),
    )


def divided(many, dimension):
    keys = sorted({each[dimension] for each in many})
    return [group(key, [each for each in many if each[dimension] == key]) for key in keys]


def of(many):
    by = {dimension: divided(many, dimension) for dimension in Dimension}
    return by, report(Cases(group("", many), by))


def simple(key, count, **more):
    return Group(key, tuple(range(count)), **more)


def of_officers(*groups):
    together = Group(
        "",
        tuple(day for each in groups for day in each.days),
        *(sum(getattr(each, n) for each in groups) for n in ("supplemented", "refused", "overridden", "compared")),
    )
    return report(Cases(together, {Dimension.OFFICER: groups}))


@given(cases())
def test_no_group_of_fewer_than_five_is_shown(many):
    by, found = of(many)
    if found is None:
        assert len(many) < LEAST
        return

    for dimension, rows in found.tables.items():
        for whole, row in zip(by[dimension], rows, strict=True):
            if whole.cases < LEAST:
                assert (row.cases, row.median_days) == (None, None)
            if row.cases is not None:
                assert row.cases == whole.cases


@given(cases())
def test_what_the_total_leaves_over_is_at_least_two_groups_and_five_cases(many):
    """The total is known, from the page or from another table of it, so that the remainder is too."""
    _by, found = of(many)
    if found is None:
        return

    for rows in found.tables.values():
        shown = [row.cases for row in rows if row.cases is not None]
        hidden = len(rows) - len(shown)
        assert hidden == 0 or (hidden > 1 and found.total.cases - sum(shown) >= LEAST)


@given(cases())
def test_no_hidden_share_can_be_worked_out_even_by_one_who_knows_how_large_each_group_is(many):
    """Everything that is shown is taken away from the total; what is left fits more than one value of each cell."""
    by, found = of(many)
    if found is None:
        return

    for dimension, rows in found.tables.items():
        for measure in Measure:
            total = found.total.shares[measure]
            if total is None:
                assert all(row.shares[measure] is None for row in rows)
                continue
            if total.part in (0, total.whole):
                continue
            shown = [row.shares[measure] for row in rows if row.shares[measure] is not None]
            left = total.part - sum(each.part for each in shown)
            wholes = {
                each.key: each.share(measure).whole
                for each, row in zip(by[dimension], rows, strict=True)
                if row.shares[measure] is None
            }
            small = {row.key for row in rows if row.cases is None}
            for whole in wholes.values():
                others = sum(wholes.values()) - whole
                least, most = max(0, left - others), min(whole, left)
                # A group in which nothing could be compared has no share to give away.
                assert least < most or whole == 0 or not any(wholes[each] for each in small)


@given(cases())
def test_a_share_of_a_small_group_is_never_shown(many):
    by, found = of(many)
    if found is None:
        return

    for dimension, rows in found.tables.items():
        for whole, row in zip(by[dimension], rows, strict=True):
            if whole.cases < LEAST:
                assert set(row.shares.values()) == {None}


def test_one_small_group_takes_the_next_smallest_with_it():
    found = of_officers(simple("Ada", 4), simple("Bo", 9), simple("Cilla", 6))

    assert [(row.key, row.cases) for row in found.tables[Dimension.OFFICER]] == [
        ("Ada", None),
        ("Bo", 9),
        ("Cilla", None),
    ]


def test_where_the_hidden_ones_have_no_refusal_somebody_elses_refusals_are_hidden_too():
    found = of_officers(simple("Ada", 4), simple("Bo", 9, refused=2), simple("Cilla", 4), simple("Didrik", 12))

    rows = {row.key: row for row in found.tables[Dimension.OFFICER]}
    assert rows["Bo"].cases == 9
    assert rows["Bo"].shares[Measure.REFUSED] is None
    assert rows["Bo"].shares[Measure.SUPPLEMENTED] == Share(0, 9), "nobody was asked for anything"
    assert rows["Didrik"].shares[Measure.REFUSED] == Share(0, 12)


def test_a_measure_that_lies_in_one_small_group_alone_is_on_no_table():
    found = of_officers(simple("Ada", 3, compared=10, overridden=2), simple("Bo", 9))

    assert found.total.shares[Measure.OVERRIDDEN] is None
    assert {row.shares[Measure.OVERRIDDEN] for row in found.tables[Dimension.OFFICER]} == {None}


def test_fewer_than_five_cases_are_no_report():
    assert of_officers(simple("Ada", 4)) is None
    assert of_officers(simple("Ada", 5)) is not None


@pytest.mark.parametrize(("days", "middle"), [((9, 1, 2, 3, 100), 3), ((1, 2, 3, 4, 5, 100), 3.5)])
def test_the_time_is_the_middle_one_which_one_long_case_does_not_move(days, middle):
    assert of_officers(Group("Ada", days)).total.median_days == middle


def test_a_share_of_nothing_is_no_share():
    assert Share(0, 0).percent is None
    assert Share(1, 3).percent == 33
