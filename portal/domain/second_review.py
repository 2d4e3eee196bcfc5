"""The second reviewer: which cases are drawn, and what a complete answer is.

A municipality says how many of a hundred cases a second officer reads.  Which
ones follows from the case's own id, drawn at random before anybody had seen
the application: nobody can steer it, and drawing again gives the same answer.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.domain.municipal_rules import Whole

BOUNDS: Mapping[str, Whole] = {"sample_percent": Whole(0, 100)}


class Because(StrEnum):
    REQUESTED = "requested"
    SAMPLE = "sample"


def percent_of(settings: Mapping[str, Any]) -> int:
    """A municipality's own share; none are drawn where it has said nothing."""
    return int(settings.get("second_review", {}).get("sample_percent", 0))


def is_drawn(case_id: UUID, percent: int) -> bool:
    """Whether this case is among so many of a hundred.  A larger share holds all that a smaller one does."""
    drawn = int.from_bytes(hashlib.sha256(b"second review " + case_id.bytes).digest()[:8], "big")
    return drawn * 100 < percent * 2**64


@dataclass(frozen=True)
class Point:
    """What the second reviewer says of one judgement; ``note`` is why, where it is seen otherwise."""

    criterion: str
    agrees: bool
    note: str = ""


def faults(points: Sequence[Point], asked: Collection[str]) -> dict[str, str]:
    """By criterion: ``missing``, or ``note`` where somebody sees it otherwise and does not say why."""
    said = {each.criterion: each for each in points if each.criterion in asked}
    found = {criterion: "missing" for criterion in asked if criterion not in said}
    found |= {each.criterion: "note" for each in said.values() if not each.agrees and not each.note.strip()}
    return found
