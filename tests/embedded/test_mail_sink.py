"""The mail sink keeps each letter once, bounces what should bounce, and refuses what should be refused."""

import mailbox
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path
from urllib.parse import urlsplit

import pytest


@pytest.fixture
def relay(engines):
    address = urlsplit(engines.environment["KUNDVAL_SMTP_URL"])
    with smtplib.SMTP(address.hostname, address.port) as connection:
        yield connection


def letter(to: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Kundval <kundval@kundval.example>"
    message["To"] = to
    message["Subject"] = "Ditt ärende"
    message["Message-ID"] = make_msgid(domain="kundval.example")
    message.set_content("Åtgärd krävs.\n")
    return message


def found(engines, name: str, header: str, value: str) -> list[mailbox.MaildirMessage]:
    box = mailbox.Maildir(engines.environment[name], create=False)
    return [message for message in box if message[header] == value]


def test_a_letter_is_kept_once_however_often_it_comes(engines, relay):
    message = letter("anna@vega.example")

    for _ in range(3):
        relay.send_message(message)

    assert len(found(engines, "KUNDVAL_DEMO_MAILDIR", "Message-ID", message["Message-ID"])) == 1
    counts = Path(engines.environment["KUNDVAL_DEMO_MAILDIR"]).with_name("letters-counts")
    assert f"3\n{message['Message-ID']}\n" in [one.read_text() for one in counts.iterdir()]


def test_a_bouncing_address_is_accepted_and_reported_as_rfc_3464_has_it(engines, relay):
    message = letter("borta@studsar.example")

    relay.send_message(message)

    [report] = found(engines, "KUNDVAL_BOUNCE_MAILDIR", "In-Reply-To", message["Message-ID"])
    assert report.get_content_type() == "multipart/report"
    assert report.get_param("report-type") == "delivery-status"
    _words, status, original = report.get_payload()
    assert status.get_content_type() == "message/delivery-status"
    [_, of_recipient] = status.get_payload()
    assert (of_recipient["Final-Recipient"], of_recipient["Action"]) == ("rfc822; borta@studsar.example", "failed")
    assert of_recipient["Status"] == "5.1.1"
    assert message["Message-ID"] in original.get_payload()
    assert found(engines, "KUNDVAL_DEMO_MAILDIR", "Message-ID", message["Message-ID"]) == []


def test_a_refused_address_is_refused_while_connected(relay):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        relay.send_message(letter("nej@avvisas.example"))

    assert refused.value.recipients["nej@avvisas.example"][0] == 550
