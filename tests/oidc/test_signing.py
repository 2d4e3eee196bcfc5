"""Signing a document's digest at the demo provider, and everything that is not a signature."""

import base64
import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from joserfc import jwt
from joserfc.jwk import ECKey

from portal.web.identity import (
    LOA3,
    Kind,
    LevelTooLow,
    SignatureInvalid,
    SignInCancelled,
    SignInFailed,
    SignInFault,
    WrongSigner,
)
from portal.web.oidc import SIGN_REQUEST, SIGN_SCOPE, new_client_key
from portal.web.signing import SignatureFault, SignatureFormat, signature_format, verify_stored_signature

DIGEST = hashlib.sha256(b"the contract").digest()
OTHER = hashlib.sha256(b"another contract").digest()


def now():
    return datetime.now(UTC)


def _begin(client, person, **changed):
    asked = {
        "expected_sub": person["sub"],
        "digest": DIGEST,
        "message_sv": "Jag skriver under avtalet SN 2026/0417 <b>\nför Vega Familjestöd AB",
        "message_en": "I sign the contract SN 2026/0417",
        "ui_locales": "sv",
        "now": now(),
    }
    return client.begin_signing(**{**asked, **changed})


@pytest.fixture
def signed(idp, visitor, people):
    client = idp.client()
    started = _begin(client, people["Anna"])
    visitor.open(started.url).press("choose", person=people["Anna"]).press("sign")
    return client.finish_signing(callback_params=visitor.returned, started=started, now=now())


def test_the_right_person_signs_the_digest_and_the_chain_leads_to_the_root(idp, people, signed):
    root = (idp.keys / "e-id-root.pem").read_text()

    assert (signed.kind, signed.acr, signed.provider) == (Kind.SIGNATURE, LOA3, idp.issuer)
    assert (signed.identity.sub, signed.tbs_digest) == (people["Anna"]["sub"], DIGEST)
    assert signed.signature_format is SignatureFormat.JWS
    assert abs(signed.signed_at - now()) < timedelta(minutes=1)
    assert verify_stored_signature(DIGEST, signed.signature_b64, signed.certificate_pem, [root]) is None
    assert verify_stored_signature(DIGEST, signed.signature_b64, None, [root], signed_at=signed.signed_at) is None


def test_the_person_reads_what_they_sign_only_after_showing_who_they_are(idp, visitor, people):
    client = idp.client()

    visitor.open(_begin(client, people["Anna"]).url)
    assert "SN 2026/0417" not in visitor.page.words
    assert visitor.page.forms[0].fields == [("person", people["Anna"]["sub"])]

    visitor.press("choose", person=people["Anna"])
    assert "Jag skriver under avtalet SN 2026/0417 <b>\nför Vega Familjestöd AB" in visitor.page.words
    assert DIGEST.hex() in visitor.page.words


def test_the_message_follows_the_language(idp, visitor, people):
    visitor.open(_begin(idp.client(), people["Anna"], ui_locales="en").url).press("choose", person=people["Anna"])

    assert visitor.page.lang == "en"
    assert "I sign the contract SN 2026/0417" in visitor.page.words


def test_another_person_is_refused_at_the_provider_and_may_pick_again(idp, visitor, people):
    client = idp.client()
    started = _begin(client, people["Anna"])

    visitor.open(started.url).press("choose", person=people["Karin"])
    assert visitor.page.status == 403
    assert "väntar på någon annan" in visitor.page.title
    assert "SN 2026/0417" not in visitor.page.words

    visitor.open(visitor.page.url).press("choose", person=people["Anna"]).press("sign")
    assert (
        client.finish_signing(callback_params=visitor.returned, started=started, now=now()).identity.name
        == "Anna Lindqvist"
    )


def test_a_posted_signature_of_another_person_makes_nothing(idp, visitor, people):
    visitor.open(_begin(idp.client(), people["Anna"]).url)

    answer = visitor.http.post(visitor.page.url, data={"action": "sign", "person": people["Karin"]["sub"]})

    assert answer.status_code == 403
    assert not (idp.keys / "people" / f"{people['Karin']['sub']}.key").exists()


def test_an_answer_from_another_person_is_refused_by_the_client(idp, visitor, people):
    client = idp.client()
    started = _begin(client, people["Anna"])
    visitor.open(started.url).press("choose", person=people["Anna"]).press("sign")

    with pytest.raises(WrongSigner) as wrong:
        client.finish_signing(
            callback_params=visitor.returned,
            started=dataclasses.replace(started, expected_sub=people["Eva"]["sub"]),
            now=now(),
        )

    assert (wrong.value.expected, wrong.value.got) == (people["Eva"]["sub"], people["Anna"]["sub"])


def test_a_signature_over_another_digest_is_refused(idp, visitor, people):
    client = idp.client()
    started = _begin(client, people["Anna"])
    visitor.open(started.url).press("choose", person=people["Anna"]).press("sign")

    with pytest.raises(SignatureInvalid) as invalid:
        client.finish_signing(
            callback_params=visitor.returned, started=dataclasses.replace(started, digest=OTHER), now=now()
        )

    assert invalid.value.reason is SignatureFault.DIGEST_DIFFERS


def test_a_signature_made_before_it_was_asked_for_is_refused(idp, visitor, people):
    client = idp.client()
    started = _begin(client, people["Anna"])
    visitor.open(started.url).press("choose", person=people["Anna"]).press("sign")
    later = dataclasses.replace(started, started_at=now() + timedelta(minutes=5))

    with pytest.raises(SignInFailed) as failed:
        client.finish_signing(callback_params=visitor.returned, started=later, now=now())

    assert failed.value.reason is SignInFault.AUTHENTICATED_TOO_EARLY


@pytest.mark.parametrize("at", ["before choosing", "before signing"])
def test_cancelling_leaves_nothing_signed(idp, visitor, people, at):
    client = idp.client()
    started = _begin(client, people["Anna"])
    visitor.open(started.url)
    if at == "before signing":
        visitor.press("choose", person=people["Anna"])

    visitor.press("cancel")

    with pytest.raises(SignInCancelled):
        client.finish_signing(callback_params=visitor.returned, started=started, now=now())


def test_a_level_too_low_cannot_sign(idp, visitor, people):
    client = idp.client()
    started = _begin(client, people["Lova"])

    visitor.open(started.url).press("choose", person=people["Lova"])

    assert visitor.page.status == 403
    assert "räcker inte" in visitor.page.title


def test_a_root_that_is_not_ours_is_not_trusted(idp, start_provider, visitor, people, tmp_path):
    stranger = start_provider(tmp_path)
    client = idp.client(e_id_roots=[(stranger.keys / "e-id-root.pem").read_text()])
    started = _begin(client, people["Anna"])
    visitor.open(started.url).press("choose", person=people["Anna"]).press("sign")

    with pytest.raises(SignatureInvalid) as invalid:
        client.finish_signing(callback_params=visitor.returned, started=started, now=now())

    assert invalid.value.reason is SignatureFault.CERTIFICATE_NOT_TRUSTED


def test_a_provider_that_cannot_sign_gives_an_approval_and_says_so(plain_idp, visitor, people):
    client = plain_idp.client()
    started = _begin(client, people["Eva"], login_hint=people["Eva"]["email"])
    assert (client.can_sign(), started.kind) == (False, Kind.APPROVAL)

    visitor.open(started.url).press("choose", person=people["Eva"])
    signed = client.finish_signing(callback_params=visitor.returned, started=started, now=now())

    assert (signed.kind, signed.signature_b64, signed.certificate_pem) == (Kind.APPROVAL, None, None)
    assert (signed.identity.sub, signed.tbs_digest, signed.acr) == (people["Eva"]["sub"], DIGEST, LOA3)


@pytest.mark.parametrize(("who", "refusal"), [("Nils", WrongSigner), ("Lova", LevelTooLow)])
def test_an_approval_holds_to_person_and_level_as_a_signature_does(plain_idp, visitor, people, who, refusal):
    client = plain_idp.client()
    started = _begin(client, people["Eva"] if refusal is WrongSigner else people[who])
    visitor.open(started.url).press("choose", person=people[who])

    with pytest.raises(refusal):
        client.finish_signing(callback_params=visitor.returned, started=started, now=now())


def test_an_approval_asks_for_a_fresh_sign_in_even_when_one_is_signed_in(plain_idp, visitor, people):
    client = plain_idp.client()
    visitor.open(client.begin_sign_in(ui_locales="sv", now=now()).url).press("choose", person=people["Eva"])

    visitor.open(_begin(client, people["Eva"]).url)

    assert "Vem är du?" in visitor.page.title


def _refusal(idp, visitor, claims, key=None, **outside):
    """What the provider answers a signature request that we wrote by hand."""
    written = ECKey.import_key(key or idp.client_key)
    request = {
        "iss": "kundval",
        "aud": idp.issuer,
        "client_id": "kundval",
        "response_type": "code",
        "redirect_uri": "http://portal.example/callback",
        "scope": f"openid {SIGN_SCOPE}",
        "prompt": "login consent",
        "state": "s",
        "nonce": "n",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
        SIGN_REQUEST: {"tbs_data": "AAAA", "sign_message": {"message#sv": "QQ==", "mime_type": "text/plain"}},
        **claims,
    }
    request = {name: value for name, value in request.items() if value is not None}
    params = {"client_id": "kundval", "response_type": "code", "scope": request["scope"]}
    if outside:
        params |= {**{name: value for name, value in request.items() if isinstance(value, str)}, **outside}
    else:
        params["request"] = jwt.encode({"alg": "ES256"}, request, written, algorithms=["ES256"])
    visitor.returned = {}
    visitor.open(str(visitor.http.build_request("GET", f"{idp.issuer}/auth", params=params).url))
    return visitor.returned.get("error") or (visitor.page.words if visitor.page.status == 400 else "accepted")


@pytest.mark.parametrize(
    "claims",
    [
        {"prompt": "login"},
        {"prompt": None},
        {SIGN_REQUEST: None},
        {SIGN_REQUEST: {"sign_message": {"message#sv": "QQ=="}}},
        {SIGN_REQUEST: {"tbs_data": "not base64!", "sign_message": {"message#sv": "QQ=="}}},
        {SIGN_REQUEST: {"tbs_data": "AAAA"}},
        {SIGN_REQUEST: {"tbs_data": "AAAA", "sign_message": {"message#sv": "QQ==", "mime_type": "text/html"}}},
    ],
)
def test_the_provider_refuses_a_signature_request_that_is_not_whole(idp, visitor, claims):
    assert _refusal(idp, visitor, {}) == "accepted"
    assert _refusal(idp, visitor, claims) == "invalid_request"


def test_the_provider_refuses_a_signature_request_that_nobody_signed(idp, visitor):
    assert "invalid_request_object" in _refusal(idp, visitor, {}, key=new_client_key())
    unsigned = {SIGN_REQUEST: '{"tbs_data": "AAAA", "sign_message": {"message#sv": "QQ=="}}'}
    assert _refusal(idp, visitor, {}, **unsigned) == "invalid_request"


# What is stored, and asked again years later.


def _altered(signature_b64, change):
    header, payload, signature = base64.b64decode(signature_b64).split(b".")
    return base64.b64encode(b".".join(change(header, payload, signature))).decode()


def test_one_changed_byte_is_found(idp, signed):
    root = (idp.keys / "e-id-root.pem").read_text()
    stored = signed.signature_b64
    swapped = _altered(stored, lambda h, p, s: (h, base64.urlsafe_b64encode(OTHER).rstrip(b"="), s))
    broken = _altered(stored, lambda h, p, s: (h, p, s[:-4] + (b"AAAA" if s[-4:] != b"AAAA" else b"BBBB")))

    assert verify_stored_signature(OTHER, stored, signed.certificate_pem, [root]) is SignatureFault.DIGEST_DIFFERS
    assert verify_stored_signature(OTHER, swapped, signed.certificate_pem, [root]) is SignatureFault.DOES_NOT_VERIFY
    assert verify_stored_signature(DIGEST, broken, signed.certificate_pem, [root]) is SignatureFault.DOES_NOT_VERIFY
    assert verify_stored_signature(DIGEST, "%%%", signed.certificate_pem, [root]) is SignatureFault.NOT_BASE64
    assert verify_stored_signature(DIGEST, stored, "x", [root]) is SignatureFault.CERTIFICATE_UNREADABLE


def test_the_certificate_is_judged_as_it_was_when_the_person_signed(idp, signed):
    root = (idp.keys / "e-id-root.pem").read_text()
    ten_years_on = signed.signed_at + timedelta(days=3653)

    stands = verify_stored_signature(
        DIGEST, signed.signature_b64, signed.certificate_pem, [root], signed_at=signed.signed_at
    )
    late = verify_stored_signature(DIGEST, signed.signature_b64, signed.certificate_pem, [root], signed_at=ten_years_on)

    assert (stands, late) == (None, SignatureFault.CERTIFICATE_NOT_TRUSTED)


def test_a_bare_signature_is_verified_and_an_xml_signature_is_called_unknown(idp, people, signed):
    key = load_pem_private_key((idp.keys / "people" / f"{people['Anna']['sub']}.key").read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    bare = base64.b64encode(key.sign(DIGEST, ec.ECDSA(hashes.SHA256()))).decode()
    xml = base64.b64encode(b"<Signature/>").decode()
    root = (idp.keys / "e-id-root.pem").read_text()

    assert verify_stored_signature(DIGEST, bare, signed.certificate_pem, [root]) is None
    assert verify_stored_signature(OTHER, bare, signed.certificate_pem, [root]) is SignatureFault.DOES_NOT_VERIFY
    assert verify_stored_signature(DIGEST, bare, None, [root]) is SignatureFault.CERTIFICATE_MISSING
    assert signature_format(xml) is SignatureFormat.UNKNOWN
    assert verify_stored_signature(DIGEST, xml, signed.certificate_pem, [root]) is SignatureFault.FORMAT_NOT_KNOWN
