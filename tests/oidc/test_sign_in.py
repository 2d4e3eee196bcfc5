"""Signing in and out at the demo provider, and what the client refuses on the way back."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from portal.web.identity import (
    LOA2,
    LOA3,
    LevelTooLow,
    ProviderUnavailable,
    SignInCancelled,
    SignInFailed,
    SignInFault,
    Started,
)
from portal.web.oidc import Client


def now():
    return datetime.now(UTC)


def test_a_person_signs_in_with_name_email_organisation_and_level(idp, visitor, people):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now())

    visitor.open(started.url).press("choose", person=people["Anna"])
    identity = client.finish(callback_params=visitor.returned, started=started, now=now())

    assert (identity.issuer, identity.sub) == (idp.issuer, people["Anna"]["sub"])
    assert (identity.name, identity.given_name, identity.family_name) == ("Anna Lindqvist", "Anna", "Lindqvist")
    assert (identity.email, identity.email_verified) == ("anna.lindqvist@vega.example", True)
    assert (identity.org_name, identity.org_number) == ("Vega Familjestöd AB", "5599000147")
    assert identity.acr == LOA3
    assert identity.sid
    assert abs(identity.auth_time - now()) < timedelta(minutes=1)


def test_what_was_started_survives_a_row(idp, visitor, people):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="en", now=now())
    visitor.open(started.url).press("choose", person=people["Mikael"])

    restored = Started.from_record(started.to_record())
    identity = client.finish(callback_params=visitor.returned, started=restored, now=now())

    assert identity.name == "Mikael Öberg"


def test_a_client_with_a_secret_signs_in_too(idp, visitor, people):
    client = idp.client(client_id="secretive", client_secret="s" * 40, private_key_pem=None)
    started = client.begin_sign_in(ui_locales="sv", now=now())

    visitor.open(started.url).press("choose", person=people["Eva"])

    assert client.finish(callback_params=visitor.returned, started=started, now=now()).name == "Eva Sandström"
    assert not client.can_sign()


def test_name_and_email_are_fetched_where_the_id_token_leaves_them_out(plain_idp, visitor, people):
    client = plain_idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now())

    visitor.open(started.url).press("choose", person=people["Nils"])
    identity = client.finish(callback_params=visitor.returned, started=started, now=now())

    assert (identity.name, identity.email) == ("Nils Dahl", "nils.dahl@ekholm.example")


@pytest.mark.parametrize("hint", ["sub", "email"])
def test_the_hinted_person_comes_first(idp, visitor, people, hint):
    started = idp.client().begin_sign_in(ui_locales="sv", now=now(), login_hint=people["Leila"][hint])

    visitor.open(started.url)

    assert visitor.page.forms[0].fields == [("person", people["Leila"]["sub"])]
    assert "Fortsätt som Leila Haddad" in visitor.page.words


@pytest.mark.parametrize(
    ("asked", "lang", "title"), [("sv", "sv", "Vem är du?"), ("en", "en", "Who are you?"), ("fi", "sv", "Vem är du?")]
)
def test_the_page_speaks_the_language_that_is_asked_for(idp, visitor, asked, lang, title):
    visitor.open(idp.client().begin_sign_in(ui_locales=asked, now=now()).url)

    assert visitor.page.lang == lang
    assert title in visitor.page.title


def test_everybody_in_the_people_file_can_be_chosen_and_nobody_twice(idp, visitor, people):
    visitor.open(idp.client().begin_sign_in(ui_locales="sv", now=now()).url)

    offered = [value for form in visitor.page.forms for name, value in form.fields if name == "person"]

    assert sorted(offered) == sorted(person["sub"] for person in people.values())


def test_cancelling_is_told_apart_from_failing(idp, visitor):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now())

    visitor.open(started.url).press("cancel")

    with pytest.raises(SignInCancelled):
        client.finish(callback_params=visitor.returned, started=started, now=now())


def test_a_lower_level_than_asked_is_refused(idp, visitor, people):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now(), acr=LOA3)
    visitor.open(started.url).press("choose", person=people["Lova"])

    with pytest.raises(LevelTooLow) as refused:
        client.finish(callback_params=visitor.returned, started=started, now=now())

    assert refused.value.acr == LOA2


def test_a_lower_level_will_do_where_none_is_asked(idp, visitor, people):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now(), acr=None)
    visitor.open(started.url).press("choose", person=people["Lova"])

    assert client.finish(callback_params=visitor.returned, started=started, now=now()).acr == LOA2


def _fault(client, params, started, at):
    with pytest.raises(SignInFailed) as failed:
        client.finish(callback_params=params, started=started, now=at)
    return failed.value.reason


def test_an_answer_to_another_request_is_refused(idp, visitor, people):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now())
    visitor.open(started.url).press("choose", person=people["Anna"])

    assert _fault(client, {**visitor.returned, "state": "other"}, started, now()) is SignInFault.STATE
    assert _fault(client, {}, started, now()) is SignInFault.STATE
    assert _fault(client, {**visitor.returned, "iss": "https://evil.example"}, started, now()) is SignInFault.ISSUER
    without = {name: value for name, value in visitor.returned.items() if name != "iss"}
    assert _fault(client, without, started, now()) is SignInFault.ISSUER


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"nonce": "other"}, SignInFault.NONCE), ({"code_verifier": "v" * 43}, SignInFault.CODE_REFUSED)],
)
def test_a_code_of_another_browser_is_refused(idp, visitor, people, changed, reason):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now())
    visitor.open(started.url).press("choose", person=people["Anna"])

    assert _fault(client, visitor.returned, dataclasses.replace(started, **changed), now()) is reason


def test_a_code_serves_once(idp, visitor, people):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now())
    visitor.open(started.url).press("choose", person=people["Anna"])
    client.finish(callback_params=visitor.returned, started=started, now=now())

    assert _fault(client, visitor.returned, started, now()) is SignInFault.CODE_REFUSED


def test_an_id_token_that_has_expired_is_refused(idp, visitor, people):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now())
    visitor.open(started.url).press("choose", person=people["Anna"])

    assert _fault(client, visitor.returned, started, now() + timedelta(hours=1)) is SignInFault.EXPIRED


def test_a_provider_that_does_not_answer_is_named():
    client = Client(issuer="http://127.0.0.1:9", client_id="k", redirect_uri="http://x.example/cb", client_secret="s")

    with pytest.raises(ProviderUnavailable) as away:
        client.begin_sign_in(ui_locales="sv", now=now())

    assert away.value.issuer == "http://127.0.0.1:9"
    assert client.logout_url(id_token_hint="x", state="y") is None


def _signed_in(idp, visitor, person):
    client = idp.client()
    started = client.begin_sign_in(ui_locales="sv", now=now())
    visitor.open(started.url).press("choose", person=person)
    return client, client.finish(callback_params=visitor.returned, started=started, now=now())


def test_sign_out_ends_the_providers_session_and_tells_the_portal_behind_the_scenes(idp, visitor, people):
    client, identity = _signed_in(idp, visitor, people["Henrik"])

    visitor.open(client.logout_url(id_token_hint=identity.id_token, state="out-1")).press("yes")

    assert (visitor.returned_to, visitor.returned["state"]) == ("http://portal.example/out", "out-1")
    notice = client.read_logout_token(idp.logout_tokens.get(timeout=5), now=now())
    assert (notice.issuer, notice.sub, notice.sid) == (idp.issuer, identity.sub, identity.sid)
    visitor.open(client.begin_sign_in(ui_locales="sv", now=now()).url)
    assert "Vem är du?" in visitor.page.title


def test_somebody_else_at_the_same_browser_ends_the_first_ones_session(idp, visitor, people):
    client, first = _signed_in(idp, visitor, people["Sofia"])
    started = client.begin_signing(
        expected_sub=people["Per"]["sub"], digest=b"d" * 32, message_sv="m", message_en="m", ui_locales="sv", now=now()
    )
    visitor.open(started.url).press("choose", person=people["Per"]).press("sign")

    signed = client.finish_signing(callback_params=visitor.returned, started=started, now=now())

    assert signed.identity.sub == people["Per"]["sub"]
    notice = client.read_logout_token(idp.logout_tokens.get(timeout=5), now=now())
    assert (notice.sub, notice.sid) == (first.sub, first.sid)


def test_an_id_token_is_no_logout_token(idp, visitor, people):
    client, identity = _signed_in(idp, visitor, people["Anna"])

    with pytest.raises(SignInFailed) as failed:
        client.read_logout_token(identity.id_token, now=now())

    assert failed.value.reason is SignInFault.NOT_A_LOGOUT


def test_the_keys_outlive_a_restart(start_provider, tmp_path):
    first = start_provider(tmp_path)
    before = (first.keys / "provider-jwks.json").read_text(), (first.keys / "e-id-root.pem").read_text()

    again = start_provider(tmp_path)

    assert ((again.keys / "provider-jwks.json").read_text(), (again.keys / "e-id-root.pem").read_text()) == before
