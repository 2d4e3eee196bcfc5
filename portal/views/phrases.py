"""The administrator's pages of phrases, and the choices that an officer's form offers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from portal.domain.phrases import Offered, Purpose
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale.problems import Problems

ADDRESS = "/kommun/fraser"


def purpose_words(purpose: Purpose) -> str:
    return {
        Purpose.SUPPLEMENT: _("Fråga i en komplettering"),
        Purpose.REFUSAL: _("Skäl till avslag"),
        Purpose.JUDGEMENT: _("Motivering till en bedömning"),
    }[purpose]


@dataclass(frozen=True)
class PhraseRow:
    address: str
    title: str
    title_en: str
    criterion: str
    text: str
    text_en: str


@dataclass(frozen=True)
class PhraseGroup:
    words: str
    rows: tuple[PhraseRow, ...]


@dataclass(frozen=True)
class PhrasesPage:
    groups: tuple[PhraseGroup, ...]
    done: bool


@dataclass(frozen=True)
class PhrasePage:
    """Add a phrase (no ``id``), or change one; ``values`` by field, as typed."""

    id: UUID | None
    purposes: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    problems: Problems


def listed(offered: Iterable[Offered], *, done: bool = False) -> PhrasesPage:
    found = tuple(offered)
    return PhrasesPage(
        tuple(
            PhraseGroup(
                purpose_words(purpose),
                tuple(
                    PhraseRow(
                        f"{ADDRESS}/{each.id}", each.title, each.title_en, each.criterion, each.text, each.text_en
                    )
                    for each in found
                    if each.purpose is purpose
                ),
            )
            for purpose in Purpose
        ),
        done,
    )


def one(
    offered: Iterable[Offered],
    phrase_id: UUID | None,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> PhrasePage:
    """Raises ``NotFound`` for a phrase that is not this municipality's."""
    names = ("anvands", "rubrik_sv", "rubrik_en", "villkor", "text_sv", "text_en")
    values: Mapping[str, str] = dict.fromkeys(names, "")
    if phrase_id is not None:
        found = next((each for each in offered if each.id == phrase_id), None)
        if found is None:
            raise NotFound("phrase", phrase_id)
        values = {
            "anvands": found.purpose.value,
            "rubrik_sv": found.title,
            "rubrik_en": found.title_en,
            "villkor": found.criterion,
            "text_sv": found.text,
            "text_en": found.text_en,
        }
    purposes = tuple((each.value, purpose_words(each)) for each in Purpose)
    return PhrasePage(phrase_id, purposes, typed if typed is not None else values, problems)
