"""Annual reports as inline XBRL: every figure as it is printed and signed, and nothing a stranger's XML can do."""

import contextlib
import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.ixbrl import Fault, Period, Report, excerpt, read_report
from documents.ixbrl_numbers import printed_number
from documents.unreadable import Unreadable, Why
from tests.annual_reports import BALANCE, NEW, OLD, Row, k2, k3, k3k, with_dimension, xhtml, zipped

NBSP, THIN, NARROW = "\u00a0", "\u2009", "\u202f"
DAY = Period(None, date(2024, 12, 31))


def values(report: Report, name: str, context: str = "balans0"):
    return [each.value for each in report.figures if (each.name, each.context) == (name, context)]


def refusal(data: bytes) -> Why:
    with pytest.raises(Unreadable) as refused:
        read_report(data)
    return refused.value.why


@pytest.mark.parametrize("report", [k2, k3, k3k], ids=["K2", "K3", "K3 for groups"])
def test_the_balance_sheet_is_read_in_kronor_however_it_is_scaled(report):
    read = read_report(report())

    assert values(read, "Tillgangar") == [4_100_000]
    assert values(read, "Tillgangar", "balans1") == [3_800_000]
    assert read.entities == ("5566778899",)
    assert {each.currency for each in read.figures if each.name == "EgetKapital"} == {"SEK"}


@pytest.mark.parametrize("taxonomy", [OLD, NEW])
def test_names_are_matched_by_namespace_and_not_by_prefix(taxonomy):
    (figure,) = read_report(xhtml(BALANCE[2], taxonomy=taxonomy, prefix="helt-annat")).figures

    assert (figure.vocabulary, figure.name) == ("gen-base", "Tillgangar")


def test_a_prefix_bound_elsewhere_in_the_file_is_followed_there():
    row = Row("x:Tillgangar", "5").html().replace("<tr>", '<tr xmlns:x="http://example.org/other">')
    data = xhtml(BALANCE[2]).replace(b"</table>", row.encode() + b"</table>")

    assert [each.vocabulary for each in read_report(data).figures] == ["gen-base", "http://example.org/other"]


def test_a_figure_tells_where_it_stands():
    figure = next(each for each in read_report(k2()).figures if each.place.element == "ek")

    assert figure.period == DAY
    assert (figure.place.printed, figure.scale, figure.format) == ("1 200 000", 0, "numspacecomma")
    assert b'id="ek"' in k2().splitlines()[figure.place.line - 1]


@pytest.mark.parametrize("report", [k2, k3], ids=["K2", "K3"])
def test_an_excerpt_is_the_figures_own_words_even_where_all_is_on_one_line(report):
    data = report()
    for file in (data, data.replace(b"\n", b" "), data.replace(b' id="ek"', b"")):
        for figure in read_report(file).figures:
            found = excerpt(file, name=figure.name, last=figure.period.last, place=figure.place)

            assert found is not None
            assert found.figure == figure
            assert figure.place.printed in found.row
            assert found.row.startswith(figure.name)
            assert f'contextRef="{figure.context}"' in found.tag
            assert found.tag.endswith(f">{figure.place.printed}</ix:nonFraction>")


def test_an_excerpt_says_how_the_number_is_turned_and_what_is_not_there_is_none():
    data = xhtml(Row("EgetKapital", "5", scale="3", sign="-", id="ek"), Row("Tillgangar", "9"))
    figure = read_report(data).figures[0]

    found = excerpt(data, name="EgetKapital", last=DAY.last, place=figure.place)

    assert (found.figure.value, found.figure.scale, found.sign, found.unit) == (-5000, 3, "-", "SEK")
    assert found.row == "EgetKapital 5"
    for other in ({"name": "Tillgangar"}, {"last": date(2023, 12, 31)}, {"place": replace(figure.place, line=1)}):
        assert excerpt(data, **{"name": "EgetKapital", "last": DAY.last, "place": figure.place} | other) is None
    with pytest.raises(Unreadable):
        excerpt(b"<html", name="EgetKapital", last=DAY.last, place=figure.place)


def test_what_is_no_row_but_a_whole_page_is_left_out_of_an_excerpt():
    tagged = Row("Tillgangar", "9", id="t").html().replace("<tr><td>", "<div>").replace("</td></tr>", " word" * 500)
    page = tagged.replace("</td><td>", " ") + "</div>"
    data = xhtml(Row("EgetKapital", "5")).replace(b"</table>", b"</table>" + page.encode())
    figure = next(each for each in read_report(data).figures if each.place.element == "t")

    assert excerpt(data, name="Tillgangar", last=DAY.last, place=figure.place).row == ""


@pytest.mark.parametrize(
    ("format_name", "printed", "value"),
    [
        ("ixt:numspacecomma", "1 234 567,50", "1234567.50"),
        ("ixt:numspacecomma", f"1{NBSP}234{NBSP}567", "1234567"),
        ("ixt:numspacecomma", f"1{THIN}234{NARROW}567,5", "1234567.5"),
        ("ixt:numspacedot", "1 234.5", "1234.5"),
        ("ixt:numdotcomma", "1.234.567,50", "1234567.50"),
        ("ixt:numcommadot", "1,234,567.50", "1234567.50"),
        ("ixt:numcomma", "1234567,50", "1234567.50"),
        ("ixt2:numdotdecimal", "1,234.5", "1234.5"),
        ("ixt2:numcommadecimal", "1.234,5", "1234.5"),
        ("ixt2:zerodash", "-", "0"),
        ("ixt:numdash", "–", "0"),
        ("ixt4:num-dot-decimal", "1 234.5", "1234.5"),
        ("ixt4:num-comma-decimal", "1 234,5", "1234.5"),
        ("ixt4:fixed-zero", "noll", "0"),
        ("", "1234567.50", "1234567.50"),
    ],
)
def test_every_way_of_printing_a_number_is_read(format_name, printed, value):
    report = read_report(xhtml(Row("Tillgangar", printed, format=format_name)))

    assert values(report, "Tillgangar") == [Decimal(value)]


@pytest.mark.parametrize(
    ("format_name", "printed"),
    [
        ("ixt:numspacecomma", "1.234"),
        ("ixt:numspacecomma", "1 23 456"),
        ("ixt:numdotcomma", "1,234.50"),
        ("ixt:numcomma", "1 234"),
        ("ixt2:zerodash", "0"),
        ("", "-5"),
        ("", "1 234"),
        ("", "٣"),
        ("ixt:unheardof", "1"),
        ("nowhere:numcomma", "1"),
        ("ixt:numcomma", "9" * 30),
    ],
)
def test_what_a_format_does_not_allow_is_no_number(format_name, printed):
    report = read_report(xhtml(Row("Tillgangar", printed, format=format_name)))

    assert [each.fault for each in report.unread] == [Fault.NUMBER]
    assert report.figures == ()


def test_only_the_sign_makes_a_figure_negative():
    dash = read_report(xhtml(Row("EgetKapital", "500", before="-")))
    sign = read_report(xhtml(Row("EgetKapital", "500", sign="-")))

    assert (values(dash, "EgetKapital"), values(sign, "EgetKapital")) == ([500], [-500])


def test_accuracy_never_changes_the_value_but_says_how_finely_it_is_told():
    rounded = Row("Tillgangar", "4 100", scale="3", decimals="-3")

    (figure,) = read_report(xhtml(rounded)).figures

    assert (figure.value, figure.step) == (4_100_000, 1000)


def test_a_context_with_a_dimension_is_another_figure_and_left_out():
    report = read_report(k2())

    assert values(report, "EgetKapital", "aktiekapital") == []
    assert report.with_dimension == 1


def test_the_same_figure_twice_is_given_twice_for_others_to_compare():
    report = read_report(xhtml(BALANCE[2], replace(BALANCE[2], printed="9")))

    assert values(report, "Tillgangar") == [4_100_000, 9]


def test_years_are_told_by_their_dates_and_may_be_short_or_long():
    report = read_report(
        xhtml(BALANCE[2], Row("Nettoomsattning", "1", context="period0"), year=("2023-07-01", "2024-12-31"))
    )

    assert {each.period for each in report.figures} == {DAY, Period(date(2023, 7, 1), date(2024, 12, 31))}


@pytest.mark.parametrize("last", ["2024-02-30", "igår", "9999-99-99", ""])
def test_an_impossible_date_leaves_the_figure_unread_and_says_so(last):
    report = read_report(xhtml(BALANCE[2], year=("2024-01-01", last)))

    assert [each.fault for each in report.unread] == [Fault.PERIOD]


def test_a_day_that_ends_at_midnight_is_the_day_before():
    report = read_report(xhtml(BALANCE[2], year=("2024-01-01", "2025-01-01T00:00:00")))

    assert report.figures[0].period == DAY


def test_a_context_declared_twice_and_differently_is_none():
    report = read_report(xhtml(BALANCE[2], extra=with_dimension("balans0")))

    assert [each.fault for each in report.unread] == [Fault.CONTEXT]


def test_another_currency_is_told_and_a_unit_that_is_no_money_is_none():
    euro = read_report(xhtml(BALANCE[2], currency="iso4217:EUR"))
    made_up = read_report(xhtml(BALANCE[2], currency="SEK"))

    assert [each.currency for each in (*euro.figures, *made_up.figures)] == ["EUR", ""]


def test_nested_tags_excluded_text_and_missing_values_are_understood():
    nested = Row("Tillgangar", "<b>4 1<i>00 000</i></b><ix:exclude> (not 3)</ix:exclude>")
    nil = Row("EgetKapital", "").html().replace("<ix:nonFraction", '<ix:nonFraction xsi:nil="true"')
    data = xhtml(nested).replace(b"</table>", nil.encode() + b"</table>")

    report = read_report(data)

    assert [each.value for each in report.figures] == [4_100_000]
    assert report.unread == ()


def test_a_groups_report_says_that_it_is_one():
    assert read_report(k3k()).is_group
    assert not read_report(k2()).is_group


def test_a_zip_may_hold_the_report_and_the_auditors():
    auditors = xhtml()

    report = read_report(zipped(arsredovisning=k2(), revisionsberattelse=auditors))

    assert values(report, "Tillgangar") == [4_100_000]
    assert {each.place.file for each in report.figures} == {"arsredovisning.xhtml"}


BILLION = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "billion laughs": (f'<!DOCTYPE html [<!ENTITY l0 "lol">{BILLION}]><html>&l9;</html>', Why.ENTITIES),
    "a file of the machine": (
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html>&x;</html>',
        Why.ENTITIES,
    ),
    "a document type of its own": ("<!DOCTYPE html [<!ATTLIST html a CDATA 'b'>]><html/>", Why.ENTITIES),
    "hidden in another encoding": ('<?xml version="1.0" encoding="UTF-7"?><html/>', Why.ENCODING),
    "depth": ("<a>" * 5000, Why.TOO_DEEP),
    "cut off": (k2().decode()[:3000], Why.NOT_XML),
    "no XML": ("hello", Why.NOT_XML),
    "nothing": ("", Why.NOT_XML),
    "another XML": ("<rss/>", Why.NOT_A_REPORT),
    "a page without figures": ('<html xmlns="http://www.w3.org/1999/xhtml"><p>Hej</p></html>', Why.NOT_A_REPORT),
    "an undefined entity": (k2().decode().replace("4 100 000", "4&nbsp;100&nbsp;000"), Why.NOT_XML),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_by_its_name(name):
    text, why = HOSTILE[name]

    assert refusal(text.encode()) is why


def test_an_external_document_type_is_neither_fetched_nor_a_fault():
    declared = b'?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://127.0.0.1:1/xhtml1-strict.dtd">'

    assert read_report(k2().replace(b"?>", declared, 1)).figures


def test_too_many_figures_and_a_bomb_in_a_zip_are_refused():
    assert refusal(xhtml(*[Row("Tillgangar", "1")] * 50_001)) is Why.TOO_LARGE
    assert refusal(zipped(bomb=b" " * 21_000_000)) is Why.TOO_LARGE
    assert refusal(zipped(a=k2(), b=k2(), c=k2())) is Why.NOT_A_REPORT
    assert refusal(zipped(a=k2())[:-40]) is Why.BROKEN_ZIP


def test_figures_inside_figures_cannot_make_it_slow():
    opened = '<ix:nonFraction name="se-gen-base:Tillgangar" contextRef="balans0" unitRef="SEK">' * 100
    inside = opened + "<b/>" * 100_000 + "</ix:nonFraction>" * 100
    began = time.monotonic()

    report = read_report(xhtml(BALANCE[2], padding=inside))

    assert len(report.unread) == 100
    assert time.monotonic() - began < 5


@settings(max_examples=150, deadline=2000)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data):
    with contextlib.suppress(Unreadable):
        assert isinstance(read_report(data), Report)


@settings(max_examples=150, deadline=2000)
@given(st.integers(0, len(k2()) - 1), st.binary(max_size=20), st.integers(0, 40))
def test_a_report_with_any_piece_replaced_is_read_or_refused(at, piece, length):
    data = k2()
    with contextlib.suppress(Unreadable):
        assert isinstance(read_report(data[:at] + piece + data[at + length :]), Report)


@settings(max_examples=100, deadline=2000)
@given(st.binary(max_size=300), st.integers(0, 500))
def test_a_zip_with_any_piece_replaced_is_read_or_refused(piece, at):
    data = zipped(a=k2())
    with contextlib.suppress(Unreadable):
        assert isinstance(read_report(data[:at] + piece + data[at + len(piece) :]), Report)


@given(st.integers(0, 10**12), st.integers(0, 99))
def test_a_number_printed_as_swedes_do_is_the_number(whole, part):
    text = f"{whole:,}".replace(",", NBSP) + f",{part:02}"

    assert printed_number(text, "numspacecomma") == (Decimal(f"{whole}.{part:02}"), 2)
