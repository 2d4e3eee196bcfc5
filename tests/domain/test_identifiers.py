"""Numbers that people type and read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.identifiers import (
    OrganisationForm,
    Orgnr,
    OrgnrFault,
    case_number,
    luhn_holds,
    normal_verification_number,
    read_orgnr,
    search_words,
    sort_key,
    verification_number,
)


@pytest.mark.parametrize(
    "typed",
    ["5599000147", "559900-0147", " 559900 – 0147 ", "165599000147", "16559900-0147", "559900 0147"],
)
def test_an_organisation_number_is_read_however_it_is_written(typed):
    assert read_orgnr(typed) == Orgnr("5599000147")


def test_it_is_shown_with_its_hyphen():
    assert str(Orgnr("5599000147")) == "559900-0147"


@pytest.mark.parametrize(
    ("typed", "fault"),
    [
        ("", OrgnrFault.EMPTY),
        (" - ", OrgnrFault.EMPTY),
        ("55990001", OrgnrFault.FORM),
        ("55990001470", OrgnrFault.FORM),
        ("Vega AB", OrgnrFault.FORM),
        ("5599000148", OrgnrFault.CHECK_DIGIT),
        ("8112189876", OrgnrFault.PERSONAL),
        ("198112189876", OrgnrFault.PERSONAL),
        ("20011218-9876", OrgnrFault.PERSONAL),
    ],
)
def test_what_is_no_organisation_number_is_refused_with_its_fault(typed, fault):
    assert read_orgnr(typed) is fault


@given(st.integers(min_value=0, max_value=999_999_999), st.integers(min_value=1, max_value=9))
def test_one_wrong_digit_is_always_noticed(stem, off):
    digits = f"{stem:09d}"
    right = next(digits + last for last in "0123456789" if luhn_holds(digits + last))

    for index in range(10):
        wrong = right[:index] + str((int(right[index]) + off) % 10) + right[index + 1 :]
        assert not luhn_holds(wrong)


@pytest.mark.parametrize(
    ("digits", "form"),
    [
        ("2120000000", OrganisationForm.PUBLIC),
        ("5599000147", OrganisationForm.AB),
        ("7696000000", OrganisationForm.EKONOMISK_FORENING),
        ("8020000000", OrganisationForm.IDEELL),
        ("9696000000", OrganisationForm.HANDELSBOLAG),
        ("3020000000", OrganisationForm.OTHER),
    ],
)
def test_the_first_digit_says_the_form(digits, form):
    assert Orgnr(digits).form is form


def test_a_case_number_has_at_least_four_digits():
    assert case_number("SN", 2026, 7) == "SN 2026/0007"
    assert case_number("SN", 2026, 12345) == "SN 2026/12345"


@given(st.binary(min_size=8, max_size=8))
def test_a_verification_number_survives_being_typed_again(random):
    number = verification_number("EKHOLM", random)

    assert normal_verification_number(number.lower().replace(" ", "-")) == number
    assert normal_verification_number(f"  {number.replace(' ', '')} ") == number


@given(st.binary(min_size=8, max_size=8))
def test_a_verification_number_holds_nothing_that_is_read_as_something_else(random):
    assert not set(verification_number("EKH", random)[4:]) & set("01IO")


def test_swedes_sort_with_å_ä_ö_last():
    names = ["Östra", "Ärlan", "Åkern", "Zebran", "Ådala", "alfa", "Ängen"]

    assert sorted(names, key=sort_key) == ["alfa", "Zebran", "Ådala", "Åkern", "Ängen", "Ärlan", "Östra"]


def test_accents_case_and_spaces_do_not_sort():
    assert sort_key("  Café   Élan ") == sort_key("cafe elan")
    assert sort_key("A\N{COMBINING RING ABOVE}sa") == sort_key("Åsa"), "composed or not, it is the same name"


def test_words_for_searching_are_folded_and_each_once():
    assert search_words("Vega Familjestöd AB", "vega", "SN 2026/0417") == (
        "vega",
        "familjestöd",
        "ab",
        "sn",
        "2026/0417",
    )
