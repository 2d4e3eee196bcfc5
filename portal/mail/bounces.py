"""What comes back: reads delivery reports (RFC 3464) from a maildir and says which letter each is about.

Nothing in a report is trusted but the letter's id and the reason; a report
about a letter that is not ours is put aside as read.
"""

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

_VERP = re.compile(r"\+([0-9a-f]{32})@")
_MESSAGE_ID = re.compile(r"<([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})@")
_RETURN_HEADERS = ("Delivered-To", "X-Original-To", "To")


@dataclass(frozen=True)
class Report:
    """``letter_id`` is missing when the report is not about a letter of ours, or says only that it is late."""

    key: str
    letter_id: UUID | None
    reason: str


@dataclass(frozen=True)
class BounceBox:
    folder: Path

    def unread(self) -> Iterator[Report]:
        if not self.folder.is_dir():
            return
        box = self._box()
        for key in list(box.iterkeys()):
            try:
                message = box.get_message(key)
                content = box.get_bytes(key)
            except KeyError:  # another worker took it
                continue
            if "S" not in message.get_flags():
                yield read(key, content)

    def put_aside(self, key: str) -> None:
        """Read: it stays in the folder, marked as seen."""
        box = self._box()
        try:
            message = box.get_message(key)
            message.set_subdir("cur")
            message.add_flag("S")
            box[key] = message
        except (KeyError, FileNotFoundError):  # another worker put it aside
            return

    def _box(self) -> "mailbox.Maildir":
        return mailbox.Maildir(self.folder, create=False)


def read(key: str, content: bytes) -> Report:
    message = message_from_bytes(content, policy=policy.default)
    assert isinstance(message, EmailMessage)  # noqa: S101 - what this policy makes
    failed, reason = _status(message)
    return Report(key, _letter(message, content) if failed else None, reason)


def _status(message: EmailMessage) -> tuple[bool, str]:
    """Whether the delivery failed for good, and the reason as the other side put it."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            action = str(block.get("Action", "")).strip().lower()  # type: ignore[union-attr]
            if action == "failed":
                told = str(block.get("Diagnostic-Code") or block.get("Status") or "")  # type: ignore[union-attr]
                return True, told.partition(";")[2].strip()[:300] or told[:300]
            if action in ("delayed", "delivered", "relayed", "expanded"):
                return False, action
    return False, "not a delivery report"  # an out-of-office reply, as a rule


def _letter(message: EmailMessage, content: bytes) -> UUID | None:
    for name in _RETURN_HEADERS:
        for value in message.get_all(name, []):
            if found := _VERP.search(str(value)):
                return UUID(found[1])
    found = _MESSAGE_ID.search(str(message.get("In-Reply-To", ""))) or _MESSAGE_ID.search(
        content.decode("ascii", "replace").partition("\n\n")[2]
    )
    return UUID(found[1]) if found else None
