"""The mail that came of a worker's jobs."""

import mailbox
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from portal.settings import Settings

Inbox = Callable[[UUID], list[EmailMessage]]


@pytest.fixture
def inbox(settings: Settings) -> Inbox:
    """The mails in the sink that carry a letter's id."""

    def found(letter_id: UUID) -> list[EmailMessage]:
        assert settings.demo_maildir is not None
        box = mailbox.Maildir(Path(settings.demo_maildir), create=False)
        messages = (message_from_bytes(box.get_bytes(key), policy=policy.default) for key in box.iterkeys())
        return [each for each in messages if str(letter_id) in str(each["Message-ID"])]

    return found
