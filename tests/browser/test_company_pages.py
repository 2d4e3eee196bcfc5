"""The company's room before axe, at both widths, error states included."""

from datetime import date

import pytest
from playwright.sync_api import expect

from portal.domain.application import State
from portal.domain.roles import Role
from tests.factories import make_member, make_provider
from tests.factories_company import (
    make_application_row,
    make_invitation,
    make_letter,
    make_newcomer,
    make_supplement_row,
)

LONG = "Åsöns och Östra Ängens Familjebehandling, Samtalsstöd & Öppenvård ekonomisk förening"


@pytest.fixture
def busy(owner, bjorkvik):
    """A company with a long name, something to do, letters and invitations."""
    provider_id = make_provider(owner, LONG)
    application = make_application_row(owner, provider_id, bjorkvik, State.SUPPLEMENT_REQUESTED)
    make_supplement_row(owner, application, date(2099, 12, 4))
    letter = make_letter(owner, provider_id, application=application)
    signatory = make_member(owner, provider_id, name="Maria-Charlotta Åkerström-Öhman af Ängsö")
    make_invitation(owner, signatory, "mycket.lang.adress@kansliet.asons-och-ostra-angens-familjebehandling.example")
    return signatory, letter


def test_nothing_stands_in_the_way_in_the_companys_room(as_actor, busy, nothing_for_axe):
    signatory, letter = busy
    page = as_actor(signatory)

    for path in (
        "/foretag",
        "/foretag/valj",
        "/foretag/uppgifter?gjort=sparat",
        "/foretag/uppgifter/andra",
        "/foretag/personer?gjort=inbjuden",
        "/foretag/personer/bjud-in",
        "/foretag/meddelanden",
        f"/foretag/meddelanden/{letter}",
    ):
        page.goto(path)
        nothing_for_axe(page)


def test_a_reader_finds_the_same_pages_as_readable(as_actor, owner, busy, nothing_for_axe):
    signatory, _letter = busy
    page = as_actor(make_member(owner, signatory.provider_id, Role.READER))

    for path in ("/foretag", "/foretag/personer", "/foretag/personer/bjud-in"):
        page.goto(path)
        nothing_for_axe(page)


def test_faults_are_announced_and_one_click_away(as_actor, owner, nothing_for_axe):
    page = as_actor(make_newcomer(owner))
    page.goto("/foretag")

    page.get_by_role("button", name="Registrera företaget").click()

    expect(page).to_have_title("Fel: Registrera företaget – Kundval")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    nothing_for_axe(page)
    summary.get_by_role("link", name="Skriv postort.").click()
    expect(page.get_by_label("Postort")).to_be_focused()


def test_an_invitation_is_readable_before_and_after_sign_in(as_actor, owner, busy, nothing_for_axe):
    signatory, _letter = busy
    token = f"b-{signatory.person_id}"
    make_invitation(owner, signatory, token=token)

    for actor in (None, make_newcomer(owner), signatory):
        page = as_actor(actor)
        page.goto(f"/inbjudan/{token}")
        nothing_for_axe(page)
