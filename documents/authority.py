"""A certificate authority for the demo and the tests: never for production.

There an organisation's sealing certificate comes from a trust service; here one
is made at first start, so that seals are real seals under a root that only
this installation trusts. Keys lie in files that only the owner can read.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT_NAME: Final = "Kundval demo: rotcertifikat, inte för skarp drift"
ROOT_DAYS: Final = 20 * 365
SEAL_DAYS: Final = 10 * 365


@dataclass(frozen=True)
class SealingPair:
    key_path: Path
    certificate_path: Path


@dataclass(frozen=True)
class DemoAuthority:
    folder: Path

    @classmethod
    def make(cls, folder: Path, now: datetime) -> Self:
        """The authority of this folder; its root is made the first time. Several processes may call at once."""
        authority = cls(folder)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with authority._alone():
            if not authority.root_certificate.exists():
                _make_root(authority._root_key, authority.root_certificate, now)
        return authority

    @property
    def root_certificate(self) -> Path:
        return self.folder / "root.pem"

    @property
    def _root_key(self) -> Path:
        return self.folder / "root-key.pem"

    def sealing_pair(self, organisation: str, now: datetime, *, organisation_number: str = "") -> SealingPair:
        """The key and certificate that this organisation seals with; made the first time they are asked for."""
        stem = sha256(organisation.encode()).hexdigest()[:16]
        pair = SealingPair(self.folder / f"seal-{stem}-key.pem", self.folder / f"seal-{stem}.pem")
        with self._alone():
            if not pair.certificate_path.exists():
                self._make_seal(pair, organisation, organisation_number, now)
        return pair

    def _make_seal(self, pair: SealingPair, organisation: str, organisation_number: str, now: datetime) -> None:
        root = x509.load_pem_x509_certificate(self.root_certificate.read_bytes())
        root_key = serialization.load_pem_private_key(self._root_key.read_bytes(), password=None)
        assert isinstance(root_key, ec.EllipticCurvePrivateKey)  # noqa: S101  as _make_root wrote it
        names = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, organisation[:64]),
        ]
        if organisation_number:
            names.append(x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTRSE-{organisation_number}"))
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _begun(x509.Name(names), root.subject, key, now, SEAL_DAYS, is_authority=False)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False
        )
        _write_pair(pair.key_path, pair.certificate_path, key, builder.sign(root_key, hashes.SHA256()))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _make_root(key_path: Path, certificate_path: Path, now: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "SE"), x509.NameAttribute(NameOID.COMMON_NAME, ROOT_NAME)]
    )
    builder = _begun(name, name, key, now, ROOT_DAYS, is_authority=True)
    _write_pair(key_path, certificate_path, key, builder.sign(key, hashes.SHA256()))


def _begun(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    days: int,
    *,
    is_authority: bool,
) -> x509.CertificateBuilder:
    start = now.astimezone(UTC) - timedelta(days=1)  # another machine's clock may be a little behind
    usage = x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _write_pair(
    key_path: Path, certificate_path: Path, key: ec.EllipticCurvePrivateKey, certificate: x509.Certificate
) -> None:
    """The certificate is written last: while it is missing the pair counts as not made, and is made again."""
    _write_privately(
        key_path,
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
    _write_privately(certificate_path, certificate.public_bytes(serialization.Encoding.PEM))


def _write_privately(path: Path, data: bytes) -> None:
    half = path.with_suffix(".half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
