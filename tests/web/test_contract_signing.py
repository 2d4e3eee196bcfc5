"""One contract from offer to sealed file, signed at the real demo provider; and the proof that it is unaltered."""

import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import pytest
import sqlalchemy as sa
from sqlmodel import select

from portal.db.tables import CaseFile, Paper, SessionRow, Signature
from portal.embedded.identity import PEOPLE
from portal.services.sessions import token_hash
from tests.factories import sign_in
from tests.factories_contract import authorization_of, make_contract_paper, make_offer, paper_ids
from tests.oidc.conftest import Browser, Page

EVERYONE = json.loads(PEOPLE.read_text())["people"]
ANNA = next(person for person in EVERYONE if person["name"] == "Anna Lindqvist")


class AtProvider(Browser):
    """A browser that stops at the portal's own door."""

    def __init__(self, base_url):
        super().__init__()
        self.base_url = base_url

    def _follow(self, response):
        while response.is_redirect:
            target = urljoin(str(response.url), response.headers["location"])
            if target.startswith(self.base_url):
                self.returned_to = f"{urlsplit(target).path}?{urlsplit(target).query}"
                return self
            response = self.http.get(target)
        self.page = Page(response)
        return self


@pytest.fixture
def provider(settings):
    one = AtProvider(settings.base_url)
    yield one
    one.http.close()


def _session(owner, settings, actor, person):
    """Signed in as the person the provider knows."""
    token = sign_in(owner, actor)
    row = owner.get_one(SessionRow, token_hash(token))
    row.issuer, row.subject = settings.company_sign_in.issuer, person["sub"]
    owner.add(row)
    owner.commit()
    return token


@pytest.fixture
def offered(owner, db, bjorkvik, resources):
    parties = make_offer(owner, db, bjorkvik, now=datetime.now(UTC))
    make_contract_paper(db, resources, parties, paper_ids(owner, parties)[0], now=datetime.now(UTC))
    return parties


def _press_through(provider, person):
    """Choose the person, then sign: whatever pages the provider has, until the portal's door."""
    for _ in range(4):
        if provider.returned_to:
            break
        values = [button[1] for form in provider.page.forms for button in form.buttons]
        value = next(each for each in values if each not in ("cancel", "abort", "avbryt"))
        try:
            provider.press(value, person=person)
        except AssertionError:
            provider.press(value)
    return provider.returned_to


def test_a_contract_is_signed_by_both_sealed_and_verified_until_a_byte_is_changed(
    browse, owner, db, settings, resources, offered, provider, app_environment, tmp_path
):
    client = browse()
    company, staff = f"/foretag/avtal/{offered.authorization_id}", f"/kommun/avtal/{offered.authorization_id}"
    for actor, address in ((offered.signatory, company), (offered.decision_maker, staff)):
        client.cookies.set(resources.session_cookie, _session(owner, settings, actor, ANNA))
        provider.returned_to = ""
        provider.open(client.post(f"{address}/skriv-under").headers["location"])

        answer = client.get(_press_through(provider, ANNA))

        assert (answer.status_code, answer.headers.get("location")) == (303, address), answer.text
    assert authorization_of(owner, offered).state.value == "signed"
    kinds = owner.exec(select(Signature.kind).where(Signature.provider_id == offered.signatory.provider_id)).all()
    assert kinds == ["signature", "signature"]
    original_id, sealed_id = paper_ids(owner, offered)
    make_contract_paper(db, resources, offered, sealed_id, now=datetime.now(UTC))
    case = str(offered.case_id)
    archive = tmp_path / "case.zip"

    def kundval(*arguments):
        done = subprocess.run(
            [sys.executable, "-m", "portal", *arguments],
            env={**app_environment, "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    code, said = kundval("verify", case, "--export", str(archive))
    assert code == 0, said
    assert "the e-ID's signature verifies" in said
    assert kundval("verify", str(archive))[0] == 0

    original = owner.get_one(Paper, original_id)
    owner.refresh(original)
    kept = resources.store.read(original.object_key)
    resources.store.put(original.object_key, kept[:-9] + b"x" + kept[-8:], media_type="application/pdf")
    code, said = kundval("verify", case)
    assert code == 1
    assert "WRONG  contract" in said
    assert "ALTERED" in said
    resources.store.put(original.object_key, kept, media_type="application/pdf")
    assert kundval("verify", case)[0] == 0

    change = 'UPDATE event SET facts = facts || \'{"to": "active"}\' WHERE case_id = :case AND seq = 1'
    owner.execute(sa.text(change), {"case": case})
    owner.commit()
    number = owner.get_one(CaseFile, offered.case_id).number
    code, said = kundval("verify", number)
    assert code == 1
    assert "WRONG  event 1: is not what was written" in said

    with zipfile.ZipFile(archive) as whole, zipfile.ZipFile(tmp_path / "changed.zip", "w") as changed:
        for name in whole.namelist():
            data = whole.read(name)
            changed.writestr(name, data + b"\n" if name.endswith(f"{sealed_id}.pdf") else data)
    assert kundval("verify", str(tmp_path / "changed.zip"))[0] == 1


def test_an_answer_is_good_for_one_way_back_in_the_same_session(browse, owner, settings, resources, offered, provider):
    client = browse()
    client.cookies.set(resources.session_cookie, _session(owner, settings, offered.signatory, ANNA))
    address = f"/foretag/avtal/{offered.authorization_id}"
    provider.open(client.post(f"{address}/skriv-under").headers["location"])
    back = _press_through(provider, ANNA)

    client.cookies.set(resources.session_cookie, _session(owner, settings, offered.signatory, ANNA))
    elsewhere = client.get(back)

    assert elsewhere.status_code == 400
    assert "Underskriften tog för lång tid" in elsewhere.text
    assert client.get(back).status_code == 400


def test_somebody_who_cancels_is_told_that_nothing_was_signed(browse, owner, settings, resources, offered, provider):
    client = browse()
    client.cookies.set(resources.session_cookie, _session(owner, settings, offered.signatory, ANNA))
    address = f"/foretag/avtal/{offered.authorization_id}"
    begun = client.post(f"{address}/skriv-under").headers["location"]
    provider.open(begun)
    values = [button[1] for form in provider.page.forms for button in form.buttons]
    provider.press(next(each for each in values if each in ("cancel", "abort", "avbryt")))

    answer = client.get(provider.returned_to)

    assert answer.status_code == 400
    assert "Du avbröt underskriften" in answer.text
    assert address in answer.text
