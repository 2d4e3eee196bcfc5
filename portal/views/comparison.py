"""Two versions of conditions side by side, in words: per criterion what was, what is, and which words differ."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.criteria import Consequence, ControlPoint, Demand, Language, Text, shown
from portal.domain.drafting import Content
from portal.domain.municipal_rules import THRESHOLD_KINDS
from portal.domain.revision import WORDS, Change, CriterionChange, Difference, Mark, Part, Run, compare, runs
from portal.locale import gettext as _
from portal.locale import language, ngettext
from portal.views import admin_words, words


@dataclass(frozen=True)
class Row:
    """One part of a criterion on both sides; ``listed``: each run is a thing of its own, and not words in a row.

    ``tongue`` is the language of the words, where it is another than the page's.
    """

    label: str
    before: tuple[Run, ...]
    after: tuple[Run, ...]
    listed: bool = False
    tongue: str = ""


@dataclass(frozen=True)
class ChangedCriterion:
    id: str
    title: Text
    change: Change
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class ChangedGroup:
    id: str
    title: Text
    criteria: tuple[ChangedCriterion, ...]


@dataclass(frozen=True)
class ComparisonView:
    """``before`` and ``after`` are the names of the two sides."""

    before: str
    after: str
    added: int
    removed: int
    changed: int
    moved: int
    unchanged: int
    groups: tuple[ChangedGroup, ...]

    @property
    def same(self) -> bool:
        return not self.groups

    @property
    def tally(self) -> str:
        """What differs, in a sentence; what there is none of goes without saying."""
        told = [
            (self.changed, ngettext("%(num)s villkor är ändrat", "%(num)s villkor är ändrade", self.changed)),
            (self.added, ngettext("%(num)s är tillagt", "%(num)s är tillagda", self.added)),
            (self.removed, ngettext("%(num)s är borttaget", "%(num)s är borttagna", self.removed)),
            (self.moved, ngettext("%(num)s är flyttat", "%(num)s är flyttade", self.moved)),
        ]
        parts = [sentence % {"num": count} for count, sentence in told if count]
        if not parts:
            return _("Villkoren är desamma.")
        *first, last = parts
        whole = " ".join((", ".join(first), _("och"), last)) if first else last
        same = ngettext("%(num)s är oförändrat.", "%(num)s är oförändrade.", self.unchanged) % {"num": self.unchanged}
        return f"{whole}. {same}" if self.unchanged else f"{whole}."


def comparison(before: Content, after: Content, names: tuple[str, str], *, both_tongues: bool) -> ComparisonView:
    """``both_tongues``: also what differs in the other language, as those who write the texts need it."""
    found = compare(before, after)
    titles = {each["id"]: each["title"] for content in (before, after) for each in content["groups"]}
    evidence = {id_: each["name"] for content in (before, after) for id_, each in content["evidence_types"].items()}
    told = _Teller(titles, evidence, both_tongues)
    groups: dict[str, list[ChangedCriterion]] = {}
    for each in found.changes:
        groups.setdefault(each.group, []).append(told.criterion(each))
    return ComparisonView(
        before=names[0],
        after=names[1],
        added=found.count(Change.ADDED),
        removed=found.count(Change.REMOVED),
        changed=found.count(Change.CHANGED),
        moved=found.count(Change.MOVED),
        unchanged=found.unchanged,
        groups=tuple(
            ChangedGroup(id_, Text(**titles[id_]) if id_ in titles else Text(id_, id_), tuple(criteria))
            for id_, criteria in groups.items()
        ),
    )


@dataclass(frozen=True)
class _Teller:
    groups: Mapping[str, Mapping[str, str]]
    evidence: Mapping[str, Mapping[str, str]]
    both_tongues: bool

    def criterion(self, change: CriterionChange) -> ChangedCriterion:
        here = language()
        other: Language = "sv" if here == "en" else "en"
        rows = [row for each in change.differences for row in self._rows(each, here, change.change)]
        if self.both_tongues or not rows:
            in_words = (each for each in change.differences if each.part in WORDS)
            rows += [row for each in in_words for row in self._rows(each, other, change.change)]
        return ChangedCriterion(change.id, change.title, change.change, tuple(rows))

    def _rows(self, it: Difference, tongue: Language, change: Change) -> Iterable[Row]:
        if it.part in WORDS:
            # The heading says the title of one that is new or gone.
            if it.part is Part.TITLE and change is not Change.CHANGED and tongue == language():
                return
            was, is_ = (side.in_(tongue) if side else "" for side in (it.before, it.after))
            if was != is_:
                yield self._side_by_side(_label(it), runs(was, is_), tongue="" if tongue == language() else tongue)
        elif it.part is Part.THRESHOLD:
            value = threshold_words(it.before, tongue), threshold_words(it.after, tongue)
            yield self._listed(_label(it), *([each] if each else [] for each in value))
        elif it.part is Part.RULE:
            if change is Change.CHANGED:
                yield Row(_label(it), (), (Run(Mark.ADDED, _("Systemet läser något annat än förut.")),), listed=True)
        elif it.part is Part.PLACE:
            yield self._listed(_label(it), *([_place(*side)] for side in (it.before, it.after)))
        elif it.part is not Part.GROUP or change in (Change.CHANGED, Change.MOVED):
            old, new = self._names(it.part, it.before), self._names(it.part, it.after)
            if old or new:
                yield self._listed(_label(it), old, new)

    def _names(self, part: Part, value: Any) -> list[str]:
        if value is None:
            return []
        codes = value if isinstance(value, tuple) else (value,)
        return [self._name(part, code) for code in codes]

    def _name(self, part: Part, code: str) -> str:
        if part in (Part.GROUP, Part.EVIDENCE):
            named = (self.groups if part is Part.GROUP else self.evidence).get(code)
            return named[language()] if named else code
        kinds: dict[Part, tuple[type[ControlPoint] | type[Consequence] | type[Demand], Callable[[Any], str]]] = {
            Part.CONTROL_POINTS: (ControlPoint, words.control_point),
            Part.ON_BREACH: (Consequence, words.consequence),
            Part.DESCRIPTION: (Demand, demand),
            Part.DOCUMENTS: (Demand, demand),
        }
        kind, say = kinds[part]
        return say(kind(code)) if code in {each.value for each in kind} else code

    @staticmethod
    def _side_by_side(label: str, marked: tuple[Run, ...], *, tongue: str) -> Row:
        before = tuple(each for each in marked if each.mark is not Mark.ADDED)
        after = tuple(each for each in marked if each.mark is not Mark.REMOVED)
        return Row(label, before, after, tongue=tongue)

    @staticmethod
    def _listed(label: str, before: list[str], after: list[str]) -> Row:
        return Row(
            label,
            tuple(Run(Mark.SAME if each in after else Mark.REMOVED, each) for each in before),
            tuple(Run(Mark.SAME if each in before else Mark.ADDED, each) for each in after),
            listed=True,
        )


def threshold_words(value: Any, tongue: Language) -> str:
    return "" if value is None or value == () or value == [] else shown(value, tongue)


def threshold_name(name: str) -> str:
    return admin_words.threshold(name) if name in THRESHOLD_KINDS else name


def demand(value: Demand) -> str:
    return {
        Demand.NONE: _("Efterfrågas inte"),
        Demand.OPTIONAL: _("Kan lämnas"),
        Demand.REQUIRED: _("Måste lämnas"),
    }[value]


def _place(number: int, count: int) -> str:
    return _("%(number)s av %(count)s") % {"number": number, "count": count}


def _label(it: Difference) -> str:
    if it.part is Part.THRESHOLD:
        return threshold_name(it.name)
    return {
        Part.TITLE: _("Rubrik"),
        Part.TEXT: _("Villkoret"),
        Part.QUESTION: _("Frågan till den som ansöker"),
        Part.HELP: _("Hjälptext"),
        Part.GROUP: _("Del"),
        Part.DESCRIPTION: _("Beskrivning i ord"),
        Part.DOCUMENTS: _("Dokument"),
        Part.EVIDENCE: _("Underlag"),
        Part.CONTROL_POINTS: _("Kontrolleras"),
        Part.ON_BREACH: _("Vid brist"),
        Part.RULE: _("Systemets läsning"),
        Part.PLACE: _("Plats i delen"),
    }[it.part]
