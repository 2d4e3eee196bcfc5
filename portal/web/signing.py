"""Signatures that people have made over a document's digest, verified today or years later, offline.

OIDC Sweden's Signature Extension leaves the format of ``userSignature`` to
each e-ID.  Two are understood here: a compact JWS (RFC 7515) whose payload is
the digest, and a bare signature over it (DER for ECDSA, PKCS #1 v1.5 or PSS
for RSA, all with SHA-256).  Any other is kept as it came, vouched for by the
provider's ID token alone, and is named so rather than called verified.
"""

import base64
import binascii
import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import verification
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

JWS_ALGORITHMS = ("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512")


class RoomyRegistry(jws.JWSRegistry):
    """joserfc stops at 512 bytes of header; a header with the signer's certificates (``x5c``) is longer.

    Header parameters that are not known are passed over, as RFC 7515 4 has it;
    those named in ``crit`` are not.
    """

    max_header_length = 16_384

    def __init__(self, algorithms: Collection[str] | None = None) -> None:
        super().__init__(algorithms=algorithms, strict_check_header=False)


class SignatureFormat(StrEnum):
    JWS = "jws"
    BARE = "bare"
    UNKNOWN = "unknown"


class SignatureFault(StrEnum):
    MISSING = "missing"
    NOT_BASE64 = "not_base64"
    FORMAT_NOT_KNOWN = "format_not_known"
    DIGEST_DIFFERS = "digest_differs"
    DOES_NOT_VERIFY = "does_not_verify"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_UNREADABLE = "certificate_unreadable"
    CERTIFICATE_NOT_TRUSTED = "certificate_not_trusted"


class _UnverifiedError(Exception):
    def __init__(self, fault: SignatureFault) -> None:
        super().__init__(fault)
        self.fault = fault


def signature_format(signature_b64: str) -> SignatureFormat:
    """How the signature is written, told from its bytes."""
    try:
        return _format_of(_decode(signature_b64))
    except _UnverifiedError:
        return SignatureFormat.UNKNOWN


def verify_stored_signature(
    digest: bytes,
    signature_b64: str,
    certificate_pem: str | None,
    roots: Sequence[str],
    *,
    signed_at: datetime | None = None,
) -> SignatureFault | None:
    """Say what is wrong with a stored signature, or ``None`` when it stands.

    ``roots`` are PEM certificates; with none, the chain is not judged, only
    the signature.  The chain is judged as it was at ``signed_at`` (without it,
    at the start of the certificate's own validity), for a person's certificate
    has often expired when somebody asks.  Revocation is not looked up.
    """
    try:
        _verify(digest, signature_b64, certificate_pem, roots, signed_at)
    except _UnverifiedError as unverified:
        return unverified.fault
    return None


def certificate_from_claim(claim: str) -> str:
    """The PEM of a ``userCertificate`` claim, which is Base64 of DER (some providers send PEM)."""
    if "-----BEGIN" in claim:
        return claim
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(claim))
    except (ValueError, binascii.Error) as error:
        raise ValueError("not a certificate") from error
    return certificate.public_bytes(Encoding.PEM).decode()


def _verify(
    digest: bytes, signature_b64: str, certificate_pem: str | None, roots: Sequence[str], signed_at: datetime | None
) -> None:
    signature = _decode(signature_b64)
    form = _format_of(signature)
    if form is SignatureFormat.UNKNOWN:
        raise _UnverifiedError(SignatureFault.FORMAT_NOT_KNOWN)
    carried = _certificates_in(signature) if form is SignatureFormat.JWS else []
    if certificate_pem is not None:
        certificate = _load(certificate_pem.encode())
    elif carried:
        certificate = carried[0]
    else:
        raise _UnverifiedError(SignatureFault.CERTIFICATE_MISSING)
    if form is SignatureFormat.JWS:
        _verify_jws(signature, digest, certificate)
    else:
        _verify_bare(signature, digest, certificate)
    if roots:
        anchors = [_load(root.encode()) for root in roots]
        _verify_chain(certificate, carried, anchors, signed_at or certificate.not_valid_before_utc)


def _format_of(signature: bytes) -> SignatureFormat:
    if signature.startswith(b"eyJ") and signature.count(b".") == 2:
        return SignatureFormat.JWS
    if signature.isascii() or len(signature) > 1024:
        return SignatureFormat.UNKNOWN  # text such as an XML signature, or a container; bare bytes are neither
    return SignatureFormat.BARE


def _verify_jws(signature: bytes, digest: bytes, certificate: x509.Certificate) -> None:
    public_key = certificate.public_key()
    pem = public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    key: ECKey | RSAKey
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        key = ECKey.import_key(pem)
    elif isinstance(public_key, rsa.RSAPublicKey):
        key = RSAKey.import_key(pem)
    else:
        raise _UnverifiedError(SignatureFault.FORMAT_NOT_KNOWN)
    try:
        payload = jws.deserialize_compact(signature, key, registry=RoomyRegistry(algorithms=JWS_ALGORITHMS)).payload
    except (JoseError, ValueError) as error:
        raise _UnverifiedError(SignatureFault.DOES_NOT_VERIFY) from error
    if payload != digest:
        raise _UnverifiedError(SignatureFault.DIGEST_DIFFERS)


def _verify_bare(signature: bytes, digest: bytes, certificate: x509.Certificate) -> None:
    """A bare signature does not tell a changed digest from a changed signature."""
    public_key = certificate.public_key()
    if isinstance(public_key, ec.EllipticCurvePublicKey):
        try:
            public_key.verify(signature, digest, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature as error:
            raise _UnverifiedError(SignatureFault.DOES_NOT_VERIFY) from error
    elif isinstance(public_key, rsa.RSAPublicKey):
        if not any(_rsa_verifies(public_key, signature, digest, scheme) for scheme in _rsa_schemes()):
            raise _UnverifiedError(SignatureFault.DOES_NOT_VERIFY)
    else:
        raise _UnverifiedError(SignatureFault.FORMAT_NOT_KNOWN)


def _rsa_schemes() -> tuple[padding.PKCS1v15, padding.PSS]:
    return padding.PKCS1v15(), padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)


def _rsa_verifies(
    key: rsa.RSAPublicKey, signature: bytes, digest: bytes, scheme: padding.PKCS1v15 | padding.PSS
) -> bool:
    try:
        key.verify(signature, digest, scheme, hashes.SHA256())
    except InvalidSignature:
        return False
    return True


def _verify_chain(
    certificate: x509.Certificate,
    carried: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> None:
    """By RFC 5280, path and constraints; not by the rules of web sites, which no e-ID follows."""
    authorities = verification.ExtensionPolicy.permit_all().require_present(
        x509.BasicConstraints, verification.Criticality.AGNOSTIC, None
    )
    people = verification.ExtensionPolicy.permit_all()
    verifier = (
        verification.PolicyBuilder()
        .store(verification.Store(list(anchors)))
        .time(at.astimezone(UTC) + timedelta(seconds=1))
        .extension_policies(ca_policy=authorities, ee_policy=people)
        .build_client_verifier()
    )
    intermediates = [one for one in carried if one != certificate]
    try:
        verifier.verify(certificate, intermediates)
    except verification.VerificationError as error:
        raise _UnverifiedError(SignatureFault.CERTIFICATE_NOT_TRUSTED) from error


def _certificates_in(signature: bytes) -> list[x509.Certificate]:
    """The ``x5c`` of a JWS: the signer's first, then those above it."""
    try:
        header = json.loads(base64.urlsafe_b64decode(signature.split(b".")[0] + b"=="))
        return [x509.load_der_x509_certificate(base64.b64decode(one)) for one in header.get("x5c", [])]
    except (ValueError, AttributeError, TypeError) as error:
        raise _UnverifiedError(SignatureFault.CERTIFICATE_UNREADABLE) from error


def _load(pem: bytes) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise _UnverifiedError(SignatureFault.CERTIFICATE_UNREADABLE) from error


def _decode(signature_b64: str) -> bytes:
    try:
        return base64.b64decode(signature_b64, validate=True)
    except (ValueError, binascii.Error) as error:
        raise _UnverifiedError(SignatureFault.NOT_BASE64) from error
