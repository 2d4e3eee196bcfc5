"""What is said when something cannot be done: what it was, and what to do now."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorPage:
    kicker: str
    heading: str
    paragraphs: tuple[str, ...]
    back: str | None = None
    back_words: str = ""
    action: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    reference: str | None = None
