"""The chain of a case says where it was altered, cut or left out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from portal.domain.record import Break, Recorded, breaks, chain_hash

CASE = UUID(int=1)
ACTOR = UUID(int=2)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def chain(length=3):
    before, found = b"", []
    for seq in range(1, length + 1):
        event = Recorded(CASE, seq, "note.written", ACTOR, "municipality", START, {"length": seq}, True)
        before = chain_hash(before, event)
        found.append((event, before))
    return found


def checked(events, *, last_seq=3, last_hash=None):
    return breaks(events, last_seq=last_seq, last_hash=last_hash or chain()[-1][1])


def test_a_whole_chain_has_no_break():
    assert checked(chain()) == ()


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "application.approve"},
        {"actor_id": UUID(int=3)},
        {"actor_id": None},
        {"actor_side": "company"},
        {"at": START + timedelta(microseconds=1)},
        {"facts": {"length": 9}},
        {"internal": False},
        {"case_id": UUID(int=9)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_event_is_altered(change):
    events = chain()
    events[1] = (replace(events[1][0], **change), events[1][1])

    assert checked(events) == (Break(2, "altered"),)


def test_who_rewrites_one_hash_breaks_the_next_event():
    events = chain()
    forged = replace(events[1][0], kind="application.approve")
    events[1] = (forged, chain_hash(events[0][1], forged))

    assert checked(events) == (Break(3, "altered"),)


def test_who_rewrites_the_last_event_is_betrayed_by_the_head():
    events = chain()
    forged = replace(events[2][0], kind="application.approve")
    events[2] = (forged, chain_hash(events[1][1], forged))

    assert checked(events) == (Break(3, "altered"),)


def test_an_event_taken_out_is_missing():
    events = chain()
    del events[1]

    assert Break(2, "missing") in checked(events)


def test_a_chain_without_its_end_is_cut_short():
    assert checked(chain()[:2]) == (Break(3, "cut_short"),)


def test_an_empty_chain_of_a_case_with_events_is_cut_short():
    assert checked([]) == (Break(1, "cut_short"),)
    assert breaks([], last_seq=0, last_hash=b"") == ()


def test_the_same_moment_in_another_zone_is_the_same_event():
    event = chain()[0][0]
    elsewhere = replace(event, at=event.at.astimezone(timezone(timedelta(hours=2))))

    assert chain_hash(b"", event) == chain_hash(b"", elsewhere)


def test_the_order_of_the_facts_does_not_matter_and_å_is_å():
    one = replace(chain()[0][0], facts={"a": 1, "b": "å"})
    other = replace(one, facts={"b": "å", "a": 1})

    assert chain_hash(b"", one) == chain_hash(b"", other)
