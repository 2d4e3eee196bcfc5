"""Who somebody is and what they signed, as an identity provider has said it, and every way it can fail.

Plain values: they know no request and no database, and can be kept in a row
while the person is away at the provider.  An exception carries what happened
as facts; the sentence for the reader is chosen where pages are made.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from portal.errors import PortalError
from portal.web.signing import SignatureFault, SignatureFormat

LOA2 = "http://id.elegnamnden.se/loa/1.0/loa2"
LOA3 = "http://id.elegnamnden.se/loa/1.0/loa3"
LOA4 = "http://id.elegnamnden.se/loa/1.0/loa4"
LEVELS = (LOA2, LOA3, LOA4)


def at_least(level: str) -> tuple[str, ...]:
    """The level and the higher ones.  A level of another scheme is only itself."""
    return LEVELS[LEVELS.index(level) :] if level in LEVELS else (level,)


class Kind(StrEnum):
    SIGN_IN = "sign_in"
    SIGNATURE = "signature"
    APPROVAL = "approval"  # the provider cannot sign: a fresh sign-in over the shown document


@dataclass(frozen=True, kw_only=True)
class Started:
    """What must be remembered until the person is back; as secret as a password until then."""

    kind: Kind
    url: str
    state: str
    nonce: str
    code_verifier: str
    started_at: datetime
    accepted_levels: tuple[str, ...] = ()
    expected_sub: str | None = None
    digest: bytes | None = None

    def to_record(self) -> dict[str, Any]:
        """JSON for a row.  Not the address: it has been used, and holds the request once more."""
        return {
            "kind": self.kind.value,
            "state": self.state,
            "nonce": self.nonce,
            "code_verifier": self.code_verifier,
            "started_at": self.started_at.isoformat(),
            "accepted_levels": list(self.accepted_levels),
            "expected_sub": self.expected_sub,
            "digest": base64.b64encode(self.digest).decode() if self.digest is not None else None,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        return cls(
            kind=Kind(record["kind"]),
            url="",
            state=record["state"],
            nonce=record["nonce"],
            code_verifier=record["code_verifier"],
            started_at=datetime.fromisoformat(record["started_at"]),
            accepted_levels=tuple(record["accepted_levels"]),
            expected_sub=record["expected_sub"],
            digest=base64.b64decode(record["digest"]) if record["digest"] is not None else None,
        )


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A person at one provider: ``(issuer, sub)`` is the key, never the e-mail address."""

    issuer: str
    sub: str
    name: str | None
    given_name: str | None
    family_name: str | None
    email: str | None
    email_verified: bool
    acr: str | None
    auth_time: datetime | None
    sid: str | None
    id_token: str
    org_number: str | None = None
    org_name: str | None = None
    org_affiliation: str | None = None


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A signature, or an approval where ``kind`` says so; then it has no signature and no certificate."""

    identity: Identity
    kind: Kind
    tbs_digest: bytes
    signature_b64: str | None
    signature_format: SignatureFormat | None
    certificate_pem: str | None
    signed_at: datetime
    acr: str
    provider: str


@dataclass(frozen=True)
class LogoutNotice:
    """The provider has ended a session: this one, or all of the person's where ``sid`` is missing."""

    issuer: str
    sub: str | None
    sid: str | None
    jti: str


class SignInFault(StrEnum):
    STATE = "state"
    ISSUER = "issuer"
    REFUSED_BY_PROVIDER = "refused_by_provider"
    CODE_MISSING = "code_missing"
    CODE_REFUSED = "code_refused"
    TOKEN_MISSING = "token_missing"  # noqa: S105 - the name of a fault
    TOKEN_UNREADABLE = "token_unreadable"  # noqa: S105
    TOKEN_SIGNATURE = "token_signature"  # noqa: S105
    AUDIENCE = "audience"
    EXPIRED = "expired"
    ISSUED_IN_FUTURE = "issued_in_future"
    NONCE = "nonce"
    ACCESS_TOKEN_HASH = "access_token_hash"  # noqa: S105
    SUBJECT = "subject"
    AUTHENTICATED_TOO_EARLY = "authenticated_too_early"
    NOT_A_LOGOUT = "not_a_logout"


class IdentityError(PortalError):
    """Base of every refusal here; anything else that escapes is a bug."""


@dataclass(eq=False)
class SignInCancelled(IdentityError):
    """The person pressed Cancel at the provider."""


@dataclass(eq=False)
class SignInFailed(IdentityError):
    """The answer cannot be trusted, or the provider refused; ``detail`` is for the log."""

    reason: SignInFault
    detail: str = ""


@dataclass(eq=False)
class WrongSigner(IdentityError):
    expected: str
    got: str


@dataclass(eq=False)
class LevelTooLow(IdentityError):
    acr: str | None


@dataclass(eq=False)
class SignatureInvalid(IdentityError):
    reason: SignatureFault


@dataclass(eq=False)
class ProviderUnavailable(IdentityError):
    """It did not answer in time, or not as a provider does.  Trying again may help."""

    issuer: str
    detail: str = ""
