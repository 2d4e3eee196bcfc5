"""The mail relay of a machine without one: takes every letter and keeps it in a maildir.

So that everything a real relay does to the portal can be seen, two domains behave badly on purpose:
``@studsar.example`` is accepted and bounces (an RFC 3464 report into the bounce maildir), ``@avvisas.example`` is
refused while the portal is still connected.  Nothing ever leaves the machine.

A message id that has been received already is a repeat, as a portal killed after sending and before writing that
down will make: it is kept once, and the count stands in a file of that name beside the maildir.
"""

import argparse
import asyncio
import hashlib
import mailbox
import signal
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

BOUNCING = "@studsar.example"
REFUSED = "@avvisas.example"
LARGEST_BYTES = 30_000_000
HOST = "mail.kundval.example"


class Sink:
    def __init__(self, letters: Path, bounces: Path) -> None:
        self._letters = mailbox.Maildir(letters)
        self._bounces = mailbox.Maildir(bounces)
        self._counts = letters.with_name(f"{letters.name}-counts")
        self._counts.mkdir(exist_ok=True)

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        if address.lower().endswith(REFUSED):
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=policy.default)
        if self._counted(str(message["Message-ID"] or ""), content) > 1:
            return "250 2.0.0 Already received, kept once"
        bouncing = [address for address in envelope.rcpt_tos if address.lower().endswith(BOUNCING)]
        if len(bouncing) < len(envelope.rcpt_tos):
            self._letters.add(content)
        for address in bouncing:
            self._bounces.add(bounce(content, address, envelope.mail_from or "", now=datetime.now(UTC)).as_bytes())
        return "250 2.0.0 Kept"

    def _counted(self, message_id: str, content: bytes) -> int:
        """How often this letter has come, this time included; kept on disk, since the sink restarts too."""
        name = hashlib.sha256(message_id.encode() or content).hexdigest()
        kept = self._counts / name
        count = int(kept.read_text().split("\n", 1)[0]) + 1 if kept.exists() else 1
        fresh = kept.with_suffix(".new")
        fresh.write_text(f"{count}\n{message_id}\n")
        fresh.replace(kept)
        return count


def bounce(content: bytes, recipient: str, sender: str, *, now: datetime) -> EmailMessage:
    """A delivery status notification as RFC 3464 has it: words, machine-readable status, the original's headers."""
    original = message_from_bytes(content, policy=policy.default)
    report = EmailMessage(policy=policy.SMTP)
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{HOST}>"
    report["To"] = sender or str(original["From"])
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = format_datetime(now)
    report["Message-ID"] = make_msgid(domain=HOST)
    report["Auto-Submitted"] = "auto-replied"
    report["In-Reply-To"] = str(original["Message-ID"] or "")
    words = f"Your message to <{recipient}> could not be delivered: the mailbox does not exist.\n"
    report.set_content(words)
    report.make_mixed()
    report.replace_header("Content-Type", 'multipart/report; report-type="delivery-status"')
    status = EmailMessage(policy=policy.SMTP)
    status["Content-Type"] = "message/delivery-status"
    of_message, of_recipient = EmailMessage(policy=policy.SMTP), EmailMessage(policy=policy.SMTP)
    of_message["Reporting-MTA"] = f"dns; {HOST}"
    of_message["Arrival-Date"] = format_datetime(now)
    of_recipient["Final-Recipient"] = f"rfc822; {recipient}"
    of_recipient["Action"] = "failed"
    of_recipient["Status"] = "5.1.1"
    of_recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 No such mailbox here"
    status.set_payload([of_message, of_recipient])
    report.attach(status)
    headers = EmailMessage(policy=policy.SMTP)
    headers["Content-Type"] = "text/rfc822-headers"
    # As they were sent: read as objects they would be decoded, and no longer fit for a mail.
    headers.set_payload(content.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0].decode("ascii", "replace") + "\n")
    report.attach(headers)
    return report


async def _serve(port: int, sink: Sink) -> None:
    loop = asyncio.get_running_loop()
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    server = await loop.create_server(
        lambda: SMTP(sink, hostname=HOST, data_size_limit=LARGEST_BYTES, enable_SMTPUTF8=True, loop=loop),
        "127.0.0.1",
        port,
    )
    await stopped.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--letters", type=Path, required=True)
    parser.add_argument("--bounces", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(_serve(options.port, Sink(options.letters, options.bounces)))


if __name__ == "__main__":
    main()
