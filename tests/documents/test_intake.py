"""What comes in is measured and recognised while it is read, and refused at the first wrong byte."""

import asyncio
import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator

import pytest

from documents.filling import Filled
from documents.intake import ALL_TYPES, PDF, Intake, IntakeRules, Reason, Received, Refused
from documents.kinds import DOCX
from documents.outgoing import Outgoing
from documents.store import PART_BYTES, Part, Store, StoreUnavailable

RULES = IntakeRules(max_bytes=40_000_000)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"


def package(members: dict[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return made.getvalue()


def office(main: str, **more: str) -> bytes:
    types = f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'
    return package({"_rels/.rels": "<r/>", "[Content_Types].xml": types, "main.xml": "<m/>", **more})


GOOD = {
    "Bolagsordning.pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 500,
    "bild.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 60,
    "Foto.JPG": b"\xff\xd8\xff\xe0\0\x10JFIF\0" + b"\0" * 60,
    "mobil.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 60,
    "mobil2.heic": b"\0\0\0\x1cftypmif1\0\0\0\0mif1heicmiaf" + b"\0" * 60,
    "plan.docx": office(WORD),
    "tabell.xlsx": office(SHEET),
    "plan.odt": package({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<c/>"}),
    "arsredovisning.xhtml": b'\xef\xbb\xbf<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body/></html>',
    "bokslut.se": b'#FLAGGA 0\r\n#PROGRAM "Bokf\x94ring" 1\r\n#SIETYP 4\r\n',
    "fil.si": b"#FLAGGA 0\n#SIETYP 4\n",
}


async def take(store: Store, key: str, name: str, data: bytes, rules: IntakeRules = RULES, step: int = 64) -> Received:
    intake = Intake(store, key, filename=name, rules=rules)
    for at in range(0, len(data), step):
        await intake.feed(data[at : at + step])
    return await intake.finish()


@pytest.fixture
def nothing_left(store: Store) -> Iterator[None]:
    yield
    assert list(store.keys("refused/")) == []
    assert store._s3.list_multipart_uploads(Bucket=store.bucket, Prefix="refused/").get("Uploads", []) == []


@pytest.mark.parametrize("name", GOOD)
def test_each_kind_is_taken_in_with_its_size_type_and_digest(store: Store, name: str) -> None:
    received = asyncio.run(take(store, f"in/{name}", name, GOOD[name]))

    assert (received.name, received.size) == (name, len(GOOD[name]))
    assert received.sha256 == hashlib.sha256(GOOD[name]).hexdigest()
    assert store.read(received.key) == GOOD[name]
    facts = store.head(received.key)
    assert facts is not None
    assert facts.media_type == received.media_type


@pytest.mark.parametrize("step", [1_000_003, 3 * PART_BYTES])
def test_a_large_file_arrives_whole_through_several_parts(store: Store, step: int) -> None:
    data = b"%PDF-1.7\n" + bytes(range(256)) * 80_000

    received = asyncio.run(take(store, f"in/large-{step}.pdf", "stor.pdf", data, step=step))

    assert received.size == len(data)
    assert hashlib.sha256(store.read(received.key)).hexdigest() == received.sha256


@pytest.mark.parametrize(
    ("name", "data", "reason", "facts"),
    [
        ("tom.pdf", b"", Reason.EMPTY, {}),
        ("  ", b"", Reason.NAME_MISSING, {}),
        ("../..", b"", Reason.NAME_MISSING, {}),
        ("anteckning.txt", b"hej", Reason.TYPE_NOT_ALLOWED, {"extension": ".txt"}),
        ("utan", b"%PDF-1.7", Reason.TYPE_NOT_ALLOWED, {"extension": ""}),
        ("makro.docm", office(MACRO), Reason.TYPE_NOT_ALLOWED, {"extension": ".docm"}),
        ("makro.docx", office(MACRO), Reason.CONTENT_DIFFERS, {"expected": "docx", "found": "docm"}),
        (
            "gömt.docx",
            office(WORD, **{"word/vbaProject.bin": "x"}),
            Reason.CONTENT_DIFFERS,
            {"expected": "docx", "found": "docm"},
        ),
        ("tabell.docx", office(SHEET), Reason.CONTENT_DIFFERS, {"expected": "docx", "found": "xlsx"}),
        ("zip.docx", package({"a": "b"}), Reason.CONTENT_DIFFERS, {"expected": "docx", "found": "zip"}),
        ("halv.docx", office(WORD)[:-30], Reason.CONTENT_DIFFERS, {"expected": "docx", "found": "broken zip"}),
        ("bild.pdf", GOOD["bild.png"], Reason.CONTENT_DIFFERS, {"expected": "pdf", "found": "png"}),
        ("intyg.pdf", b" %PDF-1.7\n", Reason.CONTENT_DIFFERS, {"expected": "pdf"}),
        ("intyg.pdf", b"%PD", Reason.CONTENT_DIFFERS, {"expected": "pdf", "found": "unknown"}),
        ("program.pdf", b"MZ\x90\0" + b"\0" * 99, Reason.CONTENT_DIFFERS, {"expected": "pdf", "found": "program"}),
        (
            "video.heic",
            b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0" * 9,
            Reason.CONTENT_DIFFERS,
            {"expected": "heic"},
        ),
        *(
            (
                "video.heic",
                b"\0\0\0\x1cftyp" + brand + b"\0\0\0\0mif1heic" + brand + b"\0" * 9,
                Reason.CONTENT_DIFFERS,
                {"expected": "heic"},
            )
            for brand in (b"qt  ", b"3gp5", b"3g2a", b"M4A ", b"M4B ")
        ),
        (
            "sida.xhtml",
            b"<!DOCTYPE html><html><body/></html>",
            Reason.CONTENT_DIFFERS,
            {"expected": "xhtml"},
        ),
        ("bok.se", b"#FLAGGA 0\n\0\0", Reason.CONTENT_DIFFERS, {"expected": "sie", "found": "binary data"}),
        ("bok.se", b"#PROGRAM x\n", Reason.CONTENT_DIFFERS, {"expected": "sie"}),
    ],
)
@pytest.mark.usefixtures("nothing_left")
def test_what_breaks_a_rule_is_refused_with_the_facts(
    store: Store, name: str, data: bytes, reason: Reason, facts: dict[str, str]
) -> None:
    with pytest.raises(Refused) as refused:
        asyncio.run(take(store, "refused/one", name, data))

    assert refused.value.reason is reason
    assert facts.items() <= refused.value.facts.items()


@pytest.mark.usefixtures("nothing_left")
def test_a_file_that_grows_too_large_is_refused_before_it_has_ended(store: Store) -> None:
    async def endless() -> int:
        intake = Intake(store, "refused/large", filename="stor.pdf", rules=IntakeRules(2 * PART_BYTES, (PDF,)))
        await intake.feed(b"%PDF-1.7\n")
        fed = 0

        async def more() -> None:
            nonlocal fed
            for _ in range(99):
                fed += 1
                await intake.feed(b"x" * 1_000_000)

        with pytest.raises(Refused) as refused:
            await more()
        assert refused.value.reason is Reason.TOO_LARGE
        assert refused.value.facts == {"max_bytes": 2 * PART_BYTES}
        with pytest.raises(ValueError, match="is over"):
            await intake.feed(b"more")
        return fed

    assert asyncio.run(endless()) == 2 * PART_BYTES // 1_000_000 + 1


@pytest.mark.usefixtures("nothing_left")
def test_wrong_content_is_refused_at_its_first_bytes(store: Store) -> None:
    async def begin() -> None:
        intake = Intake(store, "refused/early", filename="bild.pdf", rules=RULES)
        with pytest.raises(Refused):
            await intake.feed(b"\x89PNG")

    asyncio.run(begin())


@pytest.mark.usefixtures("nothing_left")
def test_a_sender_who_hangs_up_leaves_nothing(store: Store) -> None:
    async def hang_up() -> None:
        async with Intake(store, "refused/hung-up", filename="stor.pdf", rules=RULES) as intake:
            await intake.feed(b"%PDF-1.7\n" + b"x" * PART_BYTES)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        asyncio.run(hang_up())


@pytest.mark.usefixtures("nothing_left")
def test_one_who_hangs_up_while_a_part_is_on_its_way_leaves_nothing(store: Store) -> None:
    begun = asyncio.Event()

    async def send() -> None:
        async with Intake(store, "refused/cancelled", filename="stor.pdf", rules=RULES) as intake:
            await intake.feed(b"%PDF-1.7\n" + b"x" * PART_BYTES)
            begun.set()
            while True:
                await intake.feed(b"x" * PART_BYTES)

    async def cancel() -> None:
        sending = asyncio.create_task(send())
        await begun.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    asyncio.run(cancel())


@pytest.mark.usefixtures("nothing_left")
def test_a_part_that_the_store_does_not_take_ends_the_intake(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put_part = store.put_part

    def full(key: str, upload_id: str, number: int, part: bytearray, *, crc32: int) -> Part:
        if number == 2:
            raise StoreUnavailable("no room")
        return put_part(key, upload_id, number, part, crc32=crc32)

    monkeypatch.setattr(store, "put_part", full)
    with pytest.raises(StoreUnavailable):
        asyncio.run(take(store, "refused/full", "stor.pdf", b"%PDF-1.7\n" + b"x" * 5 * PART_BYTES, step=1_000_000))


def test_no_more_parts_are_on_their_way_than_two_and_they_are_told_in_order() -> None:
    now, most, order = 0, 0, threading.Lock()

    def send(number: int, part: Filled) -> Part:
        nonlocal now, most
        with order:
            now, most = now + 1, max(most, now + 1)
        part.content.reverse()  # some work
        with order:
            now -= 1
        return Part(number, str(len(part.content)), None)

    async def all_of_them() -> list[tuple[Part, int]]:
        outgoing = Outgoing(send)
        told = [await outgoing.add(number, Filled(bytearray(number), 0)) for number in range(1, 8)]
        told += [await outgoing.oldest() for _ in range(3)]
        return [each for each in told if each is not None]

    told = asyncio.run(all_of_them())

    assert [(part.number, size) for part, size in told] == [(number, number) for number in range(1, 8)]
    assert most <= 2


def test_a_kind_that_the_rules_leave_out_is_refused(store: Store) -> None:
    with pytest.raises(Refused) as refused:
        Intake(store, "refused/kind", filename="plan.docx", rules=IntakeRules(1000, (PDF,)))

    assert refused.value.facts == {"extension": ".docx", "allowed": (".pdf",)}


def test_no_two_kinds_claim_the_same_extension() -> None:
    extensions = [extension for kind in ALL_TYPES for extension in kind.extensions]

    assert len(extensions) == len(set(extensions))
    assert DOCX in ALL_TYPES
