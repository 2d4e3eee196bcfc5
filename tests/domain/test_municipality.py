"""What a municipality decides about its system, as it is read; and whether its colour can be read."""

import pytest

from portal import library
from portal.domain.criteria import Text
from portal.domain.municipality import DEADLINES, THEME, MunicipalitySettings, contrast, filled
from portal.services.founding import settings_of

BOTH = library.load().municipalities


@pytest.mark.parametrize("wanted", BOTH, ids=lambda wanted: wanted.slug)
def test_the_librarys_settings_are_read_back_whole(wanted):
    settings = MunicipalitySettings.read(settings_of(wanted))

    assert settings.board == wanted.board
    assert settings.email == wanted.email
    assert settings.address == wanted.address
    assert dict(settings.deadlines) == dict(wanted.deadlines)
    assert set(DEADLINES) <= set(settings.deadlines)
    assert set(THEME) <= set(settings.theme)
    assert len(settings.contract) == len(wanted.contract)


@pytest.mark.parametrize("wanted", BOTH, ids=lambda wanted: wanted.slug)
def test_the_demos_accents_can_be_read_on_white(wanted):
    assert contrast(wanted.theme["accent"]) >= 7


def test_black_on_white_is_twenty_one_to_one_in_either_order():
    assert contrast("#000000") == pytest.approx(21)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#123456", "#123456") == pytest.approx(1)


def test_the_contrast_is_that_of_wcag():
    assert contrast("#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#595959") == pytest.approx(7.0, abs=0.005)


def test_placeholders_are_filled_in_both_languages():
    text = Text(sv="Svar inom {days} dagar, {who}.", en="Answer within {days} days, {who}.")

    assert filled(text, {"days": 10, "who": "Vega"}) == Text(
        sv="Svar inom 10 dagar, Vega.", en="Answer within 10 days, Vega."
    )


def test_a_placeholder_that_nobody_knows_stays_so_that_it_is_seen():
    assert filled(Text(sv="{okänd}", en="{unknown}"), {"days": 10}).sv == "{okänd}"
