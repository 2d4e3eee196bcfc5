"""The company's first page and its messages."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from portal.db.tables import Letter
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.letters import LetterKind
from portal.domain.roles import Role
from tests.factories import NOW, make_member, make_provider, sign_in
from tests.factories_company import (
    make_application_row,
    make_authorization_row,
    make_hearing_row,
    make_letter,
    make_paper_row,
    make_supplement_row,
)
from tests.statements import BUDGET, statements
from tests.web.reading import in_english

LATER, LATER_STILL = date(2099, 12, 4), date(2099, 12, 24)


def busy_company(owner, place):
    """A company with one of everything."""
    provider_id = make_provider(owner)
    asked = make_application_row(owner, provider_id, place, State.SUPPLEMENT_REQUESTED)
    make_supplement_row(owner, asked, LATER)
    heard = make_application_row(owner, provider_id, place, State.PROPOSED_DECISION)
    make_hearing_row(owner, heard, LATER_STILL)
    offered = make_authorization_row(
        owner, make_application_row(owner, provider_id, place, State.APPROVED), AuthorizationState.OFFERED
    )
    active = make_authorization_row(
        owner, make_application_row(owner, provider_id, place, State.APPROVED), AuthorizationState.ACTIVE
    )
    make_application_row(owner, provider_id, place, State.DRAFT)
    make_letter(owner, provider_id, application=asked)
    return provider_id, asked, heard, offered, active


def test_what_waits_stands_first_most_urgent_first(browse, owner, bjorkvik):
    provider_id, asked, heard, offered, active = busy_company(owner, bjorkvik)
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    html = client.get("/foretag").text

    assert "3 saker väntar på er." in html
    to_do = html[html.index('id="att-gora"') : html.index('id="pagar"')]
    assert re.findall(r'href="(.*?)"', to_do) == [
        f"/foretag/avtal/{offered.id}",
        f"/foretag/ansokningar/{asked.id}",
        f"/foretag/ansokningar/{heard.id}/yttrande",
    ]
    assert "Senast 4 december" in to_do
    assert f"/foretag/avtal/{active.id}" in html
    assert "Aktivt" in html


def test_the_overview_is_whole_in_english(browse, owner, bjorkvik):
    provider_id, *_ = busy_company(owner, bjorkvik)
    client = in_english(browse(sign_in(owner, make_member(owner, provider_id))))

    html = client.get("/foretag").text

    assert "3 things are waiting for you." in html
    assert "No later than 4 December" in html
    assert "väntar" not in html


def test_the_overview_asks_six_times_at_most(browse, owner, resources, bjorkvik):
    provider_id, *_ = busy_company(owner, bjorkvik)
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    with statements(resources.engine) as sent:
        client.get("/foretag")

    assert len(sent) <= BUDGET


def test_what_is_answered_signed_or_past_no_longer_waits(browse, owner, bjorkvik):
    provider_id = make_provider(owner)
    decided = make_application_row(owner, provider_id, bjorkvik, State.UNDER_REVIEW)
    make_supplement_row(owner, decided, LATER)
    heard = make_application_row(owner, provider_id, bjorkvik, State.PROPOSED_DECISION)
    make_hearing_row(owner, heard, date(2026, 1, 2))
    approved = make_application_row(owner, provider_id, bjorkvik, State.APPROVED)
    make_authorization_row(owner, approved, AuthorizationState.OFFERED, signed=True)
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    assert "Inget väntar på er just nu." in client.get("/foretag").text


def test_a_supplement_that_is_late_says_so(browse, owner, bjorkvik):
    provider_id = make_provider(owner)
    asked = make_application_row(owner, provider_id, bjorkvik, State.SUPPLEMENT_REQUESTED)
    make_supplement_row(owner, asked, date(2026, 1, 2))
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    assert "Svarstiden har gått ut." in client.get("/foretag").text


def test_a_reader_sees_all_and_is_told_who_acts(browse, owner, bjorkvik):
    provider_id, *_ = busy_company(owner, bjorkvik)
    client = browse(sign_in(owner, make_member(owner, provider_id, Role.READER)))

    html = client.get("/foretag").text

    assert "Firmatecknaren skriver under." in html
    assert "En redaktör, administratör eller firmatecknare svarar." in html
    assert "Välj kommun och tjänst" not in html
    assert "/foretag/personer/bjud-in" not in html


@pytest.mark.parametrize(("role", "may_start"), [(Role.SIGNATORY, True), (Role.EDITOR, True), (Role.READER, False)])
def test_a_new_company_is_shown_the_way(browse, owner, role, may_start):
    client = browse(sign_in(owner, make_member(owner, make_provider(owner), role)))

    html = client.get("/foretag").text

    assert "Så blir ni godkända" in html
    assert ("Välj kommun och tjänst</a>" in html) is may_start


def test_nothing_of_another_company_is_on_the_overview(browse, owner, bjorkvik):
    _theirs, asked, *_ = busy_company(owner, bjorkvik)
    client = browse(sign_in(owner, make_member(owner, make_provider(owner))))

    html = client.get("/foretag").text

    assert str(asked.id) not in html
    assert "Så blir ni godkända" in html


def test_ongoing_applications_are_cut_with_a_link_to_all(browse, owner, bjorkvik):
    provider_id = make_provider(owner)
    for _ in range(9):
        make_application_row(owner, provider_id, bjorkvik)
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    html = client.get("/foretag").text

    assert html.count('href="/foretag/ansokningar/') == 8
    assert "Visa alla ansökningar" in html


# Messages


def test_a_letter_to_several_people_is_one_message(browse, owner, bjorkvik):
    provider_id = make_provider(owner)
    application = make_application_row(owner, provider_id, bjorkvik)
    for recipient, language in (("a@x.example", "en"), ("b@x.example", "sv")):
        subject = "Vi har tagit emot ansökan" if language == "sv" else "We have received the application"
        make_letter(owner, provider_id, subject, application=application, recipient=recipient, language=language)
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    swedish = client.get("/foretag/meddelanden").text
    english = in_english(client).get("/foretag/meddelanden").text

    assert "Ett meddelande är oläst." in swedish
    assert "Vi har tagit emot ansökan" in swedish
    assert "We have received" not in swedish
    assert "We have received the application" in english


def test_opened_a_message_is_read_for_all_and_the_first_time_stays(browse, owner, bjorkvik):
    provider_id = make_provider(owner)
    application = make_application_row(owner, provider_id, bjorkvik)
    letters = [make_letter(owner, provider_id, application=application, recipient=r) for r in ("a@x.se", "b@x.se")]
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    html = client.get(f"/foretag/meddelanden/{letters[0]}").text
    first = owner.get_one(Letter, letters[1], populate_existing=True).read_at
    client.get(f"/foretag/meddelanden/{letters[1]}")

    assert first is not None
    assert owner.get_one(Letter, letters[1], populate_existing=True).read_at == first
    assert "a@x.se" in html
    assert "b@x.se" in html
    assert "Alla meddelanden är lästa." in client.get("/foretag/meddelanden").text


def test_a_message_shows_paragraphs_paper_link_and_how_it_went(browse, owner, bjorkvik):
    provider_id = make_provider(owner)
    application = make_application_row(owner, provider_id, bjorkvik)
    paper = make_paper_row(owner, application)
    letter = make_letter(
        owner,
        provider_id,
        application=application,
        body="Hej,\n\n<b>Första</b> raden\nandra raden",
        link="/foretag/ansokningar/x",
        paper_id=paper.id,
        delivery="bounced",
    )
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    html = client.get(f"/foretag/meddelanden/{letter}").text

    assert "<p>Hej,</p><p>&lt;b&gt;Första&lt;/b&gt; raden<br>andra raden</p>" in html
    assert f'href="/foretag/handlingar/{paper.id}"' in html
    assert "412 kB" in html.replace("\N{NO-BREAK SPACE}", " ")
    assert 'href="/foretag/ansokningar/x"' in html
    assert "Studsade" in html
    assert application.number in html


def test_a_paper_that_is_not_ready_is_no_link(browse, owner, bjorkvik):
    provider_id = make_provider(owner)
    application = make_application_row(owner, provider_id, bjorkvik)
    paper = make_paper_row(owner, application, ready=False)
    letter = make_letter(owner, provider_id, application=application, paper_id=paper.id)
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    html = client.get(f"/foretag/meddelanden/{letter}").text

    assert str(paper.id) not in html
    assert "Handlingen görs just nu" in html


def test_letters_to_others_are_not_the_companys_messages(browse, owner):
    provider_id = make_provider(owner)
    invitation = make_letter(owner, provider_id, "Inbjudan", to_company=False, kind=LetterKind.INVITATION)
    theirs = make_letter(owner, make_provider(owner), "Deras brev")
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    assert "Ni har inte fått något än." in client.get("/foretag/meddelanden").text
    for letter in (invitation, theirs):
        assert client.get(f"/foretag/meddelanden/{letter}").status_code == 404
        assert owner.get_one(Letter, letter, populate_existing=True).read_at is None


def test_paging_shows_every_message_once_also_of_the_same_moment(browse, owner, bjorkvik):
    provider_id = make_provider(owner)
    for number in range(30):
        at = NOW + timedelta(minutes=number // 3)  # three of each moment
        make_letter(
            owner,
            provider_id,
            f"Brev {number:02}",
            at=at,
            kind=(LetterKind.RECEIPT, LetterKind.APPROVED, LetterKind.HEARING)[number % 3],
        )
    for _ in range(15):
        application = make_application_row(owner, provider_id, bjorkvik)
        make_letter(owner, provider_id, f"Ärende {application.number}", application=application, at=NOW)
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    path, seen = "/foretag/meddelanden", []
    while path:
        html = client.get(path).text
        seen += re.findall(r">(?:<strong>)?(Brev \d\d|Ärende [^<]+)<", html)
        older = re.search(r'href="(/foretag/meddelanden\?fore=[^"]+)"', html)
        path = older[1].replace("&amp;", "&") if older else ""

    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("edge", ["", "x", "2026-01-01~receipt~x", "2026-01-01T00:00:00~receipt~x", "~~"])
def test_an_edge_that_no_page_gave_shows_the_first_page(browse, owner, edge):
    provider_id = make_provider(owner)
    make_letter(owner, provider_id, "Det enda brevet")
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    assert "Det enda brevet" in client.get("/foretag/meddelanden", params={"fore": edge}).text


def test_no_page_of_messages_asks_more_than_six_times(browse, owner, resources, bjorkvik):
    provider_id = make_provider(owner)
    application = make_application_row(owner, provider_id, bjorkvik)
    letters = [
        make_letter(owner, provider_id, application=application, at=datetime.now(UTC) - timedelta(hours=hours))
        for hours in range(25)
    ]
    client = browse(sign_in(owner, make_member(owner, provider_id)))

    for path in ("/foretag/meddelanden", f"/foretag/meddelanden/{letters[0]}"):
        with statements(resources.engine) as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= BUDGET, path
