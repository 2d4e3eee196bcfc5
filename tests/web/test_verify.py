"""Anyone verifies a document: by its number, or by its bytes; every no says what to do."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from documents.authority import DemoAuthority
from documents.seal import Sealer
from documents.stamps import StampService
from portal.services import verification
from tests.documents.trust import Authority
from tests.factories import NOW, make_provider
from tests.factories_public import make_paper

MADE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def a_pdf(words: str = "") -> bytes:
    """The smallest PDF with a page; each is its own, so that each has its own hash."""
    mark = words or secrets.token_hex(8)
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%%%s\nendstream" % (len(mark) + 1, mark.encode()),
    ]
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)


def sealed(folder: Path, organisation: str = "Björkviks kommun") -> bytes:
    pair = DemoAuthority.make(folder, NOW).sealing_pair(organisation, NOW)
    sealer = Sealer.load(pair.key_path, pair.certificate_path)
    return sealer.seal(a_pdf(), name=organisation, reason="Beslut", at=MADE)


@pytest.fixture
def seals(settings) -> Path:
    return settings.seal_folder


def number() -> str:
    letters = "".join(secrets.choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(12))
    return f"BJO {letters[:4]} {letters[4:8]} {letters[8:]}"


def send(browse, content: bytes, name: str = "beslut.pdf"):
    return browse().post("/kontrollera", files={"fil": (name, content, "application/pdf")})


def test_a_number_says_what_it_belongs_to_however_it_is_typed(browse, owner, bjorkvik):
    known = number()
    make_paper(owner, bjorkvik, make_provider(owner, "Hemliga Vägen AB"), number=known, content=a_pdf())

    answer = browse().get("/kontrollera", params={"nummer": known.lower().replace(" ", "-")})

    assert answer.status_code == 200
    assert "Det finns en handling med det numret" in answer.text
    assert known in answer.text
    assert "Beslut om en ansökan" in answer.text
    assert "Björkviks kommun" in answer.text
    assert "2 mars 2026 kl.\N{NO-BREAK SPACE}10.00" in answer.text
    assert "Hemliga Vägen AB" not in answer.text


def test_a_number_that_is_not_there_says_what_to_check(browse):
    text = browse().get("/kontrollera?nummer=BJO+2222+3333+4444").text

    assert "Vi hittar ingen handling med det numret" in text
    assert "Kontrollera att alla tecken är med" in text


def test_a_paper_that_is_not_made_yet_cannot_be_verified(browse, owner, bjorkvik):
    known = number()
    make_paper(owner, bjorkvik, make_provider(owner), number=known, content=a_pdf(), ready=False)

    assert "Vi hittar ingen handling" in browse().get("/kontrollera", params={"nummer": known}).text


def test_an_empty_number_is_an_error_at_its_field(browse):
    answer = browse().get("/kontrollera?nummer=+")

    assert answer.status_code == 422
    assert "<title>Fel: " in answer.text
    assert 'href="#nummer"' in answer.text


def test_the_very_bytes_that_the_portal_made_are_genuine(browse, owner, bjorkvik, seals):
    content = sealed(seals)
    make_paper(owner, bjorkvik, make_provider(owner), number=number(), content=content, kind="signed_contract")

    text = send(browse, content).text

    assert "Handlingen är äkta" in text
    assert "Undertecknat avtal" in text
    assert "Björkviks kommun" in text


def test_one_changed_byte_is_seen(browse, owner, bjorkvik, seals):
    content = sealed(seals)
    make_paper(owner, bjorkvik, make_provider(owner), number=number(), content=content)
    at = content.index(b"MediaBox[0 0 200") + 13
    changed = content[:at] + b"3" + content[at + 1 :]
    assert len(changed) == len(content)
    assert changed != content

    text = send(browse, changed).text

    assert "Filen har ändrats efter att den förseglades" in text
    assert "Lita inte på innehållet" in text
    assert "Handlingen är äkta" not in text


def test_a_good_seal_on_an_unknown_file_says_who_sealed_it_and_when(browse, seals):
    text = send(browse, sealed(seals, "Ekholms kommun")).text

    assert "den är inte gjord här" in text
    assert "Ekholms kommun" in text
    assert "2 mars 2026 kl.\N{NO-BREAK SPACE}10.00" in text


def stamped(folder: Path, authority: Authority) -> bytes:
    pair = DemoAuthority.make(folder, NOW).sealing_pair("Ekholms kommun", NOW)
    roots = [folder / "root.pem", authority.root_path]
    stamps = StampService(f"{authority.url}/tsa")
    sealer = Sealer.load(pair.key_path, pair.certificate_path, stamps=stamps, roots=roots)
    return sealer.seal(a_pdf(), name="Ekholms kommun", reason="Beslut", at=MADE)


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Iterator[Authority]:
    made = Authority(tmp_path_factory.mktemp("trust"), NOW)
    yield made
    made.close()


def test_a_seal_without_a_stamp_says_that_its_time_is_the_sealers_own(browse, seals):
    text = send(browse, sealed(seals)).text

    assert "Ingen. Tiden ovan är den som förseglaren själv uppger." in text


def test_a_time_stamp_says_when_and_by_whom(browse, seals, authority):
    content = stamped(seals, authority)
    known = seals / "tsa-root-prov.pem"
    known.write_bytes(authority.root_path.read_bytes())
    try:
        text = send(browse, content).text
    finally:
        known.unlink()

    assert "2 mars 2026 kl.\N{NO-BREAK SPACE}10.00, intygat av Provstämpel" in text
    assert "förseglaren själv uppger" not in text


def test_a_time_stamp_by_a_stranger_is_said_to_be_one(browse, seals, authority):
    text = send(browse, stamped(seals, authority)).text

    assert "Finns, men från någon som portalen inte känner." in text
    assert "Provstämpel" not in text


def test_of_a_changed_file_and_of_a_number_no_stamp_is_spoken(browse, owner, bjorkvik, seals):
    known, content = number(), sealed(seals)
    make_paper(owner, bjorkvik, make_provider(owner), number=known, content=sealed(seals))
    at = content.index(b"MediaBox[0 0 200") + 13

    assert "Tidsstämpel" not in send(browse, content[:at] + b"3" + content[at + 1 :]).text
    assert "Tidsstämpel" not in browse().get("/kontrollera", params={"nummer": known}).text


def test_an_operators_own_root_is_trusted(browse, seals, tmp_path):
    content = sealed(tmp_path / "elsewhere", "Ekholms kommun")
    known = seals / "root-annan.pem"
    known.write_bytes((tmp_path / "elsewhere" / "root.pem").read_bytes())
    try:
        text = send(browse, content).text
    finally:
        known.unlink()

    assert "den är inte gjord här" in text
    assert "Ekholms kommun" in text


def test_something_added_after_the_seal_is_seen(browse, seals):
    text = send(browse, sealed(seals) + b"\n% a comment\n").text

    assert "Någon har lagt till något" in text or "Filen har ändrats" in text
    assert "Handlingen är äkta" not in text


def test_a_seal_by_a_stranger_is_not_trusted_nor_named(browse, tmp_path):
    text = send(browse, sealed(tmp_path / "elsewhere", "Björkviks kommun")).text

    assert "förseglad av någon som vi inte känner" in text
    assert "Förseglad av</dt>" not in text


def test_a_pdf_without_a_seal_says_what_to_do(browse):
    text = send(browse, a_pdf()).text

    assert "Filen har inget sigill" in text
    assert "Hämta handlingen på nytt" in text


def test_what_is_not_a_pdf_says_what_to_do(browse):
    text = send(browse, b"\xff\xd8\xff\xe0 a photo", "foto.jpg").text

    assert "Filen är inte en PDF" in text
    assert "foto.jpg" in text
    assert "Skriv in numret som står i den" in text


def test_a_file_larger_than_allowed_is_let_go(browse, monkeypatch):
    monkeypatch.setattr(verification, "MAX_BYTES", 1_000)

    assert "Filen är för stor" in send(browse, a_pdf() + b" " * 1_000).text


@pytest.mark.parametrize("body", [b"", b"not multipart at all"])
def test_a_form_without_a_file_is_an_error_at_its_field(browse, body):
    answer = browse().post("/kontrollera", content=body, headers={"content-type": "multipart/form-data; boundary=x"})

    assert answer.status_code == 422
    assert 'href="#fil"' in answer.text


def test_a_file_from_another_site_is_refused(browse):
    client = browse()

    answer = client.post(
        "/kontrollera", files={"fil": ("a.pdf", a_pdf())}, headers={"origin": "https://elsewhere.example"}
    )

    assert answer.status_code == 403


def test_the_page_keeps_the_brand_that_it_was_opened_with(browse, bjorkvik):
    client = browse()

    text = client.get("/kontrollera?kommun=bjorkvik&nummer=ABC").text

    assert "/tema/bjorkvik/" in text
    assert 'action="/kontrollera?kommun=bjorkvik"' in text
    assert "/tema/" not in client.get("/kontrollera?kommun=ingenstans").text


def test_too_many_tries_are_refused(browse, owner, monkeypatch):
    monkeypatch.setattr("portal.routes.verify.NUMBERS_ALLOWED", 0)

    answer = browse().get("/kontrollera?nummer=ABC")

    assert answer.status_code == 429
    assert "För många försök" in answer.text
