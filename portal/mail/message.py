"""A letter as a mail: headers that machines understand, plain text, and a PDF where there is one."""

from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from portal.mail.relay import Relay


@dataclass(frozen=True)
class Attachment:
    name: str
    data: bytes


def build(
    relay: Relay,
    *,
    letter_id: UUID,
    recipient: str,
    recipient_name: str,
    subject: str,
    body: str,
    language: str,
    written_at: datetime,
    sender_name: str,
    reply_to: str,
    attachment: Attachment | None = None,
) -> EmailMessage:
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = relay.message_id(letter_id)
    message["Date"] = format_datetime(written_at)
    message["From"] = Address(sender_name, addr_spec=relay.address)
    message["To"] = Address("" if recipient_name == recipient else recipient_name, addr_spec=recipient)
    if reply_to:
        message["Reply-To"] = reply_to
    message["Subject"] = subject
    message["Content-Language"] = language
    # Nobody's out-of-office reply is wanted, and no mailing list's help (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="quoted-printable")
    if attachment is not None:
        message.add_attachment(attachment.data, maintype="application", subtype="pdf", filename=attachment.name)
    return message
