"""What an answer from a register means, and when a person must look at it."""

from datetime import timedelta

import pytest

from portal.domain.registers import (
    PLUGS,
    Answer,
    Reason,
    Register,
    Said,
    is_due,
    must_act,
    read_facts,
    vat_number_holds,
)
from tests.factories import NOW

FINE = Answer(Said.IN_ORDER, {"tax.f_skatt": True})
BAD = Answer(Said.REMARK, {"tax.f_skatt": False})


@pytest.mark.parametrize(
    "facts",
    [
        {"org.active": False},
        {"org.deregistered": True},
        {"org.pending_proceedings": ["KK"]},
        {"org.unnotified_registry_changes": 1},
        {"tax.f_skatt": False},
        {"tax.employer_registered": False},
        {"tax.enforcement_debt_sek": 1},
        {"person_circle.business_ban": True},
        {"vat.number_holds": False},
    ],
)
def test_each_fact_that_speaks_against_a_company_is_a_remark(facts):
    assert read_facts(facts) is Said.REMARK


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"org.active": True, "org.deregistered": False, "org.pending_proceedings": []},
        {"tax.f_skatt": True, "tax.enforcement_debt_sek": 0},
        {"ivo.permit_holder_orgnr": ""},
    ],
)
def test_what_is_not_known_is_no_remark(facts):
    assert read_facts(facts) is Said.IN_ORDER


@pytest.mark.parametrize(
    ("answer", "before", "expected"),
    [
        (FINE, None, None),
        (BAD, None, Reason.REMARK),
        (BAD, BAD, None),
        (FINE, FINE, None),
        (BAD, FINE, Reason.CHANGED),
        (FINE, BAD, Reason.CHANGED),
        (Answer(Said.NO_ANSWER, {}, "unreachable"), FINE, None),
        (Answer(Said.NO_ANSWER, {}, "not_found"), FINE, Reason.UNANSWERED),
    ],
)
def test_a_person_is_asked_when_there_is_a_remark_a_change_or_no_answer_to_be_had(answer, before, expected):
    assert must_act(answer, before) is expected


def test_an_answer_is_relied_on_for_as_long_as_its_register_says():
    plug = PLUGS[Register.TAX]

    assert is_due(plug, None, now=NOW)
    assert not is_due(plug, NOW - plug.again + timedelta(seconds=1), now=NOW)
    assert is_due(plug, NOW - plug.again, now=NOW)


def test_every_register_has_a_plug():
    assert set(PLUGS) == set(Register)


@pytest.mark.parametrize("typed", ["SE559900014701", "se 559900-0147 01", "559900014701"])
def test_a_vat_number_holds_for_its_own_company(typed):
    assert vat_number_holds(typed, "5599000147")


@pytest.mark.parametrize("typed", ["", "SE559900014702", "SE559900014801", "SE5599000147"])
def test_another_vat_number_does_not_hold(typed):
    assert not vat_number_holds(typed, "5599000147")
