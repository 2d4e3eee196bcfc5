"""The periods in which equal treatment is followed up: no two of them, nor more, give a small group away."""

from datetime import date, timedelta
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.equal_treatment import LEAST, Cases, Dimension, Group, Measure, report
from portal.domain.followed_periods import larger, offered

MONTHS = [date(2026 + month // 12, month % 12 + 1, 15) for month in range(24)]
LONG_AGO = date(2022, 1, 1)


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1), date(2028, 2, 29)])
def test_only_whole_periods_that_have_ended_are_offered(today):
    periods = offered(today)

    assert len({each.key for each in periods}) == len(periods) == 8
    for each in periods:
        assert each.last < today
        assert each.first.day == 1
        assert (each.last + timedelta(days=1)).day == 1
    rolling = periods[0]
    assert rolling.last == today.replace(day=1) - timedelta(days=1)
    assert (rolling.last + timedelta(days=1)).replace(year=rolling.first.year) == rolling.first


def test_halves_come_when_they_have_ended_and_years_too():
    keys = {day: [each.key for each in offered(day)] for day in (date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1))}

    assert keys[date(2026, 6, 30)] == ["12", "2025-2", "2025-1", "2024-2", "2024-1", "2025", "2024", "2023"]
    assert keys[date(2026, 7, 1)][1] == "2026-1"
    assert keys[date(2027, 1, 1)][1:6] == ["2026-2", "2026-1", "2025-2", "2025-1", "2026"]


def months_of(period):
    first, last = (12 * day.year + day.month for day in (period.first, period.last))
    return frozenset(range(first, last + 1))


@pytest.mark.parametrize("today", MONTHS)
def test_whatever_is_added_and_subtracted_only_offered_periods_and_their_rests_come_of_it(today):
    """Every sum and difference of the periods that is a set of months: made of wholes and of what one has besides."""
    periods = {each: months_of(each) for each in offered(today)}
    known = {*periods.values()} | {
        periods[outer] - months for each, months in periods.items() for outer in larger(each, periods)
    }
    known.discard(frozenset())

    for signs in product((-1, 0, 1), repeat=len(periods)):
        counts = {}
        for sign, months in zip(signs, periods.values(), strict=True):
            for month in months if sign else ():
                counts[month] = counts.get(month, 0) + sign
        if set(counts.values()) <= {0, 1}:
            left = frozenset(month for month, count in counts.items() if count)
            assert is_made_of(left, known), (today, signs)


def is_made_of(months, known):
    if not months:
        return True
    first = min(months)
    return any(is_made_of(months - each, known) for each in known if first in each and each <= months)


@st.composite
def decided(draw):
    """A day to look from, and cases with the day of their decision."""
    today = draw(st.sampled_from(MONTHS))
    one = st.fixed_dictionaries(
        {
            Dimension.OFFICER: st.sampled_from("ABC"),
            Dimension.SERVICE: st.sampled_from("ST"),
            Dimension.SIZE: st.sampled_from("LM"),
            "at": st.sampled_from([each for p in offered(today) for each in (p.first, p.last)]),
            "refused": st.booleans(),
        }
    )
    return today, draw(st.lists(one, max_size=60))


def cases_of(many):
    def group(key, some):
        return Group(key, (1,) * len(some), 0, sum(each["refused"] for each in some), 0, 0)

    by = {
        dimension: [
            group(key, [each for each in many if each[dimension] == key])
            for key in sorted({each[dimension] for each in many})
        ]
        for dimension in Dimension
    }
    return Cases(group("", many), by)


@given(decided())
def test_no_two_periods_differ_by_fewer_than_five_cases_where_both_are_shown(given_cases):
    today, many = given_cases
    periods = offered(today)
    inside = {p: [each for each in many if p.first <= each["at"] <= p.last] for p in periods}

    def rest(outer, inner):
        return cases_of([each for each in inside[outer] if not inner.first <= each["at"] <= inner.last])

    shown = {p: report(cases_of(inside[p]), [rest(outer, p) for outer in larger(p, periods)]) for p in periods}

    for outer, inner in ((a, b) for a, b in combinations(periods, 2) for a, b in ((a, b), (b, a)) if a.holds(b)):
        if not (shown[outer] and shown[inner]):
            continue
        besides = rest(outer, inner)
        assert not 0 < besides.total.cases < LEAST
        for dimension in Dimension:
            told = {row.key: row.cases for row in shown[inner].tables.get(dimension, ())}
            wider = {row.key: row.cases for row in shown[outer].tables[dimension]}
            # Who is not in the smaller period's table at all is known to have none there.
            apart = {
                key: many - told.get(key, 0)
                for key, many in wider.items()
                if many is not None and told.get(key, 0) is not None
            }
            assert not any(0 < each < LEAST for each in apart.values())
            left = besides.total.cases - sum(apart.values())
            assert left == 0 or left >= LEAST
            shares = {row.key: row.shares[Measure.REFUSED] for row in shown[inner].tables.get(dimension, ())}
            for row in shown[outer].tables[dimension]:
                if row.shares[Measure.REFUSED] and shares.get(row.key):
                    whole = row.shares[Measure.REFUSED].whole - shares[row.key].whole
                    assert not 0 < whole < LEAST
