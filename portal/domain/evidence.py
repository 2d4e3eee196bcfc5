"""What an officer judged, held by hash; and whether the evidence has changed since.

A judgement pins the documents that lay before the officer.  What the company
replaces, adds or takes away afterwards does not change the judgement: it marks
it, and a person judges again or confirms.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Pinned:
    """A document by its id and the SHA-256 of its bytes."""

    document: str
    sha256: str


@dataclass(frozen=True)
class Change:
    """How the evidence differs from what was judged, as ids of documents."""

    added: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.gone or self.altered)


NONE = Change()


def change_since(judged: Iterable[Pinned] | None, present: Iterable[Pinned]) -> Change:
    """What has changed; nothing can be said of a judgement from before pins were kept (``None``)."""
    if judged is None:
        return NONE
    before = {each.document: each.sha256 for each in judged}
    after = {each.document: each.sha256 for each in present}
    return Change(
        added=tuple(sorted(after.keys() - before.keys())),
        gone=tuple(sorted(before.keys() - after.keys())),
        altered=tuple(sorted(id_ for id_ in before.keys() & after.keys() if before[id_] != after[id_])),
    )


def as_data(pins: Iterable[Pinned]) -> list[dict[str, str]]:
    """As a judgement and its event keep them: in one order, so that the same evidence is the same text."""
    return [{"document": each.document, "sha256": each.sha256} for each in sorted(pins)]


def from_data(kept: Iterable[dict[str, str]] | None) -> tuple[Pinned, ...] | None:
    return None if kept is None else tuple(Pinned(each["document"], each["sha256"]) for each in kept)
