"""The company's application through the browser: pages, forms, files, roles, and every way that it goes wrong."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import col, select

from portal.db.conditions import read_sets
from portal.db.tables import Answer, AnswerDocument, Application, Document, Event, Paper, Service
from portal.domain.application import State
from portal.domain.roles import Role
from tests.factories import make_member, make_provider, sign_in
from tests.factories_application import answer_all, ask_supplement, make_application, make_document


@pytest.fixture
def anna(owner):
    return make_member(owner, make_provider(owner))


@pytest.fixture
def client(browse, owner, anna):
    return browse(sign_in(owner, anna))


def address(application, rest=""):
    return f"/foretag/ansokningar/{application.id}{rest}"


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("state", list(State))
def test_the_page_of_an_application_opens_in_every_state_and_language(client, owner, bjorkvik, anna, state, language):
    client.cookies.set("kundval_language", language)
    application = make_application(owner, bjorkvik, by=anna, state=state)

    for rest in ("", "/delar/company", "/villkor/GEN-25", "/granska"):
        answer = client.get(address(application, rest))

        assert answer.status_code == 200, (rest, answer.text)
        assert f'lang="{language}"' in answer.text
