"""The coded reasons for a supplement or a refusal, as officers choose them.

The codes come from the library; what is decided keeps the sentence as it read
that day, so that a later library changes nothing in an old case.
"""

from collections.abc import Iterable
from functools import cache

from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion, Language, Text
from portal.domain.municipality import filled
from portal.library import Reason, load

__all__ = ["REFUSAL", "SUPPLEMENT", "Reason", "by_code", "offered", "sentence"]

SUPPLEMENT = "supplement"
REFUSAL = "refusal"


def offered(purpose: str) -> tuple[Reason, ...]:
    """The reasons for a purpose, nested as they are chosen."""
    return tuple(reason for reason in load().reasons if purpose in reason.used_for)


@cache
def by_code(purpose: str) -> dict[str, Reason]:
    """Every reason that can be chosen itself, by its whole code."""
    return {reason.code: reason for reason in _leaves(offered(purpose)) if purpose in reason.used_for}


def _leaves(reasons: Iterable[Reason]) -> Iterable[Reason]:
    for reason in reasons:
        if reason.nested:
            yield from _leaves(reason.nested)
        else:
            yield reason


def sentence(reason: Reason, criterion: Criterion, sets: ConditionSets, *, note: Text, municipality: str) -> Text:
    """The reason as a letter says it of one criterion; the officer's ``note`` is the same twice, or a phrase."""
    kinds = [sets.evidence_type(id_).name for id_ in criterion.evidence]
    said = filled(
        reason.sentence or reason.name,
        {"criterion": "\0", "note": "\2", "municipality": municipality, "document": "\1"},
    )
    names = Text(sv=", ".join(kind.sv for kind in kinds), en=", ".join(kind.en for kind in kinds))

    def told(each: Language) -> str:
        words = {"\0": criterion.title, "\1": names, "\2": note}
        return "".join(words[part].in_(each) if part in words else part for part in said.in_(each)).strip()

    return Text(sv=told("sv"), en=told("en"))
