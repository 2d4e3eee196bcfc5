"""How much may be handed in, for one criterion, in one case and by one company, and how long an upload waits.

The sizes that one file may have are not here: they are data of the document
types.  What stands here guards the store against a fault or an attack; nobody
who hands in what is asked for should ever meet it.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Final

MEGABYTE: Final = 1_000_000
RESUMABLE_FOR: Final = timedelta(hours=24)
DEFAULT_MAX_BYTES: Final = 50 * MEGABYTE


class Within(StrEnum):
    """Where a limit holds."""

    CRITERION = "criterion"
    CASE = "case"
    COMPANY = "company"


@dataclass(frozen=True)
class Held:
    """How many documents, and bytes, are there now; what is being uploaded counts with its whole size."""

    number: int
    size: int = 0


NUMBERS: Final = {Within.CRITERION: 20, Within.CASE: 400, Within.COMPANY: 5_000}
SIZES: Final = {Within.CASE: 4_000 * MEGABYTE, Within.COMPANY: 40_000 * MEGABYTE}


@dataclass(frozen=True)
class Room:
    """How many more documents, and bytes, there is place for, and which limit is the nearest for each."""

    number: int
    number_within: Within
    size: int
    size_within: Within

    def less(self, size: int) -> "Room":
        """What is left when one more, of this size, has come."""
        return Room(max(0, self.number - 1), self.number_within, max(0, self.size - size), self.size_within)

    def for_one(self) -> "Room":
        """For one that takes another's place: how many there are is no matter then."""
        return replace(self, number=1)


def room_for(held: dict[Within, Held]) -> Room:
    """The narrowest limit decides; of two that are equally near, the one nearest to the reader is named."""
    numbers = [(max(0, NUMBERS[within] - held[within].number), within) for within in NUMBERS]
    sizes = [(max(0, SIZES[within] - held[within].size), within) for within in SIZES]
    number, number_within = min(numbers, key=lambda each: each[0])
    size, size_within = min(sizes, key=lambda each: each[0])
    return Room(number, number_within, size, size_within)
