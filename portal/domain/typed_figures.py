"""What cannot be in figures that a person types from an annual report: found before they are kept.

Negative equity can be, and a company without short-term debts too: such ratios are
computed, or it is said that they cannot be. Only what no balance sheet holds is refused.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum

from portal.domain.solvency import Key

GREATEST = Decimal(10) ** 13  # kronor; more than any Swedish company has
LONGEST_YEAR = 550  # days; a financial year may be extended to 18 months (bokföringslagen 3 kap. 3 §)
OLDEST = date(2013, 1, 1)  # the corporate tax rate is known since then
# What a balance sheet states as nothing or more.
_NEVER_NEGATIVE = frozenset(Key) - {Key.EQUITY}
# Each is a part of the other.
_WITHIN = {Key.CURRENT_ASSETS: Key.ASSETS, Key.INVENTORIES: Key.CURRENT_ASSETS, Key.EQUITY: Key.ASSETS}


class Wrong(StrEnum):
    TOO_LARGE = "too_large"
    NEGATIVE = "negative"
    NOTHING = "nothing"  # no assets at all: there is nothing to compute a share of
    MORE_THAN_WHOLE = "more_than_whole"
    NOT_YET = "not_yet"
    TOO_OLD = "too_old"
    BEGINS_AFTER = "begins_after"
    TOO_LONG = "too_long"


def wrong_amounts(amounts: Mapping[Key, Decimal]) -> dict[Key, Wrong]:
    """One fault for each figure, the plainest first."""
    found: dict[Key, Wrong] = {}
    for key, value in amounts.items():
        if abs(value) > GREATEST:
            found[key] = Wrong.TOO_LARGE
        elif value < 0 and key in _NEVER_NEGATIVE:
            found[key] = Wrong.NEGATIVE
        elif key is Key.ASSETS and value == 0:
            found[key] = Wrong.NOTHING
    for part, whole in _WITHIN.items():
        sound = part in amounts and whole in amounts and not {part, whole} & found.keys()
        if sound and amounts[part] > amounts[whole]:
            found[part] = Wrong.MORE_THAN_WHOLE
    return found


def wrong_year(first: date | None, last: date, *, today: date) -> tuple[Wrong | None, Wrong | None]:
    """What is wrong with the first day, and with the last."""
    if last > today:
        return None, Wrong.NOT_YET
    if last < OLDEST:
        return None, Wrong.TOO_OLD
    if first is None:
        return None, None
    if first >= last:
        return Wrong.BEGINS_AFTER, None
    return (Wrong.TOO_LONG if (last - first).days > LONGEST_YEAR else None), None
