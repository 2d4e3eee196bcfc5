"""A provider that lies, one claim at a time: each lie is refused for its own reason."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from portal.web import oidc_provider
from portal.web.identity import ProviderUnavailable, SignInFailed, SignInFault
from portal.web.oidc import Client
from portal.web.oidc_tokens import LOGOUT_EVENT


class Liar:
    """Serves discovery, keys and whatever token a test puts into ``id_token``."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", auto_kid=True)
        self.published = [self.key]
        self.id_token: str | None = None
        self.userinfo: dict[str, object] = {"sub": "somebody"}
        self.keys_fetched = 0
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def _answer(self) -> None:
                self.rfile.read(int(self.headers.get("content-length") or 0))
                body = json.dumps(liar.answer(self.path)).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = _answer  # noqa: N815 - named by the standard library

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = self.named = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def answer(self, path: str) -> dict[str, object]:
        if path == "/jwks":
            self.keys_fetched += 1
            return {"keys": [key.as_dict(private=False) for key in self.published]}
        if path == "/token":
            return {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token}
        if path == "/me":
            return self.userinfo
        ends = {"authorization": "auth", "token": "token", "userinfo": "me"}
        return {
            "issuer": self.named,
            "jwks_uri": f"{self.issuer}/jwks",
            **{f"{name}_endpoint": f"{self.issuer}/{end}" for name, end in ends.items()},
        }

    def token(self, *, key: ECKey | None = None, **claims: object) -> str:
        key = key or self.key
        moment = int(time.time())
        told = {"iss": self.issuer, "aud": "us", "sub": "somebody", "iat": moment, "exp": moment + 60, **claims}
        told = {name: value for name, value in told.items() if value is not None}
        return jwt.encode({"alg": "ES256", "kid": key.kid}, told, key, algorithms=["ES256"])


@pytest.fixture
def liar() -> Iterator[Liar]:
    one = Liar()
    yield one
    one.server.shutdown()
    one.server.server_close()


@pytest.fixture
def client(liar: Liar) -> Client:
    return Client(issuer=liar.issuer, client_id="us", redirect_uri="http://portal.example/cb", client_secret="s")


def now():
    return datetime.now(UTC)


def _finish(liar, client, **claims):
    started = client.begin_sign_in(ui_locales="sv", now=now(), acr=None)
    nonce = parse_qs(urlsplit(started.url).query)["nonce"][0]
    liar.id_token = liar.token(**{"nonce": nonce, **claims})
    return client.finish(callback_params={"state": started.state, "code": "c"}, started=started, now=now())


def test_an_honest_answer_is_believed(liar, client):
    assert _finish(liar, client).sub == "somebody"


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"aud": "them"}, SignInFault.AUDIENCE),
        ({"aud": ["us", "them"], "azp": "them"}, SignInFault.AUDIENCE),
        ({"iss": "https://other.example"}, SignInFault.ISSUER),
        ({"nonce": "another"}, SignInFault.NONCE),
        ({"nonce": None}, SignInFault.NONCE),
        ({"exp": 1}, SignInFault.EXPIRED),
        ({"exp": None}, SignInFault.EXPIRED),
        ({"iat": 99999999999}, SignInFault.ISSUED_IN_FUTURE),
        ({"sub": None}, SignInFault.SUBJECT),
        ({"at_hash": "x"}, SignInFault.ACCESS_TOKEN_HASH),
        ({"key": ECKey.generate_key("P-256", auto_kid=True)}, SignInFault.TOKEN_SIGNATURE),
    ],
)
def test_a_lie_is_refused_for_what_it_is(liar, client, lie, reason):
    with pytest.raises(SignInFailed) as failed:
        _finish(liar, client, **lie)

    assert failed.value.reason is reason


def test_a_token_that_nobody_signed_is_refused(liar, client):
    header, payload, _ = liar.token().split(".")
    for forged in (f"eyJhbGciOiJub25lIn0.{payload}.", f"{header}.{payload}.", "rubbish"):
        with pytest.raises(SignInFailed) as failed:
            client.read_logout_token(forged, now=now())
        assert failed.value.reason in (SignInFault.TOKEN_SIGNATURE, SignInFault.TOKEN_UNREADABLE)


def test_userinfo_about_somebody_else_is_refused(liar, client):
    liar.userinfo = {"sub": "somebody else", "email": "x@y.example"}

    with pytest.raises(SignInFailed) as failed:
        _finish(liar, client)

    assert failed.value.reason is SignInFault.SUBJECT


def test_a_new_key_is_fetched_when_a_token_names_it_but_not_for_every_forgery(liar, client, monkeypatch):
    _finish(liar, client)
    liar.key = ECKey.generate_key("P-256", auto_kid=True)
    liar.published = [liar.key]
    with pytest.raises(SignInFailed):
        _finish(liar, client)
    assert liar.keys_fetched == 1

    monkeypatch.setattr(oidc_provider, "KEYS_AT_MOST_EVERY_S", 0.0)

    assert _finish(liar, client).sub == "somebody"
    assert liar.keys_fetched == 2


def test_discovery_in_another_name_is_not_used(liar, client):
    liar.named = "https://other.example"

    with pytest.raises(ProviderUnavailable):
        client.begin_sign_in(ui_locales="sv", now=now())


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"events": None}, SignInFault.NOT_A_LOGOUT),
        ({"nonce": "n"}, SignInFault.NOT_A_LOGOUT),
        ({"jti": None}, SignInFault.NOT_A_LOGOUT),
        ({"sub": None}, SignInFault.SUBJECT),
        ({"aud": "them"}, SignInFault.AUDIENCE),
        ({"exp": 1}, SignInFault.EXPIRED),
    ],
)
def test_a_logout_token_that_is_not_one_signs_nobody_out(liar, client, claims, reason):
    honest = {"events": {LOGOUT_EVENT: {}}, "jti": "1"}
    assert client.read_logout_token(liar.token(**honest), now=now()).sub == "somebody"

    with pytest.raises(SignInFailed) as failed:
        client.read_logout_token(liar.token(**{**honest, **claims}), now=now())

    assert failed.value.reason is reason
