"""Reading what a provider answered: the parameters of the return, and the claims of its tokens.

Pure: the signature has been verified before, and the clock is an argument.
Each check refuses with its own reason, so that a log says which one it was.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from portal.web.identity import Identity, LogoutNotice, SignInCancelled, SignInFailed, SignInFault, Started

LEEWAY = timedelta(seconds=30)
CLAIM = "https://id.oidc.se/claim"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


def code_in(params: Mapping[str, str], started: Started, *, issuer: str, issuer_promised: bool) -> str:
    """The code, if this is the answer to what we started, from whom we asked (RFC 9207)."""
    if not hmac.compare_digest(params.get("state", "").encode(), started.state.encode()):
        raise SignInFailed(SignInFault.STATE)
    told = params.get("iss")
    if told != issuer and (told is not None or issuer_promised):
        raise SignInFailed(SignInFault.ISSUER, str(told))
    if error := params.get("error"):
        if error == "access_denied":
            raise SignInCancelled
        raise SignInFailed(SignInFault.REFUSED_BY_PROVIDER, f"{error}: {params.get('error_description', '')}")
    if not (code := params.get("code")):
        raise SignInFailed(SignInFault.CODE_MISSING)
    return code


def check_addressed(claims: Mapping[str, Any], *, issuer: str, client_id: str, now: datetime) -> None:
    """From the issuer, to us, and in time."""
    if claims.get("iss") != issuer:
        raise SignInFailed(SignInFault.ISSUER, str(claims.get("iss")))
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if client_id not in audiences or claims.get("azp", client_id) != client_id:
        raise SignInFailed(SignInFault.AUDIENCE, str(audience))
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if expires is None or expires < now - LEEWAY:
        raise SignInFailed(SignInFault.EXPIRED, str(expires))
    if issued is None or issued > now + LEEWAY:
        raise SignInFailed(SignInFault.ISSUED_IN_FUTURE, str(issued))


def check_nonce_and_hash(
    claims: Mapping[str, Any], header: Mapping[str, Any], started: Started, access_token: object
) -> None:
    if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), started.nonce.encode()):
        raise SignInFailed(SignInFault.NONCE)
    if text(claims, "sub") is None:
        raise SignInFailed(SignInFault.SUBJECT)
    if "at_hash" in claims and claims["at_hash"] != half_hash(str(access_token), header["alg"]):
        raise SignInFailed(SignInFault.ACCESS_TOKEN_HASH)


def identity_from(claims: Mapping[str, Any], id_token: str) -> Identity:
    return Identity(
        issuer=claims["iss"],
        sub=claims["sub"],
        name=text(claims, "name"),
        given_name=text(claims, "given_name"),
        family_name=text(claims, "family_name"),
        email=text(claims, "email"),
        email_verified=claims.get("email_verified") is True,
        acr=text(claims, "acr"),
        auth_time=_moment(claims, "auth_time"),
        sid=text(claims, "sid"),
        id_token=id_token,
        org_number=text(claims, f"{CLAIM}/orgNumber"),
        org_name=text(claims, f"{CLAIM}/orgName"),
        org_affiliation=text(claims, f"{CLAIM}/orgAffiliation"),
    )


def logout_notice(claims: Mapping[str, Any]) -> LogoutNotice:
    """By OpenID Connect Back-Channel Logout 2.6: the event, no nonce, and somebody to sign out."""
    events = claims.get("events")
    sub, sid, jti = (text(claims, name) for name in ("sub", "sid", "jti"))
    if not isinstance(events, dict) or LOGOUT_EVENT not in events or "nonce" in claims or jti is None:
        raise SignInFailed(SignInFault.NOT_A_LOGOUT)
    if sub is None and sid is None:
        raise SignInFailed(SignInFault.SUBJECT)
    return LogoutNotice(issuer=claims["iss"], sub=sub, sid=sid, jti=jti)


def text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    return value if isinstance(value, str) and value else None


def half_hash(token: str, algorithm: str) -> str:
    """``at_hash``: the left half of the hash that goes with the ID token's algorithm (Core 3.1.3.6)."""
    size = {"256": "sha256", "384": "sha384"}.get(algorithm[-3:], "sha512")
    digest = hashlib.new(size, token.encode()).digest()
    return unpadded(digest[: len(digest) // 2])


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _moment(claims: Mapping[str, Any], name: str) -> datetime | None:
    value = claims.get(name)
    return datetime.fromtimestamp(value, UTC) if isinstance(value, int | float) else None
