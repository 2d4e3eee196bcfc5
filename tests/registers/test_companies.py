"""The Companies Registration Office asked over the network, by the shape that it documents."""

import pytest

from portal.domain.registers import Said
from portal.registers.companies import CompaniesRegister
from tests.registers.register_office import CLIENT, a_company, register_office

NUMBER, NAME = "5599000147", "Vega Familjestöd AB"
FAULT = {"fel": {"typ": "TIMEOUT", "felBeskrivning": "Uppkoppling misslyckades."}, "dataproducent": "SCB"}


@pytest.fixture
def office():
    with register_office() as opened:
        yield opened


@pytest.fixture
def register(office):
    return CompaniesRegister(f"{office.url}/vardefulla-datamangder/v1", f"{office.url}/oauth2/token", *CLIENT)


def test_a_company_in_good_standing_is_in_order(office, register):
    office.companies[NUMBER] = [a_company(NUMBER, NAME)]

    answer = register.ask(NUMBER, name="VEGA FAMILJESTÖD AB")

    assert answer.said is Said.IN_ORDER
    assert answer.facts == {
        "org.active": True,
        "org.deregistered": False,
        "org.pending_proceedings": [],
        "org.unnotified_registry_changes": 0,
    }


@pytest.mark.parametrize(
    ("part", "fact", "value"),
    [
        ({"verksamOrganisation": {"kod": "NEJ", "fel": None}}, "org.active", False),
        ({"avregistreradOrganisation": {"avregistreringsdatum": "2026-01-08"}}, "org.deregistered", True),
        (
            {
                "pagaendeAvvecklingsEllerOmstruktureringsforfarande": {
                    "pagaendeAvvecklingsEllerOmstruktureringsforfarandeLista": [
                        {"kod": "KK", "klartext": "Konkurs", "fromDatum": "2026-01-08"}
                    ]
                }
            },
            "org.pending_proceedings",
            ["KK"],
        ),
    ],
)
def test_what_speaks_against_it_is_a_remark(office, register, part, fact, value):
    office.companies[NUMBER] = [a_company(NUMBER, NAME, **part)]

    answer = register.ask(NUMBER, name=NAME)

    assert (answer.said, answer.facts[fact]) == (Said.REMARK, value)


def test_another_name_than_ours_is_a_change_nobody_has_told_of(office, register):
    office.companies[NUMBER] = [a_company(NUMBER, "Vega Omsorg AB")]

    assert register.ask(NUMBER, name=NAME).facts["org.unnotified_registry_changes"] == 1


@pytest.mark.parametrize(
    ("field", "fact"),
    [
        ("verksamOrganisation", "org.active"),
        ("avregistreradOrganisation", "org.deregistered"),
        ("pagaendeAvvecklingsEllerOmstruktureringsforfarande", "org.pending_proceedings"),
        ("organisationsnamn", "org.unnotified_registry_changes"),
    ],
)
def test_what_could_not_be_fetched_is_never_read_as_good_standing(office, register, field, fact):
    office.companies[NUMBER] = [a_company(NUMBER, NAME, **{field: FAULT})]

    assert fact not in register.ask(NUMBER, name=NAME).facts


def test_a_company_that_is_not_registered_gets_no_answer(office, register):
    answer = register.ask(NUMBER, name=NAME)

    assert (answer.said, answer.why) == (Said.NO_ANSWER, "not_found")


@pytest.mark.parametrize("broken", ["shape", "secret", "gone"])
def test_what_goes_wrong_on_the_way_is_no_answer_and_no_remark(office, register, broken):
    office.companies[NUMBER] = [a_company(NUMBER, NAME)]
    if broken == "shape":
        office.broken = True
    elif broken == "secret":
        register.client_secret = "fel"
    else:
        register.base_url = "http://127.0.0.1:1"

    answer = register.ask(NUMBER, name=NAME)

    assert (answer.said, answer.facts, answer.why) == (Said.NO_ANSWER, {}, "unreachable")


def test_one_token_serves_many_questions(office, register):
    office.companies[NUMBER] = [a_company(NUMBER, NAME)]

    for _ in range(3):
        register.ask(NUMBER, name=NAME)

    assert office.tokens == 1
