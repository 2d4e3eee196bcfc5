"""A newer document that a script sends ahead of the form which says what it replaces."""

import random
import re
from urllib.parse import quote

import pytest
from sqlmodel import select

from documents.store import PART_BYTES
from portal.db.tables import AnswerDocument, Document, Upload
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from tests.factories import make_member, make_provider, sign_in
from tests.factories_application import INSURANCE, PDF, make_application, make_attached, make_document
from tests.factories_company import make_authorization_row
from tests.web.application_forms import SOON

LARGE = PDF + random.Random(7).randbytes(PART_BYTES + 500_000)


@pytest.fixture
def document(owner, draft, anna):
    made = make_attached(owner, draft, INSURANCE, by=anna, name="Försäkringsbrev.pdf")
    owner.commit()
    return made


def there(application, more=""):
    return f"/foretag/ansokningar/{application.id}/villkor/{INSURANCE}{more}"


def page_of(application, document):
    return there(application, f"/dokument/{document.id}/ersatt")


def begin(client, application, document, content=PDF + b"ny", name="Brev 2027.pdf"):
    told = f"ersatter={document.id}&namn={quote(name)}&storlek={len(content)}"
    first = content[: 65_536 if len(content) > PART_BYTES else None]
    return client.post(there(application, f"/uppladdningar?{told}"), content=first)


def say(client, application, document, newer_id, ends=SOON):
    return client.post(page_of(application, document), data={"galler-till-ny": ends, "fardigt": newer_id})


def row_of(owner, application, document_id):
    owner.expire_all()
    return owner.get(AnswerDocument, (application.id, INSURANCE, document_id))


def test_what_comes_ahead_replaces_nothing_before_its_form_does(client, owner, draft, document):
    newer = begin(client, draft, document).json()["fardigt"]
    before = row_of(owner, draft, document.id).ended_at, row_of(owner, draft, newer)

    answer = say(client, draft, document, newer)

    assert before == (None, None)
    assert (answer.status_code, answer.headers["location"]) == (303, there(draft, "#dok"))
    assert str(row_of(owner, draft, document.id).replaced_by) == newer
    assert row_of(owner, draft, newer).ends_on.isoformat() == SOON


def test_a_large_file_is_gone_on_with_on_the_page_where_it_replaces(client, owner, draft, document):
    begun = begin(client, draft, document, LARGE)
    found = begin(client, draft, document, LARGE)
    shown, beside = client.get(page_of(draft, document)).text, client.get(there(draft)).text

    told = {"content-range": f"bytes 0-{len(LARGE) - 1}/{len(LARGE)}"}
    done = client.post(begun.json()["adress"], content=LARGE, headers=told).json()

    assert (begun.status_code, found.status_code) == (201, 200)
    assert found.json()["adress"] == begun.json()["adress"]
    assert "Påbörjade uppladdningar" in shown
    assert "Påbörjade uppladdningar" not in beside
    assert done["klart"]
    assert say(client, draft, document, done["fardigt"]).status_code == 303


def test_what_was_begun_in_the_place_of_a_document_is_cancelled(client, owner, draft, document):
    begun = begin(client, draft, document, LARGE).json()

    answer = client.post(begun["avbryt"])

    assert (answer.status_code, answer.headers["location"]) == (303, page_of(draft, document))
    assert owner.exec(select(Upload).where(Upload.application_id == draft.id)).all() == []
    assert "Påbörjade uppladdningar" not in client.get(page_of(draft, document)).text


def test_what_came_ahead_need_not_be_sent_again_when_a_date_was_wrong(client, owner, draft, document):
    newer = begin(client, draft, document).json()["fardigt"]

    wrong = say(client, draft, document, newer, ends="2026-13-01")

    assert wrong.status_code == 422
    assert "Datumet finns inte." in wrong.text
    assert "Brev 2027.pdf är uppladdad. Du behöver inte välja den igen." in wrong.text
    assert re.findall(r'name="fardigt" value="([^"]+)"', wrong.text) == [newer]
    assert row_of(owner, draft, document.id).ended_at is None
    assert say(client, draft, document, newer).status_code == 303


def test_what_was_stopped_while_a_date_was_mended_is_told_and_replaces_nothing(client, owner, draft, document):
    newer = begin(client, draft, document).json()["fardigt"]
    owner.get(Document, newer).state = DocumentState.INFECTED
    owner.commit()

    answer = say(client, draft, document, newer)

    assert answer.status_code == 422
    assert "Filen ”Brev 2027.pdf” innehåller skadlig kod och är borttagen. Välj en annan fil." in answer.text
    assert row_of(owner, draft, document.id).ended_at is None


def test_only_a_document_of_the_companys_own_takes_anothers_place(client, owner, draft, document):
    other = make_member(owner, make_provider(owner, "Annan AB"))
    theirs = make_document(owner, other.provider_id, by=other)
    owner.commit()

    answers = [say(client, draft, document, each) for each in (theirs.id, document.id, "inget")]

    assert {answer.status_code for answer in answers} == {422}
    assert all("Välj en fil att ladda upp." in answer.text for answer in answers)
    assert row_of(owner, draft, document.id).ended_at is None


def test_nobody_uploads_in_vain_in_the_place_of_a_document(client, browse, owner, draft, document, anna):
    stranger = make_document(owner, anna.provider_id, by=anna)
    reader = make_member(owner, anna.provider_id, Role.READER)
    owner.commit()

    assert begin(client, draft, stranger).status_code == 404
    assert begin(browse(sign_in(owner, reader)), draft, document).status_code == 403
    assert begin(client, draft, document, name="Brev.exe").status_code == 422
    ours = select(Document.name).where(Document.provider_id == anna.provider_id)
    assert "Brev 2027.pdf" not in owner.exec(ours).all()


def test_while_an_authorization_runs_a_document_is_replaced_and_none_is_added(client, owner, bjorkvik, anna):
    case = make_application(owner, bjorkvik, by=anna, state=State.APPROVED)
    make_authorization_row(owner, case, AuthorizationState.ACTIVE)
    older = make_attached(owner, case, INSURANCE, by=anna)
    owner.commit()

    newer = begin(client, case, older).json()["fardigt"]
    added = client.post(there(case, "/uppladdningar?namn=Mer.pdf&storlek=30"), content=PDF)

    assert say(client, case, older, newer).status_code == 303
    assert added.status_code == 409
