"""The object store, through boto3 and nothing else: any S3, the laptop's SeaweedFS included.

Knows keys and bytes, never cases. Every call here waits for a network, so a
web handler runs it in a thread. No error of boto3's leaves this module: a
missing object is ``Missing``, a protected one ``Locked``, and everything that
means "try again later" is ``StoreUnavailable``.
"""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import IO, TYPE_CHECKING, Final, TypedDict, cast
from zoneinfo import ZoneInfo

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

    class Checksum(TypedDict, total=False):
        ChecksumCRC32: str


PART_BYTES: Final = 5 * 1024 * 1024
"""S3's smallest for every part but the last: what an upload keeps in memory is some of them."""
READ_BYTES: Final = 256 * 1024
SWEDEN: Final = ZoneInfo("Europe/Stockholm")

_IN_PARTS: Final = TransferConfig(multipart_threshold=PART_BYTES, multipart_chunksize=PART_BYTES, use_threads=False)
_ABSENT: Final = {"404", "NoSuchKey", "NotFound", "NoSuchVersion", "NoSuchUpload"}
_REFUSED: Final = {"403", "AccessDenied", "ObjectLocked", "InvalidRetentionPeriod"}


class StoreError(Exception):
    """Base of everything the store can refuse."""


@dataclass(eq=False)
class Missing(StoreError):
    """There is no object under this key."""

    key: str


@dataclass(eq=False)
class Locked(StoreError):
    """The object is under retention and may be neither removed nor given a shorter time."""

    key: str


@dataclass(eq=False)
class StoreUnavailable(StoreError):
    """The store did not answer, or answered with a fault of its own, until the retries ran out."""

    cause: str


@dataclass(frozen=True)
class ObjectFacts:
    size: int
    etag: str
    media_type: str


@dataclass(frozen=True)
class Part:
    """One part of an upload, as the store will ask for it when the upload is completed."""

    number: int
    etag: str
    crc32: str | None

    @property
    def completed(self) -> "CompletedPartTypeDef":
        named: CompletedPartTypeDef = {"PartNumber": self.number, "ETag": self.etag}
        if self.crc32:
            named["ChecksumCRC32"] = self.crc32
        return named


class Store:
    """One bucket. Thread-safe: boto3 clients are, and nothing else is kept."""

    def __init__(
        self,
        *,
        endpoint_url: str,
        bucket: str,
        access_key: str,
        secret_key: str,
        region: str = "eu-north-1",
        attempts: int = 11,
    ) -> None:
        def client(attempts: int, timeout: float) -> "S3Client":
            return boto3.client(
                "s3",
                endpoint_url=endpoint_url,
                aws_access_key_id=access_key,
                aws_secret_access_key=secret_key,
                region_name=region,
                config=Config(
                    # Every body goes with a CRC-32 in its signed headers, which the store checks. Over https botocore
                    # leaves it at that; over http it would make a SHA-256 of each body besides, and the store another.
                    # What counts is the portal's own SHA-256 of the whole: the examination reads back and compares.
                    s3={"addressing_style": "path", "payload_signing_enabled": False},
                    signature_version="s3v4",
                    # A store that was killed answers 500 for about 5 s after its restart. botocore's waits are drawn
                    # at random below 0.05, 0.1, 0.2 ... 12.8, 20 s: ten of them are 23 s on average.
                    retries={"mode": "standard", "total_max_attempts": attempts},
                    connect_timeout=min(timeout, 3),
                    read_timeout=timeout,
                    max_pool_connections=32,
                ),
            )

        self.bucket = bucket
        self._s3 = client(attempts, 30)
        self._impatient = client(1, 2)

    def ping(self) -> None:
        """One quick question, never repeated: for a readiness check. Raises ``StoreUnavailable``."""
        with _translated(self.bucket):
            self._impatient.head_bucket(Bucket=self.bucket)

    def ensure_bucket(self) -> None:
        """Make the bucket, with object lock (which brings versions), unless it is there: for each start."""
        with _translated(self.bucket):
            try:
                self._s3.head_bucket(Bucket=self.bucket)
                return
            except ClientError as error:
                if _code(error) not in _ABSENT | {"NoSuchBucket"}:
                    raise
            try:
                self._s3.create_bucket(Bucket=self.bucket, ObjectLockEnabledForBucket=True)
            except ClientError as error:  # two processes may start at the same moment
                if _code(error) not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                    raise

    def put(self, key: str, data: bytes | bytearray, *, media_type: str, crc32: int | None = None) -> None:
        """``crc32`` was made of the data before; the store refuses other data. Without it, it is made here."""
        with _translated(key):
            self._s3.put_object(
                Bucket=self.bucket, Key=key, Body=_bytes(data), ContentType=media_type, **_checked(crc32)
            )

    def put_file(self, key: str, file: IO[bytes], *, media_type: str) -> None:
        """From where the file stands to its end, in parts when it is large; memory does not grow with it."""
        with _translated(key):
            self._s3.upload_fileobj(file, self.bucket, key, ExtraArgs={"ContentType": media_type}, Config=_IN_PARTS)

    def read(self, key: str) -> bytes:
        return b"".join(self.stream(key))

    def stream(self, key: str, *, start: int | None = None, end: int | None = None) -> Iterator[bytes]:
        """The object in pieces; ``start`` and ``end`` as in a slice (``end`` is not included).

        The object is asked for at once, so a missing one is told before a response has begun.
        """
        if end is not None and end <= (start or 0):
            return iter(())
        with _translated(key):
            try:
                if start is None and end is None:
                    body = self._s3.get_object(Bucket=self.bucket, Key=key)["Body"]
                else:
                    last = "" if end is None else str(end - 1)
                    wanted = f"bytes={start or 0}-{last}"
                    body = self._s3.get_object(Bucket=self.bucket, Key=key, Range=wanted)["Body"]
            except ClientError as error:
                if _code(error) in {"InvalidRange", "416"}:
                    return iter(())
                raise

        def pieces() -> Iterator[bytes]:
            with _translated(key):
                try:
                    while piece := body.read(READ_BYTES):
                        yield piece
                finally:
                    body.close()

        return pieces()

    def head(self, key: str) -> ObjectFacts | None:
        try:
            with _translated(key):
                found = self._s3.head_object(Bucket=self.bucket, Key=key)
        except Missing:
            return None
        return ObjectFacts(found["ContentLength"], found["ETag"].strip('"'), found.get("ContentType", ""))

    def copy(self, source: str, target: str) -> None:
        """Put the object under another key as well, inside the store. Raises ``Missing``."""
        with _translated(source):
            self._s3.copy_object(Bucket=self.bucket, Key=target, CopySource={"Bucket": self.bucket, "Key": source})

    def delete(self, key: str) -> None:
        """Remove the object and every older version of it; nothing happens when it is not there.

        The bucket keeps versions (object lock demands them), so a plain delete would only
        hide the bytes behind a marker: a refused upload must be gone.

        Raises:
            Locked: it is under retention. It stays readable; no marker hides it.
        """
        with _translated(key):
            for version in self._versions(key):
                self._s3.delete_object(Bucket=self.bucket, Key=key, VersionId=version)

    def lock_until(self, key: str, until: date) -> None:
        """Keep the object, for everybody, through the day ``until`` in Sweden. It can be prolonged, never shortened."""
        moment = datetime.combine(until + timedelta(days=1), time(), tzinfo=SWEDEN).astimezone(UTC)
        with _translated(key):
            self._s3.put_object_retention(
                Bucket=self.bucket, Key=key, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": moment}
            )

    def keys(self, prefix: str) -> Iterator[str]:
        with _translated(prefix):
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield found["Key"]

    def dated(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """The keys with the moment at which each object was put."""
        with _translated(prefix):
            for page in self._s3.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Contents", []):
                    yield found["Key"], found["LastModified"].astimezone(UTC)

    # An object that grows part by part, and does not exist before it is completed: perhaps in another request, or
    # another process. Whoever began it keeps its id and its parts.

    def begin_parts(self, key: str, media_type: str) -> str:
        with _translated(key):
            begun = self._s3.create_multipart_upload(Bucket=self.bucket, Key=key, ContentType=media_type)
        return begun["UploadId"]

    def put_part(
        self, key: str, upload_id: str, number: int, part: bytes | bytearray, *, crc32: int | None = None
    ) -> "Part":
        """As ``put``. Raises ``Missing`` where the upload is over."""
        with _translated(key):
            sent = self._s3.upload_part(
                Bucket=self.bucket,
                Key=key,
                UploadId=upload_id,
                PartNumber=number,
                Body=_bytes(part),
                **_checked(crc32),
            )
        return Part(number, sent["ETag"], sent.get("ChecksumCRC32"))

    def complete_parts(self, key: str, upload_id: str, parts: Sequence["Part"]) -> None:
        """Raises ``Missing`` where the upload is over: completed before, or aborted."""
        with _translated(key):
            self._s3.complete_multipart_upload(
                Bucket=self.bucket,
                Key=key,
                UploadId=upload_id,
                MultipartUpload={"Parts": [part.completed for part in parts]},
            )

    def abort_parts(self, key: str, upload_id: str) -> None:
        """Nothing happens where the upload is over."""
        try:
            with _translated(key):
                self._s3.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload_id)
        except Missing:
            return

    def unfinished(self, prefix: str, before: datetime) -> Iterator[tuple[str, str]]:
        """Key and upload id of what was begun before a moment, by the store's clock, and neither ended nor aborted."""
        with _translated(prefix):
            for page in self._s3.get_paginator("list_multipart_uploads").paginate(Bucket=self.bucket, Prefix=prefix):
                for found in page.get("Uploads", []):
                    if found["Initiated"] < before:
                        yield found["Key"], found["UploadId"]

    def _versions(self, key: str) -> Iterator[str]:
        pages = self._s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=key)
        for page in pages:
            for version in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                if version["Key"] == key:
                    yield version["VersionId"]


def _bytes(part: bytes | bytearray) -> bytes:
    """boto3 sends a bytearray as it sends bytes, without a copy; only its type hints do not know."""
    return cast(bytes, part)


def _checked(crc32: int | None) -> "Checksum":
    return {} if crc32 is None else {"ChecksumCRC32": b64encode(crc32.to_bytes(4, "big")).decode()}


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def _translated(key: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _code(error) in _ABSENT:
            raise Missing(key) from error
        if _code(error) in _REFUSED:
            raise Locked(key) from error
        raise StoreUnavailable(str(error)) from error
    except BotoCoreError as error:  # no connection, a timeout, an answer cut short
        raise StoreUnavailable(str(error)) from error
