"""Forms with files: read as they stream, text and files in one submit, without JavaScript.

The text fields stand before the files in our forms.  ``read_ahead`` reads them
before anything can refuse the request, so that nothing typed is lost with it;
``take_in`` then streams each file into the store and says of each how it went.
No file is ever kept on this machine's disk or whole in memory by this module.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

from litestar.exceptions import ClientException
from litestar.types import Receive
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from documents.intake import Intake, IntakeRules, Reason, Received, Refused
from documents.names import clean_name
from documents.store import Store, StoreError
from portal.domain.uploads import Room

TEXT_LIMIT = 1_000_000
PARTS_LIMIT = 200


@dataclass(frozen=True)
class RefusedFile:
    """``reason``: one of the intake's, or ``no_documents``, ``too_many`` or ``store``.

    ``within`` among the facts of too_many and no_room says which limit it was.
    """

    name: str
    reason: str
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass
class Sent:
    fields: list[tuple[str, str]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    refused: list[RefusedFile] = field(default_factory=list)
    refused_whole: bool = False


@dataclass(frozen=True)
class Ahead:
    """What was read before the first file: its text, whether a file follows, and the messages to read again."""

    fields: list[tuple[str, str]]
    brings_files: bool
    messages: list[Any]


def parser_for(content_type: str) -> PushMultipartParser:
    """Raises ``MultipartError`` where the header names no boundary."""
    _kind, options = parse_options_header(content_type)
    return PushMultipartParser(options.get("boundary", ""), max_segment_count=PARTS_LIMIT)


def is_multipart(content_type: str) -> bool:
    return content_type.startswith("multipart/form-data")


async def read_ahead(content_type: str, receive: Receive) -> Ahead:
    """Read until a file begins, the form ends, or there is more text than a person types.

    A form that cannot be read gives what was read of it: the handler will say what is wrong.
    """
    fields: list[tuple[str, str]] = []
    messages: list[Any] = []
    name, text, size = "", bytearray(), 0
    try:
        parser = parser_for(content_type)
        while size <= TEXT_LIMIT and not parser.closed:
            message = await receive()
            messages.append(message)
            if message["type"] != "http.request":
                break
            size += len(message.get("body", b""))
            for event in parser.parse(message["body"]) if message.get("body") else ():
                if isinstance(event, MultipartSegment):
                    if event.filename:
                        return Ahead(fields, True, messages)
                    name = "" if event.filename is not None else event.name
                    text.clear()
                elif event is None:
                    if name:
                        fields.append((name, text.decode("utf-8", "replace")))
                else:
                    text += event
            if not message.get("more_body", False):
                break
    except (MultipartError, ValueError):
        pass
    return Ahead(fields, False, messages)


def again(messages: list[Any], receive: Receive) -> Receive:
    """A ``receive`` that gives what was read ahead once more, and then the rest."""
    kept = iter(messages)

    async def replayed() -> Any:
        return next(kept, None) or await receive()

    return replayed


async def take_in(
    stream: AsyncIterator[bytes],
    content_type: str,
    *,
    store: Store,
    rules: IntakeRules | None,
    room: Room,
    new_key: Callable[[], str],
) -> Sent:
    """Stream the form: text to ``fields``, each file into the store, as long as there is ``room``.

    A file that breaks a rule is refused at that byte, leaves nothing in the
    store, and does not stop the others; the rest of it is read and dropped, so
    that the sender gets an answer.

    Raises:
        ClientException: it is no form, or it ends too early.
    """
    sent = Sent()
    part = _Part(sent, store, rules, room, new_key)
    try:
        parser = parser_for(content_type)
        async for chunk in stream:
            if not chunk or parser.closed:
                continue
            for event in parser.parse(chunk):
                await part.take(event)
        parser.close()
    except MultipartError as error:
        raise ClientException(detail="the form could not be read") from error
    finally:
        await part.drop()
    return sent


class _Part:
    """The part of the form that is being read."""

    def __init__(
        self, sent: Sent, store: Store, rules: IntakeRules | None, room: Room, new_key: Callable[[], str]
    ) -> None:
        self.sent = sent
        self.store = store
        self.rules = rules
        self.room = room
        self.new_key = new_key
        self.name = ""
        self.filename: str | None = None
        self.text = bytearray()
        self.text_size = 0
        self.intake: Intake | None = None

    async def take(self, event: MultipartSegment | bytearray | bytes | None) -> None:
        if isinstance(event, MultipartSegment):
            self.name, self.filename = event.name, event.filename
            self.text.clear()
            if self.filename:
                self._begin(self.filename)
        elif event is None:
            await self._end()
        elif self.filename is None:
            self.text_size += len(event)
            if self.text_size > TEXT_LIMIT:
                raise ClientException(detail="more text than a form may hold")
            self.text += event
        elif self.intake is not None:
            await self._feed(event)

    async def drop(self) -> None:
        """Leave nothing of an unfinished file in the store."""
        if self.intake is not None:
            await self.intake.abort()
            self.intake = None

    def _begin(self, filename: str) -> None:
        if self.rules is None:
            self._refuse("no_documents")
        elif self.room.number < 1:
            self._refuse("too_many", within=self.room.number_within)
        else:
            rules = replace(self.rules, room=self.room.size)
            try:
                self.intake = Intake(self.store, self.new_key(), filename=filename, rules=rules)
            except Refused as refused:
                self._refuse(refused.reason, **refused.facts)

    async def _feed(self, piece: bytes | bytearray) -> None:
        assert self.intake is not None  # noqa: S101  tells mypy
        try:
            await self.intake.feed(piece)
        except Refused as refused:
            self._refuse(refused.reason, **refused.facts)
        except StoreError:
            self._refuse("store")

    async def _end(self) -> None:
        if self.filename is None:
            if self.name:
                self.sent.fields.append((self.name, self.text.decode("utf-8", "replace")))
            return
        if self.intake is None:
            return
        try:
            received = await self.intake.finish()
            self.sent.received.append(received)
            self.room = self.room.less(received.size)
            self.intake = None
        except Refused as refused:
            self._refuse(refused.reason, **refused.facts)
        except StoreError:
            self._refuse("store")

    def _refuse(self, reason: Reason | str, **facts: Any) -> None:
        self.intake = None
        if reason is Reason.NO_ROOM:
            facts["within"] = self.room.size_within
        self.sent.refused.append(RefusedFile(clean_name(self.filename or ""), str(reason), facts))
