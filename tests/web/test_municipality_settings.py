"""What a municipality decides of itself: each section is saved as it is shown, or refused at its fields."""

import pytest

from portal.db.tables import Municipality
from portal.domain.roles import Role
from portal.forms.settings import as_typed
from tests.factories import make_staff, sign_in
from tests.factories_admin import make_own_municipality
from tests.statements import BUDGET, statements

SECTIONS = ("tider", "granser", "texter", "kontakt", "utseende")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></svg>'


@pytest.fixture
def place(owner):
    return make_own_municipality(owner)


def stored(owner, place):
    owner.rollback()
    return owner.get_one(Municipality, place.id, populate_existing=True)


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.DECISION_MAKER, Role.RECEPTION, Role.CONTROLLER])
@pytest.mark.parametrize("path", ["/kommun/personal", "/kommun/installningar", "/kommun/installningar/tider"])
def test_the_room_is_not_there_for_other_roles(browse, owner, place, role, path):
    assert browse(sign_in(owner, make_staff(owner, place.id, role))).get(path).status_code == 404


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_saves_what_it_shows_and_nothing_changes(as_administrator, owner, place, section, language):
    """Whoever opens a page and presses save has changed nothing."""
    as_administrator.cookies.set("kundval_language", language)
    shown = as_administrator.get(f"/kommun/installningar/{section}")
    assert shown.status_code == 200
    before = stored(owner, place).settings

    answer = as_administrator.post(f"/kommun/installningar/{section}", data=typed(before)[section])

    assert answer.status_code == 303, answer.text
    after = stored(owner, place).settings
    assert {name: {**after, "texts": ""}[name] for name in after} == {
        name: {**before, "texts": ""}[name] for name in before
    }
    assert {k: v["sv"].strip() for k, v in after["texts"].items()} == {
        k: v["sv"].strip() for k, v in before["texts"].items()
    }


def typed(settings):
    contact = settings["contact"]
    return {
        "tider": {name: str(days) for name, days in settings["deadlines"].items()},
        "granser": {name: as_typed(value) for name, value in settings["thresholds"].items()},
        "texter": {f"{n}_{tongue}": words[tongue] for n, words in settings["texts"].items() for tongue in words},
        "kontakt": {
            "epost": contact["email"],
            "telefon": contact["telephone"],
            "adress": "\n".join(contact["address"]),
        },
        "utseende": dict(settings["theme"]),
    }


def test_deadlines_out_of_bounds_are_all_said_and_kept(as_administrator, owner, place):
    form = {**typed(stored(owner, place).settings)["tider"], "decide_days": "4000", "sign_days": "snart"}

    answer = as_administrator.post("/kommun/installningar/tider", data=form)

    assert answer.status_code == 422
    assert 'href="#decide_days"' in answer.text
    assert 'href="#sign_days"' in answer.text
    assert 'value="4000"' in answer.text
    assert 'value="snart"' in answer.text
    assert "Skriv ett heltal från 7 till 180." in answer.text


def test_thresholds_say_that_they_enter_the_next_draft(as_administrator):
    assert "nästa utkast till villkor" in as_administrator.get("/kommun/installningar/granser").text


def test_texts_for_lawyers_are_marked(as_administrator):
    assert (
        as_administrator.get("/kommun/installningar/texter").text.count("Låt kommunens jurister läsa den här texten")
        == 1
    )


def test_a_placeholder_that_nothing_fills_in_is_refused(as_administrator, owner, place):
    form = {**typed(stored(owner, place).settings)["texter"], "intro_sv": "Välkommen till {kommunen}."}

    answer = as_administrator.post("/kommun/installningar/texter", data=form)

    assert answer.status_code == 422
    assert "{kommunen}" in answer.text


def test_a_pale_accent_is_refused_with_its_ratio(as_administrator, owner, place):
    form = {**typed(stored(owner, place).settings)["utseende"], "accent": "#767676"}

    answer = as_administrator.post("/kommun/installningar/utseende", data=form)

    assert answer.status_code == 422
    assert "kontrasten mot vitt är 4,5:1 och behöver vara minst 7,0:1" in answer.text
    assert 'value="#767676"' in answer.text


def test_a_saved_colour_gives_the_looks_another_address(as_administrator, owner, place):
    before = stored(owner, place).changed_at
    form = {**typed(stored(owner, place).settings)["utseende"], "accent": "12315C"}

    assert as_administrator.post("/kommun/installningar/utseende", data=form).status_code == 303

    after = stored(owner, place)
    assert after.settings["theme"]["accent"] == "#12315c"
    assert int(after.changed_at.timestamp()) > int(before.timestamp())


def test_a_mark_is_uploaded(as_administrator, owner, place):
    answer = as_administrator.post("/kommun/installningar/marke", files={"marke": ("marke.svg", SVG, "image/svg+xml")})

    assert answer.status_code == 303
    assert stored(owner, place).mark_svg == SVG.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (SVG.replace(b"<path", b"<script/><path"), "Elementet script"),
        (SVG.replace(b"<path", b"<path onclick='x()'"), "kör ett skript (onclick)"),
        (SVG + b" " * 60_000, "högst 50 kB"),
        (b"", "Välj en SVG-fil"),
    ],
)
def test_a_mark_that_is_more_than_a_picture_is_refused_at_its_field(as_administrator, owner, place, content, words):
    answer = as_administrator.post(
        "/kommun/installningar/marke", files={"marke": ("marke.svg", content, "image/svg+xml")}
    )

    assert answer.status_code == 422
    assert words in answer.text
    assert stored(owner, place).mark_svg == place.mark_svg


def test_a_section_that_does_not_exist_is_not_there(as_administrator):
    assert as_administrator.get("/kommun/installningar/hemligheter").status_code == 404
    assert as_administrator.post("/kommun/installningar/hemligheter").status_code == 404


@pytest.mark.parametrize(
    "path", ["/kommun/personal", "/kommun/personal/lagg-till", *(f"/kommun/installningar/{s}" for s in SECTIONS)]
)
def test_a_page_asks_the_database_few_questions(as_administrator, resources, path):
    as_administrator.get(path)

    with statements(resources.engine) as sent:
        assert as_administrator.get(path).status_code == 200

    assert len(sent) <= BUDGET, sent


def test_the_overview_of_the_settings_says_who_changed_them_last(as_administrator, owner, place):
    assert "av Henrik Wallin." not in as_administrator.get("/kommun/installningar").text

    fields = {name: str(value) for name, value in place.settings["deadlines"].items()}
    assert as_administrator.post("/kommun/installningar/tider", data=fields).status_code == 303

    assert "av Henrik Wallin." in as_administrator.get("/kommun/installningar").text
