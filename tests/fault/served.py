"""The portal served by its own process, and somebody signed in who speaks HTTP with it, piece by piece."""

import http.client
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from portal.embedded.child import surroundings
from portal.embedded.ports import LOOPBACK, free_ports
from portal.embedded.waiting import answers_http, wait_until
from tests.fault.process import Process

PATIENCE_S = 60.0
HEAD_BYTES = 65_536


class Served:
    """``with served.start(): …``, as often as it is killed; its address stays."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.port = free_ports().portal
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._environment = surroundings(**environment) | {"KUNDVAL_BASE_URL": self.url}
        self._folder, self._started = folder, 0

    def start(self) -> Process:
        self._started += 1
        command = [sys.executable, "-m", "portal", "serve", "--port", str(self.port), "--workers", "1"]
        return Process(command, self._environment, self._folder / f"web{self._started}.log")

    def wait_ready(self) -> None:
        assert wait_until(lambda: answers_http(f"{self.url}/logga-in"), patience=PATIENCE_S)


@dataclass
class Caller:
    served: Served
    token: str

    def begin(self, application_id: object, name: str, content: bytes) -> Any:
        """Begins the upload of a file that is larger than one part, or finds the one that was begun before."""
        told = f"namn={quote(name)}&storlek={len(content)}"
        path = f"/foretag/ansokningar/{application_id}/villkor/GEN-25/uppladdningar?{told}"
        return self.answer(self.send("POST", path, {"content-length": str(HEAD_BYTES)}, content[:HEAD_BYTES]))

    def proceed(self, path: str, content: bytes, start: int, stop: int | None = None) -> http.client.HTTPConnection:
        """Says that it sends the rest from ``start``, and sends it as far as ``stop``."""
        head = {
            "content-length": str(len(content) - start),
            "content-range": f"bytes {start}-{len(content) - 1}/{len(content)}",
        }
        return self.send("POST", path, head, content[start:stop])

    def send(self, method: str, path: str, head: Mapping[str, str], body: bytes = b"") -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(LOOPBACK, self.served.port, timeout=PATIENCE_S)
        connection.putrequest(method, path)
        for name, value in {"origin": self.served.url, "cookie": f"kundval={self.token}", **head}.items():
            connection.putheader(name, value)
        connection.endheaders()
        if body:
            connection.send(body)
        return connection

    def answer(self, connection: http.client.HTTPConnection) -> Any:
        """What was answered, as JSON, or as bytes where it is something else."""
        response = connection.getresponse()
        data = response.read()
        connection.close()
        assert response.status < 300, (response.status, data[:500])
        return json.loads(data) if response.headers.get_content_type() == "application/json" else data

    def get(self, path: str) -> Any:
        return self.answer(self.send("GET", path, {}))
