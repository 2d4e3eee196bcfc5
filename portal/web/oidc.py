"""The portal as a client of an OpenID Connect provider: sign in, sign a document, sign out.

It knows the protocol and nothing else: no request, no session, no database.
Each call that goes to the provider takes up to five seconds, so it never runs
on the event loop.  Signing follows OIDC Sweden's Signature Extension 1.1;
where the provider does not offer it, a fresh sign-in over the shown document
is what can be had, and ``Started.kind`` says so before the person presses.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import ECKey

from portal.web.identity import (
    LOA3,
    Identity,
    Kind,
    LevelTooLow,
    LogoutNotice,
    ProviderUnavailable,
    SignatureInvalid,
    Signed,
    SignInFailed,
    SignInFault,
    Started,
    WrongSigner,
    at_least,
)
from portal.web.oidc_provider import TIMEOUT_S, Provider
from portal.web.oidc_tokens import (
    CLAIM,
    LEEWAY,
    check_addressed,
    check_nonce_and_hash,
    code_in,
    identity_from,
    logout_notice,
    text,
    unpadded,
)
from portal.web.signing import (
    SignatureFault,
    SignatureFormat,
    certificate_from_claim,
    signature_format,
    verify_stored_signature,
)

REQUEST_LIVES = timedelta(minutes=5)
SCOPE = "openid profile email https://id.oidc.se/scope/naturalPersonInfo https://id.oidc.se/scope/naturalPersonOrgId"
SIGN_SCOPE = "https://id.oidc.se/scope/sign"
SIGN_REQUEST = "https://id.oidc.se/param/signRequest"


def new_client_key() -> str:
    """A P-256 key as PEM, for ``private_key_jwt`` and signed requests."""
    return ECKey.generate_key("P-256").as_pem(private=True).decode()


def public_jwks(private_key_pem: str) -> dict[str, Any]:
    """What a provider is given to recognise the client's key."""
    return {"keys": [_client_key(private_key_pem).as_dict(private=False, use="sig", alg="ES256")]}


def _client_key(private_key_pem: str) -> ECKey:
    key = ECKey.import_key(private_key_pem)
    key.ensure_kid()
    return key


class Client:
    """One registration at one provider.  Safe to share between threads; nothing is fetched until needed.

    ``private_key_pem`` (P-256) authenticates the client and signs requests for
    signatures; with ``client_secret`` instead, signing falls back to approval.
    ``e_id_roots`` are PEM certificates that a signer's certificate must lead to.
    ``trust_unknown_formats`` accepts a signature that only the provider can
    verify, as some e-IDs make them; it is then marked ``SignatureFormat.UNKNOWN``.
    """

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        redirect_uri: str,
        client_secret: str | None = None,
        private_key_pem: str | None = None,
        post_logout_redirect_uri: str | None = None,
        scope: str = SCOPE,
        e_id_roots: Sequence[str] = (),
        trust_unknown_formats: bool = False,
    ) -> None:
        if (client_secret is None) == (private_key_pem is None):
            raise ValueError("a client has either a secret or a private key")
        self.issuer = issuer
        self._id = client_id
        self._redirect_uri = redirect_uri
        self._secret = client_secret
        self._key = _client_key(private_key_pem) if private_key_pem else None
        self._post_logout_redirect_uri = post_logout_redirect_uri
        self._scope = scope
        self._roots = tuple(e_id_roots)
        self._trust_unknown_formats = trust_unknown_formats
        self._provider = Provider(issuer)

    def can_sign(self) -> bool:
        """Whether a person can sign here; if not, they can only approve by signing in again."""
        return self._key is not None and self._provider.offers_scope(SIGN_SCOPE)

    def begin_sign_in(
        self, *, ui_locales: str, now: datetime, login_hint: str | None = None, acr: str | None = LOA3
    ) -> Started:
        extra = {"acr_values": " ".join(at_least(acr))} if acr else {}
        return self._begin(
            Kind.SIGN_IN,
            now,
            {"ui_locales": ui_locales, "login_hint": login_hint, **extra},
            accepted_levels=at_least(acr) if acr else (),
        )

    def begin_signing(
        self,
        *,
        expected_sub: str,
        digest: bytes,
        message_sv: str,
        message_en: str,
        ui_locales: str,
        now: datetime,
        login_hint: str | None = None,
    ) -> Started:
        """Send the person to sign ``digest`` as ``expected_sub``, or to approve it where signing is not offered."""
        levels = at_least(LOA3)
        facts: dict[str, Any] = {"accepted_levels": levels, "expected_sub": expected_sub, "digest": digest}
        if not self.can_sign():
            # max_age=0 as well: it obliges the provider to say when the person signed in.
            asked = {"prompt": "login", "max_age": 0, "acr_values": " ".join(levels), "login_hint": login_hint}
            return self._begin(Kind.APPROVAL, now, {"ui_locales": ui_locales, **asked}, **facts)
        message = {"message#sv": message_sv, "message#en": message_en}
        asked = {
            "scope": f"{self._scope} {SIGN_SCOPE}",
            "prompt": "login consent",
            "ui_locales": ui_locales,
            "login_hint": login_hint,
            "claims": {
                "id_token": {
                    "sub": {"essential": True, "value": expected_sub},
                    "acr": {"essential": True, "values": list(levels)},
                }
            },
            SIGN_REQUEST: {
                "tbs_data": base64.b64encode(digest).decode(),
                "sign_message": {
                    **{name: base64.b64encode(text.encode()).decode() for name, text in message.items()},
                    "mime_type": "text/plain",
                },
            },
        }
        return self._begin(Kind.SIGNATURE, now, asked, **facts)

    def finish(self, *, callback_params: Mapping[str, str], started: Started, now: datetime) -> Identity:
        """Who signed in.

        Raises:
            SignInCancelled, SignInFailed, LevelTooLow, ProviderUnavailable.
        """
        identity, _ = self._finish(callback_params, started, now)
        if started.accepted_levels and identity.acr not in started.accepted_levels:
            raise LevelTooLow(identity.acr)
        return identity

    def finish_signing(self, *, callback_params: Mapping[str, str], started: Started, now: datetime) -> Signed:
        """What was signed, verified; or approved, where ``started.kind`` said so.

        Raises:
            WrongSigner, SignatureInvalid: and all that ``finish`` raises.
        """
        if started.kind is Kind.SIGN_IN or started.expected_sub is None or started.digest is None:
            raise ValueError("this was begun as a sign-in, not as a signature")
        identity, claims = self._finish(callback_params, started, now)
        if identity.sub != started.expected_sub:
            raise WrongSigner(started.expected_sub, identity.sub)
        if identity.acr is None or identity.acr not in started.accepted_levels:
            raise LevelTooLow(identity.acr)
        if identity.auth_time is None or identity.auth_time < started.started_at - LEEWAY:
            raise SignInFailed(SignInFault.AUTHENTICATED_TOO_EARLY, str(identity.auth_time))
        signature: str | None = None
        form: SignatureFormat | None = None
        certificate: str | None = None
        if started.kind is Kind.SIGNATURE:
            signature, form, certificate = self._verified_signature(claims, started.digest, identity.auth_time)
        return Signed(
            identity=identity,
            kind=started.kind,
            tbs_digest=started.digest,
            signature_b64=signature,
            signature_format=form,
            certificate_pem=certificate,
            signed_at=identity.auth_time,
            acr=identity.acr,
            provider=text(claims, f"{CLAIM}/authnProvider") or self.issuer,
        )

    def logout_url(self, *, id_token_hint: str, state: str) -> str | None:
        """Where to send somebody who signs out; nowhere, when the provider has no such place or is away."""
        try:
            endpoint = self._provider.metadata.get("end_session_endpoint")
        except ProviderUnavailable:
            return None
        if not isinstance(endpoint, str):
            return None
        asked = {"id_token_hint": id_token_hint, "client_id": self._id, "state": state}
        if self._post_logout_redirect_uri:
            asked["post_logout_redirect_uri"] = self._post_logout_redirect_uri
        return str(httpx2.URL(endpoint).copy_merge_params(asked))

    def read_logout_token(self, token: str, *, now: datetime) -> LogoutNotice:
        """A back-channel logout token (OpenID Connect Back-Channel Logout 2.6).  The caller minds repeated ``jti``."""
        _, claims = self._provider.read(token)
        check_addressed(claims, issuer=self.issuer, client_id=self._id, now=now)
        return logout_notice(claims)

    def _begin(self, kind: Kind, now: datetime, asked: Mapping[str, Any], **facts: Any) -> Started:
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        endpoint = self._provider.endpoint("authorization_endpoint")
        asked = {
            "scope": self._scope,
            "nonce": nonce,
            **{name: value for name, value in asked.items() if value is not None},
        }
        with self._oauth() as oauth:
            if kind is Kind.SIGNATURE:
                url = self._signed_request(endpoint, asked, state, verifier, now)
            else:
                url, _ = oauth.create_authorization_url(endpoint, state=state, code_verifier=verifier, **asked)
        return Started(kind=kind, url=url, state=state, nonce=nonce, code_verifier=verifier, started_at=now, **facts)

    def _signed_request(self, endpoint: str, asked: Mapping[str, Any], state: str, verifier: str, now: datetime) -> str:
        """The whole request inside a signed Request Object (RFC 9101), with outside only what must be there."""
        assert self._key is not None  # noqa: S101 - can_sign() was asked
        outside = {"client_id": self._id, "response_type": "code", "scope": asked["scope"]}
        request = {
            **asked,
            **outside,
            "iss": self._id,
            "aud": self.issuer,
            "iat": int(now.timestamp()),
            "nbf": int((now - LEEWAY).timestamp()),
            "exp": int((now + REQUEST_LIVES).timestamp()),
            "jti": secrets.token_urlsafe(16),
            "redirect_uri": self._redirect_uri,
            "state": state,
            "code_challenge": unpadded(hashlib.sha256(verifier.encode()).digest()),
            "code_challenge_method": "S256",
        }
        header = {"alg": "ES256", "kid": self._key.kid, "typ": "oauth-authz-req+jwt"}
        token = jwt.encode(header, request, self._key, algorithms=["ES256"])
        return str(httpx2.URL(endpoint).copy_merge_params({**outside, "request": token}))

    def _finish(self, params: Mapping[str, str], started: Started, now: datetime) -> tuple[Identity, dict[str, Any]]:
        promised = self._provider.metadata.get("authorization_response_iss_parameter_supported") is True
        code = code_in(params, started, issuer=self.issuer, issuer_promised=promised)
        answer = self._exchange(code, started.code_verifier)
        id_token, access_token = answer.get("id_token"), answer.get("access_token")
        if not isinstance(id_token, str):
            raise SignInFailed(SignInFault.TOKEN_MISSING)
        header, claims = self._provider.read(id_token)
        check_addressed(claims, issuer=self.issuer, client_id=self._id, now=now)
        check_nonce_and_hash(claims, header, started, access_token)
        if isinstance(access_token, str) and not {"name", "email"} <= claims.keys():
            claims = self._with_userinfo(claims, access_token)
        return identity_from(claims, id_token), claims

    def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        endpoint = self._provider.endpoint("token_endpoint")
        try:
            with self._oauth() as oauth:
                answer: Mapping[str, Any] = oauth.fetch_token(
                    endpoint, grant_type="authorization_code", code=code, code_verifier=verifier
                )
        except OAuthError as error:
            raise SignInFailed(SignInFault.CODE_REFUSED, f"{error.error}: {error.description}") from error
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable(self.issuer, f"{endpoint}: {error}") from error
        return answer

    def _with_userinfo(self, claims: dict[str, Any], access_token: str) -> dict[str, Any]:
        """Name and e-mail from userinfo, where the ID token left them out.  What the ID token said stands."""
        if "userinfo_endpoint" not in self._provider.metadata:
            return claims
        told = self._provider.userinfo(access_token)
        if told.get("sub") != claims["sub"]:
            raise SignInFailed(SignInFault.SUBJECT, "userinfo is about somebody else")
        return {**told, **claims}

    def _verified_signature(
        self, claims: Mapping[str, Any], digest: bytes, signed_at: datetime
    ) -> tuple[str, SignatureFormat, str | None]:
        signature, told = text(claims, f"{CLAIM}/userSignature"), text(claims, f"{CLAIM}/userCertificate")
        if signature is None:
            raise SignatureInvalid(SignatureFault.MISSING)
        try:
            certificate = certificate_from_claim(told) if told else None
        except ValueError as error:
            raise SignatureInvalid(SignatureFault.CERTIFICATE_UNREADABLE) from error
        fault = verify_stored_signature(digest, signature, certificate, self._roots, signed_at=signed_at)
        if fault is SignatureFault.FORMAT_NOT_KNOWN and self._trust_unknown_formats:
            return signature, SignatureFormat.UNKNOWN, certificate
        if fault is not None:
            raise SignatureInvalid(fault)
        return signature, signature_format(signature), certificate

    def _oauth(self) -> Any:
        """Authlib's client, new each time: it keeps the last token in itself, and threads would swap theirs."""
        oauth = OAuth2Client(
            client_id=self._id,
            client_secret=self._key or self._secret,
            token_endpoint_auth_method="private_key_jwt" if self._key else "client_secret_basic",
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            timeout=TIMEOUT_S,
            verify=self._provider.tls,
        )
        if self._key:
            header = {"kid": self._key.kid}
            oauth.register_client_auth_method(PrivateKeyJWT(headers=header, alg="ES256"))
        return oauth
