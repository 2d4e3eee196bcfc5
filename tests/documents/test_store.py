"""The store on a real SeaweedFS: what it promises, and what it says when it cannot."""

import signal
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from documents.store import PART_BYTES, Locked, Missing, ObjectFacts, Store, StoreUnavailable

PDF = "application/pdf"


def test_what_is_put_can_be_read_again_whole_and_in_part(store: Store) -> None:
    store.put("a/plan.pdf", b"0123456789", media_type=PDF)

    assert store.read("a/plan.pdf") == b"0123456789"
    assert b"".join(store.stream("a/plan.pdf", start=2, end=5)) == b"234"
    assert b"".join(store.stream("a/plan.pdf", start=7)) == b"789"
    assert b"".join(store.stream("a/plan.pdf", end=3)) == b"012"
    assert b"".join(store.stream("a/plan.pdf", start=10)) == b""


def test_an_object_states_its_size_and_type(store: Store) -> None:
    store.put("a/facts.pdf", b"12345", media_type=PDF)

    facts = store.head("a/facts.pdf")

    assert facts == ObjectFacts(size=5, etag="827ccb0eea8a706c4c34a16891f84e7b", media_type=PDF)


def test_a_missing_object_is_told_before_anything_is_streamed(store: Store) -> None:
    with pytest.raises(Missing) as told:
        store.stream("nowhere")

    assert told.value.key == "nowhere"
    assert store.head("nowhere") is None


def test_the_bucket_can_be_ensured_at_each_start(store: Store) -> None:
    store.ensure_bucket()
    store.ping()


def test_an_object_is_copied_under_another_key_and_once_more_changes_nothing(store: Store) -> None:
    store.put("quarantine/1", b"evidence", media_type=PDF)

    store.copy("quarantine/1", "kept/1")
    store.copy("quarantine/1", "kept/1")

    assert store.read("kept/1") == b"evidence"
    facts = store.head("kept/1")
    assert facts is not None
    assert (facts.size, facts.media_type) == (8, PDF)
    assert store.read("quarantine/1") == b"evidence"


def test_nothing_cannot_be_copied(store: Store) -> None:
    with pytest.raises(Missing):
        store.copy("quarantine/never", "kept/never")


def test_a_deleted_object_is_gone_with_all_its_versions(store: Store) -> None:
    store.put("gone", b"first", media_type=PDF)
    store.put("gone", b"second", media_type=PDF)

    store.delete("gone")
    store.delete("gone")

    assert store.head("gone") is None
    assert list(store._versions("gone")) == []


def test_deleting_one_object_leaves_those_whose_key_begins_alike(store: Store) -> None:
    store.put("alike", b"1", media_type=PDF)
    store.put("alike-too", b"2", media_type=PDF)

    store.delete("alike")

    assert list(store.keys("alike")) == ["alike-too"]


def test_a_locked_object_can_be_neither_deleted_nor_released_early(store: Store) -> None:
    store.put("locked", b"the decision", media_type=PDF)
    far = date(2099, 3, 2)
    store.lock_until("locked", far)
    store.lock_until("locked", far + timedelta(days=1))

    with pytest.raises(Locked):
        store.delete("locked")
    with pytest.raises(Locked):
        store.lock_until("locked", far - timedelta(days=300))

    assert store.read("locked") == b"the decision"


def test_an_object_that_grows_by_parts_is_not_there_before_it_is_completed(store: Store) -> None:
    pieces = [bytes(range(256)) * (PART_BYTES // 256), b"y" * PART_BYTES, b"z" * 17]
    upload = store.begin_parts("parts/whole", PDF)

    parts = [store.put_part("parts/whole", upload, number, piece) for number, piece in enumerate(pieces, 1)]
    assert store.head("parts/whole") is None
    store.complete_parts("parts/whole", upload, parts)

    assert store.read("parts/whole") == b"".join(pieces)
    facts = store.head("parts/whole")
    assert facts is not None
    assert facts.media_type == PDF


def test_a_bucket_without_versions_serves_as_well(weed: Any) -> None:
    plain = weed.store("plain")
    plain._s3.create_bucket(Bucket="plain")
    plain.ensure_bucket()
    plain.put("quarantine/1", b"x", media_type=PDF)

    plain.copy("quarantine/1", "kept/1")
    plain.delete("quarantine/1")

    assert list(plain.keys("")) == ["kept/1"]


@pytest.mark.parametrize("size", [0, 1, 2 * PART_BYTES + 17])
def test_a_file_of_any_size_is_put_whole(store: Store, size: int) -> None:
    data = b"x" * size

    with tempfile.SpooledTemporaryFile(1000) as file:
        file.write(data)
        file.seek(0)
        store.put_file(f"file/{size}", file, media_type=PDF)

    assert store.read(f"file/{size}") == data
    facts = store.head(f"file/{size}")
    assert facts is not None
    assert facts.media_type == PDF


def test_an_aborted_upload_leaves_nothing(store: Store) -> None:
    upload = store.begin_parts("parts/aborted", PDF)
    store.put_part("parts/aborted", upload, 1, b"x" * PART_BYTES)

    store.abort_parts("parts/aborted", upload)
    store.abort_parts("parts/aborted", upload)

    assert store.head("parts/aborted") is None
    assert store._s3.list_multipart_uploads(Bucket=store.bucket, Prefix="parts/aborted").get("Uploads", []) == []
    with pytest.raises(Missing):
        store.put_part("parts/aborted", upload, 2, b"more")


def test_a_store_that_was_killed_is_waited_for(weed: Any, tmp_path: Path) -> None:
    engine = type(weed)(tmp_path)  # its own, so that no other test meets the dead one
    engine.start()
    try:
        engine.wait()
        store = engine.store("survives")
        store.ensure_bucket()
        store.put("paper", b"still here", media_type=PDF)
        engine.stop(signal.SIGKILL)
        engine.start()

        found = store.read("paper")
    finally:
        engine.stop()

    assert found == b"still here"


def test_a_store_that_is_down_is_unavailable_and_not_empty() -> None:
    down = Store(endpoint_url="http://127.0.0.1:9", bucket="b", access_key="a", secret_key="s", attempts=2)

    with pytest.raises(StoreUnavailable):
        down.head("anything")
    with pytest.raises(StoreUnavailable):
        down.ping()


def test_wrong_keys_are_not_mistaken_for_a_missing_object(weed: Any, store: Store) -> None:
    stranger = Store(
        endpoint_url=weed.endpoint_url, bucket=store.bucket, access_key="documents-tests", secret_key="wrong"
    )

    with pytest.raises(StoreUnavailable):
        stranger.read("a/plan.pdf")
