"""The floor: a page's own statements on a raw psycopg connection, and its template rendered from their result.

A bare ASGI application, without Litestar and SQLAlchemy in the way: it reads
what was recorded, sends the same statements in one transaction, fetches every
row, renders the same template with the view as the portal built it, and
answers.  What the portal takes beyond this is what its frame costs.

``/{page}/{subject}`` asks for a recorded page.
"""

import os
import pickle
from pathlib import Path
from typing import Any

import psycopg

from portal import locale
from portal.web.pages import environment, tell_templates
from tests.bench.recording import Recorded

Scope = dict[str, Any]


def made_app() -> Any:
    """What granian imports in each of its workers."""
    recorded: dict[str, list[Recorded]] = pickle.loads(Path(os.environ["KUNDVAL_BENCH_RECORDED"]).read_bytes())
    url = os.environ["KUNDVAL_DATABASE_URL"]
    connection = psycopg.connect(
        url, prepare_threshold=2, options="-c timezone=UTC", application_name="kundval-bench-floor"
    )
    tell_templates(idle_minutes=30, scan_trial=False)
    templates = environment()
    answers = {f"/{page}/{index}": each for page, all_ in recorded.items() for index, each in enumerate(all_)}
    locale.speak("sv")

    def made(recorded: Recorded) -> bytes:
        with connection.transaction(), connection.cursor() as cursor:
            for statement, values in recorded.statements:
                cursor.execute(statement, values)
                if cursor.description is not None:
                    cursor.fetchall()
        if recorded.template is None:
            return b""
        return templates.get_template(recorded.template).render(**recorded.shown).encode()

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        recorded = answers[scope["path"]]
        body = made(recorded)
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": recorded.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app
