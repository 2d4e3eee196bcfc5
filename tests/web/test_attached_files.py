"""Files come in the form of an answer, are refused one by one, and are removed or used again."""

import pytest

from portal.db.tables import Answer
from portal.domain.criteria import DocumentState
from tests.factories_application import PDF, attach, make_attached, make_document
from tests.web.application_forms import CRITERION, address, files, form, kept, send

UNDATED = "/villkor/GEN-06"


def test_text_and_two_files_come_in_one_form(client, owner, resources, draft):
    answer = send(
        client,
        address(draft, UNDATED),
        ("svar", "ja"),
        ("beskrivning", "Se breven."),
        ("fil", "Försäkring å.pdf", PDF + b"1"),
        ("fil", "Bilaga.pdf", PDF + b"2"),
        ("sedan", "next"),
    )

    assert answer.status_code == 303, answer.text
    assert owner.get(Answer, (draft.id, "GEN-06")).description == "Se breven."
    bilaga, brev = files(owner, draft, "GEN-06")
    assert (bilaga.name, brev.name) == ("Bilaga.pdf", "Försäkring å.pdf")
    assert brev.state is DocumentState.WAITING
    assert resources.store.read(brev.object_key) == PDF + b"1"
    page = client.get(address(draft, UNDATED)).text
    assert "Väntar på kontroll" in page
    assert "uppladdad av Anna Lindqvist" in page


def test_an_upload_returns_to_the_page_and_saves_the_text(client, owner, draft):
    answer = send(client, address(draft, CRITERION + "/dokument"), ("beskrivning", "Text"), ("fil", "a.pdf", PDF))

    assert answer.headers["location"] == address(draft, CRITERION) + "#dok"
    assert len(files(owner, draft)) == 1
    assert kept(owner, draft).description == "Text"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("intyg.exe", b"MZ", "kan inte tas emot. Välj en fil i formatet PDF, PNG, JPG eller HEIC."),
        ("tom.pdf", b"", "är tom"),
        ("bild.pdf", b"\x89PNG\r\n\x1a\n" + b"x" * 50, "är inte den sorts fil som namnet säger"),
    ],
)
def test_a_refused_file_is_named_and_costs_nothing_else(client, owner, draft, name, content, sentence):
    answer = send(
        client,
        address(draft, CRITERION),
        ("svar", "ja"),
        ("beskrivning", "Finns kvar."),
        ("fil", name, content),
        ("fil", "bra.pdf", PDF),
        ("sedan", "next"),
    )

    assert answer.status_code == 422
    assert name in answer.text
    assert sentence in answer.text
    assert 'id="svar-ja" value="ja" checked' in answer.text
    assert ">Finns kvar.</textarea>" in answer.text
    assert kept(owner, draft).description == "Finns kvar."
    assert [each.name for each in files(owner, draft)] == ["bra.pdf"]


def test_a_file_that_is_too_large_is_refused_while_it_streams(client, owner, resources, draft):
    before = set(resources.store.keys("quarantine/"))
    answer = send(
        client,
        address(draft, CRITERION),
        ("beskrivning", "Stor fil"),
        ("fil", "stor.pdf", PDF + b"0" * 50_000_001),
        ("sedan", "overview"),
    )

    assert answer.status_code == 422
    assert "stor.pdf” är större än 50 MB" in answer.text
    assert kept(owner, draft).description == "Stor fil"
    assert files(owner, draft) == []
    assert set(resources.store.keys("quarantine/")) == before


def test_a_form_that_breaks_off_leaves_nothing_in_the_store(client, owner, resources, draft):
    before = set(resources.store.keys("quarantine/"))
    body = form(("beskrivning", "x"), ("fil", "a.pdf", PDF))[:-20]

    headers = {"content-type": "multipart/form-data; boundary=grans"}
    answer = client.post(address(draft, CRITERION), content=body, headers=headers)

    assert answer.status_code == 400
    assert files(owner, draft) == []
    assert set(resources.store.keys("quarantine/")) == before


def test_no_file_is_taken_where_none_is_asked_for(client, owner, draft):
    answer = send(client, address(draft, "/villkor/GEN-17"), ("svar", "ja"), ("fil", "a.pdf", PDF))

    assert answer.status_code == 422
    assert "besvaras i ord" in answer.text
    assert files(owner, draft, "GEN-17") == []


def test_the_twenty_first_document_is_refused(client, owner, draft, anna):
    for _ in range(19):
        attach(owner, draft, "GEN-25", make_document(owner, anna.provider_id, by=anna), by=anna)
    owner.commit()

    answer = send(client, address(draft, CRITERION), ("fil", "tjugo.pdf", PDF), ("fil", "ett till.pdf", PDF + b"2"))

    assert answer.status_code == 422
    assert "ett till.pdf” fick inte plats" in answer.text
    assert len(files(owner, draft)) == 20


def test_a_document_is_removed_and_the_text_saved(client, owner, draft, anna):
    document = make_attached(owner, draft, "GEN-25", by=anna)
    owner.commit()

    answer = send(client, address(draft, f"{CRITERION}/dokument/{document.id}/ta-bort"), ("beskrivning", "Kvar"))

    assert answer.status_code == 303
    assert files(owner, draft) == []
    assert kept(owner, draft).description == "Kvar"


def test_an_earlier_document_is_offered_once_and_reused(client, owner, draft, anna):
    first = make_document(owner, anna.provider_id, by=anna, name="Brev.pdf", content=b"%PDF-1.7 a")
    make_document(owner, anna.provider_id, by=anna, name="Brev.pdf", content=b"%PDF-1.7 a")
    owner.commit()
    assert client.get(address(draft, CRITERION)).text.count(">Brev.pdf, ") == 1

    answer = send(client, address(draft, CRITERION + "/ateranvand"), ("ateranvand", str(first.id)))

    assert answer.status_code == 303
    assert [each.id for each in files(owner, draft)] == [first.id]


def test_nothing_chosen_to_reuse_is_said(client, draft):
    answer = send(client, address(draft, CRITERION + "/ateranvand"), ("beskrivning", "Hej"), ("ateranvand", ""))

    assert answer.status_code == 422
    assert "Välj ett dokument i listan." in answer.text
    assert ">Hej</textarea>" in answer.text
