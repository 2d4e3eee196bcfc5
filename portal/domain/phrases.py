"""What a municipality's own phrases are for, and which of them fit where."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from portal.domain.criteria import Language

LONGEST_TITLE = 80
LONGEST_TEXT = 4000
MOST = 200
"""So many has a municipality at most: they are choices in a list, which nobody reads if it is longer."""


class Purpose(StrEnum):
    SUPPLEMENT = "supplement"
    REFUSAL = "refusal"
    JUDGEMENT = "judgement"


@dataclass(frozen=True)
class Offered:
    """A phrase as an officer may choose it; ``criterion`` is empty where it fits everywhere."""

    id: UUID
    purpose: Purpose
    title: str
    criterion: str
    text: str
    text_en: str = ""
    title_en: str = ""

    def titled(self, language: Language) -> str:
        return self.title_en if language == "en" and self.title_en else self.title

    def says(self, language: Language) -> str:
        """In the reader's language, or plainly in Swedish where nobody has written it in English."""
        return self.text_en if language == "en" and self.text_en else self.text

    def fits(self, criterion: str) -> bool:
        return self.criterion in ("", criterion)


def english_of(text: str, offered: Iterable[Offered], criterion: str) -> str:
    """The English of the phrase that ``text`` is word for word; empty where somebody has written of her own.

    Nobody's own words are translated: one changed word, and they stand as they were written.
    """
    return next((each.text_en for each in offered if each.fits(criterion) and each.text == text and each.text_en), "")
