"""The record of a case as a chain: each event carries the hash of the one before it.

The same function writes the chain and verifies it, years later, from an export.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Recorded:
    """One event as it is hashed.  ``facts`` hold no personal data: people are their ids."""

    case_id: UUID
    seq: int
    kind: str
    actor_id: UUID | None
    actor_side: str
    at: datetime
    facts: Mapping[str, Any]
    internal: bool


def text_hash(text: str) -> str:
    """What the record holds of words that may speak of a person: enough to show later that they are the same."""
    return hashlib.sha256(text.encode()).hexdigest()


def chain_hash(before: bytes, event: Recorded) -> bytes:
    """SHA-256 over the hash before and the event in one canonical JSON form."""
    canonical = json.dumps(
        {
            "case": str(event.case_id),
            "seq": event.seq,
            "kind": event.kind,
            "actor": str(event.actor_id) if event.actor_id else None,
            "side": event.actor_side,
            "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "facts": event.facts,
            "internal": event.internal,
        },
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return hashlib.sha256(before + canonical.encode()).digest()


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold: ``altered`` (the event is not what was written), ``missing`` or ``cut_short``."""

    seq: int
    reason: str


def breaks(events: Iterable[tuple[Recorded, bytes]], *, last_seq: int, last_hash: bytes) -> tuple[Break, ...]:
    """Every place where the chain of a case is broken; empty when it is whole."""
    found: list[Break] = []
    before, expected = b"", 1
    for event, stored in events:
        if event.seq != expected:
            found.append(Break(expected, "missing"))
        if chain_hash(before, event) != stored:
            found.append(Break(event.seq, "altered"))
        before, expected = stored, event.seq + 1
    if expected - 1 != last_seq:
        found.append(Break(expected, "cut_short"))
    elif before != last_hash:
        found.append(Break(last_seq, "altered"))
    return tuple(found)
