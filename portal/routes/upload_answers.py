"""What a page's script is told of the file that it sends: JSON, with sentences in the reader's language.

``fel`` is why it is not taken.  ``adress``, ``avbryt``, ``kommit`` and ``storlek`` belong to an upload under way;
``klart`` comes with ``forut`` or ``fardigt`` (see ``done``).
"""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from litestar import Response

from documents.intake import IntakeRules
from documents.judging import Reason, Refused
from documents.names import clean_name
from portal.domain.actors import Actor
from portal.domain.uploads import Room
from portal.errors import NotFound
from portal.services import uploads
from portal.services.uploads import Standing
from portal.views import upload_words
from portal.views.upload_offer import accepted_formats
from portal.web.desk import Desk

Answer = Response[dict[str, Any]]


class Words:
    """Why this file is not taken, in the reader's language."""

    def __init__(self, filename: str, rules: IntakeRules | None, room: Room | None = None) -> None:
        self.name = clean_name(filename)
        self._rules = rules
        self._room = room

    def __call__(self, reason: str, **facts: Any) -> str:
        accepted = accepted_formats(self._rules) if self._rules else ""
        return upload_words.refused(self.name, reason, facts, accepted=accepted)

    def of(self, refused: Refused) -> str:
        facts = dict(refused.facts)
        if refused.reason is Reason.NO_ROOM and self._room is not None:
            facts["within"] = self._room.size_within
        return self(refused.reason, **facts)


def refused(sentence: str) -> Answer:
    return Response({"fel": sentence}, status_code=HTTPStatus.UNPROCESSABLE_ENTITY)


def failed(desk: Desk, sentence: str) -> Answer:
    """As ``refused``, and nothing that was begun in the transaction is kept."""
    desk.clear()
    return refused(sentence)


def given_up(desk: Desk, upload_id: UUID, actor: Actor, sentence: str) -> Answer:
    """Of a file that turned out not to be one, nothing is kept."""
    desk.take_up()
    try:
        uploads.give_up(desk.db, upload_id, actor=actor)
    except NotFound:
        return failed(desk, sentence)
    return refused(sentence)


def unavailable(sentence: str) -> Answer:
    return Response({"fel": sentence}, status_code=HTTPStatus.SERVICE_UNAVAILABLE)


def begun(upload: Standing, status: HTTPStatus) -> Answer:
    address = f"/foretag/uppladdningar/{upload.id}"
    # Where it stands beside others, what was typed on the page is saved with it.
    cancel = f"{address}/avbryt" if upload.ahead else f"{page_of(upload)}/uppladdningar/{upload.id}/avbryt"
    answer = {"adress": address, "avbryt": cancel, "kommit": upload.received, "storlek": upload.size}
    return Response(answer, status_code=status)


def page_of(upload: Standing) -> str:
    """Where the company uploads it."""
    if upload.confirms is not None:
        return f"/foretag/nya-villkor/{upload.application_id}/{upload.criterion}?villkor={upload.confirms}"
    criterion = f"/foretag/ansokningar/{upload.application_id}/villkor/{upload.criterion}"
    return f"{criterion}/dokument/{upload.replaces}/ersatt" if upload.replaces else criterion


def done(document_id: UUID, *, known: bool = False, ahead: bool = False) -> Answer:
    """``forut`` is the document that the company had handed in before, where it had these bytes.

    ``fardigt`` is what came ahead of the form that will say what it replaces.
    """
    told = {"fardigt": str(document_id)} if ahead else {"forut": str(document_id) if known else None}
    return Response({"klart": True, **told}, status_code=HTTPStatus.OK)
