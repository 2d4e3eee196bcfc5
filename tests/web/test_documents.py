"""Documents are looked at in the portal: page by page, by those who may, and each look is written down."""

import io
import re

import pytest
from PIL import Image
from sqlmodel import col, select

from documents.kinds import DOCX, XHTML
from portal.db.tables import AnswerDocument, Document, DocumentAccess
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.documents import Opening
from portal.domain.roles import Role
from tests.documents import files_to_show as files
from tests.factories import make_staff, sign_in
from tests.factories_application import make_application, make_attached, make_document
from tests.statements import BUDGET, statements

CRITERION = "GEN-25"


@pytest.fixture
def case(owner, bjorkvik, anna):
    return make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)


@pytest.fixture
def document(owner, resources, case, anna):
    return handed_in(owner, resources, case, anna, files.pdf("Försäkring", "Andra sidan", "Tredje <b>sidan</b>"))


def handed_in(owner, resources, case, anna, content, **how):
    made = make_attached(owner, case, CRITERION, by=anna, content=content, store=resources.store, **how)
    owner.commit()
    return made


def reason(case):
    return f"arende={case.id}&villkor={CRITERION}"


def log(owner, document):
    owner.rollback()
    rows = owner.exec(
        select(DocumentAccess).where(DocumentAccess.document_id == document.id).order_by(col(DocumentAccess.at))
    )
    return [(row.what, row.page, row.criterion) for row in rows]


def words(page):
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


def test_a_page_is_shown_with_its_text_and_ways_on(client, as_officer, document, case):
    for reader, room in ((client, "foretag"), (as_officer, "kommun")):
        here = f"/{room}/dokument/{document.id}"
        answer = reader.get(f"{here}/visa?{reason(case)}&sida=2&zoom=150&vrid=90")
        page = answer.text.replace("&amp;", "&")

        assert answer.status_code == 200
        assert "Sida 2 av 3" in page
        assert "Andra sidan" in words(page)
        assert f'src="{here}/sidor/2?bredd=1800&{reason(case)}&vrid=90"' in page
        assert 'alt="Sida 2 av 3 i Intyg.pdf. Texten på sidan står nedanför."' in page
        assert f'href="{here}/visa?{reason(case)}&vrid=90&zoom=150"' in page
        assert f'href="{here}/visa?{reason(case)}&sida=3&vrid=90&zoom=150"' in page
        assert f'href="{here}?{reason(case)}"' in page


def test_what_a_document_says_is_never_markup(client, document):
    page = client.get(f"/foretag/dokument/{document.id}/visa?sida=3&sok=<b>").text

    assert "<b>sidan" not in page
    assert "&lt;b&gt;" in page


@pytest.mark.parametrize("asked", ["0", "-1", "99", "x", "²", "9" * 30])
def test_a_page_that_is_not_there_is_the_nearest(client, document, asked):
    page = client.get(f"/foretag/dokument/{document.id}/visa?sida={asked}&vrid=45&zoom=x").text

    assert ("Sida 3 av 3" if asked == "99" else "Sida 1 av 3") in page


def test_words_are_found_on_every_page_and_marked(client, document):
    page = client.get(f"/foretag/dokument/{document.id}/visa?sok=SIDAN&sida=2").text
    nothing = client.get(f"/foretag/dokument/{document.id}/visa?sok=pingvin").text

    assert "2 träffar." in page
    assert "<mark>sidan</mark>" in page
    assert re.search(r'sida=3&amp;sok=SIDAN#text">Sida 3<', page)
    assert "Inget i texten är ”pingvin”." in nothing


def test_a_picture_is_a_page_and_is_kept_for_the_session_alone(client, document):
    address = f"/foretag/dokument/{document.id}/sidor/1?bredd=640"
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})

    assert Image.open(io.BytesIO(first.content)).width == 640
    assert first.headers["content-type"] == "image/jpeg"
    assert first.headers["cache-control"] == "private, max-age=600"
    assert first.headers["vary"] == "cookie"
    assert first.headers["content-security-policy"].startswith("sandbox")
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("wrong", ["1?bredd=641", "1", "1?bredd=640&vrid=45", "4?bredd=640", "0?bredd=640"])
def test_a_picture_that_there_is_not_is_not_found(client, document, wrong):
    assert client.get(f"/foretag/dokument/{document.id}/sidor/{wrong}").status_code == 404


def test_what_is_read_is_written_down_and_a_small_picture_in_a_list_is_not(owner, as_officer, document, case):
    there = f"/kommun/dokument/{document.id}"

    as_officer.get(f"{there}/sidor/1?bredd=160&{reason(case)}")
    assert log(owner, document) == []
    as_officer.get(f"{there}/visa?{reason(case)}")
    as_officer.get(f"{there}/sidor/1?bredd=1200&{reason(case)}")
    as_officer.get(f"{there}/visa?{reason(case)}&zoom=200&vrid=90")
    assert log(owner, document) == [(Opening.VIEW, 1, CRITERION)]
    as_officer.get(f"{there}/sidor/2?bredd=640&{reason(case)}")
    as_officer.get(f"{there}?{reason(case)}")
    assert log(owner, document)[1:] == [(Opening.VIEW, 2, CRITERION), (Opening.DOWNLOAD, None, CRITERION)]


def test_the_company_sees_who_has_opened_its_document_and_why(client, as_officer, owner, document, case):
    for page in (1, 2, 3):
        as_officer.get(f"/kommun/dokument/{document.id}/visa?{reason(case)}&sida={page}")
    client.get(f"/foretag/dokument/{document.id}")

    shown = words(client.get(f"/foretag/dokument/{document.id}/visa").text)
    for_staff = words(as_officer.get(f"/kommun/dokument/{document.id}/visa?{reason(case)}").text)

    owner.refresh(case)
    assert "Mikael Öberg, Björkviks kommun Läste sidorna 1–3 " in shown
    assert f"{case.number} · {CRITERION}" in shown
    assert "Anna Lindqvist, Ert företag Hämtade originalet" in shown
    assert "Mikael Öberg, Björkviks kommun" in for_staff
    assert "Hämtade originalet" not in for_staff


def test_a_reason_that_is_not_the_documents_opens_nothing(owner, client, as_officer, document, case):
    reasons = (f"arende={case.id}&villkor=GEN-01", "arende=x&villkor=GEN-25", f"arende={case.id}", "villkor=GEN-25")
    for reader, room in ((client, "foretag"), (as_officer, "kommun")):
        for said in reasons:
            for way in ("?", "/visa?", "/sidor/1?bredd=640&"):
                assert reader.get(f"/{room}/dokument/{document.id}{way}{said}").status_code == 404

    assert log(owner, document) == []


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.CONTROLLER, Role.MUNICIPAL_ADMINISTRATOR])
def test_staff_without_the_case_in_their_role_see_no_document(browse, owner, bjorkvik, document, role):
    reader = browse(sign_in(owner, make_staff(owner, bjorkvik.id, role)))

    for way in ("", "/visa", "/sidor/1?bredd=160"):
        assert reader.get(f"/kommun/dokument/{document.id}{way}").status_code == 404


def test_a_document_that_was_stopped_shows_nothing_of_what_was_drawn_before(owner, client, document):
    small = f"/foretag/dokument/{document.id}/sidor/1?bredd=160"
    assert client.get(small).status_code == 200
    owner.get_one(Document, document.id).state = DocumentState.INFECTED
    owner.commit()

    for way in (small, f"/foretag/dokument/{document.id}/visa", f"/foretag/dokument/{document.id}"):
        assert client.get(way).status_code == 403


def test_what_was_thinned_out_is_not_shown_from_what_was_drawn_before(owner, client, document, now):
    address = f"/foretag/dokument/{document.id}/sidor/1?bredd=640"
    assert client.get(address).status_code == 200
    owner.get_one(Document, document.id).thinned_at = now
    owner.commit()

    for way in ("", "/visa", "/sidor/1?bredd=640"):
        assert client.get(f"/foretag/dokument/{document.id}{way}").status_code == 404


def test_a_document_taken_back_is_no_longer_the_municipalitys_to_read(owner, as_officer, document, case):
    address = f"/kommun/dokument/{document.id}/visa?{reason(case)}"
    assert as_officer.get(address).status_code == 200
    owner.delete(owner.get_one(AnswerDocument, (case.id, CRITERION, document.id)))
    owner.commit()

    assert as_officer.get(address).status_code == 404


@pytest.mark.parametrize(
    ("content", "how", "said"),
    [
        (b"PK\x03\x04", {"name": "Plan.docx", "media_type": DOCX.media_type}, "Filer av det slaget visas inte här."),
        (b"%PDF-1.7\nskadad", {}, "Filen är skadad"),
        (files.locked_pdf(), {}, "låst med ett lösenord"),
        (files.huge_png(9000), {"name": "Stor.png", "media_type": "image/png"}, "för stor"),
    ],
    ids=["word", "broken", "locked", "huge"],
)
def test_what_cannot_be_shown_says_so_and_offers_the_original(owner, resources, client, case, anna, content, how, said):
    document = handed_in(owner, resources, case, anna, content, **how)

    answer = client.get(f"/foretag/dokument/{document.id}/visa")
    picture = client.get(f"/foretag/dokument/{document.id}/sidor/1?bredd=640")

    assert answer.status_code == 200
    assert said in answer.text
    assert f'href="/foretag/dokument/{document.id}"' in answer.text
    assert "Sida 1" not in answer.text
    assert (picture.status_code, picture.headers["content-type"]) == (422, "image/svg+xml")
    assert "Kan inte visas här" in picture.text
    assert log(owner, document) == []


def test_a_report_is_read_as_text(owner, resources, client, case, anna):
    how = {"name": "Årsredovisning.xhtml", "media_type": XHTML.media_type}
    document = handed_in(owner, resources, case, anna, files.IXBRL, **how)

    page = client.get(f"/foretag/dokument/{document.id}/visa").text

    assert "Nettoomsättning 1 &lt; 2" in page
    assert "<img class=" not in page
    assert client.get(f"/foretag/dokument/{document.id}/sidor/1?bredd=640").status_code == 404


def test_a_document_whose_bytes_are_gone_has_no_pages(owner, client, anna):
    document = make_document(owner, anna.provider_id, by=anna)
    owner.commit()

    for way in ("/visa", "/sidor/1?bredd=640"):
        assert client.get(f"/foretag/dokument/{document.id}{way}").status_code == 404


def test_a_download_is_resumed_where_it_broke(owner, client, document):
    address, whole = f"/foretag/dokument/{document.id}", files.pdf("Försäkring", "Andra sidan", "Tredje <b>sidan</b>")
    first = client.get(address)
    etag = first.headers["etag"]
    rest = client.get(address, headers={"range": "bytes=1000-", "if-range": etag})
    other = client.get(address, headers={"range": "bytes=1000-", "if-range": '"other"'})
    beyond = client.get(address, headers={"range": f"bytes={len(whole)}-"})

    assert (first.status_code, first.headers["accept-ranges"], first.content) == (200, "bytes", whole)
    assert (rest.status_code, rest.content) == (206, whole[1000:])
    assert rest.headers["content-range"] == f"bytes 1000-{len(whole) - 1}/{len(whole)}"
    assert rest.headers["content-length"] == str(len(whole) - 1000)
    assert (other.status_code, other.content) == (200, whole)
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    assert etag == f'"{document.sha256}"'
    assert [what for what, *_ in log(owner, document)] == [Opening.DOWNLOAD] * 2


def test_a_page_of_a_document_stays_within_its_statements(resources, client, as_officer, owner, document, case):
    with statements(resources.engine) as first:
        client.get(f"/foretag/dokument/{document.id}/visa?{reason(case)}")
    with statements(resources.engine) as page:
        as_officer.get(f"/kommun/dokument/{document.id}/visa?{reason(case)}")
    with statements(resources.engine) as picture:
        as_officer.get(f"/kommun/dokument/{document.id}/sidor/1?bredd=1200&{reason(case)}")

    owner.refresh(document)
    assert document.pages == 3
    assert max(map(len, (first, page, picture))) <= BUDGET, first


def test_the_first_page_stands_beside_the_judgement_and_the_others_can_be_chosen(
    owner, resources, as_officer, case, anna
):
    first, second = (handed_in(owner, resources, case, anna, files.pdf(each), name=f"{each}.pdf") for each in "AB")
    address = f"/kommun/arenden/{case.id}?villkor={CRITERION}"

    def large(page):
        return re.findall(r'class="kv-page" src="/kommun/dokument/([0-9a-f-]+)/sidor/1\?bredd=640', page)

    chosen = as_officer.get(f"{address}&dokument={second.id}").text.replace("&amp;", "&")

    assert large(chosen) == [str(second.id)]
    assert f'href="/kommun/dokument/{second.id}/visa?{reason(case)}"' in chosen
    assert f'src="/kommun/dokument/{first.id}/sidor/1?bredd=160&{reason(case)}"' in chosen
    assert len(large(as_officer.get(f"{address}&dokument=x").text)) == 1


def test_an_applicant_sees_small_pictures_of_what_can_be_opened(owner, resources, browse, bjorkvik, anna):
    draft = make_application(owner, bjorkvik, by=anna)
    good = handed_in(owner, resources, draft, anna, files.pdf("Bra"))
    stopped = handed_in(owner, resources, draft, anna, files.pdf("Illa"), state=DocumentState.INFECTED)

    page = browse(sign_in(owner, anna)).get(f"/foretag/ansokningar/{draft.id}/villkor/{CRITERION}").text

    assert f'src="/foretag/dokument/{good.id}/sidor/1?bredd=160' in page
    assert f'href="/foretag/dokument/{good.id}/visa?' in page
    assert f"/foretag/dokument/{stopped.id}/sidor" not in page
