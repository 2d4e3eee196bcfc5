"""What a form sent, read as text: nothing is trusted, nothing is lost."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fields:
    """The posted pairs, in order.  Text is NFC, trimmed, with one kind of line end."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> "Fields":
        return cls(tuple(pairs))

    def text(self, name: str) -> str:
        """The last value, so that a checkbox may follow its hidden "no"."""
        values = self.many(name)
        return values[-1] if values else ""

    def many(self, name: str) -> tuple[str, ...]:
        return tuple(_clean(value) for key, value in self.pairs if key == name)

    def starting(self, start: str) -> dict[str, str]:
        """The last value of every field whose name begins so, by the rest of its name."""
        return {key.removeprefix(start): _clean(value) for key, value in self.pairs if key.startswith(start)}

    def has(self, name: str) -> bool:
        return any(key == name for key, _ in self.pairs)


def _clean(value: str) -> str:
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in value if c == "\n" or c == "\t" or not unicodedata.category(c).startswith("C")).strip()
