"""Memory that is used again shows nothing of what it held, and nobody has it while another is looking at it."""

import asyncio
import threading
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import filling
from documents.filling import KEPT, Filled, Filling
from documents.intake import Intake, IntakeRules
from documents.store import PART_BYTES, Store, StoreUnavailable

SENDERS = 3
DOES = st.sampled_from(["add", "take", "give back", "drop"])
STEPS = st.lists(st.tuples(st.integers(0, SENDERS - 1), DOES, st.binary(max_size=40)))


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    filling._kept.clear()


@given(STEPS)
def test_what_several_fill_at_a_time_each_takes_as_it_came(steps: list[tuple[int, str, bytes]]) -> None:
    fillings, came = [Filling() for _ in range(SENDERS)], [b""] * SENDERS
    taken: list[tuple[Filled, bytes]] = []
    for sender, what, piece in steps:
        if what == "add":
            fillings[sender].add(piece)
            came[sender] += piece
            assert fillings[sender].size == len(came[sender])
        elif what == "take":
            taken.append((fillings[sender].take(), came[sender]))
            came[sender] = b""
        elif what == "drop":
            fillings[sender].drop()
            came[sender] = b""
        elif taken:
            taken.pop(0)[0].give_back()
        assert all(part.content == whole and part.crc32 == zlib.crc32(whole) for part, whole in taken)


def test_memory_that_was_given_back_is_used_again_without_what_it_held() -> None:
    first = Filling()
    first.add(b"a secret of somebody's")
    part = first.take()
    part.give_back()

    second = Filling()
    second.add(b"short")

    assert second.take().content is part.content
    assert part.content == b"short"


def test_no_more_is_kept_than_a_few_parts() -> None:
    for _ in range(3 * KEPT):
        Filled(bytearray(10), 0).give_back()

    assert len(filling._kept) == KEPT


async def taken_in(store: Store, key: str, content: bytes) -> None:
    async with Intake(store, key, filename="plan.pdf", rules=IntakeRules(40_000_000)) as intake:
        await intake.feed(content)
        await intake.finish()


def test_a_file_on_its_way_when_its_sender_hangs_up_keeps_its_memory_to_itself(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, sending, may_go_on = store.put, threading.Event(), threading.Event()
    stored: list[bytes] = []

    def slow(key: str, data: bytearray, **more: Any) -> None:
        sending.set()
        assert may_go_on.wait(20)
        stored.append(bytes(data))
        put(key, data, **more)

    monkeypatch.setattr(store, "put", slow)

    async def both() -> None:
        first = asyncio.create_task(taken_in(store, "filling/first", b"%PDF-1.7 first" * 100))
        await asyncio.to_thread(sending.wait, 20)
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        second = asyncio.create_task(taken_in(store, "filling/second", b"%PDF-1.7 other" * 100))
        await asyncio.sleep(0.05)
        may_go_on.set()
        await second

    asyncio.run(both())

    assert sorted(stored) == [b"%PDF-1.7 first" * 100, b"%PDF-1.7 other" * 100]


@pytest.mark.parametrize(("sends", "size"), [("put", 1), ("put_part", PART_BYTES)])
def test_what_is_altered_between_its_coming_and_the_store_is_refused_there(
    store: Store, monkeypatch: pytest.MonkeyPatch, sends: str, size: int
) -> None:
    send = getattr(store, sends)

    def altered(*where: Any, **more: Any) -> Any:
        where[-1][100] ^= 1
        return send(*where, **more)

    monkeypatch.setattr(store, sends, altered)
    with pytest.raises(StoreUnavailable):
        asyncio.run(taken_in(store, f"refused/altered-{sends}", b"%PDF-1.7" + b"x" * (size + 200)))

    assert list(store.keys(f"refused/altered-{sends}")) == []
