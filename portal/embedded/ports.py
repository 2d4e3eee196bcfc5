"""Which port each part listens on: the portal's own, and the engines in a row after it.

Only loopback is ever bound.  Two runs can stand side by side when their ports lie twenty apart.
"""

import random
import socket
from dataclasses import dataclass

from portal.embedded.refusal import EnginesRefused

LOOPBACK = "127.0.0.1"
BLOCK = 20
LOWEST, HIGHEST = 1024, 55_000
# The store's own worker looks for its administrator this far above its port, whatever it is told.
ADMIN_GRPC_OFFSET = 10_000


@dataclass(frozen=True)
class Ports:
    portal: int

    def __post_init__(self) -> None:
        if not LOWEST <= self.portal <= HIGHEST:
            raise EnginesRefused(f"PORT must lie between {LOWEST} and {HIGHEST}; it is {self.portal}.")

    @property
    def postgres(self) -> int:
        return self.portal + 1

    @property
    def identity(self) -> int:
        return self.portal + 2

    @property
    def mail(self) -> int:
        return self.portal + 3

    @property
    def s3(self) -> int:
        return self.portal + 4

    @property
    def store_inner(self) -> dict[str, int]:
        """Every port the object store opens beside S3, by the name of its option."""
        names = (
            "s3.port.grpc",
            "master.port",
            "master.port.grpc",
            "volume.port",
            "volume.port.grpc",
            "filer.port",
            "filer.port.grpc",
            "admin.port",
        )
        ports = {name: self.portal + 5 + place for place, name in enumerate(names)}
        return {**ports, "admin.port.grpc": ports["admin.port"] + ADMIN_GRPC_OFFSET}

    def uses(self, *, with_idp: bool, with_mail: bool) -> dict[int, str]:
        uses = {self.portal: "the portal", self.postgres: "PostgreSQL", self.s3: "the object store"}
        if with_idp:
            uses[self.identity] = "the demo identity provider"
        if with_mail:
            uses[self.mail] = "the mail sink"
        return uses | dict.fromkeys(self.store_inner.values(), "the object store")


def refuse_ports_in_use(uses: dict[int, str]) -> None:
    """Raises ``EnginesRefused`` naming the first port that something else holds."""
    for port, what in uses.items():
        if not _is_free(port):
            raise EnginesRefused(
                f"Port {port}, meant for {what}, is already in use; stop what listens there, "
                f"or choose another port, such as: make run PORT={_suggestion(uses)}"
            )


def free_ports() -> Ports:
    """A row of free ports, for the tests.  Below the range from which the kernel deals out ports of its own."""
    for _ in range(200):
        ports = Ports(random.randrange(12_000, 22_000, BLOCK))  # noqa: S311 - nothing secret about a port
        if all(_is_free(port) for port in ports.uses(with_idp=True, with_mail=True)):
            return ports
    raise EnginesRefused("No row of twenty free ports was found between 12000 and 22000.")


def answers(port: int) -> bool:
    """Whether something accepts a connection there; ``OSError`` where nothing does."""
    with socket.create_connection((LOOPBACK, port), timeout=1):
        return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A connection of the run before that lingers in TIME_WAIT is no listener.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _suggestion(uses: dict[int, str]) -> int:
    portal = min(uses)
    other = portal + 100
    return other if other <= HIGHEST else portal - 100
