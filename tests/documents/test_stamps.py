"""A seal with a time stamp holds what validates it later; without its services it is not made at all."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from pyhanko.sign.general import SigningError

from documents.seal import Sealer, check_seal
from documents.stamps import ServiceUnavailable, StampService
from documents.typeset import typeset
from tests.documents.examples import CONTRACT, MADE_AT
from tests.documents.other_programs import as_others_read
from tests.documents.trust import Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    made = Authority(tmp_path_factory.mktemp("trust"), MADE_AT)
    yield made
    made.close()


def sealer(authority: Authority) -> Sealer:
    stamps = StampService(f"{authority.url}/tsa")
    return Sealer.load(*authority.seal_paths, stamps=stamps, roots=[authority.root_path])


@pytest.fixture(scope="module")
def paper() -> bytes:
    return typeset("contract", CONTRACT, language="sv", made_at=MADE_AT)


@pytest.fixture(scope="module")
def sealed(authority: Authority, paper: bytes) -> bytes:
    return sealer(authority).seal(paper, name="Björkviks kommun", reason="Avtal", at=MADE_AT)


def test_a_stamped_seal_is_genuine_and_says_when_the_service_saw_it(authority: Authority, sealed: bytes) -> None:
    report = check_seal(sealed, [authority.root_path], [authority.root_path])

    assert report.genuine, report
    assert report.stamped_at == MADE_AT


def test_a_stamp_of_a_service_that_is_not_trusted_here_says_nothing(authority: Authority, sealed: bytes) -> None:
    report = check_seal(sealed, [authority.root_path])

    assert report.genuine
    assert report.stamped_at is None


def test_what_long_term_validation_needs_lies_under_the_seal(authority: Authority, sealed: bytes) -> None:
    with pikepdf.open(io.BytesIO(sealed)) as document:
        kept = document.Root.DSS
        assert len(kept.OCSPs) == 1
        assert len(kept.CRLs) == 1
        assert len(kept.Certs) >= 3
    assert {"/ocsp", "/crl", "/tsa"} <= set(authority.asked)
    assert check_seal(sealed, [authority.root_path]).whole


def test_another_program_validates_the_seal_and_finds_the_file_sound(sealed: bytes, tmp_path: Path) -> None:
    seal, sound = as_others_read(sealed, tmp_path)

    assert "Signature is Valid" in seal
    assert "Total document signed" in seal
    assert sound.returncode == 0, sound.stdout + sound.stderr


def test_one_changed_byte_of_what_is_sealed_breaks_it(authority: Authority, sealed: bytes) -> None:
    start = sealed.rindex(b"/Contents <")
    end = sealed.index(b">", start)
    outside = [at for at in random.Random(2026).sample(range(len(sealed)), 40) if not start < at <= end]

    assert len(outside) > 20
    for at in outside:
        changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
        assert not check_seal(changed, [authority.root_path], [authority.root_path]).genuine, at


@pytest.mark.parametrize("path", ["/tsa", "/ocsp", "/crl"])
def test_nothing_is_sealed_while_a_service_is_away(authority: Authority, paper: bytes, path: str) -> None:
    authority.down.add(path)
    try:
        with pytest.raises(ServiceUnavailable, match=path):
            sealer(authority).seal(paper, name="Björkviks kommun", reason="Avtal", at=MADE_AT)
    finally:
        authority.down.clear()


def test_a_revoked_certificate_seals_nothing(authority: Authority, paper: bytes) -> None:
    authority.revoked = True
    try:
        with pytest.raises(SigningError, match="could not be validated"):
            sealer(authority).seal(paper, name="Björkviks kommun", reason="Avtal", at=MADE_AT)
    finally:
        authority.revoked = False
