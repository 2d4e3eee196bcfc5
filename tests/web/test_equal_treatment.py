"""The page on equal treatment: who reads it, what it shows, and what it hides."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.deadlines import day_in_sweden
from portal.domain.equal_treatment import READS_EQUAL_TREATMENT
from portal.domain.followed_periods import offered
from portal.domain.roles import STAFF_ROLES
from tests.factories import make_staff, sign_in
from tests.factories_equal import AGREED, OVERRIDDEN, followed_up, last_twelve_months, make_decided_row, noon
from tests.factories_review import make_officer
from tests.statements import BUDGET, statements

PAGE = "/kommun/likabehandling"


@pytest.fixture
def reader(owner, place):
    return make_staff(owner, place.id, *READS_EQUAL_TREATMENT, name="Henrik Wallin")


@pytest.fixture
def as_reader(browse, owner, reader):
    return browse(sign_in(owner, reader))


def cells(page: str, name: str) -> list[str]:
    """The words of the row that begins with ``name``."""
    row = next(each for each in re.findall(r"<tr role=\"row\">.*?</tr>", page, re.DOTALL) if f">{name}</th>" in each)
    text = [re.sub(r"<[^>]+>", " ", each).replace("\N{NO-BREAK SPACE}", " ") for each in row.split("<td")[1:]]
    return [" ".join(each.partition(">")[2].split()) for each in text]


def test_large_groups_are_shown_and_small_ones_are_not(as_reader, resources, owner, db, place):
    followed_up(owner, db, place)

    with statements(resources.engine) as sent:
        page = as_reader.get(PAGE).text

    assert "18 ansökningar beslutades från " in page
    assert cells(page, "Leila Haddad") == ["9", "40 dagar", "56 % 5 av 9", "22 % 2 av 9", "11 % 2 av 18"]
    assert cells(page, "Åsa-Charlotta von Essen Lindström")[:2] == ["visas inte", "visas inte"]
    assert cells(page, "Mikael Öberg")[:2] == ["visas inte", "visas inte"], "or the small group could be worked out"
    assert page.index(">Leila Haddad<") < page.index(">Mikael Öberg<") < page.index(">Åsa-Charlotta")
    assert "Grupper med färre än 5 beslut visas inte." in page
    assert len(sent) <= BUDGET, sent


def test_without_anything_chosen_the_last_twelve_whole_months_are_shown(as_reader, owner, place):
    officer, months = make_officer(owner, place), last_twelve_months()
    made = [months.last] * 5 + [months.first - timedelta(days=1)] + [months.last + timedelta(days=1)] * 7
    for day in made:
        make_decided_row(owner, place, officer, judged=(AGREED, OVERRIDDEN), decided_at=noon(day))

    page = as_reader.get(PAGE).text

    assert "5 ansökningar beslutades" in page
    assert cells(page, "Mikael Öberg") == ["5", "30 dagar", "0 % 0 av 5", "0 % 0 av 5", "50 % 5 av 10"]
    current = re.findall(r'<a href="([^"]+)" aria-current="page">([^<]+)</a></li>', page)
    assert (f"{PAGE}?period=12", "Senaste tolv månaderna") in current


@pytest.mark.parametrize("few", [4, 5])
def test_a_year_that_has_only_a_few_more_cases_hides_its_half(as_reader, owner, place, few):
    """With four in the other half the year would tell of them; with five it may."""
    officer = make_officer(owner, place)
    half = next(each for each in offered(day_in_sweden(datetime.now(UTC))) if each.half == 2)
    year, second = half.key[:4], half.key
    for day in [half.last] * 6 + [half.first - timedelta(days=1)] * few:
        make_decided_row(owner, place, officer, decided_at=noon(day))

    shown = as_reader.get(f"{PAGE}?period={second}").text

    assert ("6 ansökningar beslutades" in shown) is (few == 5)
    assert ("För få ansökningar beslutades" in shown) is (few == 4)
    assert f"{6 + few} ansökningar beslutades" in as_reader.get(f"{PAGE}?period={year}").text


def test_a_municipality_without_decisions_is_told_so(as_reader):
    answer = as_reader.get(PAGE)

    assert answer.status_code == 200
    assert "Ingen ansökan beslutades" in answer.text
    assert "<table" not in answer.text


def test_of_fewer_than_five_decisions_not_even_the_number_is_shown(as_reader, owner, place):
    officer = make_officer(owner, place)
    for _ in range(4):
        make_decided_row(owner, place, officer, refused=True, decided_at=noon(last_twelve_months().last))

    page = as_reader.get(PAGE).text

    assert "För få ansökningar beslutades" in page
    assert "<table" not in page
    assert "Mikael Öberg" not in page


@pytest.mark.parametrize("asked", ["2026-03", "i-fjol", "1999", "2026-3", "13"])
def test_a_period_that_is_not_offered_is_not_found(as_reader, asked):
    assert as_reader.get(PAGE, params={"period": asked}).status_code == 404


def test_days_in_the_address_choose_nothing(as_reader):
    page = as_reader.get(PAGE, params={"fran": "2026-01-01", "till": "2026-01-02"}).text

    assert '?period=12" aria-current="page"' in page


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_only_those_who_follow_up_read_it_and_have_it_in_their_menu(browse, owner, place, role):
    as_reader = browse(sign_in(owner, make_staff(owner, place.id, role)))

    answer = as_reader.get(PAGE)

    assert answer.status_code == (200 if role in READS_EQUAL_TREATMENT else 404)
    assert ('href="/kommun/likabehandling"' in as_reader.get("/kommun/anordnare").text) is (
        role in READS_EQUAL_TREATMENT
    )
