"""A document that a script sends ahead of the answer to new conditions."""

import random
from datetime import date
from urllib.parse import quote

import pytest
from sqlmodel import col, select

from documents.store import PART_BYTES
from portal.db.tables import AnswerDocument, Document, Upload
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from tests.factories import make_member, make_provider, sign_in
from tests.factories_application import PDF, make_document
from tests.factories_effects import asked
from tests.statements import BUDGET, statements

INSURANCE = "GEN-25"
LARGE = PDF + random.Random(8).randbytes(PART_BYTES + 500_000)


@pytest.fixture
def scene(owner, db, place):
    return asked(owner, db, place)


@pytest.fixture
def company(browse, owner, scene):
    return browse(sign_in(owner, scene.actor))


@pytest.fixture
def here(scene):
    return f"/foretag/nya-villkor/{scene.names['application']}/{INSURANCE}"


def begin(client, here, content=PDF + b"ny", name="Brev 2027.pdf"):
    first = content[: 65_536 if len(content) > PART_BYTES else None]
    told = f"namn={quote(name)}&storlek={len(content)}"
    return client.post(f"{here}/uppladdningar?{told}", content=first)


def answer(client, here, document_id, ends="2099-12-31"):
    return client.post(here, data={"svar": "ja", "galler-till-ny": ends, "fardigt": document_id})


def counting(owner, scene):
    owner.rollback()
    rows = select(AnswerDocument).where(
        col(AnswerDocument.application_id) == scene.names["application"], col(AnswerDocument.criterion) == INSURANCE
    )
    return {str(each.document_id): each.ends_on for each in owner.exec(rows)}


def test_what_comes_ahead_counts_when_the_answer_comes_and_not_before(company, owner, scene, here):
    document = begin(company, here).json()["fardigt"]
    before = counting(owner, scene)

    done = answer(company, here, document)

    assert document not in before
    assert done.status_code == 303
    assert counting(owner, scene) == {**before, document: date(2099, 12, 31)}


def test_what_came_ahead_stays_where_its_date_is_missing(company, owner, scene, here):
    document = begin(company, here).json()["fardigt"]

    undated = answer(company, here, document, ends="")

    assert undated.status_code == 422
    assert f'href="#galler-till-{document}"' in undated.text
    assert "Brev 2027.pdf" in undated.text
    mended = company.post(here, data={"svar": "ja", f"galler-till-{document}": "2099-12-31"})
    assert mended.status_code == 303


def test_a_large_file_is_gone_on_with_and_shown_on_the_page_until_it_is_whole(company, scene, here, resources):
    begun = begin(company, here, LARGE)
    again = begin(company, here, LARGE)
    with statements(resources.engine) as sent:
        shown = company.get(here).text
    beside = company.get(f"/foretag/ansokningar/{scene.names['application']}/villkor/{INSURANCE}").text

    told = {"content-range": f"bytes 0-{len(LARGE) - 1}/{len(LARGE)}"}
    done = company.post(begun.json()["adress"], content=LARGE, headers=told).json()

    assert (begun.status_code, again.status_code) == (201, 200)
    assert again.json()["adress"] == begun.json()["adress"]
    assert "Påbörjade uppladdningar" in shown
    assert len(sent) <= BUDGET
    assert "Påbörjade uppladdningar" not in beside
    assert answer(company, here, done["fardigt"]).status_code == 303


def test_what_was_begun_for_an_answer_is_cancelled(company, owner, here):
    begun = begin(company, here, LARGE).json()

    cancelled = company.post(begun["avbryt"])

    assert (cancelled.status_code, cancelled.headers["location"]) == (303, f"{here}?villkor=1")
    assert owner.exec(select(Upload.id).where(col(Upload.id) == begun["adress"].rsplit("/", 1)[1])).all() == []


def test_what_was_stopped_meanwhile_is_told_and_proves_nothing(company, owner, scene, here):
    document = begin(company, here).json()["fardigt"]
    owner.get(Document, document).state = DocumentState.INFECTED
    owner.commit()

    told = answer(company, here, document)

    assert told.status_code == 422
    assert "innehåller skadlig kod" in told.text
    assert document not in counting(owner, scene)


def test_nobody_uploads_in_vain(company, browse, owner, scene, here):
    reader = make_member(owner, scene.actor.provider_id, Role.READER)

    assert begin(browse(sign_in(owner, reader)), here).status_code == 403
    assert begin(company, here, name="Brev.exe").status_code == 422
    assert begin(company, here.replace(INSURANCE, "GEN-01")).status_code == 404


def test_only_a_document_of_the_companys_own_goes_with_its_answer(company, owner, scene, here):
    other = make_member(owner, make_provider(owner, "Annan AB"))
    theirs = make_document(owner, other.provider_id, by=other).id
    owner.commit()
    before = counting(owner, scene)

    for each in (theirs, "inget"):
        answer(company, here, each)

    assert counting(owner, scene) == before
