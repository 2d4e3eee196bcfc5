"""A criterion is saved as it was typed, with what is wrong said at its field; no one's words overwrite another's."""

from portal.domain.drafting import criterion_in, fingerprint
from tests.factories import sign_in
from tests.factories_drafts import form_of, make_administrator


def test_a_criterion_is_saved_as_it_was_typed(as_administrator, here, content):
    form = form_of(content(), "FBH-06", text_sv="Beslutet styr tiden.", text_en="The decision governs the time.")

    answer = as_administrator.post(f"{here}/villkor/FBH-06", data=form)

    assert (answer.status_code, answer.headers["location"]) == (303, f"{here}?klart=sparat#fbh-06")
    assert criterion_in(content(), "FBH-06")["text"] == {
        "sv": "Beslutet styr tiden.",
        "en": "The decision governs the time.",
    }
    assert "Ändrat" in as_administrator.get(here).text


def test_a_form_that_is_saved_untouched_changes_nothing(as_administrator, here, content):
    before = content()

    for each in before["criteria"]:
        answer = as_administrator.post(f"{here}/villkor/{each['id']}", data=form_of(content(), each["id"]))
        assert answer.headers["location"].startswith(f"{here}?klart=sparat"), each["id"]

    assert "Villkoren är desamma." in as_administrator.get(f"{here}/jamfor").text


def test_what_is_wrong_is_saved_and_said_at_its_field_in_plain_words(as_administrator, here, content):
    form = form_of(
        content(),
        "FBH-03",
        rubrik_en="",
        text_sv="Minst {antal} år.",
        **{"grans-therapist_experience_months": "två år"},
    )
    form["brist"] = []

    answer = as_administrator.post(f"{here}/villkor/FBH-03", data=form)

    assert answer.status_code == 303
    text = as_administrator.get(answer.headers["location"]).text
    assert "<title>Fel: " in text
    for field in ("rubrik_en", "text_sv", "grans-therapist_experience_months", "brist"):
        assert f'href="#{field}"' in text
    assert "Villkoret har ingen gräns som heter {antal}." in text
    assert 'value="två år"' in text
    assert "Skriv ett heltal från 0 till 120." in text
    assert "rule" not in text
    assert "4 saker att rätta" in as_administrator.get(here).text


def test_a_changed_number_that_the_text_does_not_hold_is_pointed_out(as_administrator, here, content):
    asks = "Se efter att texten säger samma sak."
    assert asks not in as_administrator.get(f"{here}/villkor/FBH-03").text
    number = {"grans-therapist_experience_months": "36"}

    as_administrator.post(f"{here}/villkor/FBH-03", data=form_of(content(), "FBH-03", **number))
    assert asks in as_administrator.get(f"{here}/villkor/FBH-03").text
    words = {
        "text_sv": "Minst {therapist_experience_months} månader.",
        "text_en": "{therapist_experience_months} months.",
    }
    as_administrator.post(f"{here}/villkor/FBH-03", data=form_of(content(), "FBH-03", **words))

    assert asks not in as_administrator.get(f"{here}/villkor/FBH-03").text


def test_a_form_decides_no_threshold_but_its_own(as_administrator, here, content):
    before = content()["thresholds"]

    as_administrator.post(
        f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", **{"grans-therapist_experience_months": "1"})
    )

    assert content()["thresholds"] == before


def test_two_who_save_the_same_criterion_the_later_is_told_and_keeps_what_they_typed(
    as_administrator, browse, owner, place, here, content
):
    form = form_of(content(), "FBH-06", text_sv="Mitt förslag.")
    theirs = form_of(content(), "FBH-06", text_sv="Kollegans förslag.")
    colleague = browse(sign_in(owner, make_administrator(owner, place, "Ingrid Åberg")))
    assert colleague.post(f"{here}/villkor/FBH-06", data=theirs).status_code == 303

    told = as_administrator.post(f"{here}/villkor/FBH-06", data=form)

    assert told.status_code == 409
    assert "Ingrid Åberg hann före" in told.text
    assert ">Mitt förslag.</textarea>" in told.text
    assert "Kollegans" in told.text
    assert criterion_in(content(), "FBH-06")["text"]["sv"] == "Kollegans förslag."
    again = {**form, "sett": fingerprint(content(), "FBH-06")}
    assert f'name="sett" value="{again["sett"]}"' in told.text
    assert as_administrator.post(f"{here}/villkor/FBH-06", data=again).status_code == 303
    assert criterion_in(content(), "FBH-06")["text"]["sv"] == "Mitt förslag."


def test_a_criterion_removed_meanwhile_comes_back_when_it_is_saved_again(as_administrator, here, content):
    form = form_of(content(), "FBH-06", text_sv="Mitt förslag.")
    assert as_administrator.post(f"{here}/villkor/FBH-06/ta-bort", data={"sett": form["sett"]}).status_code == 303

    told = as_administrator.post(f"{here}/villkor/FBH-06", data=form)
    assert told.status_code == 409
    assert "togs bort ur utkastet" in told.text
    assert ">Mitt förslag.</textarea>" in told.text
    assert as_administrator.post(f"{here}/villkor/FBH-06", data={**form, "sett": ""}).status_code == 303

    assert criterion_in(content(), "FBH-06")["text"]["sv"] == "Mitt förslag."


def test_what_has_changed_since_it_was_read_is_not_removed(as_administrator, here, content):
    before = fingerprint(content(), "FBH-06")
    as_administrator.post(f"{here}/villkor/FBH-06", data=form_of(content(), "FBH-06", text_sv="Nytt."))

    answer = as_administrator.post(f"{here}/villkor/FBH-06/ta-bort", data={"sett": before})

    assert answer.status_code == 409
    assert "så det togs inte bort" in answer.text
    assert criterion_in(content(), "FBH-06") is not None


def test_a_criterion_that_is_not_there_is_not_found(as_administrator, here):
    assert as_administrator.get(f"{here}/villkor/FBH-99").status_code == 404
    assert as_administrator.post(f"{here}/villkor/FBH-99/ta-tillbaka").status_code == 404
