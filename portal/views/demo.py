"""What the demo shows of itself: the mails that would have been sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Mails:
    """``mails`` are ``portal.mail.maildir.Mail``, the newest first."""

    mails: Sequence[Any]
