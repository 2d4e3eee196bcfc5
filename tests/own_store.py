"""An object store of a test's own, which may be filled, killed and started again without disturbing the others."""

import os
import signal
from pathlib import Path

from documents.store import Store
from portal.embedded.child import Child
from portal.embedded.object_store import launch_object_store, remove_sockets
from portal.embedded.place import Place
from portal.embedded.ports import free_ports
from tests.shared_engines import open_folder

BUCKET = "kundval-own"


def kill(child: Child) -> None:
    """As ``kill -9`` of what the leash holds, or a machine that is lost: nothing is finished."""
    engines = Path(f"/proc/{child.leash_pid}/task/{child.leash_pid}/children").read_text().split()
    assert engines, f"{child.name} is not there to be killed"
    for each in engines:
        os.kill(int(each), signal.SIGKILL)
    child.stop()


class OwnStore:
    """``options`` are SeaweedFS's own; what it holds outlives its process."""

    def __init__(self, *options: str) -> None:
        self.place, self.ports = Place(open_folder() / "var"), free_ports()
        self.start(*options)
        self.told.make_bucket(BUCKET)

    def start(self, *options: str) -> None:
        self.child, self.told = launch_object_store(self.place, self.ports, *options)
        self.child.wait_ready()

    def start_again(self, *options: str) -> None:
        """As an operator does it who has given it a larger disk."""
        self.child.stop()
        self.start(*options)

    def kill(self) -> None:
        kill(self.child)

    def opened(self, *, attempts: int) -> Store:
        """Fewer ``attempts`` than in daily life, where a store may be starting: it is then given up sooner."""
        return Store(
            endpoint_url=self.told.endpoint,
            bucket=BUCKET,
            access_key=self.told.access_key,
            secret_key=self.told.secret_key,
            attempts=attempts,
        )

    @property
    def environment(self) -> dict[str, str]:
        return {
            "KUNDVAL_S3_ENDPOINT": self.told.endpoint,
            "KUNDVAL_S3_BUCKET": BUCKET,
            "KUNDVAL_S3_ACCESS_KEY": self.told.access_key,
            "KUNDVAL_S3_SECRET_KEY": self.told.secret_key,
        }

    def close(self) -> None:
        self.child.stop()
        remove_sockets(self.ports)
        self.place.release()
