"""Months as people state them in a certificate: a whole month, the first and the last both worked."""

import re
from dataclasses import dataclass
from datetime import date

_WRITTEN = re.compile(r"(\d{4})\s*[-/. ]?\s*(\d{1,2})|(\d{1,2})\s*[-/. ]\s*(\d{4})")


@dataclass(frozen=True, order=True)
class Month:
    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @classmethod
    def at(cls, number: int) -> "Month":
        return cls(number // 12, number % 12 + 1)

    @property
    def number(self) -> int:
        """Months since year 0, so that months are counted by subtraction."""
        return self.year * 12 + self.month - 1

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def plus(self, months: int) -> "Month":
        return Month.at(self.number + months)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


@dataclass(frozen=True, order=True)
class Span:
    """From the one month to the other, both within."""

    first: Month
    last: Month


def read_month(text: str) -> Month | None:
    """``2021-08``, ``202108``, ``2021/8`` or ``08/2021``; what no calendar has is ``None``."""
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    year, month, turned_month, turned_year = found.groups()
    number, of_year = int(month or turned_month), int(year or turned_year)
    return Month(of_year, number) if 1 <= number <= 12 and of_year >= 1 else None


def spans(numbers: set[int]) -> tuple[Span, ...]:
    """Months that follow on each other, gathered."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return tuple(Span(Month.at(first), Month.at(last)) for first, last in found)
