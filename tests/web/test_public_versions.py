"""Every version of the conditions at its own address: which is in force, which was, which is coming."""

import secrets
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from portal.db.tables import Municipality
from portal.domain.deadlines import day_in_sweden
from portal.views.public_versions import Standing, next_after, timeline
from tests.factories import Place, make_municipality
from tests.factories_public import add_version, versions_of

TODAY = date(2026, 3, 2)


@pytest.fixture
def own(owner) -> Place:
    """A municipality that no other test adds versions to."""
    kept = make_municipality(owner)
    row = owner.get_one(Municipality, kept.id)
    row.slug = "bjorkvik-" + "".join(secrets.choice("abcdefgh") for _ in range(10))
    owner.add(row)
    owner.commit()
    return Place(kept.id, row.slug, kept.services)


def today() -> date:
    return day_in_sweden(datetime.now(UTC))


def decided(number: int, valid_from: date) -> SimpleNamespace:
    return SimpleNamespace(
        id=number,
        number=number,
        valid_from=valid_from,
        decided_by="Socialnämnden",
        decided_on=valid_from,
        decision_reference="1",
    )


def test_a_version_is_in_force_until_the_day_before_the_next():
    rows = [decided(1, date(2025, 1, 1)), decided(2, date(2026, 3, 2)), decided(3, date(2026, 7, 1))]

    third, second, first = timeline(rows, "/x", today=TODAY)

    assert (first.standing, first.valid_until) == (Standing.PAST, date(2026, 3, 1))
    assert (second.standing, second.valid_until) == (Standing.IN_FORCE, date(2026, 6, 30))
    assert (third.standing, third.valid_until) == (Standing.COMING, None)
    assert next_after(first, (third, second, first)) == second
    assert next_after(second, (third, second, first)) is None


def test_of_two_versions_from_the_same_day_the_later_number_is_in_force():
    rows = [decided(1, date(2026, 1, 1)), decided(2, date(2026, 1, 1))]

    second, first = timeline(rows, "/x", today=TODAY)

    assert second.standing is Standing.IN_FORCE
    assert first.standing is Standing.NEVER


def test_the_day_before_it_is_valid_a_version_is_only_coming(browse, owner, own):
    add_version(owner, own, "hemtjanst", number=2, valid_from=today() + timedelta(days=1))
    client = browse()

    assert "Version 1 börjar gälla" not in client.get(f"/{own.slug}/hemtjanst/villkor/1").text
    assert "Gäller inte än" in client.get(f"/{own.slug}/hemtjanst/villkor/2").text
    page = client.get(f"/{own.slug}/hemtjanst").text
    assert f'href="/{own.slug}/hemtjanst/villkor/1">Version 1</a>' in page
    assert f'href="/{own.slug}/hemtjanst/villkor/2">Version 2, från' in page


def test_a_replaced_version_keeps_its_address_and_its_words_and_points_to_the_newer(browse, owner, own):
    first = versions_of(owner, own, "hemtjanst")[0]
    changed = [dict(each) for each in first.content["criteria"]]
    changed[0]["text"] = {"sv": "Helt nya ord om ledningen.", "en": "Entirely new words."}
    add_version(owner, own, "hemtjanst", number=2, valid_from=today(), criteria=changed)
    client = browse()

    old = client.get(f"/{own.slug}/hemtjanst/villkor/1").text
    new = client.get(f"/{own.slug}/hemtjanst/villkor/2").text

    assert "Version 2 gäller i stället" in old
    assert f'href="/{own.slug}/hemtjanst/villkor/2"' in old
    assert "Helt nya ord om ledningen." not in old
    assert "gäller i stället" not in new
    assert "Helt nya ord om ledningen." in new
    assert "Helt nya ord om ledningen." in client.get(f"/{own.slug}/hemtjanst").text


def test_all_versions_of_all_sets_are_listed(browse, owner, own):
    add_version(owner, own, None, number=2, valid_from=today() + timedelta(days=30))

    text = browse().get(f"/{own.slug}/villkor").text

    for address in (
        "villkor/1",
        "villkor/2",
        "familjebehandling/villkor/1",
        "sysselsattning-socialpsykiatri/villkor/1",
    ):
        assert f'href="/{own.slug}/{address}"' in text
    assert text.count("Gäller nu") == 7
    assert text.count("Gäller inte än") == 1


def test_a_version_says_what_each_document_must_show_and_where_it_can_always_be_read(browse, bjorkvik, settings):
    text = browse().get("/bjorkvik/hemtjanst/villkor/1").text

    assert f"{settings.base_url}/bjorkvik/hemtjanst/villkor/1" in text
    assert "Examen, lärosäte, datum och antal poäng." in text
    assert "Vi frågar:" in text
    assert "<details" not in text


def test_another_municipality_s_version_is_not_there(browse, owner, own, ekholm):
    add_version(owner, own, "hemtjanst", number=7, valid_from=today())

    assert browse().get("/ekholm/hemtjanst/villkor/7").status_code == 404
