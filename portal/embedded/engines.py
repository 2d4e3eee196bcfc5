"""All engines together: started side by side, handed over as an environment, stopped in order."""

import json
import secrets
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.embedded import ports as port_numbers
from portal.embedded.child import Child, surroundings
from portal.embedded.databases import DATABASE, Databases
from portal.embedded.identity import launch_identity_provider
from portal.embedded.object_store import BUCKET, ObjectStore, launch_object_store, remove_sockets
from portal.embedded.place import Place
from portal.embedded.ports import LOOPBACK, Ports, free_ports, refuse_ports_in_use
from portal.embedded.postgres import start_postgres
from portal.embedded.refusal import EnginesRefused
from portal.embedded.virus_scanner import launch_virus_scanner
from portal.embedded.waiting import wait_until

MAIL_FROM = "Kundval <kundval@kundval.example>"
STORE_PATIENCE = 60.0
MAIL_SINK = Path(__file__).with_name("mail_sink.py")


@dataclass(frozen=True)
class Access:
    """What a test needs beyond the portal's environment: databases and buckets of its own on running engines.

    Survives a round through JSON, so that the processes of a parallel test run share one set of engines.
    """

    environment: dict[str, str]
    databases: Databases
    object_store: ObjectStore

    def new_database(self, template: str | None = None) -> tuple[str, str]:
        """An empty database, or a copy of the one named: the portal's address for it, and the owner's."""
        return self.databases.new(template)

    def new_bucket(self) -> str:
        name = f"kundval-{secrets.token_hex(6)}"
        self.object_store.make_bucket(name)
        return name

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        told = json.loads(text)
        return cls(told["environment"], Databases(**told["databases"]), ObjectStore(**told["object_store"]))


class Engines:
    """Running engines.  Made by ``start`` only; ``stop`` may be called more than once."""

    def __init__(self, place: Place, ports: Ports) -> None:
        self.place = place
        self.ports = ports
        self.children: dict[str, Child] = {}
        self.access: Access
        self._running = True

    @classmethod
    def start(
        cls, var: Path, *, port: int, with_idp: bool = True, with_mail: bool = True, durable: bool = True
    ) -> Self:
        """Start what is asked for below ``var`` and wait until all of it answers.

        ``port`` is the portal's own; 0 looks for a free row.  ``durable=False`` trades safety against a power cut
        for speed and is for tests only.

        Raises:
            EnginesRefused: with one sentence that says what stands in the way; nothing is left running.
        """
        if sys.version_info < (3, 11):  # noqa: UP036 - told in words instead of by a stack trace
            raise EnginesRefused("Python 3.11 or later is needed.")
        place = Place(var)
        started: Self | None = None
        try:
            ports = Ports(port) if port else free_ports()
            refuse_ports_in_use(ports.uses(with_idp=with_idp, with_mail=with_mail))
            started = cls(place, ports)
            started._bring_up(with_idp=with_idp, with_mail=with_mail, durable=durable)
        except BaseException as error:
            if started is not None:
                started.stop()
            else:
                place.release()
            if isinstance(error, OSError):
                raise EnginesRefused(f"The engines could not start: {error}") from error
            raise
        return started

    @property
    def environment(self) -> dict[str, str]:
        return self.access.environment

    def new_database(self, template: str | None = None) -> tuple[str, str]:
        return self.access.new_database(template)

    def _bring_up(self, *, with_idp: bool, with_mail: bool, durable: bool) -> None:
        place, ports = self.place, self.ports
        base_url = f"http://localhost:{ports.portal}"
        seals = place.folder("seal")
        environment = {
            "KUNDVAL_BASE_URL": base_url,
            "KUNDVAL_SECRET": place.secret("portal-secret"),
            "KUNDVAL_SEAL_FOLDER": str(seals),
            "KUNDVAL_MAIL_FROM": MAIL_FROM,
        }
        # The slow ones come up while PostgreSQL is started; what may be missing on this machine is found out first.
        if with_idp:
            self.children["identity"], provider = launch_identity_provider(place, ports, base_url)
            environment |= provider.environment()
        self.children["objects"], store = launch_object_store(place, ports)
        if with_mail:
            self.children["mail"], told = _launch_mail_sink(place, ports)
            environment |= told
        if scanner := launch_virus_scanner(place):
            self.children["scanner"], told = scanner
            environment |= told
        self.children["postgres"], databases = start_postgres(place, ports.postgres, durable=durable)
        for child in self.children.values():
            child.wait_ready()
        store.make_bucket(BUCKET)
        # Right after a crash the store answers before it can read what it holds.
        if not wait_until(lambda: store.keeps(BUCKET), patience=STORE_PATIENCE):
            raise EnginesRefused(f"The object store keeps nothing: {self.children['objects'].last_words()}")
        environment |= {
            "KUNDVAL_DATABASE_URL": databases.app_url(DATABASE),
            "KUNDVAL_OWNER_DATABASE_URL": databases.owner_url(DATABASE),
            "KUNDVAL_S3_ENDPOINT": store.endpoint,
            "KUNDVAL_S3_BUCKET": BUCKET,
            "KUNDVAL_S3_ACCESS_KEY": store.access_key,
            "KUNDVAL_S3_SECRET_KEY": store.secret_key,
        }
        self.access = Access(environment, databases, store)

    def stop(self) -> None:
        """Everything that only answers questions goes first, PostgreSQL last and alone."""
        if not self._running:
            return
        self._running = False
        postgres = self.children.get("postgres")
        others = [child for child in self.children.values() if child is not postgres]
        for child in others:
            child.ask_to_stop()
        for child in others:
            child.stop()
        if postgres is not None:
            postgres.stop()
        remove_sockets(self.ports)
        self.place.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _launch_mail_sink(place: Place, ports: Ports) -> tuple[Child, dict[str, str]]:
    mail = place.folder("mail")
    letters, bounces = mail / "letters", mail / "bounces"
    child = Child(
        "The mail sink",
        [sys.executable, "-P", MAIL_SINK, "--port", str(ports.mail), "--letters", letters, "--bounces", bounces],
        surroundings(),
        log=place.logs / "mail.log",
        ready=lambda: port_numbers.answers(ports.mail),
        grace=5.0,
        kept_open=(place.lock,),
    )
    return child.launch(), {
        "KUNDVAL_SMTP_URL": f"smtp://{LOOPBACK}:{ports.mail}",
        "KUNDVAL_DEMO_MAILDIR": str(letters),
        "KUNDVAL_BOUNCE_MAILDIR": str(bounces),
    }
