"""The relay: hands one letter over by SMTP, and says what came of it.

A letter's id is its Message-ID and stands in its return address (VERP), so that
a repeat is recognised by whoever has it already, and a bounce by us.
"""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Self
from urllib.parse import unquote, urlsplit
from uuid import UUID

TIMEOUT_S = 30


class Refused(Exception):
    """The relay will not take it, now or later (5xx)."""


class Unavailable(Exception):
    """The relay did not answer, or asks to come back later (4xx)."""


@dataclass(frozen=True)
class Relay:
    """``smtp://host:port``, ``smtps://…``; with a user in the address it begins TLS and signs in."""

    host: str
    port: int
    user: str | None
    password: str | None
    implicit_tls: bool
    sender: str

    @classmethod
    def of(cls, url: str, mail_from: str) -> Self:
        parts = urlsplit(url)
        implicit = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "localhost",
            port=parts.port or (465 if implicit else 25),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            implicit_tls=implicit,
            sender=mail_from,
        )

    @property
    def address(self) -> str:
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]

    def message_id(self, letter_id: UUID) -> str:
        return f"<{letter_id}@{self.domain}>"

    def return_address(self, letter_id: UUID) -> str:
        """Where a bounce of this letter goes: ``kundval+<id>@…``."""
        local, _, domain = self.address.partition("@")
        return f"{local}+{letter_id.hex}@{domain}"

    def send(self, message: EmailMessage, *, letter_id: UUID, recipient: str) -> None:
        """
        Raises:
            Refused, Unavailable: with the relay's own words.
        """
        try:
            with self._connected() as smtp:
                smtp.send_message(message, from_addr=self.return_address(letter_id), to_addrs=[recipient])
        except smtplib.SMTPRecipientsRefused as error:
            code, words = next(iter(error.recipients.values()))
            raise _told(code, words) from error
        except smtplib.SMTPResponseException as error:
            raise _told(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPNotSupportedError, UnicodeError) as error:
            raise Refused(f"the address cannot be used: {error}") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unavailable(f"{type(error).__name__}: {error}") from error

    def _connected(self) -> smtplib.SMTP:
        smtp: smtplib.SMTP
        if self.implicit_tls:
            smtp = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S)
        else:
            smtp = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        if self.user is not None:
            if not self.implicit_tls:
                smtp.starttls()
            smtp.login(self.user, self.password or "")
        return smtp


def _told(code: int, words: bytes | str) -> Refused | Unavailable:
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    sentence = f"{code} {said}"[:300]
    return Refused(sentence) if code >= 500 else Unavailable(sentence)
