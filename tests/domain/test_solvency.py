"""Soliditet and kassalikviditet: the formula, every doubt with its reason, and nothing chosen in silence."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.solvency import Doubt, Figure, Key, Origin, Ratio, Report, standing, tax_rate

ORGNR = "5566778899"
DAY, BEFORE, ON = date(2024, 12, 31), date(2023, 12, 31), date(2025, 5, 2)
AMOUNTS = {
    Key.EQUITY: 1_200_000,
    Key.UNTAXED_RESERVES: 50_000,
    Key.ASSETS: 4_100_000,
    Key.CURRENT_ASSETS: 2_900_000,
    Key.INVENTORIES: 100_000,
    Key.SHORT_TERM_LIABILITIES: 2_000_000,
}


def figures(day: date = DAY, first_day: date | None = date(2024, 1, 1), **changed: int | None) -> tuple[Figure, ...]:
    amounts = {**AMOUNTS, **{Key(name): amount for name, amount in changed.items()}}
    return tuple(
        Figure(key=key, day=day, first_day=first_day, amount=Decimal(amount))
        for key, amount in amounts.items()
        if amount is not None
    )


def report(
    *more: Figure, id: str = "a", origin: Origin = Origin.IXBRL, day: date = DAY, **changed: int | None
) -> Report:
    return Report(id=id, origin=origin, orgnr=ORGNR, figures=(*figures(day, **changed), *more))


def ratio(given_report: Report, which: Ratio = Ratio.SOLIDITET):
    (reading,) = standing([given_report], orgnr=ORGNR, on=ON).latest
    return reading.ratios[which]


def test_the_formula_is_that_of_the_annual_accounts():
    assert ratio(report()).percent == Decimal("30.2")  # (1 200 000 + 0.794 × 50 000) / 4 100 000
    assert ratio(report(), Ratio.KASSALIKVIDITET).percent == Decimal("140.0")
    assert ratio(report()).tax_rate == Decimal("0.206")


@pytest.mark.parametrize(
    ("first_day", "rate"),
    [
        (date(2012, 12, 31), None),
        (date(2013, 1, 1), "0.22"),
        (date(2018, 12, 31), "0.22"),
        (date(2019, 1, 1), "0.214"),
        (date(2020, 12, 31), "0.214"),
        (date(2021, 1, 1), "0.206"),
    ],
)
def test_the_tax_rate_is_that_of_the_year(first_day, rate):
    assert tax_rate(first_day) == (Decimal(rate) if rate else None)


def test_a_split_year_has_the_rate_of_the_day_on_which_it_began():
    split = Report(id="a", origin=Origin.SIE, orgnr=ORGNR, figures=figures(date(2021, 6, 30), date(2020, 7, 1)))
    unsaid = Report(id="a", origin=Origin.SIE, orgnr=ORGNR, figures=figures(date(2021, 6, 30), None))

    assert ratio(split).tax_rate == ratio(unsaid).tax_rate == Decimal("0.214")


def test_before_the_first_known_rate_reserves_make_it_unknown_and_their_absence_does_not():
    old = date(2012, 12, 31)

    assert ratio(Report(id="a", origin=Origin.SIE, orgnr=ORGNR, figures=figures(old, None))).doubt is Doubt.NO_TAX_RATE
    without = Report(id="a", origin=Origin.SIE, orgnr=ORGNR, figures=figures(old, None, untaxed_reserves=0))
    assert ratio(without).percent == Decimal("29.2")


def test_negative_equity_gives_a_negative_ratio():
    assert ratio(report(equity=-500_000)).percent == Decimal("-11.3")


@pytest.mark.parametrize("amount", [0, -5])
@pytest.mark.parametrize(
    ("key", "which"), [("assets", Ratio.SOLIDITET), ("short_term_liabilities", Ratio.KASSALIKVIDITET)]
)
def test_nothing_to_divide_by_is_said_so(key, which, amount):
    computed = ratio(report(**{key: amount}), which)

    assert (computed.percent, computed.doubt, computed.about) == (None, Doubt.NO_DENOMINATOR, Key(key))


def test_a_company_without_inventories_and_reserves_has_none_and_the_absence_is_told():
    lean = report(untaxed_reserves=None, inventories=None)

    assert ratio(lean).percent == Decimal("29.2")
    assert ratio(lean).absent == {Key.UNTAXED_RESERVES}
    assert ratio(lean, Ratio.KASSALIKVIDITET).percent == Decimal("145.0")


@pytest.mark.parametrize("key", ["equity", "assets"])
def test_a_missing_figure_is_never_taken_as_nothing(key):
    assert (ratio(report(**{key: None})).doubt, ratio(report(**{key: None})).about) == (Doubt.MISSING, Key(key))


def test_a_figure_that_could_not_be_read_is_not_absent():
    unread = replace(report(untaxed_reserves=None), unread=frozenset({Key.UNTAXED_RESERVES}))

    assert ratio(unread).doubt is Doubt.UNREAD_FIGURE


def test_the_same_figure_twice_is_one_and_two_different_are_a_conflict():
    again = Figure(key=Key.EQUITY, day=DAY, amount=Decimal(1_200_000))

    assert ratio(report(again)).percent == Decimal("30.2")
    assert ratio(report(replace(again, amount=Decimal(1_200_001)))).doubt is Doubt.CONFLICT


def test_a_figure_rounded_in_the_overview_is_the_same_figure():
    rounded = Figure(key=Key.EQUITY, day=DAY, amount=Decimal(1_200_000), step=Decimal(1000))

    assert ratio(report(rounded, equity=1_200_400)).percent == Decimal("30.2")
    assert ratio(report(rounded, equity=1_200_600)).doubt is Doubt.CONFLICT


def test_a_balance_sheet_that_does_not_balance_is_not_computed_with():
    other = Figure(key=Key.EQUITY_AND_LIABILITIES, day=DAY, amount=Decimal(4_000_000))

    assert ratio(report(other)).doubt is Doubt.UNBALANCED


def test_another_currency_is_not_computed_with():
    euro = tuple(replace(each, currency="EUR") for each in figures())

    assert ratio(Report(id="a", origin=Origin.IXBRL, orgnr=ORGNR, figures=euro)).doubt is Doubt.CURRENCY


@pytest.mark.parametrize(
    ("changed", "doubt"),
    [
        ({"orgnr": "5599001122"}, Doubt.OTHER_COMPANY),
        ({"orgnr": ""}, Doubt.NO_ORGNR),
        ({"is_group": True}, Doubt.GROUP),
        ({"unreadable": True}, Doubt.UNREADABLE),
        ({"figures": ()}, Doubt.NO_YEAR),
    ],
)
def test_what_is_uncertain_of_a_whole_report_makes_both_ratios_unknown(changed, doubt):
    (reading,) = standing([replace(report(), **changed)], orgnr=ORGNR, on=ON).latest

    assert {each.doubt for each in reading.ratios.values()} == {doubt}


def test_the_century_before_an_organisation_number_is_no_difference():
    assert ratio(replace(report(), orgnr=f"16{ORGNR}")).percent == Decimal("30.2")


def test_the_latest_year_is_the_last_one_that_had_ended_when_the_company_applied():
    both = replace(report(), figures=(*figures(DAY), *figures(BEFORE, date(2023, 1, 1), equity=400_000)))

    (at_application,) = standing([both], orgnr=ORGNR, on=ON).latest
    (earlier,) = standing([both], orgnr=ORGNR, on=date(2024, 6, 1)).latest

    assert (at_application.day, earlier.day) == (DAY, BEFORE)
    assert earlier.ratios[Ratio.SOLIDITET].percent == Decimal("10.7")


def test_an_older_report_is_shown_and_not_used():
    found = standing([report(), report(id="b", day=BEFORE)], orgnr=ORGNR, on=ON)

    assert [each.report.id for each in found.latest] == ["a"]
    assert [each.report.id for each in found.older] == ["b"]


def test_a_year_restated_in_a_later_report_is_shown():
    later = replace(report(), figures=(*figures(DAY), *figures(BEFORE, equity=900_000)))
    found = standing([later, report(id="b", day=BEFORE)], orgnr=ORGNR, on=ON)

    (restated,) = found.restated

    assert (restated.key, restated.day) == (Key.EQUITY, BEFORE)
    assert dict(restated.values) == {"a": 900_000, "b": 1_200_000}


def test_what_was_typed_and_what_the_file_says_both_stand():
    typed = report(id="t", origin=Origin.TYPED, equity=2_000_000)

    found = standing([report(), typed], orgnr=ORGNR, on=ON)

    assert found.percents(Ratio.SOLIDITET) == {Decimal("30.2"), Decimal("49.7")}


def test_what_the_report_states_is_shown_beside_and_a_difference_is_told():
    stated = Figure(key=Key.STATED_SOLIDITET, day=DAY, amount=Decimal("30.2"), step=Decimal("0.1"), currency="")

    assert not ratio(report(stated)).differs_from_stated
    assert ratio(report(replace(stated, amount=Decimal(45)))).differs_from_stated
    assert ratio(report(replace(stated, amount=Decimal(45)))).percent == Decimal("30.2")


@pytest.mark.parametrize(
    ("first_day", "months"), [(date(2024, 1, 1), 12), (date(2023, 7, 1), 18), (date(2024, 9, 1), 4), (None, None)]
)
def test_the_length_of_the_year_is_told_where_it_is_known(first_day, months):
    of_year = replace(report(), figures=figures(DAY, first_day))

    assert standing([of_year], orgnr=ORGNR, on=ON).latest[0].months == months


amounts = st.integers(-(10**15), 10**15)


@given(
    st.dictionaries(st.sampled_from([key.value for key in AMOUNTS]), st.none() | amounts), st.dates(date(1990, 1, 1))
)
def test_any_figures_give_a_ratio_or_one_reason_and_never_both(changed, first_day):
    of_year = replace(report(), figures=figures(DAY, first_day, **changed))
    (reading,) = standing([of_year], orgnr=ORGNR, on=ON).latest

    for computed in reading.ratios.values():
        assert (computed.percent is None) is (computed.doubt is not None)


@given(amounts, st.integers(1, 10**15), st.integers(-200, 200))
def test_rounding_never_lifts_a_ratio_to_a_threshold(equity, assets, threshold):
    computed = ratio(report(equity=equity, assets=assets, untaxed_reserves=None))

    assert (computed.percent >= threshold) is (Decimal(equity) * 100 >= threshold * Decimal(assets))
