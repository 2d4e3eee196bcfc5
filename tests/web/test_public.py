"""The public room: everything a company reads before it signs in."""

import secrets
from datetime import UTC, datetime, timedelta

import pytest

from portal.db.session import Scope, enter
from portal.db.tables import Service
from portal.domain.authorization import State
from portal.domain.municipality import RESERVED_SERVICE_SLUGS, RESERVED_SLUGS, may_be_slug
from portal.locale import formats
from portal.views.public_providers import ProvidersPage
from portal.views.public_service import ServicePage
from tests.factories import NOW, Place, make_member, make_municipality, make_provider, make_staff, sign_in
from tests.factories_public import make_authorization
from tests.statements import statements

SERVICE = "/familjebehandling"
PAGES = (
    "/",
    "/bjorkvik",
    "/bjorkvik/familjebehandling",
    "/bjorkvik/sysselsattning-socialpsykiatri",
    "/bjorkvik/villkor",
    "/bjorkvik/villkor/1",
    "/bjorkvik/familjebehandling/villkor/1",
    "/bjorkvik/anordnare",
    "/kontrollera",
    "/kontrollera?kommun=bjorkvik&nummer=ABC",
    "/om/tillganglighet",
    "/om/personuppgifter?kommun=bjorkvik",
)


@pytest.fixture
def own(owner) -> Place:
    """A municipality that no other test adds anything to."""
    letters = "".join(secrets.choice("abcdefgh") for _ in range(10))
    return make_municipality(owner, own_slug=f"bjorkvik-{letters}")


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_is_whole_in_both_languages(browse, bjorkvik, address, language):
    client = browse()
    client.cookies.set("kundval_language", language)

    answer = client.get(address)

    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.text
    assert answer.text.count("<h1") == 1
    for hole in ("%(", "{decide", "{municipality", "Undefined", "None"):
        assert hole not in answer.text


def test_the_start_page_lists_municipalities_in_swedish_order_with_their_open_services(browse, bjorkvik, ekholm):
    text = browse().get("/").text

    assert text.index("Björkviks kommun") < text.index("Ekholms kommun")
    assert "5 tjänster tar emot ansökningar" in text
    assert "4 tjänster tar emot ansökningar" in text


def test_a_municipality_wears_its_own_colours_and_says_how_to_reach_it(browse, bjorkvik):
    text = browse().get("/bjorkvik").text

    assert '<link rel="stylesheet" href="/tema/bjorkvik/' in text
    assert "mailto:kundval@bjorkvik.example" in text
    assert "0000-12 30 00" in text
    assert "Inte öppen nu" in text
    assert "inom 30 dagar" in text


def test_a_service_page_says_all_that_a_company_asks(browse, bjorkvik):
    text = browse().get("/bjorkvik/familjebehandling").text

    assert f'href="/foretag/ansokningar/ny?tjanst={bjorkvik.services["familjebehandling"]}"' in text
    assert "Socialnämnden 20 mars 2018, §&nbsp;41" in text
    assert "Från 1 maj 2018" in text
    assert "inom 30 dagar från komplett ansökan" in text
    assert 'id="fbh-01"' in text
    assert 'id="gen-06"' in text
    assert "Anmäls av anordnaren själv" in text
    assert "Avauktorisation" in text
    assert "Metodbeskrivning med barnperspektiv" in text
    assert "Barn får en trygg vardag hemma hos sin familj." in text
    assert "Familjer med tonåringar" in text
    assert "Utdrag ur belastningsregistret" in text


def test_thresholds_are_worded_as_this_municipality_decided_them(browse, bjorkvik):
    text = browse().get("/bjorkvik/villkor/1").text

    assert "AAA, AA eller A" in text
    assert "10\N{NO-BREAK SPACE}000\N{NO-BREAK SPACE}000" in text


def test_a_closed_service_says_so_and_has_no_button(browse, bjorkvik):
    text = browse().get("/bjorkvik/sysselsattning-socialpsykiatri").text

    assert "tar inte emot ansökningar just nu" in text
    assert "Ansök om auktorisation" not in text
    assert "/foretag/ansokningar/ny" not in text


def test_only_active_authorizations_are_listed_whoever_reads(browse, owner, own):
    names = {state: f"{state.value} {secrets.token_hex(4)} AB" for state in State}
    for state, name in names.items():
        make_authorization(owner, own, "familjebehandling", make_provider(owner, name), state=state)
    officer = sign_in(owner, make_staff(owner, own.id))

    for client in (browse(), browse(officer)):
        for address in (f"/{own.slug}/familjebehandling", f"/{own.slug}/anordnare"):
            text = client.get(address).text
            assert names[State.ACTIVE] in text
            assert names[State.OFFERED] not in text
            assert names[State.SIGNED] not in text


def test_what_row_level_security_lets_staff_see_is_still_not_public(owner, own, db):
    name = f"Erbjuden {secrets.token_hex(4)} AB"
    make_authorization(owner, own, "familjebehandling", make_provider(owner, name), state=State.OFFERED)
    enter(db, Scope(municipality_id=own.id))

    page = ServicePage.read(db, own.slug, "familjebehandling", today=NOW.date())
    everyone = ProvidersPage.read(db, own.slug, service="", searched="", after="", today=NOW.date())

    assert page.providers == ()
    assert everyone.providers == ()
    assert not everyone.any


def test_a_contract_that_begins_on_a_day_to_come_says_so_and_keeps_its_place(browse, owner, own):
    begins = datetime.now(UTC).date() + timedelta(days=40)
    make_authorization(owner, own, "hemtjanst", make_provider(owner, "Anders Omsorg AB"), active_from=begins)
    make_authorization(owner, own, "hemtjanst", make_provider(owner, "Bo Omsorg AB"))

    service = browse().get(f"/{own.slug}/hemtjanst").text
    everyone = browse().get(f"/{own.slug}/anordnare").text

    for text in (service, everyone):
        assert text.index("Anders Omsorg AB") < text.index("Bo Omsorg AB")
        assert text.count(f"från {formats.day(begins)}") == 1
    assert service.count("Godkänd sedan") == 1


@pytest.mark.parametrize("address", ["/kontrollera?kommun={slug}", "/kontrollera?kommun={slug}&nummer=ABC"])
def test_the_check_of_a_paper_is_marked_in_the_menu_of_a_municipality(browse, own, address):
    text = browse().get(address.format(slug=own.slug)).text

    assert f'<a href="/kontrollera?kommun={own.slug}" aria-current="page">' in text


def test_providers_stand_in_swedish_name_order(browse, owner, own):
    for name in ("Östra Vård AB", "Ängens Omsorg AB", "Zeta Stöd AB", "Åkerns Hjälp AB"):
        make_authorization(owner, own, "hemtjanst", make_provider(owner, name))

    text = browse().get(f"/{own.slug}/hemtjanst").text

    order = [text.index(name) for name in ("Zeta Stöd AB", "Åkerns Hjälp AB", "Ängens Omsorg AB", "Östra Vård AB")]
    assert order == sorted(order)


def test_the_list_of_providers_is_filtered_and_searched(browse, owner, own):
    one, two = make_provider(owner, "Ålunds Omsorg AB"), make_provider(owner, "Bergs Stöd AB")
    make_authorization(owner, own, "hemtjanst", one)
    make_authorization(owner, own, "boendestod", one)
    make_authorization(owner, own, "boendestod", two)
    client = browse()
    base = f"/{own.slug}/anordnare"

    everyone = client.get(base).text
    assert everyone.count("Ålunds Omsorg AB") == 1
    assert "Bergs Stöd AB" in everyone
    filtered = client.get(f"{base}?tjanst=hemtjanst").text
    assert "Ålunds Omsorg AB" in filtered
    assert "Bergs Stöd AB" not in filtered
    searched = client.get(f"{base}?sok=ÅLUND").text
    assert "Ålunds Omsorg AB" in searched
    assert "Bergs Stöd AB" not in searched
    assert "heter något med ”100%”" in client.get(f"{base}?sok=100%25").text


def test_a_long_list_of_providers_goes_on_where_it_ended(browse, owner, own, monkeypatch):
    monkeypatch.setattr("portal.views.public_providers.SHOWN", 2)
    for name in ("Alfa AB", "Beta AB", "Gamma AB"):
        make_authorization(owner, own, "hemtjanst", make_provider(owner, name))
    client = browse()

    first = client.get(f"/{own.slug}/anordnare").text
    following = first.split('href="')[1:]
    address = next(part.split('"')[0] for part in following if "efter=" in part).replace("&amp;", "&")
    second = client.get(address).text

    assert "Beta AB" in first
    assert "Gamma AB" not in first
    assert "Gamma AB" in second
    assert "Beta AB" not in second


def test_a_municipality_without_providers_says_so(browse, own):
    assert "Ingen anordnare är godkänd i kommunen än" in browse().get(f"/{own.slug}/anordnare").text


@pytest.mark.parametrize(
    "address",
    [
        "/ingenstans",
        "/favicon.ico",
        "/BJORKVIK",
        "/bjorkvik/finns-inte",
        "/bjorkvik/villkor/99",
        "/bjorkvik/villkor/99999999999999999999",
        "/bjorkvik/familjebehandling/villkor/99",
        "/bjorkvik/familjebehandling/villkor/x",
        "/ingenstans/villkor",
        "/ingenstans/anordnare",
        "/tema/bjorkvik/style.css",
        "/tema/ingenstans/1.css",
    ],
)
def test_what_is_not_there_is_the_page_that_says_so(browse, bjorkvik, address):
    answer = browse().get(address)

    assert answer.status_code == 404
    assert "Vi hittar inte det du söker" in answer.text


def test_no_municipality_can_take_the_address_of_another_room(app):
    first = {route.path.split("/")[1] for route in app.routes if not route.path.startswith("/{")} - {""}

    assert first <= RESERVED_SLUGS
    assert not any(map(may_be_slug, first))


def test_no_service_is_called_as_a_page_of_the_municipality(app):
    pages = {
        route.path.split("/")[2]
        for route in app.routes
        if route.path.startswith("/{municipality") and route.path.count("/") > 1
    }

    assert {page for page in pages if not page.startswith("{")} == RESERVED_SERVICE_SLUGS


@pytest.mark.parametrize("address", PAGES)
def test_without_a_cookie_no_session_is_asked_for(browse, bjorkvik, resources, address):
    client = browse()

    with statements(resources.engine) as sent:
        client.get(address)

    assert not any("open_session" in each for each in sent)
    assert len(sent) <= 4


def test_the_service_page_takes_four_statements_for_somebody_signed_in(browse, owner, bjorkvik, resources):
    client = browse(sign_in(owner, make_member(owner, make_provider(owner))))
    client.get("/bjorkvik/familjebehandling")

    with statements(resources.engine) as sent:
        client.get("/bjorkvik/familjebehandling")

    assert len(sent) <= 4


def test_a_service_whose_conditions_are_not_in_force_yet_cannot_be_applied_for(browse, owner, own):
    service = Service(
        municipality_id=own.id,
        slug="nyhet",
        name_sv="Nyhet",
        name_en="News",
        sort_key="nyhet",
        open=True,
        content=owner.get_one(Service, own.services["hemtjanst"]).content,
    )
    owner.add(service)
    owner.commit()

    text = browse().get(f"/{own.slug}/nyhet").text

    assert "Inga villkor gäller för tjänsten än" in text
    assert "/foretag/ansokningar/ny" not in text
