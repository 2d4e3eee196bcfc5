"""What a published version changed, for anyone to read."""

from datetime import date

import pytest

from portal.web.desk import LANGUAGE_COOKIE
from tests.factories_drafts import revise
from tests.statements import BUDGET, statements


@pytest.fixture
def compared(owner, place):
    """Version 2 of family treatment: one criterion gone, one reworded, one number another; version 1 in English too."""
    revise(owner, place, "familjebehandling", valid_from=date(2026, 5, 1))
    return f"/{place.slug}/familjebehandling/villkor"


def test_what_was_removed_is_said_and_the_changed_words_are_marked(browse, compared):
    text = browse().get(f"{compared}/2/jamfor/1").text

    assert "Från version 1 till version 2" in text
    assert "2 villkor är ändrade och 1 är borttaget. 9 är oförändrade." in text
    assert 'id="fbh-e1"' in text
    added = "timmar; behandlingstiden styrs av beslutet, inte av villkoren."
    assert f'<ins><span class="ds-sr-only">tillagt: </span>{added}</ins>' in text
    assert '<del><span class="ds-sr-only">borttaget: </span>timmar.</del>' in text
    assert "Familjebehandlares erfarenhet, månader" in text
    assert '<del><span class="ds-sr-only">borttaget: </span>24</del>' in text
    assert '<ins><span class="ds-sr-only">tillagt: </span>36</ins>' in text


def test_the_other_way_round_what_was_removed_is_added(browse, compared):
    text = browse().get(f"{compared}/1/jamfor/2").text

    assert "2 villkor är ändrade och 1 är tillagt." in text


def test_a_reader_of_english_sees_the_english_words(browse, compared):
    client = browse()
    client.cookies.set(LANGUAGE_COOKIE, "en")

    text = client.get(f"{compared}/2/jamfor/1").text

    assert "the length of treatment is set by that decision" in text
    assert "added:" in text
    assert "behandlingstiden" not in text


def test_each_version_leads_to_what_it_changed(browse, compared, place):
    client = browse()

    assert f'href="{compared}/2/jamfor/1"' in client.get(f"{compared}/2").text
    assert "/jamfor/" not in client.get(f"{compared}/1").text
    assert f'href="{compared}/2/jamfor/1"' in client.get(f"/{place.slug}/villkor").text


@pytest.mark.parametrize("pair", ["2/jamfor/2", "2/jamfor/9", "9/jamfor/1", "1/jamfor/x"])
def test_what_cannot_be_compared_is_not_there(browse, compared, pair):
    assert browse().get(f"{compared}/{pair}").status_code == 404


def test_another_municipalitys_versions_are_not_compared_with_ones_own(browse, owner, compared, ekholm):
    assert browse().get("/ekholm/familjebehandling/villkor/2/jamfor/1").status_code == 404


def test_a_comparison_asks_few_questions(browse, compared, resources):
    with statements(resources.engine) as sent:
        browse().get(f"{compared}/2/jamfor/1")

    assert len([each for each in sent if "set_config" not in each]) <= BUDGET
