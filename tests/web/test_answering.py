"""A question is answered, half or in full: what is wrong is said at its field, and nothing typed is lost."""

import pytest

from portal.domain.application import State
from portal.domain.roles import Role
from tests.factories import make_member, sign_in
from tests.factories_application import PDF, make_application
from tests.web.application_forms import CRITERION, address, kept, send


def test_an_answer_is_saved_and_leads_to_the_next_question(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-17"), ("svar", "ja"), ("beskrivning", ""), ("sedan", "next"))

    assert answer.status_code == 303
    assert "/villkor/" in answer.headers["location"]
    assert kept(owner, draft, "GEN-17").declared is True


def test_what_is_missing_is_said_and_what_was_typed_is_kept(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-03"), ("beskrivning", "Åsa leder."), ("sedan", "next"))

    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    assert "Svara ja eller nej." in answer.text
    assert "Bifoga minst ett dokument." in answer.text
    assert 'href="#svar"' in answer.text
    assert ">Åsa leder.</textarea>" in answer.text
    assert kept(owner, draft, "GEN-03").description == "Åsa leder."


def test_one_may_leave_a_question_half_answered(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-03"), ("beskrivning", "Åsa"), ("sedan", "overview"))

    assert (answer.status_code, answer.headers["location"]) == (303, address(draft))
    assert kept(owner, draft, "GEN-03").description == "Åsa"


def test_a_no_needs_an_explanation(client, draft):
    answer = send(client, address(draft, CRITERION), ("svar", "nej"), ("beskrivning", ""), ("sedan", "next"))

    assert answer.status_code == 422
    assert "Förklara varför svaret är nej" in answer.text


def test_what_is_stated_beside_the_answer_is_compared_at_once(client, owner, draft):
    field = "uppgift-complaints-answered-within-days-p95"
    page = address(draft, "/villkor/GEN-21")
    client.post(page, data={"svar": "ja", field: "7,5", "sedan": "overview"})

    assert kept(owner, draft, "GEN-21").stated == {"complaints.answered_within_days_p95": "7.5"}
    shown = client.get(page).text
    assert 'value="7,5"' in shown
    assert "7,5 dagar hittades" in shown


def test_a_figure_that_cannot_be_read_is_said_at_its_field_and_costs_nothing_else(client, owner, draft):
    field = "uppgift-complaints-answered-within-days-p95"
    answer = client.post(
        address(draft, "/villkor/GEN-21"),
        data={"svar": "ja", "beskrivning": "Vi svarar fort.", field: "snart", "sedan": "overview"},
    )

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert 'value="snart"' in answer.text
    assert "Skriv talet med siffror" in answer.text
    stored = kept(owner, draft, "GEN-21")
    assert (stored.declared, stored.description, stored.stated) == (True, "Vi svarar fort.", {})


def test_a_personal_identity_number_is_not_kept(client, owner, draft):
    text = "Hon heter Eva, 19811228-9874."
    answer = send(client, address(draft, "/villkor/GEN-03"), ("beskrivning", text), ("sedan", "overview"))

    assert answer.status_code == 422
    assert "personnummer" in answer.text
    assert text in answer.text
    assert kept(owner, draft, "GEN-03") is None


def test_a_text_that_is_too_long_is_given_back(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-03"), ("beskrivning", "å" * 10_001), ("sedan", "overview"))

    assert answer.status_code == 422
    assert "å" * 10_001 in answer.text
    assert kept(owner, draft, "GEN-03") is None


def test_a_form_without_files_is_taken_too(client, owner, draft):
    answer = client.post(address(draft, "/villkor/GEN-17"), data={"svar": "ja", "beskrivning": "", "sedan": "next"})

    assert answer.status_code == 303
    assert kept(owner, draft, "GEN-17").declared is True


def test_an_answer_after_submission_is_refused_and_given_back(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)

    for body in (("beskrivning", "Det jag skrev"),), (("beskrivning", "Det jag skrev"), ("fil", "a.pdf", PDF)):
        answer = send(client, address(application, CRITERION), *body)

        assert answer.status_code == 409
        assert "Det jag skrev" in answer.text


def test_a_form_that_comes_after_the_session_is_kept_for_its_writer(browse, draft):
    answer = send(browse("utgangen"), address(draft, CRITERION), ("beskrivning", "Tappas inte"), ("fil", "a.pdf", PDF))

    assert answer.status_code == 303
    assert "/fortsatt/" in answer.headers["location"].replace("%2F", "/")


def test_a_reader_sees_and_cannot_write(browse, owner, draft, anna):
    reader = browse(sign_in(owner, make_member(owner, anna.provider_id, Role.READER)))

    page = reader.get(address(draft, CRITERION))
    answer = send(reader, address(draft, CRITERION), ("svar", "ja"))

    assert page.status_code == 200
    assert 'name="svar"' not in page.text
    assert answer.status_code == 403
    assert kept(owner, draft) is None


@pytest.mark.parametrize("criterion", ["GEN-02", "FBH-03", "finns-inte"])
def test_a_criterion_that_is_not_asked_is_not_found(client, draft, criterion):
    assert client.get(address(draft, f"/villkor/{criterion}")).status_code == 404
    assert send(client, address(draft, f"/villkor/{criterion}"), ("svar", "ja")).status_code == 404
