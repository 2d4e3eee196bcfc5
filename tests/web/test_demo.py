"""The demo's mails can be read and followed; elsewhere they are not there."""

import smtplib
from dataclasses import replace
from email.message import EmailMessage
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from portal.app import create_app
from portal.mail.maildir import Part, parts_of


@pytest.fixture
def kept(settings):
    """Sends a letter to this run's relay, as often as is said."""

    def send(subject, body="Öppna http://portal.local/inbjudan/abc.\n", *, times=1):
        message = EmailMessage()
        message["Subject"], message["From"] = subject, "kundval@bjorkvik.example"
        message["To"], message["Message-ID"] = "karin@vega.example", f"<{uuid4()}@test>"
        message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
        message.set_content(body)
        message.add_attachment(b"%PDF-1.7 kvitto", maintype="application", subtype="pdf", filename="kvitto å.pdf")
        address = urlsplit(settings.smtp_url)
        with smtplib.SMTP(address.hostname, address.port) as relay:
            for _ in range(times):
                relay.send_message(message)

    return send


def test_a_mail_is_shown_with_links_to_follow_and_files_to_fetch(browse, kept):
    subject = f"Inbjudan <{uuid4()}>"
    kept(subject)
    client = browse()

    text = client.get("/demo/brev").text

    assert subject.replace("<", "&lt;").replace(">", "&gt;") in text
    assert '<a class="ds-link kv-break" href="http://portal.local/inbjudan/abc">' in text
    address = text.split('href="/demo/brev/', 1)[1].split('"', 1)[0]
    file = client.get(f"/demo/brev/{address}")
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7 kvitto", "application/pdf")
    assert file.headers["content-disposition"] == "attachment; filename*=UTF-8''kvitto%20%C3%A5.pdf"


def test_a_repeat_is_shown_once_and_said(browse, kept):
    subject = f"Kvitto {uuid4()}"
    kept(subject, times=2)

    text = browse().get("/demo/brev").text

    assert text.count(subject) == 1
    assert "Kom 2 gånger, upprepningen kändes igen" in text


@pytest.mark.parametrize("path", ["/demo/brev/inte-ett-brev/0", "/demo/brev/..%2F..%2Fx/0"])
def test_a_mail_that_is_not_there_is_not_found(browse, path):
    assert browse().get(path).status_code == 404


@pytest.mark.parametrize("path", ["/demo/brev", "/demo/brev/x/0"])
def test_without_a_maildir_the_pages_do_not_exist(settings, resources, path):
    real = replace(settings, demo_maildir=None)

    with TestClient(create_app(real, replace(resources, settings=real))) as client:
        assert client.get(path).status_code == 404


def test_an_address_ends_before_the_full_stop():
    assert parts_of("Se https://a.example/b?c=d. Tack") == (
        Part("Se ", link=False),
        Part("https://a.example/b?c=d", link=True),
        Part(". Tack", link=False),
    )
