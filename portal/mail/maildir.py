"""The mails of a demo, as the relay beside it has kept them: read, never written.

Only an installation that was told of a maildir has any.
"""

import hashlib
import mailbox
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

NEWEST = 100
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:)]")


@dataclass(frozen=True)
class Part:
    """A stretch of text; ``link`` when it is an address to follow."""

    text: str
    link: bool


@dataclass(frozen=True)
class Attached:
    number: int
    name: str
    size: int


@dataclass(frozen=True)
class Mail:
    """``times`` is how often it came: more than once, and it was recognised by its message id."""

    id: str
    subject: str
    to: str
    at: datetime
    times: int
    body: tuple[Part, ...]
    attached: tuple[Attached, ...]


def newest(maildir: Path, limit: int = NEWEST) -> tuple[Mail, ...]:
    """The newest first; an empty or missing maildir has none."""
    files = [path for folder in ("new", "cur") for path in (maildir / folder).glob("*")]
    files.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    return tuple(_read(maildir, path) for path in files[:limit])


def attachment(maildir: Path, mail_id: str, number: int) -> tuple[str, bytes] | None:
    """Name and content, or None when there is no such mail or attachment."""
    if not maildir.is_dir():
        return None
    try:
        content = mailbox.Maildir(maildir, create=False).get_bytes(mail_id)
    except KeyError:
        return None
    parts = list(_message(content).iter_attachments())
    if not 0 <= number < len(parts):
        return None
    payload = parts[number].get_payload(decode=True)
    return _name(parts[number], number), payload if isinstance(payload, bytes) else b""


def parts_of(body: str) -> tuple[Part, ...]:
    """The text with its addresses set apart, in order; a full stop after an address is not a part of it."""
    found: list[Part] = []
    end = 0
    for match in _LINK.finditer(body):
        if match.start() > end:
            found.append(Part(body[end : match.start()], link=False))
        found.append(Part(match[0], link=True))
        end = match.end()
    if end < len(body):
        found.append(Part(body[end:], link=False))
    return tuple(found)


def _read(maildir: Path, path: Path) -> Mail:
    content = path.read_bytes()
    message = _message(content)
    plain = message.get_body(("plain",))
    body = plain.get_content() if plain is not None else ""
    return Mail(
        id=path.name.split(":", 1)[0],
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        at=_at(message, path),
        times=_times(maildir, message, content),
        body=parts_of(body.strip()),
        attached=tuple(
            Attached(number, _name(part, number), len(part.get_payload(decode=True) or b""))
            for number, part in enumerate(message.iter_attachments())
        ),
    )


def _message(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)


def _at(message: EmailMessage, path: Path) -> datetime:
    try:
        return parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _times(maildir: Path, message: EmailMessage, content: bytes) -> int:
    """The relay counts each message id in a file beside the maildir."""
    name = hashlib.sha256(str(message["Message-ID"] or "").encode() or content).hexdigest()
    kept = maildir.with_name(f"{maildir.name}-counts") / name
    return int(kept.read_text().split("\n", 1)[0]) if kept.exists() else 1


def _name(part: EmailMessage, number: int) -> str:
    name = Path(part.get_filename() or "").name
    return name or f"bilaga-{number + 1}"
