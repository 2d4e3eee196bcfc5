"""The effect of a draft, as an administrator orders it, follows it and reads it."""

import re

import pytest

from portal.db.session import Scope, enter
from portal.services import drafts
from tests.factories import NOW, make_staff, sign_in
from tests.factories_drafts import make_administrator
from tests.factories_effects import STRICTER, change, count_all, make_authorised, make_stricter_draft, order
from tests.factories_review import make_submitted
from tests.statements import BUDGET, statements


@pytest.fixture
def draft(owner, db, place, administrator):
    make_authorised(owner, place)
    make_submitted(owner, place)
    return make_stricter_draft(db, administrator)


def here(draft_id):
    return f"/kommun/villkor/utkast/{draft_id}/verkan"


def test_it_is_ordered_followed_and_read(as_administrator, owner, db, place, administrator, workshop, draft):
    assert "Beräkna verkan" in as_administrator.get(here(draft)).text

    answer = as_administrator.post(here(draft))
    assert (answer.status_code, answer.headers["location"]) == (303, here(draft))
    waiting = as_administrator.get(here(draft)).text
    assert "Beräkningen väntar på att börja." in waiting
    assert "Uppdatera" in waiting
    assert as_administrator.post(here(draft)).status_code == 303
    count_all(owner, workshop, place, order(db, draft, administrator))

    page = as_administrator.get(here(draft)).text
    assert "Alla 2 är räknade." in page
    assert "Av 2 som berörs ser 0 ut att uppfylla villkoren som de blir." in page
    assert "0 ser inte ut att göra det, och 2 behöver visa mer." in page
    assert page.count("Vega Familjestöd AB") == 2


def test_the_list_is_chosen_from_and_each_is_explained(
    as_administrator, owner, db, place, administrator, workshop, draft, resources
):
    count_all(owner, workshop, place, order(db, draft, administrator))

    for query, rows in (
        ("utfall=mer", 2),
        ("utfall=inte", 0),
        ("utfall=uppfyller", 0),
        (f"villkor={STRICTER}", 2),
        ("villkor=GEN-25", 2),
        ("utfall=strunt", 2),
        ("efter=%C3%A5%7Cstrunt", 2),
        ("efter=z%7C00000000-0000-0000-0000-000000000000", 0),
    ):
        answer = as_administrator.get(f"{here(draft)}?{query}")
        assert (answer.status_code, answer.text.count("Vega Familjestöd AB")) == (200, rows), query

    address = re.search(rf'href="({here(draft)}/[^"#]+)"', as_administrator.get(here(draft)).text)[1]
    as_administrator.get(address)
    with statements(resources.engine) as sent:
        page = as_administrator.get(address).text
    assert "Systemet ser" in page
    assert "En handläggare gör bedömningen" in page
    assert len(sent) <= BUDGET
    with statements(resources.engine) as sent:
        as_administrator.get(here(draft))
    assert len(sent) <= BUDGET


def test_a_draft_that_is_changed_afterwards_makes_what_was_counted_old(
    as_administrator, owner, db, place, administrator, workshop, draft
):
    count_all(owner, workshop, place, order(db, draft, administrator))
    assert "Utkastet har ändrats sedan beräkningen" not in as_administrator.get(here(draft)).text
    enter(db, Scope.of(administrator))
    drafts.rename(db, draft, "Ett annat namn", actor=administrator, now=NOW)
    db.commit()
    assert "Utkastet har ändrats sedan beräkningen" not in as_administrator.get(here(draft)).text, (
        "its name is not counted with"
    )

    change(db, draft, STRICTER, rule={"fact": "tax.f_skatt", "op": "eq", "value": False}, actor=administrator)

    assert "Utkastet har ändrats sedan beräkningen" in as_administrator.get(here(draft)).text


def test_it_can_be_stopped_and_begun_again(as_administrator, draft):
    as_administrator.post(here(draft))

    assert as_administrator.post(f"{here(draft)}/avbryt").status_code == 303
    stopped = as_administrator.get(here(draft)).text
    assert "Avbruten. 0 av 0 hann räknas." in stopped
    assert as_administrator.post(f"{here(draft)}/avbryt").status_code == 303, "there is nothing to stop"
    as_administrator.post(here(draft))
    assert "Beräkningen väntar på att börja." in as_administrator.get(here(draft)).text


def test_what_is_unfinished_is_refused_in_words_and_others_find_nothing(
    as_administrator, browse, owner, db, place, administrator, workshop, draft, ekholm
):
    count_all(owner, workshop, place, order(db, draft, administrator))
    change(db, draft, STRICTER, rule={"fact": "nobody.knows", "op": "exists"}, actor=administrator)
    refused = as_administrator.post(here(draft))
    assert refused.status_code == 403
    assert "Utkastet är inte färdigt" in refused.text

    officer = browse(sign_in(owner, make_staff(owner, place.id)))
    stranger = browse(sign_in(owner, make_administrator(owner, ekholm)))
    assert as_administrator.get(f"{here(draft)}/{draft}").status_code == 404
    for other in (officer, stranger):
        assert other.get(here(draft)).status_code == 404
        assert other.post(here(draft)).status_code == 404
        assert other.post(f"{here(draft)}/avbryt").status_code == 404
