"""The administrator's pages of drafts: begun, edited, compared, published, with every way in which it can go wrong."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import col, select

from portal import library
from portal.db.session import Scope, enter
from portal.db.tables import ConditionVersion, EffectRun
from portal.domain.deadlines import day_in_sweden
from portal.domain.drafting import criterion_in, fingerprint
from portal.domain.roles import Role
from portal.services import drafts
from tests.factories import make_staff, sign_in
from tests.factories_drafts import form_of, make_administrator, make_draft, make_place
from tests.statements import BUDGET, statements

ROOM = "/kommun/villkor"


@pytest.fixture
def administrator(owner, place):
    return make_administrator(owner, place)


@pytest.fixture
def client(browse, owner, administrator):
    return browse(sign_in(owner, administrator))


@pytest.fixture
def draft_id(db, administrator, place):
    made = make_draft(db, administrator, place.services["familjebehandling"])
    db.rollback()
    return made


@pytest.fixture
def here(draft_id):
    return f"{ROOM}/utkast/{draft_id}"


@pytest.fixture
def content(db, draft_id, administrator):
    def read():
        db.rollback()
        enter(db, Scope.of(administrator))
        held = drafts.read(db, draft_id, actor=administrator).content
        db.rollback()
        return held

    return read


def today():
    return day_in_sweden(datetime.now(UTC))


def decision(content_page, **changes):
    """The form of the publishing page as its reader has it."""
    hidden = {name: content_page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("revision", "mot")}
    return {
        **hidden,
        "beslutad_av": "Socialnämnden",
        "paragraf": "§ 41",
        "beslutsdag": today().isoformat(),
        "galler_fran": (today() + timedelta(days=30)).isoformat(),
        **changes,
    }


def test_what_applies_and_what_is_drafted_stand_together(client, here, place):
    text = client.get(ROOM).text

    assert f'href="{here}">Villkor från maj</a>' in text
    assert f'href="/{place.slug}/familjebehandling/villkor/1"' in text
    assert text.count("Gäller nu") == 7
    assert "Henrik Wallin" in text


def test_a_draft_is_begun_and_named(client, place):
    answer = client.post(f"{ROOM}/nytt", data={"galler": "hemtjanst", "namn": "Våren"})

    assert answer.status_code == 303
    text = client.get(answer.headers["location"]).text
    assert "Våren" in text
    assert library.load().specific["hemtjanst"][0].id in text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"galler": "hemtjanst", "namn": " "}, "namn"),
        ({"galler": "hemtjanst", "namn": "x" * 81}, "namn"),
        ({"galler": "finns-inte", "namn": "Våren"}, "galler"),
    ],
)
def test_a_draft_without_a_name_or_a_set_is_not_begun(client, form, field):
    answer = client.post(f"{ROOM}/nytt", data=form)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "<title>Fel: " in answer.text


def test_a_draft_is_renamed_and_a_bad_name_is_said_at_its_field(client, here):
    assert client.post(f"{here}/namn", data={"namn": "Hösten"}).status_code == 303
    assert "Hösten" in client.get(here).text

    answer = client.post(f"{here}/namn", data={"namn": ""})

    assert answer.status_code == 422
    assert 'href="#namn"' in answer.text


def test_a_discarded_draft_is_gone_from_the_list(client, here):
    answer = client.post(f"{here}/kasta")

    assert answer.headers["location"] == f"{ROOM}?klart=kastat"
    text = client.get(answer.headers["location"]).text
    assert "Utkastet är kastat." in text
    assert here not in text
    assert client.get(here).status_code == 404


def test_a_criterion_is_saved_as_it_was_typed(client, here, content):
    form = form_of(content(), "FBH-06", text_sv="Beslutet styr tiden.", text_en="The decision governs the time.")

    answer = client.post(f"{here}/villkor/FBH-06", data=form)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}?klart=sparat#fbh-06")
    assert criterion_in(content(), "FBH-06")["text"] == {
        "sv": "Beslutet styr tiden.",
        "en": "The decision governs the time.",
    }
    assert "Ändrat" in client.get(here).text


def test_a_form_that_is_saved_untouched_changes_nothing(client, here, content):
    before = content()

    for each in before["criteria"]:
        answer = client.post(f"{here}/villkor/{each['id']}", data=form_of(content(), each["id"]))
        assert answer.headers["location"].startswith(f"{here}?klart=sparat"), each["id"]

    assert "Villkoren är desamma." in client.get(f"{here}/jamfor").text


def test_what_is_wrong_is_saved_and_said_at_its_field_in_plain_words(client, here, content):
    form = form_of(
        content(),
        "FBH-03",
        rubrik_en="",
        text_sv="Minst {antal} år.",
        **{"grans-therapist_experience_months": "två år"},
    )
    form["brist"] = []

    answer = client.post(f"{here}/villkor/FBH-03", data=form)

    assert answer.status_code == 303
    text = client.get(answer.headers["location"]).text
    assert "<title>Fel: " in text
    for field in ("rubrik_en", "text_sv", "grans-therapist_experience_months", "brist"):
        assert f'href="#{field}"' in text
    assert "Villkoret har ingen gräns som heter {antal}." in text
    assert 'value="två år"' in text
    assert "Skriv ett heltal från 0 till 120." in text
    assert "rule" not in text
    assert "4 saker att rätta" in client.get(here).text


def test_a_changed_number_that_the_text_does_not_hold_is_pointed_out(client, here, content):
    asks = "Se efter att texten säger samma sak."
    assert asks not in client.get(f"{here}/villkor/FBH-03").text
    number = {"grans-therapist_experience_months": "36"}

    client.post(f"{here}/villkor/FBH-03", data=form_of(content(), "FBH-03", **number))
    assert asks in client.get(f"{here}/villkor/FBH-03").text
    words = {
        "text_sv": "Minst {therapist_experience_months} månader.",
        "text_en": "{therapist_experience_months} months.",
    }
    client.post(f"{here}/villkor/FBH-03", data=form_of(content(), "FBH-03", **words))

    assert asks not in client.get(f"{here}/villkor/FBH-03").text


def test_two_who_save_the_same_criterion_the_later_is_told_and_keeps_what_they_typed(
    client, browse, owner, place, here, content
):
    form = form_of(content(), "FBH-06", text_sv="Mitt förslag.")
    theirs = form_of(content(), "FBH-06", text_sv="Kollegans förslag.")
    colleague = browse(sign_in(owner, make_administrator(owner, place, "Ingrid Åberg")))
    assert colleague.post(f"{here}/villkor/FBH-06", data=theirs).status_code == 303

    told = client.post(f"{here}/villkor/FBH-06", data=form)

    assert told.status_code == 409
    assert "Ingrid Åberg hann före" in told.text
    assert ">Mitt förslag.</textarea>" in told.text
    assert "Kollegans" in told.text
    assert criterion_in(content(), "FBH-06")["text"]["sv"] == "Kollegans förslag."
    again = {**form, "sett": fingerprint(content(), "FBH-06")}
    assert f'name="sett" value="{again["sett"]}"' in told.text
    assert client.post(f"{here}/villkor/FBH-06", data=again).status_code == 303
    assert criterion_in(content(), "FBH-06")["text"]["sv"] == "Mitt förslag."


def test_a_criterion_removed_meanwhile_comes_back_when_it_is_saved_again(client, here, content):
    form = form_of(content(), "FBH-06", text_sv="Mitt förslag.")
    assert client.post(f"{here}/villkor/FBH-06/ta-bort", data={"sett": form["sett"]}).status_code == 303

    told = client.post(f"{here}/villkor/FBH-06", data=form)
    assert told.status_code == 409
    assert "togs bort ur utkastet" in told.text
    assert ">Mitt förslag.</textarea>" in told.text
    assert client.post(f"{here}/villkor/FBH-06", data={**form, "sett": ""}).status_code == 303

    assert criterion_in(content(), "FBH-06")["text"]["sv"] == "Mitt förslag."


def test_what_has_changed_since_it_was_read_is_not_removed(client, here, content):
    before = fingerprint(content(), "FBH-06")
    client.post(f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", text_sv="Nytt."))

    answer = client.post(f"{here}/villkor/FBH-06/ta-bort", data={"sett": before})

    assert answer.status_code == 409
    assert "så det togs inte bort" in answer.text
    assert criterion_in(content(), "FBH-06") is not None


def test_what_was_removed_is_listed_and_had_back(client, here, content):
    seen = fingerprint(content(), "FBH-E1")
    client.post(f"{here}/villkor/FBH-E1/ta-bort", data={"sett": seen})

    assert f'action="{here}/villkor/FBH-E1/ta-tillbaka"' in client.get(here).text
    answer = client.post(f"{here}/villkor/FBH-E1/ta-tillbaka")

    assert answer.headers["location"] == f"{here}?klart=tillbaka#fbh-e1"
    assert fingerprint(content(), "FBH-E1") == seen


def test_a_criterion_is_moved_and_the_order_is_told_and_read_by_the_public(client, browse, here, content, place):
    def order():
        return [each["id"] for each in content()["criteria"] if each["group"] == "fbh_delivery"]

    first, second, *rest = order()
    assert "flytta" not in client.get(here).text
    page = client.get(f"{here}?ordna=ja").text
    assert f'action="{here}/villkor/{second}/flytta"' in page
    groups = [each["group"] for each in content()["criteria"]]
    assert page.count("Flytta upp") == sum(groups.count(each) > 1 for each in groups), "one alone has nowhere to go"

    answer = client.post(f"{here}/villkor/{second}/flytta", data={"hall": "upp"})

    assert answer.headers["location"] == f"{here}?ordna=ja&klart=flyttat#{second.lower()}-upp"
    assert order() == [second, first, *rest]
    assert "Villkoret är flyttat." in client.get(answer.headers["location"]).text
    assert client.post(f"{here}/villkor/{second}/flytta", data={"hall": "bort"}).status_code == 404
    assert order() == [second, first, *rest]
    assert "Flyttat" in client.get(here).text
    compared = client.get(f"{here}/jamfor").text
    assert "1 är flyttat." in compared
    assert "Plats i delen" in compared
    assert "Tillagt" not in compared
    assert client.post(f"{here}/villkor/FBH-99/flytta", data={"hall": "upp"}).status_code == 404
    client.post(f"{here}/publicera", data=decision(client.get(f"{here}/publicera").text))
    public = browse().get(f"/{place.slug}/familjebehandling/villkor/2").text
    assert public.index(f">{second}<") < public.index(f">{first}<")
    assert client.post(f"{here}/villkor/{second}/flytta", data={"hall": "ned"}).status_code == 403
    assert "Flytta upp" not in client.get(f"{here}?ordna=ja").text


def test_the_library_offers_what_the_draft_has_not(client, here, content):
    assert "redan alla villkor" in client.get(f"{here}/lagg-till").text
    client.post(f"{here}/villkor/FBH-07/ta-bort", data={"sett": fingerprint(content(), "FBH-07")})

    assert 'value="FBH-07"' in client.get(f"{here}/lagg-till").text
    assert client.post(f"{here}/lagg-till", data={}).status_code == 422
    answer = client.post(f"{here}/lagg-till", data={"villkor": ["FBH-07"]})

    assert answer.headers["location"] == f"{here}?klart=tillagt"
    assert criterion_in(content(), "FBH-07") is not None
    assert client.post(f"{here}/lagg-till", data={"villkor": ["GEN-01"]}).status_code == 404


def test_a_criterion_of_ones_own_is_written_and_nothing_is_wrong_before_it_is_saved(client, here, content):
    answer = client.post(f"{here}/eget", data={"rubrik_sv": "Hund", "rubrik_en": "Dog", "del": "fbh_delivery"})

    text = client.get(answer.headers["location"]).text
    assert "FBH-E2" in text
    assert "Fel: " not in text
    assert "En handläggare läser svaret" in text
    assert "går inte att få tillbaka" in text
    assert "går inte att få tillbaka" not in client.get(f"{here}/villkor/FBH-06").text
    saved = client.post(f"{here}/villkor/FBH-E2", data=form_of(content(), "FBH-E2"))
    assert "Skriv villkoret på svenska." in client.get(saved.headers["location"]).text


def test_a_criterion_of_ones_own_needs_a_title_in_both_languages(client, here):
    answer = client.post(f"{here}/eget", data={"rubrik_sv": "Hund", "rubrik_en": "", "del": "finns_inte"})

    assert answer.status_code == 422
    assert 'value="Hund"' in answer.text
    for field in ("rubrik_en", "del"):
        assert f'href="#{field}"' in answer.text


def test_the_preview_shows_the_public_words_and_names_what_it_cannot_show(client, here, content):
    client.post(f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", text_sv="Beslutet styr tiden."))
    client.post(f"{here}/villkor/FBH-07", data=form_of(content(), "FBH-07", text_sv=""))

    text = client.get(f"{here}/forhandsvisa").text

    assert "Beslutet styr tiden." in text
    assert "1 villkor kan inte visas" in text
    assert f'href="{here}/villkor/FBH-07"' in text
    assert "minst två års heltidsarbete" in text


def test_a_draft_is_published_by_a_decision_and_the_public_reads_it(client, browse, owner, here, content, place):
    client.post(f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", text_sv="Beslutet styr tiden."))
    form = decision(client.get(f"{here}/publicera").text)

    answer = client.post(f"{here}/publicera", data=form)

    assert answer.headers["location"] == f"{here}?klart=publicerat"
    assert "kan inte längre ändras" in client.get(answer.headers["location"]).text
    public = f"/{place.slug}/familjebehandling/villkor/2"
    anyone = browse()
    assert "Beslutet styr tiden." in anyone.get(public).text
    assert "Gäller inte än" in anyone.get(public).text
    assert "§&nbsp;41" in anyone.get(public).text
    assert "Beslutet styr tiden." in anyone.get(f"{public}/jamfor/1").text


def test_all_that_is_wrong_with_a_decision_is_said_and_nothing_typed_is_lost(client, here):
    form = decision(
        client.get(f"{here}/publicera").text,
        beslutad_av="",
        paragraf="",
        beslutsdag="2999-01-01",
        galler_fran="2019-05-01",
    )

    answer = client.post(f"{here}/publicera", data=form)

    assert answer.status_code == 422
    for field in ("beslutad_av", "paragraf", "beslutsdag", "galler_fran"):
        assert f'href="#{field}"' in answer.text
    assert 'value="2999-01-01"' in answer.text
    assert "bakåt i tiden" in answer.text


@pytest.mark.parametrize("typed", ["", "i maj", "2026-02-30"])
def test_what_is_no_day_is_said_at_its_field(client, here, typed):
    form = decision(client.get(f"{here}/publicera").text, galler_fran=typed, beslutad_av="")

    answer = client.post(f"{here}/publicera", data=form)

    assert answer.status_code == 422
    assert "Skriv från vilken dag villkoren gäller." in answer.text
    assert 'href="#beslutad_av"' in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("snart", "Skriv dagen som en dag"), (today().isoformat(), "Anordnarna ska få minst 14 dagar")],
)
def test_a_last_day_to_answer_that_cannot_stand_is_said_and_nothing_is_published(client, owner, here, typed, sentence):
    form = decision(client.get(f"{here}/publicera").text, svara_senast=typed)

    answer = client.post(f"{here}/publicera", data=form)

    assert answer.status_code == 422
    assert f'href="#svara_senast">{sentence}' in answer.text
    assert 'name="revision"' in client.get(f"{here}/publicera").text


def test_those_who_are_authorised_are_asked_by_the_day_that_was_decided(client, owner, here, place):
    day = today() + timedelta(days=45)
    form = decision(client.get(f"{here}/publicera").text, svara_senast=day.isoformat())

    assert client.post(f"{here}/publicera", data=form).status_code == 303

    owner.rollback()
    runs = owner.exec(select(EffectRun).where(col(EffectRun.municipality_id) == place.id)).all()
    assert [each.due_on for each in runs if each.version_id] == [day]


def test_with_faults_the_page_leads_to_each_of_them_and_nothing_is_published(client, owner, here, content, place):
    form = decision(client.get(f"{here}/publicera").text)
    client.post(f"{here}/villkor/FBH-07", data=form_of(content(), "FBH-07", text_sv=""))
    text = client.get(f"{here}/publicera").text
    assert "Rätta 1 villkor först" in text
    assert f'href="{here}/villkor/FBH-07"' in text
    assert "Skriv villkoret på svenska." in text

    answer = client.post(f"{here}/publicera", data={**form, "revision": "2"})

    assert answer.status_code == 422
    assert "Rätta 1 villkor först" in answer.text
    numbers = select(ConditionVersion.number).where(col(ConditionVersion.municipality_id) == place.id)
    assert set(owner.exec(numbers)) == {1}


@pytest.mark.parametrize("seen", [{}, {"revision": "1", "mot": "inte-ett-id"}])
def test_what_changed_while_it_was_read_is_not_published(client, here, content, seen):
    form = decision(client.get(f"{here}/publicera").text)
    client.post(f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", text_sv="Nytt."))

    answer = client.post(f"{here}/publicera", data={**form, **seen})

    assert answer.status_code == 409
    assert "Något ändrades medan du läste" in answer.text
    assert 'value="Socialnämnden"' in answer.text


def test_a_published_draft_shows_what_it_changed_and_takes_no_more(client, here, content):
    form = form_of(content(), "FBH-06", text_sv="Nytt.")
    client.post(f"{here}/villkor/FBH-06", data=form)
    client.post(f"{here}/publicera", data=decision(client.get(f"{here}/publicera").text))

    assert "Nytt." in client.get(f"{here}/jamfor").text
    refused = client.post(f"{here}/villkor/FBH-06", data={**form, "sett": fingerprint(content(), "FBH-06")})
    assert refused.status_code == 403
    assert "Det som är publicerat ändras aldrig." in refused.text
    again = client.post(
        f"{here}/publicera",
        data={"beslutad_av": "A", "paragraf": "1", "beslutsdag": "2026-01-01", "galler_fran": "2999-01-01"},
    )
    assert again.status_code == 403


def test_a_draft_that_was_outrun_says_so(client, db, administrator, here, place):
    other = make_draft(db, administrator, place.services["familjebehandling"], name="Den andra")
    now = datetime.now(UTC)
    drafts.publish(
        db,
        other,
        decided_by="Socialnämnden",
        paragraph="7",
        decided_on=today(),
        valid_from=date(2999, 1, 1),
        actor=administrator,
        now=now,
    )
    db.commit()

    assert "Version 2 har publicerats sedan utkastet påbörjades" in client.get(here).text


def test_a_criterion_that_is_not_there_is_not_found(client, here):
    assert client.get(f"{here}/villkor/FBH-99").status_code == 404
    assert client.post(f"{here}/villkor/FBH-99/ta-tillbaka").status_code == 404


def test_another_municipalitys_draft_is_not_there(browse, owner, here):
    stranger = browse(sign_in(owner, make_administrator(owner, make_place(owner))))

    for page in ("", "/jamfor", "/forhandsvisa", "/publicera", "/villkor/FBH-06", "/lagg-till", "/eget"):
        assert stranger.get(f"{here}{page}").status_code == 404
    assert stranger.post(f"{here}/kasta").status_code == 404


@pytest.mark.parametrize("role", [Role.CASE_OFFICER, Role.DECISION_MAKER])
def test_nobody_but_an_administrator_sees_drafts(browse, owner, place, here, role):
    officer = browse(sign_in(owner, make_staff(owner, place.id, role)))

    assert officer.get(here).status_code in (403, 404)
    assert officer.get(ROOM).status_code in (403, 404)


@pytest.mark.parametrize("page", ["", "/jamfor", "/forhandsvisa", "/publicera", "/villkor/FBH-03", "/lagg-till"])
def test_each_page_asks_few_questions(client, here, page, resources):
    with statements(resources.engine) as sent:
        assert client.get(f"{here}{page}").status_code == 200

    assert len([each for each in sent if "set_config" not in each]) <= BUDGET, sent


def test_the_editor_is_read_in_english_too(client, here, content):
    client.post(f"{here}/villkor/FBH-07", data=form_of(content(), "FBH-07", text_sv=""))
    client.cookies.set("kundval_language", "en")

    assert "Write the criterion in Swedish." in client.get(f"{here}/villkor/FBH-07").text
    assert "are asked for" in client.get(f"{here}/villkor/FBH-03").text


def test_a_form_decides_no_threshold_but_its_own(client, here, content):
    before = content()["thresholds"]

    client.post(
        f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", **{"grans-therapist_experience_months": "1"})
    )

    assert content()["thresholds"] == before
