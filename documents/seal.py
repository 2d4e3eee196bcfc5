"""The seal: a PAdES signature of an organisation over a whole PDF, and its check.

Baseline B-B; with a time-stamp service B-T, and what long-term validation needs
(certificates, OCSP answers, revocation lists) lies in the file, under the seal
too (B-LT). Sealing decides nothing; it asks the services that it was given, and
nobody else. Checking never fails: whatever bytes come, the answer is a report.
It is strict on purpose: a file that differs in one byte from the one that was
sealed is not intact, also where PDF would let the difference pass (letter case
in the signature's hexadecimal, its padding).
"""

import asyncio
import hashlib
import io
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from asn1crypto import cms, pem, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PdfSigningSession,
    SigDSSPlacementPreference,
)
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from documents.authority import DemoAuthority, SealingPair
from documents.stamps import ServiceUnavailable, StampService, revocation

__all__ = ["DemoAuthority", "SealReport", "Sealer", "SealingPair", "ServiceUnavailable", "check_seal"]

FIELD: Final = "Kundval"

# A damaged file is an ordinary answer here, not an event for the log: pyHanko writes a traceback for each.
logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


@dataclass(frozen=True)
class SealReport:
    """``sealed``: there is a seal. ``intact``: every byte it covers is as it was. ``whole``: it covers the file to its
    last byte. ``trusted``: its certificate leads to a known root and was valid when it says it was made. A document
    is genuine when all four hold. ``stamped``: there is a time stamp, whoever made it. ``stamped_at``, ``stamped_by``:
    a service that is trusted here says that the seal existed then. ``problem`` says in English, for a log, what is
    wrong."""

    sealed: bool = False
    intact: bool = False
    whole: bool = False
    trusted: bool = False
    signer: str | None = None
    at: datetime | None = None
    problem: str | None = None
    stamped: bool = False
    stamped_at: datetime | None = None
    stamped_by: str | None = None

    @property
    def genuine(self) -> bool:
        return self.sealed and self.intact and self.whole and self.trusted


class Sealer:
    """With ``stamps`` at level B-T, holding what validates it later under ``roots`` (of seals and of stamps)."""

    def __init__(
        self, signer: signers.SimpleSigner, *, stamps: StampService | None = None, roots: Iterable[Path | bytes] = ()
    ) -> None:
        self._signer = signer
        self._stamps = stamps
        self._roots = [certificate for root in roots for certificate in _certificates(root)]

    @classmethod
    def load(
        cls,
        key_path: Path,
        cert_path: Path,
        chain: Iterable[Path] = (),
        *,
        stamps: StampService | None = None,
        roots: Iterable[Path | bytes] = (),
    ) -> Self:
        """``chain``: certificates between the sealing one and the root, if any; the root itself need not travel."""
        links = tuple(map(str, chain))
        signer: signers.SimpleSigner | None = signers.SimpleSigner.load(  # type: ignore[no-untyped-call]  # pyHanko leaves it unannotated
            str(key_path), str(cert_path), ca_chain_files=links
        )
        if signer is None:
            raise ValueError(f"no usable sealing key and certificate in {key_path} and {cert_path}")
        return cls(signer, stamps=stamps, roots=roots)

    @property
    def level(self) -> str:
        """Of PAdES: B-B, or B-T where there is a time-stamp service."""
        return "B-T" if self._stamps else "B-B"

    @property
    def organisation(self) -> str:
        return str(self._signer.signing_cert.subject.native["common_name"])  # type: ignore[union-attr]  # load() gave a certificate

    def seal(self, pdf: bytes, *, name: str, reason: str, at: datetime) -> bytes:
        """The same file with a seal over all of it. Nothing may be changed afterwards without breaking it.

        The field is invisible and lies outside the page, with the print flag: the one form that
        both PDF/A-2 (nothing hidden) and PDF/UA-1 (nothing untagged on the page) allow.

        Raises:
            ServiceUnavailable: a time stamp or what long-term validation needs could not be had now.
        """
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        context = self._validation(at) if self._stamps else None
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            name=name,
            reason=reason,
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            embed_validation_info=context is not None,
            validation_context=context,
            # Beside the seal and not after it: the seal then covers the file to its last byte.
            dss_settings=DSSContentSettings(
                include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
            ),
        )
        field = SigFieldSpec(
            FIELD,
            invis_sig_settings=InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True),
            readable_field_name=f"{name}: {reason}",
        )
        sealed = io.BytesIO()
        _SignerAt(metadata, signer=self._signer, new_field_spec=field, at=at, stamps=self._stamps).sign_pdf(
            writer, output=sealed
        )
        return sealed.getvalue()

    def _validation(self, at: datetime) -> ValidationContext:
        """What is known of every certificate that the seal and its stamp rest on, asked for now."""
        assert self._stamps is not None  # noqa: S101  asked by seal() alone
        stamped_by = asyncio.run(self._stamps.certificates())
        travelling = [*self._signer.cert_registry, *stamped_by]
        own = self._signer.signing_cert
        answers, lists = revocation([own, *travelling] if own else travelling, [*self._roots, *travelling])
        return ValidationContext(
            trust_roots=self._roots,
            other_certs=travelling,
            ocsps=answers,
            crls=lists,
            allow_fetching=False,
            revocation_mode="soft-fail",
            moment=at,
            best_signature_time=at,
            retroactive_revinfo=True,
        )


class _SignerAt(signers.PdfSigner):
    """pyHanko asks the machine's clock for the time of signing; here it is told."""

    def __init__(
        self,
        metadata: signers.PdfSignatureMetadata,
        *,
        signer: signers.Signer,
        new_field_spec: SigFieldSpec,
        at: datetime,
        stamps: StampService | None,
    ) -> None:
        super().__init__(metadata, signer, timestamper=stamps, new_field_spec=new_field_spec)
        self._at = at.astimezone(UTC)

    def init_signing_session(self, pdf_out: BasePdfFileWriter, existing_fields_only: bool = False) -> PdfSigningSession:
        session = super().init_signing_session(pdf_out, existing_fields_only=existing_fields_only)
        session.system_time = self._at
        return session


def check_seal(pdf: bytes, roots: Iterable[Path | bytes], stamp_roots: Iterable[Path | bytes] = ()) -> SealReport:
    """What can be said of this file's seal. ``roots``: the trusted certificates, as PEM or DER; ``stamp_roots``: those
    of time-stamp services, which make nobody's seal trusted.

    The certificate is judged at the moment that the seal states. Not for the thread of an event loop: pyHanko starts
    its own.
    """
    _refuse_inside_a_loop()
    try:
        trusted = [certificate for root in roots for certificate in _certificates(root)]
        stamping = [certificate for root in stamp_roots for certificate in _certificates(root)]
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = reader.embedded_regular_signatures
        if not signatures:
            return SealReport(problem="there is no seal in the file")
        return _report(pdf, signatures[-1], trusted, stamping)
    except Exception as error:  # any fault of the parser means the same: this is not a file as it was sealed
        return SealReport(problem=f"the file cannot be read: {type(error).__name__}: {error}"[:300])


def _report(
    pdf: bytes, signature: EmbeddedPdfSignature, trusted: list[x509.Certificate], stamping: list[x509.Certificate]
) -> SealReport:
    signer = _name(signature.signer_cert)
    at = signature.self_reported_timestamp
    try:
        _require_exact_container(pdf, signature)
        context = ValidationContext(
            trust_roots=trusted, moment=at, best_signature_time=at, allow_fetching=False, revocation_mode="soft-fail"
        )
        stamps = ValidationContext(
            trust_roots=stamping, moment=at, best_signature_time=at, allow_fetching=False, revocation_mode="soft-fail"
        )
        status = validate_pdf_signature(signature, context, ts_validation_context=stamps)
    except Exception as error:  # as above
        return SealReport(sealed=True, signer=signer, at=at, problem=f"{type(error).__name__}: {error}"[:300])
    stamp = status.timestamp_validity
    intact = bool(status.intact and status.valid and (stamp is None or (stamp.intact and stamp.valid)))
    whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
    believed = stamp if stamp is not None and intact and stamp.trusted else None
    return SealReport(
        sealed=True,
        intact=intact,
        whole=whole,
        trusted=intact and bool(status.trusted),
        signer=signer,
        at=at,
        problem=_problem(status, intact=intact, whole=whole),
        stamped=stamp is not None,
        stamped_at=believed.timestamp if believed else None,
        stamped_by=_name(believed.signing_cert) if believed else None,
    )


def _problem(status: PdfSignatureStatus, *, intact: bool, whole: bool) -> str | None:
    if not intact:
        return "the file is not as it was sealed"
    if not whole:
        return "something was added to the file after it was sealed"
    if not status.trusted:
        return f"the certificate is not trusted: {status.trust_problem_indic or 'no path to a known root'}"
    return None


def _require_exact_container(pdf: bytes, signature: EmbeddedPdfSignature) -> None:
    """The only bytes outside the seal hold the signature itself. They may be written in one way only."""
    start, length, resume, _ = (int(number) for number in signature.byte_range)
    gap = pdf[start + length : resume]
    digits = gap[1:-1]
    if gap[:1] != b"<" or gap[-1:] != b">" or digits not in (digits.lower(), digits.upper()):
        raise ValueError("the signature is not written as it was")
    data = bytes.fromhex(digits.decode("ascii"))
    container = cms.ContentInfo.load(data)
    if container.dump(force=True) + bytes(len(data) - len(container.dump())) != data:
        raise ValueError("the signature is followed or padded by something else")
    # These few fields are outside what is signed, and every reader ignores them: they are held to what sealing writes.
    signed = container["content"]
    (info,) = signed["signer_infos"]
    versions = (signed["version"].native, info["version"].native)
    algorithms = [algorithm.dump() for algorithm in signed["digest_algorithms"]]
    if versions != ("v1", "v1") or algorithms != [info["digest_algorithm"].dump()]:
        raise ValueError("the signature's envelope is not as it was")
    _require_exact_certificate(info, signature.signer_cert)


def _require_exact_certificate(info: cms.SignerInfo, certificate: x509.Certificate) -> None:
    """What is signed names the certificate by its digest; names alone are compared without regard to case."""
    named = info["sid"].chosen
    if named["issuer"].dump() != certificate.issuer.dump():
        raise ValueError("the signature names another issuer than its certificate")
    (hashed,) = (
        attribute["values"][0]["certs"][0]
        for attribute in info["signed_attrs"]
        if attribute["type"].native == "signing_certificate_v2"
    )
    algorithm = hashed["hash_algorithm"]["algorithm"].native
    if hashlib.new(algorithm, certificate.dump()).digest() != hashed["cert_hash"].native:
        raise ValueError("the certificate is not the one that sealed")


def _name(certificate: x509.Certificate | None) -> str | None:
    if certificate is None:
        return None
    names = certificate.subject.native
    found = names.get("organization_name") or names.get("common_name")
    return str(found) if found else None


def _certificates(root: Path | bytes) -> list[x509.Certificate]:
    data = root if isinstance(root, bytes) else root.read_bytes()
    if pem.detect(data):
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(data, multiple=True)]
    return [x509.Certificate.load(data)]


def _refuse_inside_a_loop() -> None:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("check_seal blocks: call it by asyncio.to_thread")
