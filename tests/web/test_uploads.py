"""Files sent one by one by a script: begun, broken off, gone on with, cancelled, and every way that it goes wrong."""

import asyncio
import hashlib
import json
import math
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlmodel import select

import portal
from documents.store import PART_BYTES, StoreUnavailable
from portal.db.session import Scope, enter
from portal.db.tables import AnswerDocument, Document, Upload
from portal.domain import uploads as limits
from portal.domain.application import State
from portal.domain.criteria import DocumentState
from portal.domain.roles import Role
from portal.errors import OutOfStep
from portal.jobs import tasks, timetable
from portal.services import uploads
from tests.factories import make_member, make_provider, sign_in
from tests.factories_application import PDF, make_application, make_document, make_upload
from tests.statements import statements

CRITERION = "GEN-25"
LARGE = PDF + random.Random(3).randbytes(2 * PART_BYTES + 1_000_000)  # three parts


def begin(client, application, name, content, *, size=None, criterion=CRITERION):
    told = f"namn={quote(name)}&storlek={len(content) if size is None else size}"
    address = f"/foretag/ansokningar/{application.id}/villkor/{criterion}/uppladdningar?{told}"
    return client.post(address, content=content[: 65_536 if len(content) > PART_BYTES else len(content)])


def proceed(client, address, content, start, stop=None):
    stop = len(content) if stop is None else stop
    told = {"content-range": f"bytes {start}-{stop - 1}/{len(content)}"}
    return client.post(address, content=content[start:stop], headers=told)


def hang_up(app, settings, token, path, headers, pieces):
    """What a server sees of a browser whose connection breaks after these pieces of the body."""
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.disconnect"})

    async def receive():
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def send(message):
        pass

    head = {"origin": settings.base_url, "cookie": f"kundval={token}", "host": "portal.local", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in head.items()],
        "client": ("127.0.0.1", 1),
        "server": ("portal.local", 80),
        "state": {},
        "app": app,
    }
    asyncio.run(app(scope, receive, send))


def documents_of(owner, application):
    owner.expire_all()
    statement = select(Document).join(AnswerDocument, AnswerDocument.document_id == Document.id).order_by(Document.name)
    return owner.exec(statement.where(AnswerDocument.application_id == application.id)).all()


def under_way(owner, application):
    owner.expire_all()
    return owner.exec(select(Upload).where(Upload.application_id == application.id)).all()


def test_a_small_file_comes_whole_with_the_request_that_begins_it(client, owner, resources, draft):
    answer = begin(client, draft, "Försäkring å.pdf", PDF)

    assert answer.json() == {"klart": True, "forut": None}
    [document] = documents_of(owner, draft)
    assert (document.name, document.size, document.state) == ("Försäkring å.pdf", len(PDF), DocumentState.WAITING)
    assert resources.store.read(document.object_key) == PDF
    assert under_way(owner, draft) == []


def test_the_script_knows_how_much_comes_whole():
    script = (Path(portal.__file__).parent / "static/js/upload.js").read_text()

    [told] = re.findall(r"^const PART = ([0-9* ]+);$", script, re.MULTILINE)
    assert math.prod(map(int, told.split("*"))) == PART_BYTES


def test_a_large_file_is_begun_with_its_first_bytes_and_becomes_a_document(client, owner, resources, draft):
    begun = begin(client, draft, "Stor.pdf", LARGE)
    assert begun.status_code == 201
    assert begun.json()["kommit"] == 0

    answer = proceed(client, begun.json()["adress"], LARGE, 0)

    assert answer.json() == {"klart": True, "forut": None}
    [document] = documents_of(owner, draft)
    assert document.sha256 == hashlib.sha256(LARGE).hexdigest()
    assert resources.store.read(document.object_key) == LARGE
    assert under_way(owner, draft) == []


def test_after_a_break_in_the_middle_of_a_part_it_goes_on_from_the_last_that_arrived(
    app, settings, client, owner, resources, anna, draft
):
    begun = begin(client, draft, "Stor.pdf", LARGE).json()
    told = {"content-range": f"bytes 0-{len(LARGE) - 1}/{len(LARGE)}", "content-length": str(len(LARGE))}
    come = PART_BYTES + 3_000_000
    pieces = [LARGE[at : min(at + 500_000, come)] for at in range(0, come, 500_000)]
    hang_up(app, settings, sign_in(owner, anna), begun["adress"], told, pieces)

    standing = client.get(begun["adress"]).json()
    assert PART_BYTES <= standing["kommit"] <= come
    assert documents_of(owner, draft) == []
    # After a reload the same file is known again by its name, its size and its first bytes.
    again = begin(client, draft, "Stor.pdf", LARGE)
    assert (again.status_code, again.json()["adress"]) == (200, begun["adress"])

    answer = proceed(client, begun["adress"], LARGE, standing["kommit"])

    assert answer.json()["klart"] is True
    [document] = documents_of(owner, draft)
    assert document.sha256 == hashlib.sha256(LARGE).hexdigest()
    assert resources.store.read(document.object_key) == LARGE


@pytest.mark.parametrize(
    "told",
    [
        None,
        f"bytes 8-{len(LARGE) - 1}/{len(LARGE)}",
        f"bytes 0-{len(LARGE) - 1}/{len(LARGE) + 1}",
        f"bytes 0-{len(LARGE)}/{len(LARGE)}",
        "bytes 0-9/tio",
        f"bytes */{len(LARGE)}",
    ],
)
def test_what_does_not_fit_is_answered_with_where_it_goes_on(client, draft, told):
    begun = begin(client, draft, "Stor.pdf", LARGE).json()
    headers = {"content-range": told} if told else {}

    answer = client.post(begun["adress"], content=b"0123456789", headers=headers)

    assert answer.status_code == 409
    assert answer.json() == {"kommit": 0, "annan": False}
    assert client.get(begun["adress"]).json()["kommit"] == 0


def test_of_two_tabs_the_newest_goes_on_and_the_older_is_told(client, db, owner, anna, resources, draft, now):
    begun = begin(client, draft, "Stor.pdf", LARGE).json()
    [upload] = under_way(owner, draft)
    enter(db, Scope.of(anna))
    older = uploads.take_turn(db, upload.id, offset=0, actor=anna, now=now)
    newer = uploads.take_turn(db, upload.id, offset=0, actor=anna, now=now)
    late = resources.store.put_part(older.key, older.store_id, older.next_number, b"x" * PART_BYTES)
    good = resources.store.put_part(newer.key, newer.store_id, newer.next_number, LARGE[:PART_BYTES])

    with pytest.raises(OutOfStep) as told:
        uploads.keep_part(db, upload.id, late, PART_BYTES, actor=anna, now=now)
    assert told.value.elsewhere
    assert uploads.keep_part(db, upload.id, good, PART_BYTES, actor=anna, now=now) == PART_BYTES
    db.commit()

    assert proceed(client, begun["adress"], LARGE, PART_BYTES).json()["klart"] is True
    [document] = documents_of(owner, draft)
    assert resources.store.read(document.object_key) == LARGE


def test_a_finished_file_whose_answer_was_lost_is_finished_once(client, owner, resources, draft):
    begun = begin(client, draft, "Stor.pdf", LARGE).json()
    [upload] = under_way(owner, draft)
    parts = [
        resources.store.put_part(upload.object_key, upload.store_id, number, LARGE[at : at + PART_BYTES])
        for number, at in enumerate(range(0, len(LARGE), PART_BYTES), 1)
    ]
    upload.received, upload.parts = len(LARGE), [[each.number, each.etag, each.crc32] for each in parts]
    upload.next_number = len(parts) + 1
    owner.commit()
    # The portal was killed after the store had made an object of the parts.
    resources.store.complete_parts(upload.object_key, upload.store_id, parts)

    end = {"content-range": f"bytes */{len(LARGE)}"}
    first, second = (client.post(begun["adress"], headers=end) for _ in range(2))

    assert first.json()["klart"] is True
    assert second.status_code == 404
    assert len(documents_of(owner, draft)) == 1


def test_another_companys_upload_is_not_found(browse, owner, resources, anna, draft):
    upload = make_upload(owner, draft, CRITERION, by=anna)
    owner.commit()
    stranger = browse(sign_in(owner, make_member(owner, make_provider(owner, "Annan AB"))))

    answers = (
        stranger.get(f"/foretag/uppladdningar/{upload.id}"),
        proceed(stranger, f"/foretag/uppladdningar/{upload.id}", LARGE, 0),
        begin(stranger, draft, "Stor.pdf", LARGE),
    )

    assert [answer.status_code for answer in answers] == [404, 404, 404]


def test_a_reader_uploads_nothing(browse, owner, anna, draft):
    reader = browse(sign_in(owner, make_member(owner, anna.provider_id, Role.READER)))

    assert begin(reader, draft, "a.pdf", PDF).status_code == 403


@pytest.mark.parametrize(
    ("name", "content", "size", "sentence"),
    [
        ("intyg.exe", b"MZ", None, "kan inte tas emot. Välj en fil i formatet PDF, PNG, JPG eller HEIC."),
        ("tom.pdf", b"", None, "är tom"),
        ("bild.pdf", b"\x89PNG\r\n\x1a\n" + b"x" * 50, None, "är inte den sorts fil som namnet säger"),
        ("stor.pdf", PDF, 50_000_001, "är större än 50 MB"),
        ("annat.pdf", b"PK\x03\x04", 40_000_000, "är inte den sorts fil som namnet säger"),
        ("..", PDF, None, "saknar namn"),
    ],
)
def test_a_file_is_refused_at_its_first_bytes(client, owner, resources, draft, name, content, size, sentence):
    before = set(resources.store.keys("quarantine/"))

    answer = begin(client, draft, name, content, size=size)

    assert answer.status_code == 422
    assert sentence in answer.json()["fel"]
    assert documents_of(owner, draft) == []
    assert under_way(owner, draft) == []
    assert set(resources.store.keys("quarantine/")) == before


def test_where_the_first_bytes_were_right_and_what_comes_is_not_nothing_is_kept(client, owner, draft):
    begun = begin(client, draft, "Stor.pdf", LARGE).json()
    other = b"\x89PNG\r\n\x1a\n" + LARGE[8:]

    answer = proceed(client, begun["adress"], other, 0)

    assert answer.status_code == 422
    assert "är inte den sorts fil" in answer.json()["fel"]
    assert under_way(owner, draft) == []
    assert client.get(begun["adress"]).status_code == 404


@pytest.mark.parametrize(
    ("within", "held", "sentence"),
    [
        (limits.Within.CRITERION, "NUMBERS", "samla flera i en PDF"),
        (limits.Within.CASE, "NUMBERS", "Ansökan har så många dokument"),
        (limits.Within.COMPANY, "NUMBERS", "Företaget har lämnat så många dokument"),
        (limits.Within.CASE, "SIZES", "Ansökans dokument tar tillsammans"),
        (limits.Within.COMPANY, "SIZES", "Företagets dokument tar tillsammans"),
    ],
)
@pytest.mark.parametrize("content", [PDF, LARGE], ids=["small", "large"])
def test_what_there_is_no_room_for_is_refused_with_the_reason(
    client, owner, anna, draft, monkeypatch, within, held, sentence, content
):
    make_upload(owner, draft, CRITERION, by=anna, name="annan.pdf", size=1000)
    owner.commit()
    monkeypatch.setitem(getattr(limits, held), within, 1 if held == "NUMBERS" else 1050)

    answer = begin(client, draft, "a.pdf", content)

    assert answer.status_code == 422
    assert sentence in answer.json()["fel"]
    assert documents_of(owner, draft) == []
    assert len(under_way(owner, draft)) == 1


def test_the_size_that_a_file_may_have_is_its_document_types_own(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, "hemtjanst", by=anna)

    there = begin(client, application, "ritning.pdf", LARGE, size=240_000_000, criterion="GEN-13")
    here = begin(client, application, "ritning.pdf", LARGE, size=240_000_000)

    assert there.status_code == 201
    assert "är större än 50 MB" in here.json()["fel"]


def test_a_small_file_costs_the_database_as_little_as_it_can(client, resources, draft):
    address = f"/foretag/ansokningar/{draft.id}/villkor/{CRITERION}/dokument"

    with statements(resources.engine) as by_script:
        begin(client, draft, "Intyg.pdf", PDF + b"ett")
    with statements(resources.engine) as by_form:
        client.post(address, files={"fil": ("Bevis.pdf", PDF + b"tva", "application/pdf")})

    assert (len(by_script), len(by_form)) == (12, 13), "\n".join(by_script + by_form)


def test_nothing_is_logged_of_what_goes_well(client, draft, caplog):
    assert begin(client, draft, "Intyg.pdf", PDF + b"tyst").json()["klart"]

    assert not [each for each in caplog.records if each.name.startswith(("procrastinate", "portal", "litestar"))]


def test_the_same_bytes_are_kept_once_and_the_page_says_so(client, owner, anna, draft):
    earlier = make_document(owner, anna.provider_id, by=anna, name="Intyg från förra året.pdf", content=LARGE)
    small = make_document(owner, anna.provider_id, by=anna, name="Litet.pdf", content=PDF + b"egen")
    owner.commit()

    begun = begin(client, draft, "Stor.pdf", LARGE).json()
    answers = proceed(client, begun["adress"], LARGE, 0), begin(client, draft, "Annat namn.pdf", PDF + b"egen")

    assert [answer.json()["forut"] for answer in answers] == [str(earlier.id), str(small.id)]
    assert {each.id for each in documents_of(owner, draft)} == {earlier.id, small.id}
    page = client.get(f"/foretag/ansokningar/{draft.id}/villkor/{CRITERION}?forut={earlier.id}").text
    assert "Samma fil har ni lämnat förut: ”Intyg från förra året.pdf”, 2 mars 2026." in page


def test_what_was_begun_is_listed_and_can_be_taken_away_without_a_script(client, owner, draft):
    begun = begin(client, draft, "Stor.pdf", LARGE).json()
    page = client.get(f"/foretag/ansokningar/{draft.id}/villkor/{CRITERION}").text
    assert "0 byte av 11,5 MB har kommit in" in page.replace("\xa0", " ")
    assert begun["avbryt"] in page

    answer = client.post(begun["avbryt"], data={"beskrivning": "Skrivet"})

    assert answer.headers["location"].endswith(f"/villkor/{CRITERION}#dok")
    assert under_way(owner, draft) == []
    assert ">Skrivet</textarea>" in client.get(f"/foretag/ansokningar/{draft.id}/villkor/{CRITERION}").text


def test_after_submission_nothing_goes_on(client, owner, bjorkvik, anna):
    application = make_application(owner, bjorkvik, by=anna, state=State.SUBMITTED)
    upload = make_upload(owner, application, CRITERION, by=anna)
    owner.commit()

    assert begin(client, application, "a.pdf", PDF).status_code == 409
    assert proceed(client, f"/foretag/uppladdningar/{upload.id}", LARGE, 0).status_code == 409


def test_a_store_that_is_away_costs_nothing_that_has_come(
    app, settings, client, owner, anna, resources, draft, monkeypatch
):
    begun = begin(client, draft, "Stor.pdf", LARGE).json()
    told = {"content-range": f"bytes 0-{len(LARGE) - 1}/{len(LARGE)}"}
    hang_up(app, settings, sign_in(owner, anna), begun["adress"], told, [LARGE[:PART_BYTES]])

    def away(*_given, **_more):
        raise StoreUnavailable("away")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(resources.store, "put_part", away)
        answer = proceed(client, begun["adress"], LARGE, PART_BYTES)

    assert answer.status_code == 503
    assert "Felet är vårt" in answer.json()["fel"]
    assert client.get(begun["adress"]).json()["kommit"] == PART_BYTES
    assert proceed(client, begun["adress"], LARGE, PART_BYTES).json()["klart"] is True


def test_the_clock_removes_what_nobody_came_back_to(client, owner, anna, resources, draft, workshop):
    store = resources.store
    kept = make_document(owner, anna.provider_id, by=anna, store=store)
    left = make_upload(owner, draft, CRITERION, by=anna, store=store)
    fresh = make_upload(owner, draft, CRITERION, by=anna, name="ny.pdf", store=store)
    owner.commit()
    orphan, other = f"quarantine/{left.id}-orphan", f"quarantine/{left.id}-half"
    store.put(orphan, b"x", media_type="application/pdf")
    half = store.begin_parts(other, "application/pdf")
    later_on = datetime.now(UTC) + timedelta(hours=25)
    fresh.continued_at = later_on
    owner.commit()

    gone, known = {"keys": [left.object_key], "begun": {left.object_key: left.store_id}}, fresh.object_key
    workshop = replace(workshop, clock=lambda: later_on)
    timetable.sweep_uploads(workshop)
    tasks.drop_uploads(workshop, **gone)
    tasks.drop_uploads(workshop, **gone)

    assert [each.id for each in under_way(owner, draft)] == [fresh.id]
    begun = dict(store.unfinished("quarantine/", later_on))
    assert known in begun
    assert {*gone["keys"], other} & set(begun) == set()
    assert half
    keys = set(store.keys("quarantine/"))
    assert kept.object_key in keys
    assert orphan not in keys


def test_the_answers_are_json_that_no_browser_takes_for_a_page(client, draft):
    answer = begin(client, draft, '"<b>.pdf', b"x")

    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert json.loads(answer.text)["fel"].startswith("Filen ”")
