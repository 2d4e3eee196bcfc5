"""Months of experience and the seed's manager rule: exact at every boundary, and the same in whatever order."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.competence import (
    Area,
    Education,
    Employment,
    Impossible,
    Level,
    Profile,
    StaffRole,
    Subject,
    faults,
)
from portal.domain.criteria import Outcome
from portal.domain.experience import LeftOut, Measure, Overload, experience, gaps, overloads
from portal.domain.manager_rule import LEADERSHIP, PRACTICE, education_country, manager_rule
from portal.domain.months import Month, Span, read_month

ON = date(2026, 3, 2)
THIS_MONTH = Month(2026, 3)


def job(start: str, end: str | None = None, **given_: object) -> Employment:
    first, last = read_month(start), read_month(end) if end else None
    assert first
    return Employment(
        **{"employer": "Ekens omsorg", "role": "Undersköterska", "area": Area.ELDERLY, "start": first, "end": last}
        | given_
    )


def leading(start: str, end: str | None = None, **given_: object) -> Employment:
    return job(start, end, leads_staff=True, leads_operations=True, **given_)


def studied(credits: int | None, level: Level = Level.UNIVERSITY, **given_: object) -> Education:
    return Education(
        **{"institution": "Umeå universitet", "name": "Social omsorg", "level": level, "subject": Subject.CARE}
        | {"credits": credits}
        | given_
    )


def person(*claims: Education | Employment) -> Profile:
    return Profile(
        name="Åsa Öberg",
        role=StaffRole.MANAGER,
        educations=tuple(each for each in claims if isinstance(each, Education)),
        employments=tuple(each for each in claims if isinstance(each, Employment)),
    )


def practised(*jobs: Employment, on: date = ON) -> int:
    return experience(jobs, PRACTICE, on=on).hundredths


# What counts


def test_the_month_in_which_one_applies_is_not_over_and_does_not_count():
    assert practised(job("2024-03")) == 2400
    assert practised(job("2024-04")) == 2300
    assert practised(job("2026-03")) == 0


def test_the_last_ten_years_are_the_120_months_before_this_one():
    found = experience([job("2010-01")], PRACTICE, on=ON)

    assert found.window == Span(Month(2016, 3), Month(2026, 2))
    assert found.months == 120
    assert practised(job("2014-03", "2016-02")) == 0
    assert practised(job("2014-03", "2016-03")) == 100


def test_first_and_last_month_are_both_worked():
    assert practised(job("2021-08", "2023-07")) == 2400
    assert practised(job("2021-08", "2021-08")) == 100


def test_part_time_is_converted_and_less_than_a_whole_month_is_never_rounded_up():
    found = experience([job("2021-01", "2023-08", share=75), job("2024-01", "2024-01", share=99)], PRACTICE, on=ON)

    assert found.hundredths == 2400 + 99
    assert experience([job("2021-01", "2022-12", share=99)], PRACTICE, on=ON).months == 23


def test_a_month_gives_no_more_than_one_and_the_first_begun_is_given_it_first():
    found = experience([job("2024-07", "2024-12", share=75), job("2024-01", "2024-12", share=50)], PRACTICE, on=ON)

    assert [each.hundredths for each in found.contributions] == [600, 300]
    assert found.hundredths == 900


def test_it_is_said_why_a_period_gives_nothing():
    found = experience(
        [
            job("2001-01", "2005-12"),
            job("2020-01", "2020-12"),
            job("2020-02", "2020-03"),
            job("2021-01", "2021-12", area=Area.OTHER),
            job("2026-03"),
        ],
        PRACTICE,
        on=ON,
    )

    assert [each.left_out for each in found.contributions] == [
        LeftOut.BEFORE_WINDOW,
        None,
        LeftOut.OVERLAPS,
        LeftOut.OTHER_AREA,
        LeftOut.NOT_A_MONTH_YET,
    ]


def test_leadership_is_of_both_staff_and_operations_at_any_time_and_any_share():
    assert experience([leading("1999-01", "2000-12", share=20)], LEADERSHIP, on=ON).months == 24
    halves = [job("2020-01", "2021-12", leads_staff=True), job("2022-01", "2023-12", leads_operations=True)]
    assert experience(halves, LEADERSHIP, on=ON).months == 0


def test_gaps_and_more_than_full_time_are_found():
    jobs = [job("2020-01", "2020-06"), job("2020-09", share=80), job("2021-01", "2021-02", share=60)]

    assert gaps(jobs, on=ON) == (Span(Month(2020, 7), Month(2020, 8)),)
    assert overloads(jobs, on=ON) == (Overload(Span(Month(2021, 1), Month(2021, 2)), 140),)
    assert gaps([], on=ON) == ()


# What cannot be


@pytest.mark.parametrize(
    ("employment", "found"),
    [
        (job("2026-03"), ()),
        (job("2026-03", "2026-03"), ()),
        (job("2026-04"), (Impossible.STARTS_LATER,)),
        (job("2025-01", "2026-04"), (Impossible.ENDS_LATER,)),
        (job("2025-02", "2025-01"), (Impossible.ENDS_BEFORE_START,)),
        (job("1950-01"), (Impossible.TOO_LONG_AGO,)),
        (job("2026-04", "2026-03", share=0), (Impossible.STARTS_LATER, Impossible.ENDS_BEFORE_START, Impossible.SHARE)),
        (job("2025-01", share=101), (Impossible.SHARE,)),
    ],
)
def test_everything_impossible_in_a_period_is_named(employment, found):
    assert faults(employment, this_month=THIS_MONTH).found == found


@pytest.mark.parametrize("typed", ["2021-08", "202108", "2021/8", "08/2021", " 2021 08 "])
def test_a_month_is_read_however_it_is_written(typed):
    assert read_month(typed) == Month(2021, 8)


@pytest.mark.parametrize("typed", ["", "2021", "2021-13", "2021-00", "0000-05", "augusti", "2021-08-01", "21-08"])
def test_what_no_calendar_has_is_no_month(typed):
    assert read_month(typed) is None


# The seed's rule


def manager(*, credits: int = 120, practice: int = 24, leads: int = 24) -> Profile:
    """A manager with exactly so much of each, ending the month before the application."""
    last = THIS_MONTH.plus(-1)
    jobs = [
        Employment(employer="Ek", role="Vårdbiträde", area=Area.ELDERLY, start=last.plus(1 - practice), end=last),
        replace(leading("2001-01"), area=Area.OTHER, end=Month(2001, 1).plus(leads - 1)),
    ]
    return person(studied(credits), *jobs)


def test_the_rule_is_met_exactly_at_its_boundaries():
    assert manager_rule(manager(), on=ON).outcome is Outcome.MET


@pytest.mark.parametrize("short", [{"credits": 119}, {"practice": 23}, {"leads": 23}])
def test_one_less_of_any_part_is_not_enough(short):
    assert manager_rule(manager(**short), on=ON).outcome is Outcome.NOT_MET


def test_a_month_later_the_oldest_month_falls_out_of_the_window():
    of_old = person(studied(120), leading("2016-03", "2018-02"))

    assert manager_rule(of_old, on=date(2026, 3, 31)).outcome is Outcome.MET
    assert manager_rule(of_old, on=date(2026, 4, 1)).practice_outcome is Outcome.NOT_MET
    assert manager_rule(of_old, on=date(2026, 4, 1)).leadership_outcome is Outcome.MET


def test_400_points_of_vocational_education_are_as_good_and_a_mixture_is_not():
    def outcome(*educations: Education) -> Outcome:
        return manager_rule(person(*educations), on=ON).education_outcome

    assert outcome(studied(400, Level.VOCATIONAL)) is Outcome.MET
    assert outcome(studied(200, Level.VOCATIONAL), studied(200, Level.VOCATIONAL)) is Outcome.MET
    assert outcome(studied(399, Level.VOCATIONAL)) is Outcome.NOT_MET
    assert outcome(studied(60), studied(200, Level.VOCATIONAL)) is Outcome.NOT_MET
    assert outcome(studied(300, subject=Subject.OTHER)) is Outcome.NOT_MET


def test_education_abroad_waits_for_its_statement_and_is_never_called_too_little():
    abroad = studied(180, country="FI", institution="Åbo Akademi")

    assert manager_rule(person(abroad), on=ON).education_outcome is Outcome.CANNOT_TELL
    assert manager_rule(person(replace(abroad, uhr_document="d1")), on=ON).education_outcome is Outcome.MET
    assert education_country(person(studied(60), abroad)) == "FI"
    assert education_country(person(studied(60))) == "SE"
    assert education_country(person()) is None


def test_where_nothing_is_stated_nothing_is_found_wanting():
    assert manager_rule(person(), on=ON).outcome is Outcome.CANNOT_TELL
    assert manager_rule(person(studied(None)), on=ON).education_outcome is Outcome.CANNOT_TELL


# For any history


@st.composite
def employments(draw: st.DrawFn, *, first: int = 2005 * 12, last: int = 2026 * 12 + 5) -> Employment:
    start = draw(st.integers(first, last))
    end = draw(st.none() | st.integers(start, last))
    return Employment(
        employer=draw(st.sampled_from(["Ängsgården", "Björkvik", "Ö"])),
        role="Vårdbiträde",
        area=draw(st.sampled_from(Area)),
        share=draw(st.integers(1, 100)),
        start=Month.at(start),
        end=Month.at(end) if end is not None else None,
        leads_staff=draw(st.booleans()),
        leads_operations=draw(st.booleans()),
    )


HISTORIES = st.lists(employments(), max_size=8)
MEASURES = st.sampled_from([PRACTICE, LEADERSHIP, Measure(), Measure(window_years=1)])


def total(jobs: list[Employment], measure: Measure) -> int:
    return experience(jobs, measure, on=ON).hundredths


@given(HISTORIES, MEASURES)
def test_nobody_has_worked_more_than_the_window_and_the_parts_are_the_whole(jobs, measure):
    found = experience(jobs, measure, on=ON)

    assert found.hundredths == sum(each.hundredths for each in found.contributions)
    assert len(found.contributions) == len(jobs)
    if measure.window_years:
        assert found.months <= 12 * measure.window_years
    assert all((each.left_out is None) == (each.hundredths > 0) for each in found.contributions)


@given(HISTORIES, MEASURES, st.randoms())
def test_the_order_in_which_periods_come_changes_nothing(jobs, measure, random):
    turned = list(jobs)
    random.shuffle(turned)

    assert experience(turned, measure, on=ON).hundredths == total(jobs, measure)


@given(HISTORIES, HISTORIES, st.integers(2006 * 12, 2026 * 12), MEASURES)
def test_what_lies_apart_in_time_adds_up(earlier, later, border, measure):
    before = [replace(each, end=min(each.end or Month.at(border), Month.at(border))) for each in earlier]
    before = [each for each in before if each.start <= Month.at(border)]
    after = [each for each in later if each.start > Month.at(border)]

    assert total(before + after, measure) == total(before, measure) + total(after, measure)


@given(HISTORIES, MEASURES, st.integers(0, 7), st.integers(1, 100))
def test_a_greater_share_never_gives_less(jobs, measure, which, share):
    more = [replace(each, share=max(each.share, share)) if at == which else each for at, each in enumerate(jobs)]

    assert total(more, measure) >= total(jobs, measure)


@given(HISTORIES, MEASURES, employments())
def test_another_employment_never_gives_less(jobs, measure, another):
    assert total([*jobs, another], measure) >= total(jobs, measure)


@given(HISTORIES, MEASURES, st.integers(0, 7), st.integers(2005 * 12, 2026 * 12 + 5))
def test_a_period_written_as_two_gives_the_same(jobs, measure, which, cut):
    parts: list[Employment] = []
    for at, each in enumerate(jobs):
        last = each.end or Month.at(2026 * 12 + 6)
        if at == which and each.start.number <= cut < last.number:
            parts += [replace(each, end=Month.at(cut)), replace(each, start=Month.at(cut + 1))]
        else:
            parts.append(each)

    assert total(parts, measure) == total(jobs, measure)


@given(HISTORIES)
def test_no_history_breaks_the_rule_and_no_month_is_both_worked_and_a_gap(jobs):
    manager_rule(person(*jobs), on=ON)
    holes = {n for span in gaps(jobs, on=ON) for n in range(span.first.number, span.last.number + 1)}
    assert not [each for each in jobs for n in holes if each.start.number <= n <= (each.end.number if each.end else n)]
