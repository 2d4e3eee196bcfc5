"""The dates of a document, and a newer one in its place, as a company writes them."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from portal.db.tables import Answer, AnswerDocument, Document
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from portal.domain.validity import Stated
from tests.factories import NOW, make_member, make_staff, sign_in
from tests.factories_application import INSURANCE, PDF, attach, make_application, make_attached, make_document
from tests.factories_company import make_authorization_row
from tests.factories_review import judge_all, make_officer, make_taken
from tests.statements import BUDGET, statements
from tests.web.application_forms import SOON, send


@pytest.fixture
def document(owner, draft, anna):
    made = make_attached(owner, draft, INSURANCE, by=anna, name="Försäkringsbrev.pdf", stated=None)
    row = owner.get(AnswerDocument, (draft.id, INSURANCE, made.id))
    row.kind = row.issued_on = row.ends_on = None
    owner.commit()
    return made


def there(draft, more="", criterion=INSURANCE):
    return f"/foretag/ansokningar/{draft.id}/villkor/{criterion}{more}"


def dates(document, issued="", ends="", **more):
    return {"svar": "ja", f"utfardat-{document.id}": issued, f"galler-till-{document.id}": ends, **more}


def row_of(owner, draft, document):
    owner.expire_all()
    return owner.get(AnswerDocument, (draft.id, INSURANCE, document.id))


def test_the_dates_are_asked_for_beside_the_document_and_saved_by_every_button(client, owner, draft, document):
    before = client.get(there(draft)).text
    saved = client.post(there(draft), data=dates(document, "2026-01-02", SOON, sedan="next"))

    assert "Datum saknas" in before
    assert saved.status_code == 303
    assert row_of(owner, draft, document).ends_on == date.fromisoformat(SOON)
    after = client.get(there(draft)).text
    assert "Datum saknas" not in after
    assert "Utfärdat 2 januari 2026, gäller till" in after


@pytest.mark.parametrize("state", [DocumentState.INFECTED, DocumentState.REFUSED])
def test_no_date_is_asked_of_a_document_that_was_stopped(client, owner, draft, document, state):
    stopped = owner.get_one(Document, document.id)
    stopped.state, stopped.because = state, "script" if state is DocumentState.REFUSED else None
    owner.commit()

    page = client.get(there(draft)).text
    whole = client.get(f"/foretag/ansokningar/{draft.id}/granska").text

    replacing = client.get(there(draft, f"/dokument/{document.id}/ersatt")).text

    assert "Stoppad" in page
    assert "Stoppad" in whole
    assert "Försäkringsbrev.pdf" in replacing
    assert "Datum saknas" not in page + whole + replacing
    assert f"utfardat-{document.id}" not in page


@pytest.mark.parametrize(
    ("issued", "ends", "sentence"),
    [
        ("2026-02-30", SOON, "Datumet finns inte."),
        ("2999-01-01", SOON, "Dagen har inte varit än."),
        ("2026-02-01", "2026-01-01", "Dokumentet kan inte sluta gälla innan det är utfärdat."),
    ],
)
def test_a_date_that_cannot_be_right_is_told_at_its_field_and_nothing_typed_is_lost(
    client, owner, draft, document, issued, ends, sentence
):
    sent = dates(document, issued, ends, beskrivning="Försäkringen gäller hela verksamheten.", sedan="overview")
    answer = client.post(there(draft), data=sent)

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{issued}"' in answer.text
    assert f'value="{ends}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert row_of(owner, draft, document).issued_on is None
    assert owner.get(Answer, (draft.id, INSURANCE)).description == "Försäkringen gäller hela verksamheten."


def test_an_expired_document_is_told_on_the_criterion_the_task_list_and_the_check(client, owner, draft, document):
    answer = client.post(there(draft), data=dates(document, "2025-01-01", "2025-12-31", sedan="next"))
    group = client.get(f"/foretag/ansokningar/{draft.id}").text
    check = client.get(f"/foretag/ansokningar/{draft.id}/granska").text

    assert answer.status_code == 422
    assert "Dokumentet har gått ut. Ersätt det med ett som gäller." in answer.text
    for page in (client.get(there(draft)).text, group, check):
        assert "Underlaget har gått ut" in page
    assert "byt ut ett dokument som har gått ut" in check


def test_a_newer_document_takes_the_older_ones_place_and_both_are_shown(client, owner, draft, document):
    path = there(draft, f"/dokument/{document.id}/ersatt")
    assert "Försäkringsbrev.pdf" in client.get(path).text

    answer = send(client, path, ("galler-till-ny", SOON), ("fil", "Brev 2027.pdf", PDF + b"ny"))

    assert answer.headers["location"] == there(draft, "#dok")
    page = client.get(there(draft)).text
    assert "Tidigare dokument (1)" in page
    assert "Ersatt av Brev 2027.pdf den" in page
    assert client.get(path).status_code == 404, "it is replaced already"


def test_what_is_wrong_with_a_replacement_is_told_and_replaces_nothing(client, owner, draft, document):
    path = there(draft, f"/dokument/{document.id}/ersatt")

    without = client.post(path, data={"galler-till-ny": SOON})
    impossible = send(client, path, ("galler-till-ny", "2026-13-01"), ("fil", "Brev.pdf", PDF))
    wrong_kind = send(client, path, ("galler-till-ny", SOON), ("fil", "Brev.exe", b"MZ"))

    assert "Välj en fil att ladda upp." in without.text
    assert f'value="{SOON}"' in without.text
    assert "Datumet finns inte." in impossible.text
    assert "Välj filen en gång till" in impossible.text
    assert "kan inte tas emot" in wrong_kind.text
    assert {answer.status_code for answer in (without, impossible, wrong_kind)} == {422}
    assert row_of(owner, draft, document).ended_at is None
    assert len(owner.exec(select(Document.id).where(Document.provider_id == draft.provider_id)).all()) == 1


def test_authorised_providers_whose_evidence_has_run_out_are_a_choice_of_the_list(browse, owner, bjorkvik, anna):
    case = make_application(owner, bjorkvik, by=anna, state=State.APPROVED)
    make_authorization_row(owner, case, AuthorizationState.ACTIVE)
    for row in owner.exec(select(AnswerDocument).where(AnswerDocument.application_id == case.id)):
        row.ends_on = date(2026, 3, 1) if row.criterion == INSURANCE else None
    owner.commit()
    officer = browse(sign_in(owner, make_staff(owner, bjorkvik.id)))
    reception = browse(sign_in(owner, make_staff(owner, bjorkvik.id, Role.RECEPTION)))
    company = browse(sign_in(owner, anna))

    there = f"/kommun/arenden/{case.id}?villkor={INSURANCE}"
    shown = officer.get("/kommun/anordnare?lage=underlag").text
    assert "Underlaget har gått ut" in shown
    assert there in shown
    assert there not in reception.get("/kommun/anordnare?lage=underlag").text
    assert "Underlaget har gått ut" in officer.get(there).text
    assert "Underlaget har gått ut" in company.get("/foretag/avtal").text
    assert "Underlaget har gått ut" in company.get(f"/foretag/ansokningar/{case.id}").text
    assert "Ersätt med ett nyare" in company.get(f"/foretag/ansokningar/{case.id}/villkor/{INSURANCE}").text


def test_an_officer_is_told_that_the_evidence_has_changed_and_confirms(browse, owner, db, bjorkvik, anna):
    officer = make_officer(owner, bjorkvik)
    case = make_taken(owner, db, bjorkvik, officer)
    judge_all(db, case, officer)
    [row] = owner.exec(
        select(AnswerDocument).where(AnswerDocument.application_id == case.id, AnswerDocument.criterion == INSURANCE)
    ).all()
    row.ended_at = datetime(2026, 3, 3, tzinfo=UTC)
    owner.commit()
    client, there = browse(sign_in(owner, officer)), f"/kommun/arenden/{case.id}"

    page = client.get(f"{there}?villkor={INSURANCE}").text
    assert "Underlaget har ändrats sedan bedömningen" in page
    assert "Låg till grund för bedömningen" in page
    assert "Underlaget ändrat sedan" in client.get(f"{there}/protokoll").text
    assert "Underlaget ändrat sedan" in client.get(f"{there}/forslag").text
    refused = client.post(f"{there}/forslag", data={"forslag": "godkann", "sammanfattning": "Allt är uppfyllt."})
    assert refused.status_code == 422

    confirmed = client.post(f"{there}/villkor/{INSURANCE}/bekrafta")

    assert confirmed.status_code == 303
    assert "Underlaget har ändrats" not in client.get(f"{there}?villkor={INSURANCE}").text
    assert "Underlaget ändrat sedan" not in client.get(f"{there}/forslag").text


def test_the_library_shows_narrows_and_pages(client, resources, owner, draft, document, anna):
    client.post(there(draft), data=dates(document, "2025-01-01", "2025-12-31"))
    for number in range(26):
        name, at = f"Äldre 100%_{number:02}.pdf", NOW - timedelta(days=number)
        make_document(owner, anna.provider_id, by=anna, name=name, now=at)
    owner.commit()

    with statements(resources.engine) as sent:
        first = client.get("/foretag/underlag").text
    assert len(sent) <= BUDGET
    assert "Försäkringsbrev" in first
    assert "Har gått ut" in first
    assert "gällde till 31 december 2025" in first
    assert "Äldre 100%_25.pdf" not in first
    following = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    assert "Äldre 100%_25.pdf" in client.get(following).text

    expired = client.get("/foretag/underlag?visa=utgangna").text
    assert "Försäkringsbrev.pdf" in expired
    assert "Äldre" not in expired
    assert "Försäkringsbrev.pdf" not in client.get("/foretag/underlag?visa=oanvanda").text
    assert "Äldre 100%_07.pdf" in client.get("/foretag/underlag?q=100%25_07").text
    assert "Inget underlag svarar" in client.get("/foretag/underlag?q=100_").text
    assert "Inget underlag svarar" in client.get("/foretag/underlag?sort=forsakringsbrev").text
    assert client.get("/foretag/underlag?efter=skrap&visa=x&sort=y").status_code == 200


def names_in(text):
    return re.findall(r'href="/foretag/underlag/[0-9a-f-]+">([^<]+)</a>', text)


def test_the_library_is_put_in_order_and_pages_in_it(client, owner, draft, anna, monkeypatch):
    monkeypatch.setattr("portal.views.evidence_library.PAGE", 2)
    named = ("Örebro.pdf", "avtal.docx", "Ånge.pdf", "Zeta.pdf", "Älvsbyn.pdf")
    for number, name in enumerate(named):
        made = make_document(owner, anna.provider_id, by=anna, name=name, now=NOW + timedelta(days=number))
        if name in ("Zeta.pdf", "Ånge.pdf"):
            ends = date(2027, 1, 1) + timedelta(days=number)
            attach(owner, draft, INSURANCE, made, by=anna, stated=Stated("forsakringsbrev", None, ends))
    owner.commit()

    def all_pages(order):
        found, address = [], f"/foretag/underlag?ordning={order}"
        while address:
            text = client.get(address).text
            found += names_in(text)
            following = re.search(r'rel="next" href="([^"]+)"', text)
            address = following[1].replace("&amp;", "&") if following else None
        return found

    assert all_pages("") == ["Älvsbyn.pdf", "Zeta.pdf", "Ånge.pdf", "avtal.docx", "Örebro.pdf"]
    assert all_pages("namn") == ["avtal.docx", "Zeta.pdf", "Ånge.pdf", "Älvsbyn.pdf", "Örebro.pdf"]
    assert all_pages("galler-till")[:2] == ["Ånge.pdf", "Zeta.pdf"]
    assert set(all_pages("galler-till")) == set(named)
    place = re.search(r"efter=([^\"&]+)", client.get("/foretag/underlag?ordning=namn").text)[1]
    for order in ("", "galler-till", "skrap"):
        assert client.get(f"/foretag/underlag?ordning={order}&efter={place}").status_code == 200


def test_the_library_has_small_pictures_of_what_can_be_opened_and_drawn(client, owner, anna):
    drawn = make_document(owner, anna.provider_id, by=anna, name="Brev.pdf")
    text = make_document(owner, anna.provider_id, by=anna, name="Brev.docx")
    stopped = make_document(owner, anna.provider_id, by=anna, name="Fel.pdf", state=DocumentState.INFECTED)
    owner.commit()

    shown = client.get("/foretag/underlag").text

    assert f'src="/foretag/dokument/{drawn.id}/sidor/1?bredd=160"' in shown
    assert f"/foretag/dokument/{text.id}/sidor" not in shown
    assert f"/foretag/dokument/{stopped.id}/sidor" not in shown


def test_a_document_is_replaced_from_the_library_wherever_that_is_open(
    client, browse, owner, bjorkvik, ekholm, draft, document, anna
):
    sent = make_application(owner, bjorkvik, "familjebehandling", by=anna, state=State.SUBMITTED)
    asked = make_application(owner, ekholm, by=anna, state=State.SUPPLEMENT_REQUESTED, asked_about=("GEN-25",))
    for application, criterion in ((sent, INSURANCE), (asked, INSURANCE), (asked, "GEN-18")):
        attach(owner, application, criterion, document, by=anna)
    owner.commit()
    replaced = there(draft, f"/dokument/{document.id}/ersatt")

    shown = client.get(f"/foretag/underlag/{document.id}").text

    open_here = {there(each, f"/dokument/{document.id}/ersatt") for each in (draft, asked)}
    assert set(re.findall(r'href="(/foretag/ansokningar/[^"]+/ersatt)"', shown)) == open_here
    assert all(client.get(each).status_code == 200 for each in open_here)
    reader = make_member(owner, anna.provider_id, Role.READER)
    assert replaced not in browse(sign_in(owner, reader)).get(f"/foretag/underlag/{document.id}").text


def test_a_document_of_the_library_tells_its_uses_and_versions(client, resources, owner, draft, document):
    path = there(draft, f"/dokument/{document.id}/ersatt")
    send(client, path, ("galler-till-ny", SOON), ("fil", "Brev 2027.pdf", PDF + b"nyare"))
    ours = select(Document.id).where(Document.provider_id == draft.provider_id)
    newer = owner.exec(ours.where(Document.name == "Brev 2027.pdf")).one()

    with statements(resources.engine) as sent:
        old = client.get(f"/foretag/underlag/{document.id}").text
    assert len(sent) <= BUDGET
    assert "Ansvarsförsäkring (GEN-25)" in old
    assert "i Björkviks kommun" in old
    assert "Ersatt av Brev 2027.pdf den" in old
    assert f"/foretag/underlag/{newer}" in old
    assert "Ta bort för gott" not in old
    assert f"/foretag/underlag/{document.id}" in client.get(f"/foretag/underlag/{newer}").text
    assert client.post(f"/foretag/underlag/{document.id}/ta-bort").status_code == 403


def test_what_is_used_nowhere_is_removed_from_the_library(client, owner, anna):
    unused = make_document(owner, anna.provider_id, by=anna, name="Fel fil.pdf")
    owner.commit()
    assert "Ta bort för gott" in client.get(f"/foretag/underlag/{unused.id}").text

    assert client.post(f"/foretag/underlag/{unused.id}/ta-bort").headers["location"] == "/foretag/underlag"

    assert "Fel fil.pdf" not in client.get("/foretag/underlag").text
    assert client.get(f"/foretag/underlag/{unused.id}").status_code == 404
    assert client.get(f"/foretag/dokument/{unused.id}").status_code == 404
