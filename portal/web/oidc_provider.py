"""What a provider publishes about itself: its metadata and its keys, fetched when first needed and kept.

Only reads.  Keys are fetched again when a token names one that is not known,
at most every half minute, so that a forged token cannot make us hammer it.
"""

import json
import ssl
import time
from threading import Lock
from typing import Any

import httpx2
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from portal.web.identity import ProviderUnavailable, SignInFailed, SignInFault
from portal.web.signing import RoomyRegistry

TIMEOUT_S = 5.0
METADATA_KEPT_S = 3600.0
KEYS_KEPT_S = 3600.0
KEYS_AT_MOST_EVERY_S = 30.0
TOKEN_ALGORITHMS = ("ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512", "EdDSA", "Ed25519")


class Provider:
    """One issuer.  Safe to share between threads."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.tls = ssl.create_default_context()
        self._lock = Lock()
        self._metadata: dict[str, Any] | None = None
        self._metadata_at = 0.0
        self._keys: KeySet | None = None
        self._keys_at = 0.0

    @property
    def metadata(self) -> dict[str, Any]:
        """The discovery document.  When it cannot be renewed, the old one serves on."""
        with self._lock:
            if self._metadata is None or time.monotonic() - self._metadata_at > METADATA_KEPT_S:
                try:
                    found = self._get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
                    if found.get("issuer") != self.issuer:
                        raise ProviderUnavailable(self.issuer, f"discovery names another issuer: {found.get('issuer')}")
                    self._metadata = found
                except ProviderUnavailable:
                    if self._metadata is None:
                        raise
                self._metadata_at = time.monotonic()
            return self._metadata

    def endpoint(self, name: str) -> str:
        address = self.metadata.get(name)
        if not isinstance(address, str):
            raise ProviderUnavailable(self.issuer, f"discovery has no {name}")
        return address

    def offers_scope(self, scope: str) -> bool:
        return scope in self.metadata.get("scopes_supported", [])

    def userinfo(self, access_token: str) -> dict[str, Any]:
        return self._get(self.endpoint("userinfo_endpoint"), {"Authorization": f"Bearer {access_token}"})

    def read(self, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Header and claims of a token whose signature is the provider's; the claims are not judged yet."""
        try:
            header = jws.extract_compact(token.encode(), registry=RoomyRegistry()).headers()
        except (JoseError, ValueError) as error:
            raise SignInFailed(SignInFault.TOKEN_UNREADABLE, str(error)) from error
        if header.get("alg") not in TOKEN_ALGORITHMS:
            raise SignInFailed(SignInFault.TOKEN_SIGNATURE, f"algorithm {header.get('alg')}")
        keys = self._keys_for(header.get("kid"))
        try:
            verified = jws.deserialize_compact(token, keys, registry=RoomyRegistry(algorithms=TOKEN_ALGORITHMS))
            claims = _json_object(verified.payload)
        except (JoseError, ValueError) as error:
            raise SignInFailed(SignInFault.TOKEN_SIGNATURE, str(error)) from error
        return header, claims

    def _keys_for(self, kid: str | None) -> KeySet:
        with self._lock:
            age = time.monotonic() - self._keys_at
            known = self._keys is not None and (kid is None or any(key.kid == kid for key in self._keys))
            if self._keys is not None and ((known and age < KEYS_KEPT_S) or age < KEYS_AT_MOST_EVERY_S):
                return self._keys
        address = self.endpoint("jwks_uri")
        with self._lock:
            try:
                self._keys = KeySet.import_key_set(self._get(address))  # type: ignore[arg-type]  # judged by the import
                self._keys_at = time.monotonic()
            except (JoseError, ValueError, KeyError) as error:
                raise ProviderUnavailable(self.issuer, f"keys: {error}") from error
            return self._keys

    def _get(self, address: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        try:
            response = httpx2.get(address, headers=headers, timeout=TIMEOUT_S, verify=self.tls)
            response.raise_for_status()
            return _json_object(response.content)
        except (httpx2.HTTPError, ValueError) as error:
            raise ProviderUnavailable(self.issuer, f"{address}: {error}") from error


def _json_object(content: bytes | None) -> dict[str, Any]:
    found = json.loads(content or b"")
    if not isinstance(found, dict):
        raise ValueError("not a JSON object")
    return found
