"""Drafts of conditions are begun, named, read and thrown away by an administrator, and by nobody else."""

from datetime import UTC, date, datetime

import pytest

from portal import library
from portal.domain.roles import Role
from portal.services import drafts
from tests.factories import make_staff, sign_in
from tests.factories_drafts import form_of, make_administrator, make_draft, make_place, today
from tests.statements import BUDGET, statements

ROOM = "/kommun/villkor"


def test_what_applies_and_what_is_drafted_stand_together(as_administrator, here, place):
    text = as_administrator.get(ROOM).text

    assert f'href="{here}">Villkor från maj</a>' in text
    assert f'href="/{place.slug}/familjebehandling/villkor/1"' in text
    assert text.count("Gäller nu") == 7
    assert "Henrik Wallin" in text


def test_a_draft_is_begun_and_named(as_administrator):
    answer = as_administrator.post(f"{ROOM}/nytt", data={"galler": "hemtjanst", "namn": "Våren"})

    assert answer.status_code == 303
    text = as_administrator.get(answer.headers["location"]).text
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
def test_a_draft_without_a_name_or_a_set_is_not_begun(as_administrator, form, field):
    answer = as_administrator.post(f"{ROOM}/nytt", data=form)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "<title>Fel: " in answer.text


def test_a_draft_is_renamed_and_a_bad_name_is_said_at_its_field(as_administrator, here):
    assert as_administrator.post(f"{here}/namn", data={"namn": "Hösten"}).status_code == 303
    assert "Hösten" in as_administrator.get(here).text

    answer = as_administrator.post(f"{here}/namn", data={"namn": ""})

    assert answer.status_code == 422
    assert 'href="#namn"' in answer.text


def test_a_discarded_draft_is_gone_from_the_list(as_administrator, here):
    answer = as_administrator.post(f"{here}/kasta")

    assert answer.headers["location"] == f"{ROOM}?klart=kastat"
    text = as_administrator.get(answer.headers["location"]).text
    assert "Utkastet är kastat." in text
    assert here not in text
    assert as_administrator.get(here).status_code == 404


def test_a_draft_that_was_outrun_says_so(as_administrator, db, administrator, here, place):
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

    assert "Version 2 har publicerats sedan utkastet påbörjades" in as_administrator.get(here).text


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
def test_each_page_asks_few_questions(as_administrator, here, page, resources):
    with statements(resources.engine) as sent:
        assert as_administrator.get(f"{here}{page}").status_code == 200

    assert len([each for each in sent if "set_config" not in each]) <= BUDGET, sent


def test_the_editor_is_read_in_english_too(as_administrator, here, content):
    as_administrator.post(f"{here}/villkor/FBH-07", data=form_of(content(), "FBH-07", text_sv=""))
    as_administrator.cookies.set("kundval_language", "en")

    assert "Write the criterion in Swedish." in as_administrator.get(f"{here}/villkor/FBH-07").text
    assert "are asked for" in as_administrator.get(f"{here}/villkor/FBH-03").text
