"""Numbers as people write them, before anything is asked of them."""

import re

# Spaces and points group digits as people do, though a point is only that before three of them.
_GROUPING = re.compile(r"\s|\.(?=\d{3}(\D|$))")


def ungrouped(text: str) -> str:
    """``1 200 000`` and ``1.200.000`` as ``1200000``; what is no number stays what it is."""
    return _GROUPING.sub("", text)
