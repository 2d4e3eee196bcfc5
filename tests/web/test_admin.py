"""The administrator's pages: staff and settings."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlmodel import col, select

from portal.db.session import Scope, enter
from portal.db.tables import Municipality, StaffMember
from portal.domain.actors import system
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from portal.forms.settings import as_typed
from portal.services import staff
from portal.services.lifecycle import record
from tests.factories import make_member, make_municipality, make_provider, make_staff, sign_in
from tests.factories_admin import make_own_municipality, member_id_of
from tests.factories_application import make_application, make_document
from tests.statements import BUDGET, statements

SECTIONS = ("tider", "granser", "texter", "kontakt", "utseende")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0h10v10z"/></svg>'


@pytest.fixture
def place(owner):
    return make_own_municipality(owner)


def stored(owner, place):
    owner.rollback()
    return owner.get_one(Municipality, place.id, populate_existing=True)


def test_the_staff_are_listed_with_roles_and_whether_they_have_signed_in(as_administrator, owner, place, now):
    owner.add(
        StaffMember(
            municipality_id=place.id,
            name="Leila Haddad",
            title="Handläggare",
            email="leila@prov.example",
            roles=["case_officer", "decision_maker"],
            delegation="4.12",
            added_at=now,
        )
    )
    owner.commit()

    text = as_administrator.get("/kommun/personal").text

    assert "2 personer arbetar i Kundval" in text
    assert "Handläggare, Beslutsfattare" in text
    assert "Har inte loggat in än" in text
    assert "kan inte besluta i det" in text


def test_a_municipality_without_a_decision_maker_is_told_so(as_administrator):
    assert "Ingen kan ta hand om ansökningar än" in as_administrator.get("/kommun/personal").text


def test_a_person_is_added_with_several_roles(as_administrator, owner, place):
    form = {"epost": "maja@prov.example", "namn": "Maja Sjögren", "titel": "Handläggare", "delegation": "4.1"}

    answer = as_administrator.post(
        "/kommun/personal/lagg-till", data={**form, "roller": ["case_officer", "decision_maker"]}
    )

    assert (answer.status_code, answer.headers["location"]) == (303, "/kommun/personal?klart=tillagd")
    row = owner.exec(
        select(StaffMember).where(col(StaffMember.municipality_id) == place.id, col(StaffMember.name) == "Maja Sjögren")
    ).one()
    assert row.roles == ["case_officer", "decision_maker"]
    assert "får ett brev" in as_administrator.get(answer.headers["location"]).text


def test_all_errors_are_said_at_once_and_nothing_typed_is_lost(as_administrator):
    answer = as_administrator.post(
        "/kommun/personal/lagg-till", data={"epost": "maja@prov", "namn": "", "titel": "", "roller": "decision_maker"}
    )

    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    for field in ("epost", "namn", "titel", "delegation"):
        assert f'href="#{field}"' in answer.text
    assert 'value="maja@prov"' in answer.text
    assert 'value="decision_maker" aria-describedby="roller-decision_maker-om" checked' in answer.text


def test_an_address_that_is_there_is_said_at_its_field(as_administrator, owner, administrator):
    address = owner.get_one(StaffMember, member_id_of(owner, administrator)).email
    form = {"epost": address, "namn": "Henrik Wallin", "titel": "Förvaltare", "roller": "reception"}

    answer = as_administrator.post("/kommun/personal/lagg-till", data=form)

    assert answer.status_code == 422
    assert "Personen finns redan i listan." in answer.text


def test_ones_own_role_as_administrator_stays(as_administrator, owner, administrator):
    own = member_id_of(owner, administrator)

    answer = as_administrator.post(
        f"/kommun/personal/{own}", data={"namn": "Henrik Wallin", "titel": "Förvaltare", "roller": "reception"}
    )

    assert answer.status_code == 422
    assert 'href="#roller"' in answer.text
    assert "municipal_administrator" in owner.get_one(StaffMember, own, populate_existing=True).roles


def test_the_last_administrator_is_not_deactivated(as_administrator, owner, administrator):
    answer = as_administrator.post(f"/kommun/personal/{member_id_of(owner, administrator)}/avsluta")

    assert answer.status_code == 403
    assert "Någon måste kunna administrera" in answer.text


def test_a_deactivated_person_is_out_at_the_next_page(browse, db, owner, place, administrator, now):
    colleague = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR, name="Ingrid Åberg")
    theirs = browse(sign_in(owner, colleague))
    assert theirs.get("/kommun/personal").status_code == 200
    member_id = member_id_of(owner, colleague)

    enter(db, Scope.of(administrator))
    staff.deactivate(db, member_id, actor=administrator, now=now)
    db.commit()
    assert theirs.get("/kommun/personal").status_code == 404

    enter(db, Scope.of(administrator))
    staff.reactivate(db, member_id, actor=administrator, now=now)
    db.commit()
    assert theirs.get("/kommun/personal").status_code == 200


def test_who_is_deactivated_stands_apart_and_is_let_in_again(as_administrator, owner, place):
    member_id = member_id_of(owner, make_staff(owner, place.id, Role.CASE_OFFICER))

    assert as_administrator.post(f"/kommun/personal/{member_id}/avsluta").status_code == 303
    assert "Avstängda" in as_administrator.get("/kommun/personal").text
    assert as_administrator.post(f"/kommun/personal/{member_id}/aterstall").status_code == 303
    assert "Avstängda" not in as_administrator.get("/kommun/personal").text


def test_another_municipalitys_person_is_not_there(as_administrator, owner, ekholm):
    stranger = member_id_of(owner, make_staff(owner, ekholm.id))

    assert as_administrator.get(f"/kommun/personal/{stranger}").status_code == 404
    assert as_administrator.post(f"/kommun/personal/{stranger}/avsluta").status_code == 404


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


def test_a_persons_page_says_who_changed_the_roles_and_when(as_administrator, owner, place):
    member_id = member_id_of(owner, make_staff(owner, place.id, Role.CASE_OFFICER))

    as_administrator.post(f"/kommun/personal/{member_id}/avsluta")
    text = as_administrator.get(f"/kommun/personal/{member_id}").text

    assert "Ändringar" in text
    assert text.count("Avstängd<span") == 1
    assert "Henrik Wallin</span></li>" in text


def test_the_overview_of_the_settings_says_who_changed_them_last(as_administrator, owner, place):
    assert "av Henrik Wallin." not in as_administrator.get("/kommun/installningar").text

    fields = {name: str(value) for name, value in place.settings["deadlines"].items()}
    assert as_administrator.post("/kommun/installningar/tider", data=fields).status_code == 303

    assert "av Henrik Wallin." in as_administrator.get("/kommun/installningar").text


def stopped(owner, place, kind, number, *, at):
    application = make_application(owner, place)
    for _ in range(number):
        record(
            owner,
            application.id,
            kind,
            actor=system(municipality_id=place.id, provider_id=application.provider_id),
            now=at,
            facts={"document": str(uuid4()), "because": "Eicar"},
        )
    owner.commit()


def overview(browse, owner, place):
    admin = make_staff(owner, place.id, Role.MUNICIPAL_ADMINISTRATOR)
    return " ".join(browse(sign_in(owner, admin)).get("/kommun/installningar").text.split())


@pytest.mark.parametrize(
    ("infected", "refused", "words"),
    [
        (0, 0, "Ingen fil som lämnats till er har stoppats."),
        (1, 0, "En fil till er hade skadlig kod, 0 stoppades för annat innehåll."),
        (0, 1, "0 filer till er hade skadlig kod, en stoppades för annat innehåll."),
        (2, 3, "2 filer till er hade skadlig kod, 3 stoppades för annat innehåll."),
    ],
)
def test_the_overview_counts_what_was_stopped_in_words(browse, owner, infected, refused, words):
    place, recently = make_municipality(owner, own_slug=f"stopp-{uuid4().hex[:8]}"), datetime.now(UTC)
    stopped(owner, place, "document.infected", infected, at=recently - timedelta(days=30))
    stopped(owner, place, "document.refused", refused, at=recently - timedelta(days=30))

    text = overview(browse, owner, place)

    assert words in text
    assert ("Filerna är borttagna och företagen har fått veta varför." in text) == bool(infected + refused)


def test_the_overview_counts_a_year_and_its_own_municipality(browse, owner, bjorkvik):
    place = make_municipality(owner, own_slug=f"stopp-{uuid4().hex[:8]}")
    stopped(owner, place, "document.infected", 1, at=datetime.now(UTC) - timedelta(days=366))
    stopped(owner, bjorkvik, "document.infected", 1, at=datetime.now(UTC) - timedelta(days=1))

    assert "Ingen fil som lämnats till er har stoppats." in overview(browse, owner, place)


def test_the_overview_says_since_when_files_wait(as_administrator, owner, place):
    since = datetime.now(UTC) - timedelta(minutes=20)
    anna = make_member(owner, make_provider(owner))
    waiting = make_document(owner, anna.provider_id, by=anna, state=DocumentState.WAITING, now=since)
    owner.commit()

    assert "Genomsökningen av filer står still" in as_administrator.get("/kommun/installningar").text

    waiting.state = DocumentState.CLEAN
    owner.add(waiting)
    owner.commit()
