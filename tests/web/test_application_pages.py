"""An application is started, listed and read by its own company, in every state and language."""

import pytest

from portal.domain.application import State
from tests.factories import make_member, make_provider, sign_in
from tests.factories_application import make_application
from tests.statements import BUDGET, statements
from tests.web.application_forms import CRITERION, address


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("state", list(State))
def test_the_pages_of_an_application_open_in_every_state_and_language(client, owner, bjorkvik, anna, state, language):
    client.cookies.set("kundval_language", language)
    application = make_application(owner, bjorkvik, by=anna, state=state)

    for rest in ("", "/delar/company", CRITERION, "/granska"):
        answer = client.get(address(application, rest))

        assert answer.status_code == 200, (rest, answer.text)
        assert f'lang="{language}"' in answer.text
        assert "%(" not in answer.text


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("rest", ["", "/delar/company", CRITERION, "/granska"])
def test_a_page_asks_the_database_at_most_six_times(client, owner, resources, bjorkvik, anna, state, rest):
    application = make_application(owner, bjorkvik, by=anna, state=state)
    client.get(address(application, rest))  # the conditions are read once in a process

    with statements(resources.engine) as sent:
        assert client.get(address(application, rest)).status_code == 200

    assert len(sent) <= BUDGET, "\n".join(sent)


@pytest.mark.parametrize("rest", ["", "/delar/company", CRITERION, "/granska", "/kvitto", "/aterkalla", "/yttrande"])
def test_another_companys_application_is_not_found(browse, owner, bjorkvik, rest):
    theirs = make_application(owner, bjorkvik, state=State.PROPOSED_DECISION, heard=True)
    client = browse(sign_in(owner, make_member(owner, make_provider(owner, "Annan AB"))))

    assert client.get(address(theirs, rest)).status_code == 404


def test_the_list_shows_what_goes_on_and_what_is_over(client, owner, bjorkvik, anna):
    make_application(owner, bjorkvik, by=anna)
    make_application(owner, bjorkvik, "hemtjanst", by=anna, state=State.REJECTED)

    text = client.get("/foretag/ansokningar").text

    assert text.index("Pågår") < text.index("Familjerådgivning") < text.index("Avslutade") < text.index("Hemtjänst")


def test_one_sees_what_one_is_about_to_start_and_starts_it(client, owner, bjorkvik, anna):
    service = bjorkvik.services["familjeradgivning"]
    page = client.get(f"/foretag/ansokningar/ny?tjanst={service}")
    assert "37 villkor i" in page.text

    started = client.post("/foretag/ansokningar", data={"tjanst": str(service)})
    again = client.post("/foretag/ansokningar", data={"tjanst": str(service)})

    assert started.status_code == 303
    assert started.headers["location"] == again.headers["location"]
    assert client.get(started.headers["location"]).status_code == 200


@pytest.mark.parametrize("service", ["", "nej", "00000000-0000-4000-8000-000000000000"])
def test_a_service_that_is_not_there_is_not_found(client, service):
    assert client.get(f"/foretag/ansokningar/ny?tjanst={service}").status_code == 404
    assert client.post("/foretag/ansokningar", data={"tjanst": service}).status_code == 404
