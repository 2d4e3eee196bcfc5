"""Why a file of figures could not be read: one exception for all that reads them."""

from enum import StrEnum


class Why(StrEnum):
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    NOT_XML = "not_xml"
    ENTITIES = "entities"  # declares entities or has a document type of its own, which a report never needs
    ENCODING = "encoding"
    NOT_A_REPORT = "not_a_report"
    BROKEN_ZIP = "broken_zip"
    NOT_SIE = "not_sie"
    BROKEN_LINE = "broken_line"
    AMOUNT = "amount"
    DATE = "date"
    CONFLICT = "conflict"  # the same balance is given twice, and differently
    NO_YEAR = "no_year"
    NO_BALANCES = "no_balances"


class Unreadable(Exception):
    """Nothing is taken from the file. ``line`` is where, counted from 1, where that can be told."""

    def __init__(self, why: Why, *, line: int | None = None) -> None:
        super().__init__(why, line)
        self.why = why
        self.line = line
