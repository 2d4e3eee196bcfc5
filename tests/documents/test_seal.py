"""The seal holds the whole file; one changed byte breaks it; whatever is sent in, the check answers."""

import asyncio
import random
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest

from documents.attach import attach, attachments
from documents.seal import DemoAuthority, Sealer, SealReport, check_seal
from documents.typeset import typeset
from tests.documents.examples import CONTRACT, MADE_AT, SIGNED
from tests.documents.other_programs import as_others_read

HEX = b"0123456789ABCDEF"  # as pyHanko writes the signature


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> DemoAuthority:
    return DemoAuthority.make(tmp_path_factory.mktemp("authority"), MADE_AT)


@pytest.fixture(scope="module")
def sealer(authority: DemoAuthority) -> Sealer:
    pair = authority.sealing_pair("Björkviks kommun", MADE_AT, organisation_number="212000-0340")
    return Sealer.load(pair.key_path, pair.certificate_path)


@pytest.fixture(scope="module")
def paper() -> bytes:
    original = typeset("contract", CONTRACT, language="sv", made_at=MADE_AT)
    signed = typeset("signed_contract", SIGNED, language="sv", made_at=MADE_AT)
    return attach(signed, name="Avtal.pdf", data=original, description="Undertecknad fil", at=MADE_AT)


@pytest.fixture(scope="module")
def sealed(sealer: Sealer, paper: bytes) -> bytes:
    return sealer.seal(paper, name="Björkviks kommun", reason="Avtal BJO-2026-000361", at=MADE_AT)


def contents(sealed: bytes) -> tuple[int, int]:
    """Where the signature's own hexadecimal digits begin and end."""
    start = sealed.rindex(b"/Contents <") + len(b"/Contents <")
    return start, sealed.index(b">", start)


def changed(data: bytes, at: int) -> bytes:
    """Another byte at this place; where a hexadecimal digit stands, another digit."""
    here = data[at]
    other = HEX[(HEX.index(here) + 1) % 16] if here in HEX else here ^ 1
    return data[:at] + bytes([other]) + data[at + 1 :]


def test_a_sealed_paper_is_genuine_and_says_whose_and_when(authority: DemoAuthority, sealed: bytes) -> None:
    report = check_seal(sealed, [authority.root_certificate])

    assert report == SealReport(
        sealed=True, intact=True, whole=True, trusted=True, signer="Björkviks kommun", at=MADE_AT, problem=None
    )
    assert report.genuine


def test_the_seal_is_an_addition_that_leaves_the_paper_as_it_was(paper: bytes, sealed: bytes) -> None:
    assert sealed.startswith(paper)


def test_another_program_reads_the_seal_and_finds_the_file_sound(sealed: bytes, tmp_path: Path) -> None:
    seal, sound = as_others_read(sealed, tmp_path)

    assert "Signature is Valid" in seal
    assert "Total document signed" in seal
    assert "ETSI.CAdES.detached" in seal
    assert "Signing Time: Mar 02 2026" in seal
    assert sound.returncode == 0, sound.stdout + sound.stderr


def test_a_sealed_paper_still_says_that_it_is_archivable_and_carries_its_file(sealed: bytes, tmp_path: Path) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(sealed)

    with pikepdf.open(file) as document:
        about = document.open_metadata()
        assert (about["pdfaid:part"], about["pdfaid:conformance"], about["pdfuaid:part"]) == ("2", "A", "1")
        field = document.Root.AcroForm.Fields[0]
        assert int(field.F) & 0b110 == 0b100  # printed and not hidden, as PDF/A-2 wants
        assert all(float(edge) < 0 for edge in field.Rect)  # and outside the page, as PDF/UA-1 wants
    assert set(attachments(sealed)) == {"Avtal.pdf"}


def test_one_changed_byte_anywhere_breaks_it(authority: DemoAuthority, sealed: bytes) -> None:
    start, end = contents(sealed)
    dice = random.Random(2026)
    envelope = range(start - 12, start + 110, 3)
    inside = dice.sample(range(start, end), 30)
    anywhere = dice.sample(range(len(sealed)), 30)

    for at in [0, *envelope, *inside, *anywhere, end, len(sealed) - 2]:
        report = check_seal(changed(sealed, at), [authority.root_certificate])
        assert not report.intact, at
        assert not report.genuine, at
        assert report.problem, at


def test_the_signatures_digits_may_not_even_change_case(authority: DemoAuthority, sealed: bytes) -> None:
    start, end = contents(sealed)
    at = next(place for place in range(start, end) if sealed[place : place + 1].isalpha())

    other = sealed[:at] + sealed[at : at + 1].swapcase() + sealed[at + 1 :]

    assert not check_seal(other, [authority.root_certificate]).intact


def test_a_name_in_the_signature_may_not_change_case(authority: DemoAuthority, sealed: bytes) -> None:
    start, end = contents(sealed)
    name = b"rotcertifikat".hex().upper().encode()
    places = [at for at in range(start, end) if sealed.startswith(name, at)]

    assert len(places) == 3  # in the certificate, and twice in what names it
    for at in places:
        report = check_seal(sealed[:at] + b"5" + sealed[at + 1 :], [authority.root_certificate])
        assert not report.intact


def test_what_is_added_afterwards_is_seen(authority: DemoAuthority, sealed: bytes) -> None:
    report = check_seal(sealed + b"\n% more", [authority.root_certificate])

    assert (report.whole, report.genuine) == (False, False)
    assert report.problem


def test_a_shortened_file_is_not_intact(authority: DemoAuthority, sealed: bytes) -> None:
    for length in (len(sealed) - 1, len(sealed) // 2, 100, 1):
        assert not check_seal(sealed[:length], [authority.root_certificate]).genuine


def test_a_seal_under_a_stranger_s_root_is_intact_but_not_trusted(sealed: bytes, tmp_path: Path) -> None:
    stranger = DemoAuthority.make(tmp_path, MADE_AT)

    report = check_seal(sealed, [stranger.root_certificate])

    assert (report.sealed, report.intact, report.whole, report.trusted) == (True, True, True, False)
    assert report.problem is not None
    assert not check_seal(sealed, []).trusted


def test_a_seal_dated_after_its_certificate_ended_is_not_trusted(
    authority: DemoAuthority, sealer: Sealer, paper: bytes
) -> None:
    late = sealer.seal(paper, name="Björkviks kommun", reason="för sent", at=MADE_AT + timedelta(days=365 * 11))

    report = check_seal(late, [authority.root_certificate])

    assert (report.intact, report.trusted) == (True, False)


@pytest.mark.parametrize(
    "data", [b"", b"garbage", b"%PDF-1.7\n%%EOF", b"%PDF-1.7\nstartxref\n99999\n%%EOF", bytes(range(256)) * 50]
)
def test_garbage_gives_a_report_and_never_an_exception(authority: DemoAuthority, data: bytes) -> None:
    report = check_seal(data, [authority.root_certificate])

    assert report.genuine is False
    assert report.sealed is False
    assert report.problem


def test_an_unsealed_paper_is_said_to_be_unsealed(authority: DemoAuthority, paper: bytes) -> None:
    assert check_seal(paper, [authority.root_certificate]) == SealReport(problem="there is no seal in the file")


def test_a_check_inside_an_event_loop_is_a_mistake_and_not_a_verdict(sealed: bytes) -> None:
    async def inside() -> None:
        check_seal(sealed, [])

    with pytest.raises(RuntimeError, match="to_thread"):
        asyncio.run(inside())


def test_keys_are_made_once_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    folder = tmp_path / "authority"

    def make(_: int) -> tuple[bytes, bytes]:
        authority = DemoAuthority.make(folder, MADE_AT)
        pair = authority.sealing_pair("Ekholms kommun", MADE_AT)
        return authority.root_certificate.read_bytes(), pair.certificate_path.read_bytes()

    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(make, range(8)))

    assert len(made) == 1
    for file in folder.glob("*.pem"):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file.name
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_key_whose_certificate_was_never_written_is_made_anew(tmp_path: Path, paper: bytes) -> None:
    authority = DemoAuthority.make(tmp_path, MADE_AT)
    pair = authority.sealing_pair("Ekholms kommun", MADE_AT)
    pair.certificate_path.unlink()

    again = authority.sealing_pair("Ekholms kommun", MADE_AT)
    sealed = Sealer.load(again.key_path, again.certificate_path).seal(paper, name="E", reason="r", at=MADE_AT)

    assert check_seal(sealed, [authority.root_certificate]).genuine


def test_a_missing_key_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no usable sealing key"):
        Sealer.load(tmp_path / "no.pem", tmp_path / "none.pem")
