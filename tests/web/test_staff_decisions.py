"""The decision maker's pages: what is offered, what is refused, and what each press leads to."""

import re

import pytest
from sqlmodel import select

from portal.db.tables import Paper
from portal.domain.application import State
from portal.domain.roles import Role
from tests.factories import NOW, make_staff, sign_in
from tests.factories_review import fresh, make_decider, make_officer, make_proposed
from tests.statements import BUDGET, statements


@pytest.fixture
def as_decider(browse, owner, bjorkvik):
    return browse(sign_in(owner, make_decider(owner, bjorkvik)))


def test_an_approval_is_decided_from_its_page(as_decider, owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    path = f"/kommun/arenden/{application.id}/beslut"
    page = as_decider.get(path).text
    assert "Godkänn ansökan" in page
    assert "Avslå ansökan" not in page

    assert as_decider.post(f"{path}/godkann", data={"tillagg": ""}).headers["location"] == path

    assert fresh(owner, application.id).state is State.APPROVED
    assert "Ansökan är godkänd" in as_decider.get(path).text


def test_staff_find_the_decision_in_english_where_they_find_the_decision(as_decider, owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    address = f"/kommun/arenden/{application.id}"
    as_decider.post(f"{address}/beslut/godkann", data={"tillagg": ""})
    paper = owner.exec(select(Paper).where(Paper.case_id == application.id, Paper.kind == "decision")).one()
    there = f"/kommun/handlingar/{paper.id}/oversattning"
    before = as_decider.get(f"{address}/beslut").text + as_decider.get(address).text
    paper.ready_at, paper.object_key = NOW, "papers/x.pdf"
    owner.add(paper)
    owner.commit()

    after = [as_decider.get(page).text for page in (f"{address}/beslut", address)]

    assert there not in before, "there is nothing to read before the paper is made"
    assert all(f'href="{there}">Beslutet på engelska, översättning (PDF)' in shown for shown in after)


def test_the_groups_of_the_protocol_add_up(as_decider, owner, db, bjorkvik):
    case = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik), unmet=("GEN-25",))

    shown = as_decider.get(f"/kommun/arenden/{case.id}/beslut").text

    body, foot = re.search(r"<tbody.*?</tbody>", shown, re.S)[0], re.search(r"<tfoot.*?</tfoot>", shown, re.S)[0]
    for column in ("Uppfyllt", "Inte uppfyllt"):
        cell = rf'data-label="{column}" class="kv-num"[^>]*>(\d+)<'
        total = re.search(rf'data-label="{column}">(\d+)<', foot)
        assert sum(int(each) for each in re.findall(cell, body)) == int(total[1]) > 0


def test_a_refusal_is_first_shown_to_the_company(as_decider, owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik), unmet=("GEN-25",))
    path = f"/kommun/arenden/{application.id}/beslut"
    assert "Försäkringen täcker inte" in as_decider.get(path).text

    assert as_decider.post(f"{path}/avsla").status_code == 403
    assert as_decider.post(f"{path}/yttrande").status_code == 303

    assert "Väntar på yttrande" in as_decider.get(path).text


def test_sending_back_demands_a_reason_and_keeps_what_was_typed(as_decider, owner, db, bjorkvik):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))
    path = f"/kommun/arenden/{application.id}/beslut/aterlamna"

    refused = as_decider.post(path, data={"tillagg": "Nej"})

    assert (refused.status_code, ">Nej</textarea>" in refused.text) == (422, True)
    assert as_decider.post(path, data={"tillagg": "Motivera ekonomin bättre."}).status_code == 303
    assert fresh(owner, application.id).state is State.UNDER_REVIEW


def test_whoever_proposed_sees_that_somebody_else_decides(browse, owner, db, bjorkvik):
    both = make_staff(owner, bjorkvik.id, Role.CASE_OFFICER, Role.DECISION_MAKER)
    application = make_proposed(owner, db, bjorkvik, both)
    as_decider = browse(sign_in(owner, both))
    path = f"/kommun/arenden/{application.id}/beslut"

    assert "Godkänn ansökan" not in as_decider.get(path).text
    assert as_decider.post(f"{path}/godkann").status_code == 403


@pytest.mark.parametrize("form", ["godkann", "avsla", "yttrande", "aterlamna"])
def test_an_officer_does_not_find_the_decision(browse, owner, db, bjorkvik, form):
    officer = make_officer(owner, bjorkvik)
    application = make_proposed(owner, db, bjorkvik, officer)

    answer = browse(sign_in(owner, officer)).post(f"/kommun/arenden/{application.id}/beslut/{form}")

    assert answer.status_code == 404


@pytest.mark.parametrize("path", ["/kommun/arenden/{id}/beslut", "/kommun/att-besluta", "/kommun/arenden"])
def test_the_pages_keep_to_their_budget(as_decider, resources, owner, db, bjorkvik, path):
    application = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik), unmet=("GEN-25",))
    path = path.format(id=application.id)
    as_decider.get(path)

    with statements(resources.engine) as sent:
        assert as_decider.get(path).status_code == 200

    assert len(sent) <= BUDGET, sent


def test_the_decision_page_counts_the_judgements_of_each_group(as_decider, owner, db, bjorkvik):
    case = make_proposed(owner, db, bjorkvik, make_officer(owner, bjorkvik))

    html = as_decider.get(f"/kommun/arenden/{case.id}/beslut").text

    counted = [int(number) for number in re.findall(r'data-label="Uppfyllt"[^>]*>\s*(\d+)', html)]
    assert len(counted) > 2
    assert sum(counted[:-1]) == counted[-1] > 0
