"""A server on this machine that answers as the Companies Registration Office documents its open data.

Token by client credentials, ``POST /organisationer``, faults by field and as
problem details.  It knows the companies that a test gives it.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

CLIENT = ("kundval", "hemligt")


class Office(ThreadingHTTPServer):
    """``companies``: organisation number → the answer's ``organisationer``; ``tokens`` counts those given out."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Counter)
        self.companies: dict[str, list[dict[str, Any]]] = {}
        self.tokens = 0
        self.broken = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Counter(BaseHTTPRequestHandler):
    server: Office

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        if self.path == "/oauth2/token":
            self._token(body)
        elif self.path == "/vardefulla-datamangder/v1/organisationer":
            self._organisations(body)
        else:
            self._say(404, {})

    def _token(self, body: bytes) -> None:
        expected = "Basic " + base64.b64encode(":".join(CLIENT).encode()).decode()
        asked = parse_qs(body.decode())
        if self.headers.get("authorization") != expected or asked.get("grant_type") != ["client_credentials"]:
            self._say(401, {"error": "invalid_client"})
            return
        self.server.tokens += 1
        self._say(200, {"access_token": f"token-{self.server.tokens}", "token_type": "Bearer", "expires_in": 3600})

    def _organisations(self, body: bytes) -> None:
        if self.server.broken:
            self._say(200, {"something": "else"})
            return
        if self.headers.get("authorization") != f"Bearer token-{self.server.tokens}":
            self._say(401, {"status": 401, "title": "Unauthorized"})
            return
        number = json.loads(body)["identitetsbeteckning"]
        if number not in self.server.companies:
            told = f"Organisation med identitetsbeteckning {number} finns ej"
            self._say(404, {"type": "about:blank", "status": 404, "title": "Not Found", "detail": told})
            return
        self._say(200, {"organisationer": self.server.companies[number]})

    def _say(self, status: int, answer: Any) -> None:
        told = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def register_office() -> Iterator[Office]:
    office = Office()
    thread = threading.Thread(target=office.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield office
    finally:
        office.shutdown()
        thread.join()
        office.server_close()


def a_company(number: str, name: str, **parts: Any) -> dict[str, Any]:
    """A company in good standing; ``parts`` take the place of its fields."""
    return {
        "organisationsidentitet": {
            "identitetsbeteckning": number,
            "typ": {"kod": "ORGNR", "klartext": "Organisationsnummer"},
        },
        "organisationsnamn": {
            "dataproducent": "Bolagsverket",
            "fel": None,
            "organisationsnamnLista": [
                {"namn": name, "organisationsnamntyp": {"kod": "FORETAGSNAMN", "klartext": "Företagsnamn"}}
            ],
        },
        "organisationsform": {"dataproducent": "Bolagsverket", "kod": "AB", "klartext": "Aktiebolag", "fel": None},
        "avregistreradOrganisation": None,
        "pagaendeAvvecklingsEllerOmstruktureringsforfarande": None,
        "verksamOrganisation": {"dataproducent": "SCB", "kod": "JA", "fel": None},
        **parts,
    }
