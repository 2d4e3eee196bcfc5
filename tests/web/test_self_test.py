"""Can we apply?  Anybody may ask the rules; nothing is kept of it, and what is not answered is never a no."""

import html
import logging
import re

import pytest
from sqlmodel import select

from portal.db.conditions import read_sets
from portal.db.tables import Application
from portal.domain.criteria import Consequence, Outcome
from portal.domain.rules import Op, leaves
from portal.domain.self_test import Answers, findings, questions_of
from portal.domain.stated import field_of
from portal.library import declared
from tests.factories_application import make_application
from tests.statements import statements

ADDRESS = "/bjorkvik/hemtjanst/sjalvtest"
STOPPING = {Consequence.REFUSAL, Consequence.EXCLUSION}


@pytest.fixture
def anyone(browse, bjorkvik):
    return browse()


@pytest.fixture
def sets(owner, bjorkvik):
    application = make_application(owner, bjorkvik, "hemtjanst")
    return read_sets(owner, general_id=application.general_version_id, service_id=application.service_version_id)


def questions(sets):
    return [each for part in questions_of(sets, declared()) for each in part.questions]


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def tally(answer):
    """How many criteria look enough, fall short, and are unclear or not answered."""
    text = text_of(answer)
    enough = re.search(r"(\d+) villkor ser ut att räcka", text)
    missing = re.search(r'id="fattas".*?</section>', answer.text, re.S)
    unclear = re.search(r'id="oklart".*?</section>', answer.text, re.S)
    open_ones = sum(int(each) for each in re.findall(r"(\d+) (?:andra )?villkor (?:som|har|kontrollerar)", text))
    return (
        int(enough.group(1)) if enough else 0,
        missing.group(0).count("<h3") if missing else 0,
        (unclear.group(0).count("<h3") if unclear else 0) + open_ones,
    )


def good(fact, leaf):
    """What a form sends of an answer that just does."""
    match leaf.value, leaf.op:
        case _, Op.URL:
            return "https://www.foretaget.example/tillganglighet"
        case (_, Op.NONE_TRUE) | (False, _):
            return "nej"
        case (True, _) | (_, Op.EXISTS | Op.VALID | Op.SUBMITTED_BY | Op.DECLARED):
            return "ja"
        case tuple() as words, _:
            return [str(each) for each in words]
        case None, _:
            return next(iter(fact.words), "12")
        case value, _:
            return str(value)


def test_every_criterion_that_an_application_asks_about_stands_there_once(anyone, sets):
    page = anyone.get(ADDRESS)

    assert page.status_code == 200
    for criterion in sets.asked_criteria:
        assert page.text.count(f'class="ds-heading" data-size="2xs" id="{criterion.id}"') == 1
    names = re.findall(r'<(?:input|select|textarea)[^>]* id="([^"]+)"', page.text)
    assert len(names) == len(set(names))
    assert "Dina svar" not in page.text
    assert f'href="{ADDRESS}"' in anyone.get("/bjorkvik/hemtjanst").text


def test_nothing_that_is_not_answered_is_a_no(anyone, sets):
    answer = anyone.post(ADDRESS, data={})

    enough, short, unclear = tally(answer)
    assert "Du har inte svarat på något än." in text_of(answer)
    assert short == 0
    assert unclear > len(sets.asked_criteria) / 2
    assert enough + unclear == len(sets.asked_criteria)


def test_answers_are_read_by_the_rules_of_the_application_and_say_what_would_help(anyone):
    form = {
        "uppgift-manager-care-fulltime-months": "20",
        "uppgift-manager-university-ects-care": "180",
        "uppgift-finance-soliditet-pct": "-5",
        "uppgift-finance-kassalikviditet-pct": "140",
        "uppgift-doc-forsakringsbrev": "ja",
        "uppgift-insurance-liability-sek": "1 000 000 kr",
        "villkor-GEN-17": "ja",
    }

    answer = anyone.post(ADDRESS, data=form)

    text = text_of(answer)
    assert "2 villkor når ni inte upp till." in text
    assert "24 månader krävs inom de senaste tio åren; 20 månader hittades. Stämmer inte" in text
    assert "4 månader fattas" in text
    assert "Minst 120 högskolepoäng krävs; 180 högskolepoäng hittades. Stämmer" in text
    assert "Minst 10 % krävs; -5 % hittades. Stämmer inte" in text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Källa: ditt svar här." in text
    assert "Svara på frågan: företaget har anställda." in text
    assert tally(answer)[1] == 2


def test_a_company_that_reaches_everything_it_can_say_is_told_that_it_does(anyone, sets):
    form = {}
    for each in questions(sets):
        form[f"villkor-{each.criterion.id}"] = "ja"
    for criterion in sets.asked_criteria:
        for leaf in leaves(criterion.rule):
            form.setdefault(field_of(declared()[leaf.fact]), good(declared()[leaf.fact], leaf))

    answer = anyone.post(ADDRESS, data=form)

    assert answer.status_code == 200, text_of(answer)[:2000]
    enough, short, unclear = tally(answer)
    assert (short, enough + unclear) == (0, len(sets.asked_criteria)), text_of(answer)
    assert enough > 2 * unclear


def test_nothing_is_kept_of_it(anyone, resources, owner, caplog):
    before = owner.exec(select(Application.id)).all()
    secret = "https://hemligt.foretag.example/sida"
    caplog.set_level(logging.DEBUG)

    with statements(resources.engine) as sent:
        answer = anyone.post(ADDRESS, data={"uppgift-doc-tillganglighetsredogorelse": secret, "villkor-GEN-17": "ja"})

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-cache"
    assert "set-cookie" not in answer.headers
    assert "hemligt" not in str(answer.url)
    assert [each for each in sent if not each.lstrip().upper().startswith(("SELECT", "SET"))] == []
    assert len(sent) <= 4
    assert "hemligt" not in caplog.text
    assert owner.exec(select(Application.id)).all() == before


def test_what_cannot_be_read_is_told_at_its_field_and_nothing_typed_is_lost(anyone):
    form = {
        "uppgift-manager-care-fulltime-months": "två år",
        "uppgift-finance-soliditet-pct": "många",
        "uppgift-manager-swedish-cefr": "Z9",
        "uppgift-doc-tillganglighetsredogorelse": "hemsidan",
        "uppgift-manager-leadership-months": "24",
        "villkor-GEN-17": "nej",
    }

    answer = anyone.post(ADDRESS, data=form)

    assert answer.status_code == 422
    for field in list(form)[:4]:
        assert f'id="{field}-fel"' in answer.text, field
        assert f'href="#{field}"' in answer.text, field
    for typed in ("två år", "många", "hemsidan", "24"):
        assert f'value="{typed}"' in answer.text, typed
    assert re.search(r'id="villkor-GEN-17-nej" value="nej" checked', answer.text)
    assert "Dina svar" not in answer.text
    folded = re.findall(r"<details[^>]*>.*?</details>", answer.text, re.S)
    assert [each.startswith('<details class="ds-details" open>') for each in folded] == [
        'aria-invalid="true"' in each or "kv-invalid" in each for each in folded
    ]
    neither = anyone.post(ADDRESS, data={"villkor-GEN-17": "kanske"})
    assert (neither.status_code, 'id="villkor-GEN-17-fel"' in neither.text) == (422, True)


def test_it_is_there_in_english(anyone):
    anyone.cookies.set("kundval_language", "en")

    answer = anyone.post(ADDRESS, data={"uppgift-manager-care-fulltime-months": "20"})

    assert "24 months are asked for within the last ten years; 20 months were found." in text_of(answer)
    assert "Nothing is stored" in answer.text


def switched(anyone, page, form):
    """What the reader sees who has typed ``form`` on ``page`` and presses the other language."""
    button = re.search(
        r'<button class="kv-tool kv-lang"[^>]*form="(\w+)" formaction="([^"]+)" name="(\w+)" value="(\w+)"', page
    )
    assert button, "the language is not chosen by a button of the form"
    assert f'id="{button[1]}" method="post" action="{ADDRESS}"' in page
    sent_on = anyone.post(html.unescape(button[2]), data={**form, button[3]: button[4]})
    assert (sent_on.status_code, sent_on.headers["location"]) == (307, ADDRESS)
    return anyone.post(ADDRESS, data={**form, button[3]: button[4]})


def test_another_language_while_answering_shows_the_questions_as_they_were_answered(anyone):
    typed = {"uppgift-manager-care-fulltime-months": "två år", "villkor-GEN-17": "nej"}

    answer = switched(anyone, anyone.get(ADDRESS).text, typed)

    assert answer.status_code == 200
    assert '<html lang="en"' in answer.text
    assert 'value="två år"' in answer.text
    assert re.search(r'id="villkor-GEN-17-nej" value="nej" checked', answer.text)
    assert "Your answers" not in answer.text
    assert "ds-validation-message" not in answer.text
    folded = re.findall(r"<details[^>]*>.*?</details>", answer.text, re.S)
    assert [" open" in each[:40] for each in folded] == ["villkor-GEN-17" in each for each in folded]


def test_another_language_at_the_result_shows_the_result_and_the_answers(anyone):
    typed = {"uppgift-manager-care-fulltime-months": "20", "villkor-GEN-17": "ja"}

    answer = switched(anyone, anyone.post(ADDRESS, data=typed).text, typed)

    assert "20 months were found." in text_of(answer)
    assert 'value="20"' in answer.text
    back = switched(anyone, answer.text, typed)
    assert "20 månader hittades." in text_of(back)


def test_another_language_beside_an_error_says_the_error_in_it(anyone):
    typed = {"uppgift-manager-care-fulltime-months": "två år"}

    answer = switched(anyone, anyone.post(ADDRESS, data=typed).text, typed)

    assert answer.status_code == 422
    assert "<title>Error: " in answer.text
    assert 'value="två år"' in answer.text


def test_what_can_stop_an_application_is_asked_first_and_the_rest_is_folded(anyone, sets):
    page = anyone.get(ADDRESS).text

    decisive = {each.id for each in sets.asked_criteria if not STOPPING.isdisjoint(each.on_breach)}
    first, rest = page.split('id="resten"')
    assert set(re.findall(r'<h4[^>]* id="([A-Z]+-\d+)"', first)) == decisive
    assert "<details" not in first.split("<form")[1]
    assert set(re.findall(r'<h3[^>]* id="([A-Z]+-\d+)"', rest)) == {each.id for each in sets.asked_criteria} - decisive
    assert "<details" in rest
    assert " open" not in re.findall(r"<details[^>]*>", rest)


def test_what_is_asked_elsewhere_on_the_page_says_where(anyone):
    page = anyone.get(ADDRESS).text

    part = page.split('id="HTJ-04"')[1].split("</section>")[0]
    assert 'href="#GEN-12"' in part
    assert "<input" not in part


def test_each_criterion_stands_in_one_part_of_the_result(anyone, sets):
    answer = anyone.post(ADDRESS, data={"uppgift-manager-care-fulltime-months": "20", "villkor-GEN-17": "ja"})

    result = answer.text.split("<form")[0]
    listed = re.findall(r'<h3[^>]*><span class="kv-id">([A-Z]+-\d+)', result)
    assert sorted(listed) == sorted(each.id for each in sets.asked_criteria)
    assert 'id="oklart"' not in result


@pytest.mark.parametrize("address", ["/bjorkvik/finns-inte/sjalvtest", "/ingenstans/hemtjanst/sjalvtest"])
def test_for_what_is_not_there_nothing_is_asked(anyone, address):
    assert anyone.get(address).status_code == 404
    assert anyone.post(address, data={}).status_code == 404


def test_a_yes_says_nothing_of_what_the_municipality_checks(sets):
    everything = {criterion.id: True for criterion in sets.asked_criteria}
    answers = Answers(declared=everything, values={}, service=sets.asked[0][0].title, service_facts={}, goals=1)

    found = findings(sets, declared(), answers, on=sets.general.valid_from)

    assert found["GEN-07"].outcome is Outcome.CANNOT_TELL
    assert found["GEN-17"].outcome is Outcome.MET
