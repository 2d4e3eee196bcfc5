"""An application's forms as a browser sends them, and what is kept of them."""

from datetime import date, timedelta

from sqlmodel import col, select

from portal.db.tables import Answer, AnswerDocument, Document

CRITERION = "/villkor/GEN-25"
SOON = (date.today() + timedelta(days=300)).isoformat()  # noqa: DTZ011 - pages are asked for by the real clock


def address(application, rest=""):
    return f"/foretag/ansokningar/{application.id}{rest}"


def form(*parts):
    """A form as a browser sends it: ``(name, text)`` and ``(name, filename, bytes)``, in order."""
    lines = []
    for name, *rest in parts:
        filename = f'; filename="{rest[0]}"' if len(rest) == 2 else ""
        value = rest[-1] if isinstance(rest[-1], bytes) else rest[-1].encode()
        head = f'--grans\r\nContent-Disposition: form-data; name="{name}"{filename}\r\n'
        kind = "Content-Type: application/octet-stream\r\n" if filename else ""
        lines.append((head + kind + "\r\n").encode() + value + b"\r\n")
    return b"".join(lines) + b"--grans--\r\n"


def send(client, path, *parts):
    headers = {"content-type": "multipart/form-data; boundary=grans"}
    return client.post(path, content=form(*parts), headers=headers)


def kept(owner, application, criterion="GEN-25"):
    owner.expire_all()
    return owner.get(Answer, (application.id, criterion))


def files(owner, application, criterion="GEN-25"):
    statement = (
        select(Document)
        .join(AnswerDocument, col(AnswerDocument.document_id) == col(Document.id))
        .where(AnswerDocument.application_id == application.id, AnswerDocument.criterion == criterion)
        .order_by(Document.name)
    )
    owner.expire_all()
    return owner.exec(statement).all()
