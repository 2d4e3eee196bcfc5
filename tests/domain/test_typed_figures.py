"""What a person may type from an annual report, and what no balance sheet holds."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.solvency import TYPED_KEYS, Figure, Key, Origin, Ratio, Report, standing
from portal.domain.typed_figures import GREATEST, Wrong, wrong_amounts, wrong_year

TODAY = date(2026, 3, 2)
SOUND = {
    Key.EQUITY: Decimal(1_200_000),
    Key.UNTAXED_RESERVES: Decimal(50_000),
    Key.ASSETS: Decimal(4_100_000),
    Key.CURRENT_ASSETS: Decimal(2_900_000),
    Key.INVENTORIES: Decimal(100_000),
    Key.SHORT_TERM_LIABILITIES: Decimal(2_000_000),
}


def test_what_can_be_is_taken_and_so_is_negative_equity_and_a_company_without_debts():
    assert wrong_amounts(SOUND) == {}
    assert wrong_amounts({**SOUND, Key.EQUITY: Decimal(-1), Key.SHORT_TERM_LIABILITIES: Decimal(0)}) == {}


@pytest.mark.parametrize(
    ("key", "amount", "wrong"),
    [
        (Key.ASSETS, Decimal(0), Wrong.NOTHING),
        (Key.SHORT_TERM_LIABILITIES, Decimal(-2_000_000), Wrong.NEGATIVE),
        (Key.INVENTORIES, Decimal(2_900_001), Wrong.MORE_THAN_WHOLE),
        (Key.CURRENT_ASSETS, Decimal(4_100_001), Wrong.MORE_THAN_WHOLE),
        (Key.EQUITY, Decimal(4_100_001), Wrong.MORE_THAN_WHOLE),
        (Key.EQUITY, -GREATEST - 1, Wrong.TOO_LARGE),
    ],
)
def test_what_no_balance_sheet_holds_is_told_at_its_figure(key, amount, wrong):
    assert wrong_amounts({**SOUND, key: amount}) == {key: wrong}


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        (None, date(2025, 12, 31), (None, None)),
        (date(2024, 7, 1), date(2025, 12, 31), (None, None)),
        (None, date(2026, 3, 3), (None, Wrong.NOT_YET)),
        (None, date(2012, 12, 31), (None, Wrong.TOO_OLD)),
        (date(2025, 12, 31), date(2025, 12, 31), (Wrong.BEGINS_AFTER, None)),
        (date(2024, 5, 1), date(2025, 12, 31), (Wrong.TOO_LONG, None)),
    ],
)
def test_a_financial_year_has_been_and_is_at_most_18_months(first, last, wrong):
    assert wrong_year(first, last, today=TODAY) == wrong


@given(st.fixed_dictionaries({key: st.decimals(-GREATEST, GREATEST, places=2) for key in TYPED_KEYS}))
def test_of_everything_that_is_taken_each_ratio_is_computed_or_says_why_not(amounts):
    if wrong_amounts(amounts):
        return
    day = date(2025, 12, 31)
    report = Report(
        id="1",
        origin=Origin.TYPED,
        figures=tuple(Figure(key=key, day=day, amount=value) for key, value in amounts.items()),
    )

    (reading,) = standing([report], orgnr="5566778899", on=TODAY).latest

    for ratio in Ratio:
        computed = reading.ratios[ratio]
        assert (computed.percent is None) is (computed.doubt is not None)
