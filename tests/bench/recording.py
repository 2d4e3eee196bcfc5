"""What the portal itself does for one page: its SQL statements with their values, and the view its template shows.

The portal runs in this process for the purpose, without a server.  Statements
are caught at psycopg's cursor, below SQLAlchemy and below the queue, so that
none can pass by.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jinja2
import psycopg
import sqlalchemy as sa
from litestar import Litestar
from litestar.testing import TestClient

from portal.app import create_app, open_resources
from portal.settings import Settings
from tests.bench.targets import Target


@dataclass
class Recorded:
    """One request as it was answered.  ``values`` belong to ``statements`` by position."""

    path: str
    status: int
    statements: list[tuple[str, Any]] = field(default_factory=list)
    template: str | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    html: str = ""

    @property
    def queries(self) -> int:
        return len(self.statements)


_current: list[Recorded] = []


class RecordingCursor(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        self._note(query, params)
        return super().execute(query, params, **options)

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> Any:
        every = list(params_seq)
        for params in every:
            self._note(query, params)
        return super().executemany(query, every, **options)

    def _note(self, query: Any, params: Any) -> None:
        if _current:
            text = query if isinstance(query, str) else query.as_string(self) if hasattr(query, "as_string") else query
            _current[-1].statements.append((text, params))


def _with_recording_cursor(_dialect: Any, _record: Any, _args: Any, parameters: dict[str, Any]) -> None:
    parameters["cursor_factory"] = RecordingCursor


class Recorder:
    """The portal in this process, whose requests can be recorded."""

    def __init__(self, settings: Settings) -> None:
        self.resources = open_resources(settings)
        sa.event.listen(self.resources.engine, "do_connect", _with_recording_cursor)
        self.settings = settings
        self.app: Litestar = create_app(settings, self.resources)

    def ask(self, target: Target) -> Recorded:
        recorded = Recorded(target.path, 0)
        with TestClient(self.app, base_url="http://portal.local", raise_server_exceptions=True) as client:
            client.follow_redirects = False
            client.headers["origin"] = self.settings.base_url
            if target.token:
                client.cookies.set(self.resources.session_cookie, target.token)
            with _watching(recorded):
                answer = client.post(target.path, data=dict(target.form)) if target.form else client.get(target.path)
        recorded.status = answer.status_code
        recorded.html = answer.text
        return recorded

    def record(self, target: Target) -> Recorded:
        """The second time that the page is made: what is kept in memory from the first is not asked for again."""
        self.ask(target)
        return self.ask(target)

    def close(self) -> None:
        self.resources.engine.dispose()


@contextmanager
def _watching(recorded: Recorded) -> Iterator[None]:
    render = jinja2.Template.render

    def noted(template: jinja2.Template, *args: Any, **shown: Any) -> str:
        recorded.template, recorded.shown = template.name, shown
        return render(template, *args, **shown)

    _current.append(recorded)
    jinja2.Template.render = noted  # type: ignore[method-assign]
    try:
        yield
    finally:
        jinja2.Template.render = render  # type: ignore[method-assign]
        _current.pop()


def kept(recorded: Recorded) -> bytes:
    """For the floor's workers; a view is data, so it can be pickled."""
    return pickle.dumps(recorded)
