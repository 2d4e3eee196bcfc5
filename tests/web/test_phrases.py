"""Phrases, as an administrator keeps them and an officer takes them into a form without script."""

import re

import pytest
from sqlmodel import col, select

from portal.db.tables import Judgement, Phrase, ProviderMember, Supplement, SupplementItem
from portal.domain.actors import Actor
from portal.domain.phrases import Purpose
from portal.services import phrases
from portal.services.phrases import Wording
from tests.factories import sign_in
from tests.factories_review import acting, judge_all, make_officer, make_taken
from tests.statements import BUDGET, statements

TEXT = "Skicka ett brev där beloppet syns."


@pytest.fixture
def officer(owner, place):
    return make_officer(owner, place)


def kept(db, administrator, purpose, criterion="GEN-25"):
    return acting(db, phrases.add, Wording(purpose, "Belopp saknas", TEXT, criterion), actor=administrator)


def test_an_administrator_adds_changes_and_removes_a_phrase(as_administrator, owner, place):
    form = {"anvands": "supplement", "rubrik_sv": "Belopp saknas", "villkor": "gen-25", "text_sv": TEXT}

    assert as_administrator.post("/kommun/fraser/ny", data=form).headers["location"] == "/kommun/fraser?klart=ja"
    owner.rollback()
    row = owner.exec(select(Phrase).where(col(Phrase.municipality_id) == place.id)).one()
    assert row.criterion == "GEN-25"
    assert TEXT in as_administrator.get("/kommun/fraser").text
    assert "Engelska saknas" in as_administrator.get("/kommun/fraser").text
    english = {**form, "rubrik_sv": "Annat", "rubrik_en": "Something else", "text_en": "Send a letter."}
    assert as_administrator.post(f"/kommun/fraser/{row.id}", data=english).status_code == 303
    assert "Send a letter." in as_administrator.get("/kommun/fraser").text
    assert "Engelska saknas" not in as_administrator.get("/kommun/fraser").text
    assert '<span class="kv-muted" lang="en">Something else</span>' in as_administrator.get("/kommun/fraser").text
    assert 'lang="en" value="Something else"' in as_administrator.get(f"/kommun/fraser/{row.id}").text
    assert 'value="Annat"' in as_administrator.get(f"/kommun/fraser/{row.id}").text
    assert as_administrator.post(f"/kommun/fraser/{row.id}/ta-bort").status_code == 303
    assert "Annat" not in as_administrator.get("/kommun/fraser").text


def test_every_field_of_a_phrase_says_what_is_wrong_with_it(as_administrator, owner):
    first = as_administrator.post(
        "/kommun/fraser/ny", data={"anvands": "", "villkor": "x", "text_sv": "Kvar.", "text_en": "Left."}
    )
    second = as_administrator.post("/kommun/fraser/ny", data={"anvands": "refusal"})

    assert (first.status_code, second.status_code) == (422, 422)
    assert 'href="#anvands"' in first.text
    assert 'href="#villkor"' in first.text
    assert "Kvar.</textarea>" in first.text
    assert "Left.</textarea>" in first.text
    assert 'href="#rubrik_sv"' in second.text
    assert 'href="#text_sv"' in second.text


def test_a_phrase_is_taken_into_a_judgement_and_nothing_typed_is_lost(
    as_officer, resources, owner, db, place, administrator, officer
):
    phrase = kept(db, administrator, Purpose.JUDGEMENT)
    case = make_taken(owner, db, place, officer)
    page = f"/kommun/arenden/{case.id}"
    assert str(phrase) not in as_officer.get(f"{page}?villkor=GEN-01").text, "it is for another criterion"

    with statements(resources.engine) as sent:
        assert str(phrase) in as_officer.get(f"{page}?villkor=GEN-25").text
    answer = as_officer.post(
        f"{page}/villkor/GEN-25",
        data={"hamta": "motivering", "fras-motivering": str(phrase), "bedomning": "not_met", "motivering": "Nej."},
    )

    assert len(sent) <= BUDGET, sent
    assert answer.status_code == 200
    assert f">Nej.\n\n{TEXT}</textarea>" in answer.text
    assert 'value="not_met" checked' in answer.text
    owner.rollback()
    assert owner.exec(select(Judgement.outcome).where(col(Judgement.application_id) == case.id)).all() == []


def test_a_phrase_is_taken_into_a_question_of_a_supplement(as_officer, owner, db, place, administrator, officer):
    phrase = kept(db, administrator, Purpose.SUPPLEMENT, "")
    case = make_taken(owner, db, place, officer)
    path = f"/kommun/arenden/{case.id}/komplettering"
    form = {"villkor": ["GEN-25", "GEN-01"], "fraga-GEN-01": "Kvar här.", "meddelande": "Hej.", "senast": "2026-04-01"}

    answer = as_officer.post(path, data={**form, "hamta": "fraga-GEN-25", "fras-fraga-GEN-25": str(phrase)})
    unchosen = as_officer.post(path, data={**form, "hamta": "fraga-GEN-25", "fras-fraga-GEN-25": ""})

    assert (answer.status_code, unchosen.status_code) == (200, 200)
    assert f">{TEXT}</textarea>" in answer.text
    for page in (answer.text, unchosen.text):
        assert ">Kvar här.</textarea>" in page
        assert ">Hej.</textarea>" in page
        assert 'value="2026-04-01"' in page
    owner.rollback()
    assert owner.exec(select(Supplement.id).where(col(Supplement.application_id) == case.id)).all() == []


def test_a_phrase_is_taken_into_a_reason_for_a_refusal(as_officer, owner, db, place, administrator, officer):
    phrase = kept(db, administrator, Purpose.REFUSAL)
    case = make_taken(owner, db, place, officer)
    judge_all(db, case, officer, unmet=("GEN-25", "GEN-01"))
    path = f"/kommun/arenden/{case.id}/forslag"
    assert as_officer.get(path).text.count(str(phrase)) == 1, "only at its own criterion"

    answer = as_officer.post(
        path, data={"hamta": "not-GEN-25-1", "fras-not-GEN-25-1": str(phrase), "sammanfattning": "Så här är det."}
    )

    assert answer.status_code == 200
    assert f">{TEXT}</textarea>" in answer.text
    assert ">Så här är det.</textarea>" in answer.text


def test_a_supplement_begins_in_what_the_company_reads(as_officer, browse, owner, db, place, administrator, officer):
    case = make_taken(owner, db, place, officer)
    both = acting(
        db, phrases.add, Wording(Purpose.SUPPLEMENT, "Både", TEXT, text_en="Send a letter."), actor=administrator
    )
    only = kept(db, administrator, Purpose.SUPPLEMENT)
    path = f"/kommun/arenden/{case.id}/komplettering"
    form = {"villkor": "GEN-25", "hamta": "fraga-GEN-25"}
    assert "(bara på svenska)" not in as_officer.get(f"{path}?villkor=GEN-25").text

    people = owner.exec(select(ProviderMember.person_id).where(col(ProviderMember.provider_id) == case.provider_id))
    for person in people.all():
        browse(sign_in(owner, Actor(person, "x", frozenset(), provider_id=case.provider_id))).get("/sprak/en")
    page = as_officer.get(f"{path}?villkor=GEN-25").text

    assert "Belopp saknas (bara på svenska)</option>" in page
    assert "Både</option>" in page
    assert "De läser portalen på engelska." in page
    for phrase, words in ((both, "Send a letter."), (only, TEXT)):
        assert f">{words}</textarea>" in as_officer.post(path, data={**form, "fras-fraga-GEN-25": str(phrase)}).text
    sent = {
        "villkor": "GEN-25",
        "skal-GEN-25": "evidence_missing.document_missing",
        "meddelande": "Hello, please see below.",
        "senast": "",
    }
    earliest = re.search(r'name="senast" type="date" value="([0-9-]+)"', page).group(1)
    assert as_officer.post(path, data={**sent, "senast": earliest}).status_code == 303
    owner.rollback()
    [asked] = owner.exec(select(SupplementItem.question).where(col(SupplementItem.municipality_id) == place.id)).all()
    assert asked.startswith("Evidence is missing for the condition")


def test_who_reads_english_chooses_a_phrase_by_its_english_title(as_officer, owner, db, place, administrator, officer):
    case = make_taken(owner, db, place, officer)
    judge_all(db, case, officer, unmet=("GEN-25",))
    for purpose in Purpose:
        both = Wording(purpose, "Belopp saknas", TEXT, title_en="The amount is missing")
        acting(db, phrases.add, both, actor=administrator)
        acting(db, phrases.add, Wording(purpose, "Bara svenska", TEXT), actor=administrator)
    pages = [
        f"/kommun/arenden/{case.id}{rest}" for rest in ("?villkor=GEN-25", "/komplettering?villkor=GEN-25", "/forslag")
    ]

    swedish = [as_officer.get(page).text for page in pages]
    as_officer.cookies.set("kundval_language", "en")
    english = [as_officer.get(page).text for page in pages]

    for one, other in zip(swedish, english, strict=True):
        assert ">Belopp saknas" in one
        assert ">The amount is missing" in other
        assert ">Bara svenska" in other
