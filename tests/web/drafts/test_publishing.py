"""A draft is published by a decision, once it is whole and as it was read; what is published is not changed."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from portal.db.tables import ConditionVersion, EffectRun
from portal.domain.drafting import fingerprint
from tests.factories_drafts import decision_form, form_of, today


def test_the_preview_shows_the_public_words_and_names_what_it_cannot_show(as_administrator, here, content):
    as_administrator.post(f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", text_sv="Beslutet styr tiden."))
    as_administrator.post(f"{here}/villkor/FBH-07", data=form_of(content(), "FBH-07", text_sv=""))

    text = as_administrator.get(f"{here}/forhandsvisa").text

    assert "Beslutet styr tiden." in text
    assert "1 villkor kan inte visas" in text
    assert f'href="{here}/villkor/FBH-07"' in text
    assert "minst två års heltidsarbete" in text


def test_a_draft_is_published_by_a_decision_and_the_public_reads_it(as_administrator, browse, here, content, place):
    as_administrator.post(f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", text_sv="Beslutet styr tiden."))
    form = decision_form(as_administrator.get(f"{here}/publicera").text)

    answer = as_administrator.post(f"{here}/publicera", data=form)

    assert answer.headers["location"] == f"{here}?klart=publicerat"
    assert "kan inte längre ändras" in as_administrator.get(answer.headers["location"]).text
    public = f"/{place.slug}/familjebehandling/villkor/2"
    anyone = browse()
    assert "Beslutet styr tiden." in anyone.get(public).text
    assert "Gäller inte än" in anyone.get(public).text
    assert "§&nbsp;41" in anyone.get(public).text
    assert "Beslutet styr tiden." in anyone.get(f"{public}/jamfor/1").text


def test_all_that_is_wrong_with_a_decision_is_said_and_nothing_typed_is_lost(as_administrator, here):
    form = decision_form(
        as_administrator.get(f"{here}/publicera").text,
        beslutad_av="",
        paragraf="",
        beslutsdag="2999-01-01",
        galler_fran="2019-05-01",
    )

    answer = as_administrator.post(f"{here}/publicera", data=form)

    assert answer.status_code == 422
    for field in ("beslutad_av", "paragraf", "beslutsdag", "galler_fran"):
        assert f'href="#{field}"' in answer.text
    assert 'value="2999-01-01"' in answer.text
    assert "bakåt i tiden" in answer.text


@pytest.mark.parametrize("typed", ["", "i maj", "2026-02-30"])
def test_what_is_no_day_is_said_at_its_field(as_administrator, here, typed):
    form = decision_form(as_administrator.get(f"{here}/publicera").text, galler_fran=typed, beslutad_av="")

    answer = as_administrator.post(f"{here}/publicera", data=form)

    assert answer.status_code == 422
    assert "Skriv från vilken dag villkoren gäller." in answer.text
    assert 'href="#beslutad_av"' in answer.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [("snart", "Skriv dagen som en dag"), (today().isoformat(), "Anordnarna ska få minst 14 dagar")],
)
def test_a_last_day_to_answer_that_cannot_stand_is_said_and_nothing_is_published(
    as_administrator, here, typed, sentence
):
    form = decision_form(as_administrator.get(f"{here}/publicera").text, svara_senast=typed)

    answer = as_administrator.post(f"{here}/publicera", data=form)

    assert answer.status_code == 422
    assert f'href="#svara_senast">{sentence}' in answer.text
    assert 'name="revision"' in as_administrator.get(f"{here}/publicera").text


def test_those_who_are_authorised_are_asked_by_the_day_that_was_decided(as_administrator, owner, here, place):
    day = today() + timedelta(days=45)
    form = decision_form(as_administrator.get(f"{here}/publicera").text, svara_senast=day.isoformat())

    assert as_administrator.post(f"{here}/publicera", data=form).status_code == 303

    owner.rollback()
    runs = owner.exec(select(EffectRun).where(col(EffectRun.municipality_id) == place.id)).all()
    assert [each.due_on for each in runs if each.version_id] == [day]


def test_with_faults_the_page_leads_to_each_of_them_and_nothing_is_published(
    as_administrator, owner, here, content, place
):
    form = decision_form(as_administrator.get(f"{here}/publicera").text)
    as_administrator.post(f"{here}/villkor/FBH-07", data=form_of(content(), "FBH-07", text_sv=""))
    text = as_administrator.get(f"{here}/publicera").text
    assert "Rätta 1 villkor först" in text
    assert f'href="{here}/villkor/FBH-07"' in text
    assert "Skriv villkoret på svenska." in text

    answer = as_administrator.post(f"{here}/publicera", data={**form, "revision": "2"})

    assert answer.status_code == 422
    assert "Rätta 1 villkor först" in answer.text
    numbers = select(ConditionVersion.number).where(col(ConditionVersion.municipality_id) == place.id)
    assert set(owner.exec(numbers)) == {1}


@pytest.mark.parametrize("seen", [{}, {"revision": "1", "mot": "inte-ett-id"}])
def test_what_changed_while_it_was_read_is_not_published(as_administrator, here, content, seen):
    form = decision_form(as_administrator.get(f"{here}/publicera").text)
    as_administrator.post(f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", text_sv="Nytt."))

    answer = as_administrator.post(f"{here}/publicera", data={**form, **seen})

    assert answer.status_code == 409
    assert "Något ändrades medan du läste" in answer.text
    assert 'value="Socialnämnden"' in answer.text


def test_a_published_draft_shows_what_it_changed_and_takes_no_more(as_administrator, here, content):
    form = form_of(content(), "FBH-06", text_sv="Nytt.")
    as_administrator.post(f"{here}/villkor/FBH-06", data=form)
    as_administrator.post(f"{here}/publicera", data=decision_form(as_administrator.get(f"{here}/publicera").text))

    assert "Nytt." in as_administrator.get(f"{here}/jamfor").text
    refused = as_administrator.post(f"{here}/villkor/FBH-06", data={**form, "sett": fingerprint(content(), "FBH-06")})
    assert refused.status_code == 403
    assert "Det som är publicerat ändras aldrig." in refused.text
    again = as_administrator.post(
        f"{here}/publicera",
        data={"beslutad_av": "A", "paragraf": "1", "beslutsdag": "2026-01-01", "galler_fran": "2999-01-01"},
    )
    assert again.status_code == 403
