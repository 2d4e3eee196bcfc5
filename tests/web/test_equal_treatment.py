"""The page on equal treatment: who reads it, what it shows, and what it hides."""

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from portal.domain.equal_treatment import READS_EQUAL_TREATMENT
from portal.domain.roles import STAFF_ROLES
from tests.factories import make_municipality, make_staff, sign_in
from tests.factories_equal import AGREED, OVERRIDDEN, followed_up, make_decided_row
from tests.factories_review import make_officer
from tests.web.test_staff_cases import BUDGET, counted

PAGE = "/kommun/likabehandling"
PERIOD = f"{PAGE}?fran=2025-04-01&till=2026-03-31"


@pytest.fixture
def place(owner):
    return make_municipality(owner, own_slug=f"bjorkvik-{uuid4().hex[:8]}")


@pytest.fixture
def reader(owner, place):
    return make_staff(owner, place.id, *READS_EQUAL_TREATMENT, name="Henrik Wallin")


@pytest.fixture
def client(browse, owner, reader):
    return browse(sign_in(owner, reader))


def cells(page: str, name: str) -> list[str]:
    """The words of the row that begins with ``name``."""
    row = next(each for each in re.findall(r"<tr role=\"row\">.*?</tr>", page, re.DOTALL) if f">{name}</th>" in each)
    text = [re.sub(r"<[^>]+>", " ", each).replace("\N{NO-BREAK SPACE}", " ") for each in row.split("<td")[1:]]
    return [" ".join(each.partition(">")[2].split()) for each in text]


def test_large_groups_are_shown_and_small_ones_are_not(client, resources, owner, db, place):
    followed_up(owner, db, place)

    with counted(resources.engine) as statements:
        page = client.get(PERIOD).text

    assert "18 ansökningar beslutades från 1 april 2025 till 31 mars 2026." in page
    assert cells(page, "Leila Haddad") == ["9", "40 dagar", "56 % 5 av 9", "22 % 2 av 9", "11 % 2 av 18"]
    assert cells(page, "Åsa-Charlotta von Essen Lindström")[:2] == ["visas inte", "visas inte"]
    assert cells(page, "Mikael Öberg")[:2] == ["visas inte", "visas inte"], "or the small group could be worked out"
    assert page.index(">Leila Haddad<") < page.index(">Mikael Öberg<") < page.index(">Åsa-Charlotta")
    assert "Grupper med färre än 5 beslut visas inte." in page
    assert len(statements) <= BUDGET, statements


def test_without_anything_chosen_the_last_twelve_months_are_shown(client, owner, place):
    officer, now = make_officer(owner, place), datetime.now(UTC)
    for days in (1, 30, 60, 90, 300, 400):
        made = now - timedelta(days=days)
        make_decided_row(owner, place, officer, judged=(AGREED, OVERRIDDEN), decided_at=made)

    page = client.get(PAGE).text

    assert "5 ansökningar beslutades" in page
    assert cells(page, "Mikael Öberg") == ["5", "30 dagar", "0 % 0 av 5", "0 % 0 av 5", "50 % 5 av 10"]


def test_a_municipality_without_decisions_is_told_so(client):
    answer = client.get(PERIOD)

    assert answer.status_code == 200
    assert "Ingen ansökan beslutades" in answer.text
    assert "<table" not in answer.text


def test_of_fewer_than_five_decisions_not_even_the_number_is_shown(client, owner, place):
    officer = make_officer(owner, place)
    for _ in range(4):
        make_decided_row(owner, place, officer, refused=True)

    page = client.get(PERIOD).text

    assert "Färre än 5 ansökningar beslutades" in page
    assert "<table" not in page
    assert "Mikael Öberg" not in page


@pytest.mark.parametrize(
    ("fran", "till", "field", "words"),
    [
        ("i fjol", "2026-03-31", "fran", "Skriv den första dagen"),
        ("2026-01-01", "2026-02-30", "till", "Skriv den sista dagen"),
        ("2026-03-01", "2026-02-01", "till", "inte är före den första"),
        ("2015-01-01", "2026-02-01", "fran", "högst fem år"),
        ("0001-01-01", "9999-12-31", "fran", "Skriv den första dagen"),
    ],
)
def test_a_period_that_cannot_be_is_said_at_its_field_and_what_was_typed_stays(client, fran, till, field, words):
    answer = client.get(PAGE, params={"fran": fran, "till": till})

    assert answer.status_code == 422
    said = re.search(rf'id="{field}-fel">([^<]+)<', answer.text)
    assert said
    assert words in said[1]
    assert f'value="{fran}"' in answer.text
    assert f'value="{till}"' in answer.text
    assert "<title>Fel: " in answer.text


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_only_those_who_follow_up_read_it_and_have_it_in_their_menu(browse, owner, place, role):
    client = browse(sign_in(owner, make_staff(owner, place.id, role)))

    answer = client.get(PAGE)

    assert answer.status_code == (200 if role in READS_EQUAL_TREATMENT else 404)
    assert ('href="/kommun/likabehandling"' in client.get("/kommun/anordnare").text) is (role in READS_EQUAL_TREATMENT)
