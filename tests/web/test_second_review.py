"""The second reviewer's pages, as the two officers press through them."""

import re

import pytest
from sqlmodel import col, select

from portal.db.tables import Conflict
from portal.domain.criteria import Outcome
from portal.services import judging
from tests.factories import sign_in
from tests.factories_review import acting, fresh, judge_all, make_taken
from tests.statements import BUDGET, statements


@pytest.fixture
def case(owner, db, bjorkvik, officer):
    made = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, made, officer)
    return made


def test_one_asks_a_colleague_answers_and_everyone_in_the_case_reads_it(
    browse, resources, owner, case, officer, colleague
):
    first, second = browse(sign_in(owner, officer)), browse(sign_in(owner, colleague))
    there = f"/kommun/arenden/{case.id}/andra-granskning"
    assert first.post(f"{there}/begar", data={"fraga": "Titta på försäkringen."}).headers["location"] == there
    assert "En andra granskare läser först" in first.get(f"/kommun/arenden/{case.id}/forslag").text
    assert case.number in second.get("/kommun/arenden/andra-granskning").text
    page = second.get(there).text
    assert "Titta på försäkringen." in page

    form = dict.fromkeys(re.findall(r'name="(ser-[^"]+)"', page), "lika")
    form |= {"jav": "nej", "ser-GEN-25": "annat", "varfor-GEN-25": "Beloppet framgår inte."}
    assert second.post(f"{there}/svar", data=form).headers["location"] == there

    with statements(resources.engine) as sent:
        answered = first.get(there).text
    assert len(sent) <= BUDGET, sent
    assert "Leila Haddad ser ett villkor på ett annat sätt" in answered
    assert "Beloppet framgår inte." in first.get(f"/kommun/arenden/{case.id}/protokoll").text
    assert "Andra granskning svarad" in first.get(f"/kommun/arenden/{case.id}/historik").text
    assert "Lämna förslag om godkännande" in first.get(f"/kommun/arenden/{case.id}/forslag").text


def test_what_is_missing_is_said_at_each_criterion_with_the_rest_kept(browse, owner, db, case, officer, colleague):
    browse(sign_in(owner, officer)).post(f"/kommun/arenden/{case.id}/andra-granskning/begar")
    second = browse(sign_in(owner, colleague))
    there = f"/kommun/arenden/{case.id}/andra-granskning"

    without = second.post(f"{there}/svar", data={"kommentar": "Kvar."})
    answer = second.post(f"{there}/svar", data={"jav": "nej", "ser-GEN-25": "annat", "kommentar": "Kvar."})

    assert (without.status_code, answer.status_code) == (422, 422)
    assert 'href="#jav"' in without.text
    assert 'href="#varfor-GEN-25">Skriv varför du ser GEN-25 på ett annat sätt.' in answer.text
    assert 'href="#ser-GEN-01"' in answer.text
    assert 'value="annat" checked' in answer.text
    assert "Kvar." in answer.text


def test_whoever_has_a_conflict_leaves_the_reading_to_others(browse, owner, case, officer, colleague):
    browse(sign_in(owner, officer)).post(f"/kommun/arenden/{case.id}/andra-granskning/begar")
    second = browse(sign_in(owner, colleague))

    answer = second.post(f"/kommun/arenden/{case.id}/andra-granskning/svar", data={"jav": "ja"})

    assert answer.status_code == 303
    owner.rollback()
    said = select(Conflict).where(col(Conflict.case_id) == case.id, col(Conflict.person_id) == colleague.person_id)
    assert owner.exec(said).one().conflicted
    assert "Väntar på en andra granskare" in second.get(f"/kommun/arenden/{case.id}/andra-granskning").text


def test_with_something_unjudged_there_is_nothing_to_read(browse, owner, db, bjorkvik, officer):
    case = make_taken(owner, db, bjorkvik, officer)
    acting(db, judging.judge, case.id, "GEN-25", outcome=Outcome.MET, reason="Det framgår av brevet.", actor=officer)
    client = browse(sign_in(owner, officer))

    answer = client.post(f"/kommun/arenden/{case.id}/andra-granskning/begar", data={"fraga": "Läs."})

    assert answer.status_code == 422
    assert "villkor är inte bedömda än" in answer.text
    assert fresh(owner, case.id).judged == 1
