"""The real identity provider on a free port, a person's browser in front of it, and a door for its logout calls."""

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from urllib.parse import parse_qs, parse_qsl, urljoin, urlsplit

import httpx2
import pytest

from portal.web.oidc import Client, new_client_key, public_jwks

IDP = Path(__file__).parents[2] / "infra" / "demo-idp"
CALLBACK = "http://portal.example/callback"
AFTER_LOGOUT = "http://portal.example/out"
PEOPLE = json.loads((IDP / "people.json").read_text())
LOW_LEVEL = {
    **PEOPLE["people"][0],
    "sub": "00000000-0000-4000-8000-000000000002",
    "name": "Lova Låg",
    "email": "lova.lag@vega.example",
    "acr": "http://id.elegnamnden.se/loa/1.0/loa2",
}


@dataclass
class Form:
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)
    action: str = ""
    id: str = ""


class Page(HTMLParser):
    """What a page offers: its forms, with the buttons that stand in them or point to them, and its words."""

    def __init__(self, response: httpx2.Response) -> None:
        super().__init__()
        self.status = response.status_code
        self.url = str(response.url)
        self.headers = response.headers
        self.forms: list[Form] = []
        self.title = self.words = self.lang = ""
        self._open: Form | None = None
        self._in_title = False
        self.feed(response.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = Form(action=given.get("action", ""), id=given.get("id", ""))
            self.forms.append(self._open)
        elif tag == "input" and self._open:
            self._open.fields.append((given["name"], given.get("value", "")))
        elif tag == "button":
            form = (
                next((one for one in self.forms if one.id == given.get("form", "")), None)
                if "form" in given
                else self._open
            )
            assert form, "a button outside every form"
            form.buttons.append((given.get("name", ""), given.get("value", "")))
        elif tag == "html":
            self.lang = given.get("lang", "")
        self._in_title = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
        self.words += data


class Browser:
    """Follows redirects and presses buttons as a browser without script does, up to the portal's door."""

    def __init__(self) -> None:
        self.http = httpx2.Client(follow_redirects=False, timeout=10)
        self.page: Page | None = None
        self.returned: dict[str, str] = {}
        self.returned_to = ""

    def open(self, url: str) -> "Browser":
        return self._follow(self.http.get(url))

    def press(self, value: str, *, person: dict[str, str] | None = None) -> "Browser":
        assert self.page
        for form in self.page.forms:
            button = next((one for one in form.buttons if one[1] == value), None)
            if button and (person is None or ("person", person["sub"]) in form.fields):
                sent = dict([*form.fields, button])
                return self._follow(self.http.post(urljoin(self.page.url, form.action), data=sent))
        raise AssertionError(f"no button {value} for {person and person['name']} on: {self.page.title}")

    def _follow(self, response: httpx2.Response) -> "Browser":
        while response.is_redirect:
            target = urljoin(str(response.url), response.headers["location"])
            if target.startswith("http://portal.example/"):
                self.returned = dict(parse_qsl(urlsplit(target).query))
                self.returned_to = target.split("?")[0]
                return self
            response = self.http.get(target)
        self.page = Page(response)
        return self


@dataclass
class RunningProvider:
    issuer: str
    keys: Path
    client_key: str
    logout_tokens: "Queue[str]"

    def client(self, **changed: object) -> Client:
        given: dict[str, object] = {
            "issuer": self.issuer,
            "client_id": "kundval",
            "redirect_uri": CALLBACK,
            "private_key_pem": self.client_key,
            "post_logout_redirect_uri": AFTER_LOGOUT,
            "e_id_roots": [(self.keys / "e-id-root.pem").read_text()],
        }
        return Client(**{**given, **changed})  # type: ignore[arg-type]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def start_provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., RunningProvider]]:
    running: list[subprocess.Popen[str]] = []
    doors: list[ThreadingHTTPServer] = []

    def start(folder: Path | None = None, **options: object) -> RunningProvider:
        node = shutil.which("node")
        assert node, "these tests need Node"
        folder = folder or tmp_path_factory.mktemp("idp")
        tokens: Queue[str] = Queue()
        door = _logout_door(tokens)
        doors.append(door)
        port, client_key = _free_port(), new_client_key()
        issuer = f"http://127.0.0.1:{port}"
        shared = {"redirect_uris": [CALLBACK], "post_logout_redirect_uris": [AFTER_LOGOUT], "client_name": "Kundval"}
        keyed = {
            **shared,
            "client_id": "kundval",
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks": public_jwks(client_key),
            "backchannel_logout_uri": f"http://127.0.0.1:{door.server_port}/logout",
        }
        with_secret = {**shared, "client_id": "secretive", "client_secret": "s" * 40}
        people = {**PEOPLE, "people": [*PEOPLE["people"], LOW_LEVEL]}
        (folder / "people.json").write_text(json.dumps(people))
        config = {
            "port": port,
            "issuer": issuer,
            "clients": [keyed, with_secret],
            "people": "people.json",
            "keys": "keys",
        }
        (folder / "config.json").write_text(json.dumps({**config, "people": "people.json", **options}))
        with (folder / "errors.txt").open("w") as errors:
            process = subprocess.Popen(
                [node, str(IDP / "server.mjs"), str(folder / "config.json")],
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        running.append(process)
        assert process.stdout
        assert process.stdout.readline() == "ready\n", (folder / "errors.txt").read_text()
        return RunningProvider(issuer, folder / "keys", client_key, tokens)

    yield start
    for process in running:
        process.terminate()
        process.wait(timeout=10)
        assert process.stdout
        process.stdout.close()
    for door in doors:
        door.shutdown()
        door.server_close()


def _logout_door(tokens: "Queue[str]") -> ThreadingHTTPServer:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            tokens.put(parse_qs(body)["logout_token"][0])
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    door = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    Thread(target=door.serve_forever, daemon=True).start()
    return door


@pytest.fixture(scope="session")
def idp(start_provider: Callable[..., RunningProvider]) -> RunningProvider:
    return start_provider()


@pytest.fixture(scope="session")
def plain_idp(start_provider: Callable[..., RunningProvider]) -> RunningProvider:
    """A provider as many municipalities have: no signing, and name and e-mail only from userinfo."""
    return start_provider(offersSigning=False, claimsInIdToken=False)


@pytest.fixture
def visitor() -> Iterator[Browser]:
    one = Browser()
    yield one
    one.http.close()


@pytest.fixture(scope="session")
def people() -> dict[str, dict[str, str]]:
    """By given name."""
    return {
        person["given_name"] if person is not LOW_LEVEL else "Lova": person for person in [*PEOPLE["people"], LOW_LEVEL]
    }
