"""Two versions of conditions side by side: what was added, what was removed, and which words were changed.

It compares content as it is stored, so that a draft that is not finished can be compared too. Texts are compared
as a reader sees them, with the numbers that were decided in them. It must not judge whether a change matters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from re import findall
from typing import Any

from portal.domain.criteria import PLACEHOLDER, Language, Text, shown
from portal.domain.drafting import Content, Data


class Part(StrEnum):
    """What of a criterion is another; the first four are words in both languages."""

    TITLE = "title"
    TEXT = "text"
    QUESTION = "question"
    HELP = "help"
    GROUP = "group"
    DESCRIPTION = "description"
    DOCUMENTS = "documents"
    EVIDENCE = "evidence"
    CONTROL_POINTS = "control_points"
    ON_BREACH = "on_breach"
    THRESHOLD = "threshold"
    RULE = "rule"
    PLACE = "place"


WORDS = (Part.TITLE, Part.TEXT, Part.QUESTION, Part.HELP)
SETS = (Part.EVIDENCE, Part.CONTROL_POINTS, Part.ON_BREACH)


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


@dataclass(frozen=True)
class Difference:
    """``before`` and ``after``: a ``Text``, a set of codes in order, a threshold's value, or a code.

    Of a place they are the number in the group and how many the group has.

    ``name`` is the threshold's. A side that has no such part has ``None``.
    """

    part: Part
    before: Any
    after: Any
    name: str = ""


@dataclass(frozen=True)
class CriterionChange:
    """``differences``: of one that was changed or moved, only what differs; of the others, all there is of it."""

    id: str
    group: str
    change: Change
    title: Text
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Comparison:
    changes: tuple[CriterionChange, ...]
    unchanged: int

    def count(self, change: Change) -> int:
        return sum(each.change is change for each in self.changes)


class Mark(StrEnum):
    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True)
class Run:
    mark: Mark
    words: str


def compare(before: Content, after: Content) -> Comparison:
    """Every criterion that is not the same in both, in the order of the groups and of the criteria in them."""
    old, new = ({each["id"]: each for each in content["criteria"]} for content in (before, after))
    moved = _moved(before, after)
    changes: list[CriterionChange] = []
    for id_ in dict.fromkeys((*new, *old)):
        earlier, later = old.get(id_), new.get(id_)
        differences = (*_differences(_parts(before, earlier), _parts(after, later)), *moved.get(id_, ()))
        if differences or earlier is None or later is None:
            change = Change.ADDED if earlier is None else Change.REMOVED if later is None else _kind(differences)
            data: Data = later or earlier or {}
            changes.append(CriterionChange(id_, data["group"], change, _text(data["title"]), differences))
    order = {
        **{each["id"]: each["order"] for each in before["groups"]},
        **{each["id"]: each["order"] for each in after["groups"]},
    }
    places = {id_: place for place, id_ in enumerate((*new, *(id_ for id_ in old if id_ not in new)))}
    changes.sort(key=lambda each: (order.get(each.group, len(order)), places[each.id]))
    return Comparison(tuple(changes), len(set(old) | set(new)) - len(changes))


def runs(before: str, after: str) -> tuple[Run, ...]:
    """Two texts as one, word by word: what both have, what only the first has, what only the second has."""
    old, new = findall(r"\S+", before), findall(r"\S+", after)
    made: list[Run] = []
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            made.append(Run(Mark.SAME, " ".join(new[begin:end])))
        else:
            made += [Run(Mark.REMOVED, " ".join(old[first:last]))] if first < last else []
            made += [Run(Mark.ADDED, " ".join(new[begin:end]))] if begin < end else []
    return tuple(made)


def with_numbers(words: str, thresholds: Mapping[str, Any], language: Language) -> str:
    """The words with the thresholds that are decided; one that is not stands as it is written."""
    return PLACEHOLDER.sub(
        lambda found: _shown(thresholds[found[1]], language) if found[1] in thresholds else found[0], words
    )


def _shown(value: Any, language: Language) -> str:
    return shown(tuple(value) if isinstance(value, list) else value, language) if value != [] else ""


def _kind(differences: tuple[Difference, ...]) -> Change:
    return Change.MOVED if all(each.part in (Part.GROUP, Part.PLACE) for each in differences) else Change.CHANGED


def _moved(before: Content, after: Content) -> dict[str, tuple[Difference, ...]]:
    """The criteria that stand elsewhere among those that both versions have in a group, as few as can be told.

    What was added or removed beside a criterion has not moved it.
    """
    old, new = _order(before), _order(after)
    found: dict[str, tuple[Difference, ...]] = {}
    for group in old.keys() & new.keys():
        one = [id_ for id_ in old[group] if id_ in new[group]]
        other = [id_ for id_ in new[group] if id_ in old[group]]
        # The same both ways, so that the comparison backwards tells of the same.
        kept = _kept(*sorted((one, other)))
        for id_ in other:
            if id_ not in kept:
                was, is_ = ((side[group].index(id_) + 1, len(side[group])) for side in (old, new))
                found[id_] = (Difference(Part.PLACE, was, is_),)
    return found


def _order(content: Content) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for each in content["criteria"]:
        groups.setdefault(each["group"], []).append(each["id"])
    return groups


def _kept(one: Sequence[str], other: Sequence[str]) -> set[str]:
    """The most that have the same order in both: the longest rising run of places."""
    places = {id_: place for place, id_ in enumerate(one)}
    best: list[tuple[str, ...]] = [()]
    for id_ in other:
        before = (run for run in best if not run or places[run[-1]] < places[id_])
        longest = max(before, key=len)
        best.append((*longest, id_))
    kept = max(best, key=len)
    return set(kept)


def _parts(content: Content, data: Data | None) -> dict[tuple[Part, str], Any]:
    """Everything a reader can see of a criterion, and its rule."""
    if data is None:
        return {}
    decided = content["thresholds"]
    parts: dict[tuple[Part, str], Any] = {
        (part, ""): Text(
            **{language: with_numbers(data[part].get(language, "").strip(), decided, language) for language in _BOTH}
        )
        for part in WORDS
        if part in data
    }
    parts |= {(part, ""): tuple(data[part]) for part in SETS}
    parts[(Part.GROUP, "")] = data["group"]
    parts[(Part.RULE, "")] = data["rule"]
    asks = data.get("asks", {})
    parts |= {(part, ""): asks[part] for part in (Part.DESCRIPTION, Part.DOCUMENTS) if part in asks}
    parts |= {(Part.THRESHOLD, name): _plain(decided.get(name)) for name in data.get("thresholds", {})}
    return parts


_BOTH: tuple[Language, ...] = ("sv", "en")


def _differences(
    before: Mapping[tuple[Part, str], Any], after: Mapping[tuple[Part, str], Any]
) -> tuple[Difference, ...]:
    keys = sorted(set(before) | set(after), key=lambda key: (list(Part).index(key[0]), key[1]))
    return tuple(
        Difference(part, before.get((part, name)), after.get((part, name)), name)
        for part, name in keys
        if not _alike(part, before.get((part, name)), after.get((part, name)))
    )


def _alike(part: Part, before: Any, after: Any) -> bool:
    """The order in which kinds of evidence or control points are listed says nothing."""
    if part in SETS and before is not None and after is not None:
        return set(before) == set(after)
    return bool(before == after)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _text(words: Mapping[str, str]) -> Text:
    return Text(words.get("sv", ""), words.get("en", ""))


def joined(parts: Iterable[Run], *, without: Mark) -> str:
    """One side of the comparison as it reads."""
    return " ".join(each.words for each in parts if each.mark is not without)
