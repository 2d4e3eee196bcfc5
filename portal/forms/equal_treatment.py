"""The period that is asked for, as it stands in the address: one of those that are offered, and no other."""

from collections.abc import Sequence

from portal.domain.followed_periods import Period
from portal.errors import NotFound


def read_period(typed: str, offered: Sequence[Period]) -> Period:
    """Without anything asked for the first, the last twelve months.  Raises ``NotFound``: it is none of them."""
    found = next((each for each in offered if each.key == typed), None)
    if found is None and typed:
        raise NotFound("period", typed[:40])
    return found or offered[0]
