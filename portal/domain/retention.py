"""For how long things are kept, and when they may be proposed for thinning (gallring).

A municipality decides by its own document plan (*dokumenthanteringsplan*); what
stands here is where it starts. Five years after a refusal follows the period
that socialtjänstlagen (2025:400) 16 kap. 1 § has for personal files; contracts
and what they rest on are usually kept, so an approval has ten years, the
longest that a starting value claims; the months are the portal's own.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal.domain.municipal_rules import Whole

BOUNDS: Mapping[str, Whole] = {
    "approved_years": Whole(1, 50),
    "refused_years": Whole(1, 50),
    "draft_months": Whole(3, 60),
    "withdrawn_months": Whole(3, 120),
    "unused_months": Whole(3, 120),
}


class Reason(StrEnum):
    """Why something stands on a list of what may be thinned out."""

    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    UNUSED = "unused"
    EXPIRED = "expired"


@dataclass(frozen=True)
class RetentionRules:
    """Years from the day of the decision; months since anybody touched it."""

    approved_years: int = 10
    refused_years: int = 5
    draft_months: int = 12
    withdrawn_months: int = 24
    unused_months: int = 24

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "RetentionRules":
        """A municipality's own, as far as it has set them."""
        return cls(**{**asdict(cls()), **settings.get("retention", {})})

    def until(self, decided_on: date, *, approved: bool) -> date:
        """The last day on which what the decision rests on is kept for certain."""
        return months_after(decided_on, 12 * (self.approved_years if approved else self.refused_years))


def months_after(day: date, months: int) -> date:
    """The same day of another month; where that month is shorter, its last day.  ``months`` may be negative."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        if last <= day.day:
            try:
                return date(year, month + 1, last)
            except ValueError:
                continue
    raise ValueError(f"no day {day.day} in any month")
