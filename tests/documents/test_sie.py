"""SIE 4: balances whatever the letters are written in, computed where they must be, and nothing guessed."""

import contextlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.sie import Ledger, decoded, fields, read_ledger
from documents.unreadable import Unreadable, Why
from tests.annual_reports import CLOSING, SIE_RECORDS, VOUCHERS, sie


def refusal(data: bytes) -> tuple[Why, int | None]:
    with pytest.raises(Unreadable) as refused:
        read_ledger(data)
    return refused.value.why, refused.value.line


def amounts(ledger: Ledger) -> dict[str, Decimal]:
    return {each.account: each.amount for each in (*ledger.years[0].closing, *ledger.years[0].result)}


@pytest.mark.parametrize("encoding", ["cp437", "latin-1", "utf-8"])
def test_the_bytes_decide_how_the_letters_are_written(encoding):
    ledger = read_ledger(sie(encoding=encoding))

    assert ledger.company == 'Åkerbär "Familjestöd" AB'
    assert ledger.accounts["2440"] == "Leverantörsskulder"
    assert ledger.encoding == encoding


def test_a_file_with_a_byte_order_mark_is_utf_8():
    assert read_ledger(b"\xef\xbb\xbf" + sie(encoding="utf-8")).encoding == "utf-8"


def test_closing_balances_are_taken_as_they_stand_with_their_line():
    ledger = read_ledger(sie())
    year = ledger.years[0]
    lager = next(each for each in year.closing if each.account == "1460")

    assert (ledger.orgnr, ledger.currency, ledger.kind) == ("5566778899", "SEK", "4")
    assert (year.first, year.last, year.computed) == (date(2024, 1, 1), date(2024, 12, 31), False)
    assert lager.amount == 100_000
    assert sie().splitlines()[lager.line - 1] == b"#UB 0 1460 100000.00"


def test_without_closing_balances_they_are_computed_and_said_to_be():
    computed = read_ledger(sie(closing=""))

    assert computed.years[0].computed
    assert amounts(computed) == amounts(read_ledger(sie()))


def test_the_year_before_is_read_where_it_has_balances():
    before = "#UB -1 1910 500.00\n#UB -1 2081 -500.00\n"

    assert [each.index for each in read_ledger(sie(closing=CLOSING + before)).years] == [0, -1]


def test_strings_with_escapes_and_objects_in_braces_are_one_field_each():
    line = r'#TRANS 3010 {1 "No}rd" 6 "0001"} -1.00 20240601 "Han sa \"hej\" \\ och gick"'

    assert fields(line, 1, most=9) == [
        "#TRANS",
        "3010",
        '{1 "No}rd" 6 "0001"}',
        "-1.00",
        "20240601",
        r'Han sa "hej" \ och gick',
    ]


BROKEN = {
    "no SIE at all": (b"hello", Why.NOT_SIE),
    "nothing": (b"", Why.NOT_SIE),
    "binary": (b"#FLAGGA 0\n\0", Why.NOT_SIE),
    "no year": (b"#FLAGGA 0\n#UB 0 1910 5.00\n", Why.NO_YEAR),
    "no balances": (b"#FLAGGA 0\n#RAR 0 20240101 20241231\n", Why.NO_BALANCES),
    "an impossible date": (b"#FLAGGA 0\n#RAR 0 20240101 20240230\n", Why.DATE),
    "a year that ends before it begins": (b"#FLAGGA 0\n#RAR 0 20240101 20231231\n", Why.DATE),
    "a comma in an amount": (b"#FLAGGA 0\n#UB 0 1910 5,00\n", Why.AMOUNT),
    "no number at all": (b"#FLAGGA 0\n#UB 0 1910 nan\n", Why.AMOUNT),
    "an open quote": (b'#FLAGGA 0\n#FNAMN "Vega\n', Why.BROKEN_LINE),
    "an open brace": (b"#FLAGGA 0\n#TRANS 1910 {{{{ 5.00\n", Why.BROKEN_LINE),
    "a field too few": (b"#FLAGGA 0\n#UB 0 1910\n", Why.BROKEN_LINE),
    "an endless line": (b"#FLAGGA 0\n#FNAMN " + b"a" * 5000, Why.BROKEN_LINE),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_by_its_name_and_line(name):
    data, why = BROKEN[name]

    assert refusal(data)[0] is why


def test_a_balance_given_twice_and_differently_is_refused_and_twice_the_same_is_one():
    same = sie(closing=CLOSING + "#UB 0 1910 2800000.00\n")
    other = sie(closing="#UB 0 1910 1.00\n" + CLOSING)

    assert amounts(read_ledger(same)) == amounts(read_ledger(sie()))
    assert refusal(other)[0] is Why.CONFLICT


def test_too_many_lines_are_refused_before_they_are_read():
    assert refusal(b"#FLAGGA 0" + b"\n" * 1_000_001)[0] is Why.TOO_LARGE


def test_other_letters_of_code_page_437_do_not_break_a_line():
    text = (SIE_RECORDS + CLOSING + VOUCHERS).encode("cp437").replace(b"Lager", b"L\x85ger\x1c")

    assert read_ledger(text).years[0].closing


@settings(max_examples=150, deadline=2000)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data):
    for each in (data, b"#FLAGGA 0\n" + data):
        with contextlib.suppress(Unreadable):
            assert isinstance(read_ledger(each), Ledger)


@settings(max_examples=150, deadline=2000)
@given(st.integers(0, len(sie()) - 1), st.binary(max_size=20), st.integers(0, 40))
def test_a_file_with_any_piece_replaced_is_read_or_refused(at, piece, length):
    data = sie()
    with contextlib.suppress(Unreadable):
        assert isinstance(read_ledger(data[:at] + piece + data[at + length :]), Ledger)


@given(st.text("åäöÅÄÖabcdef 123", min_size=1), st.sampled_from(["cp437", "latin-1", "utf-8"]))
def test_swedish_words_survive_each_of_the_three_encodings(text, encoding):
    assert decoded(text.encode(encoding))[0] == text
