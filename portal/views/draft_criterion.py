"""One criterion of a draft as it is edited: fields, what the rule reads, what differs, what must be mended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal import library
from portal.domain import drafting
from portal.domain.actors import Actor
from portal.domain.asked_words import asked
from portal.domain.criteria import Consequence, ControlPoint, Criterion, Demand, Outcome, Text, placeholders
from portal.domain.criteria_parsing import BadCriterion, from_data
from portal.domain.draft_faults import find
from portal.domain.evaluation import LeafFinding
from portal.domain.municipal_rules import THRESHOLD_KINDS, OneOf
from portal.domain.rules import Leaf, WhenThen, leaves
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale import language
from portal.locale.problems import Problem
from portal.locale.thresholds import how_to_write
from portal.views import words
from portal.views.comparison import ComparisonView, comparison, demand, threshold_name
from portal.views.draft_words import THRESHOLD, problems_of
from portal.views.drafts import DraftHead, OpenDraft, open_draft


@dataclass(frozen=True)
class Choice:
    value: str
    words: str
    chosen: bool
    help: str = ""


@dataclass(frozen=True)
class Number:
    """A threshold of the criterion; ``options`` where it is one of a few.

    ``unsaid``: it is another than in the newest version, and the criterion's text does not hold it. The text may
    still say the old number in words, which no machine reads.
    """

    id: str
    placeholder: str
    label: str
    value: str
    help: str
    options: tuple[str, ...] = ()
    unsaid: bool = False


@dataclass(frozen=True)
class Meanwhile:
    """Somebody else has changed the criterion, or removed it: who, when, and what theirs has that ours has not."""

    who: str
    at: datetime
    removed: bool
    comparison: ComparisonView | None


@dataclass(frozen=True)
class CriterionPage:
    """``values`` are the words by field; ``seen`` says which criterion the one who types has before their eyes.

    ``returns``: what is removed can be had again, from the newest version or the library.
    ``outdated``: it was to be removed, and became another while it was read.
    """

    head: DraftHead
    id: str
    own: bool
    seen: str
    values: Mapping[str, str]
    groups: tuple[Choice, ...]
    control_points: tuple[Choice, ...]
    on_breach: tuple[Choice, ...]
    description: tuple[Choice, ...]
    documents: tuple[Choice, ...]
    evidence: tuple[Choice, ...]
    other_evidence: tuple[Choice, ...]
    numbers: tuple[Number, ...]
    rule: tuple[str, ...]
    unreadable: str
    difference: ComparisonView | None
    can_restore: bool
    returns: bool
    problems: tuple[Problem, ...]
    meanwhile: Meanwhile | None = None
    done: bool = False
    outdated: bool = False

    @property
    def title(self) -> str:
        return self.values[f"rubrik_{language()}"] or self.id

    @classmethod
    def read(
        cls,
        db: Session,
        draft_id: UUID,
        id_: str,
        actor: Actor,
        *,
        fresh: bool = False,
        done: bool = False,
        typed: drafting.Edit | None = None,
        outdated: bool = False,
    ) -> "CriterionPage":
        """``fresh``: nothing has been written yet, so that nothing is missing. ``typed``: what was not stored.

        Raises ``NotFound``.
        """
        it = open_draft(db, draft_id, actor)
        held = drafting.criterion_in(it.content, id_)
        content = it.content
        if held is None:
            if typed is None:
                raise NotFound("criterion", id_)
            content = drafting.with_criterion(content, _lost(it, id_, typed), it.newest["thresholds"])
        if typed is not None:
            content = drafting.edited(content, id_, typed, library.declared())
        data = drafting.criterion_in(content, id_) or {}
        faults = [each for each in find(content, library.declared()) if each.criterion == id_]
        said = () if fresh else problems_of(faults)
        rule, unreadable = _rule(data)
        used = {each.fact.removeprefix("doc.") for each in _leaves(data)}
        chosen, others = _evidence(content, data, used)
        changed = comparison(_alone(it.newest, id_), _alone(content, id_), _names(it), both_tongues=True)
        return cls(
            head=it.head,
            id=id_,
            own=drafting.is_own(data),
            seen=drafting.fingerprint(it.content, id_),
            values=_values(data),
            groups=tuple(
                Choice(each["id"], each["title"][language()], each["id"] == data["group"])
                for each in sorted(content["groups"], key=lambda group: group["order"])
            ),
            control_points=tuple(
                Choice(each.value, words.control_point(each), each in data["control_points"]) for each in ControlPoint
            ),
            on_breach=tuple(
                Choice(each.value, words.consequence(each), each in data["on_breach"]) for each in Consequence
            ),
            description=_demands(data, "description"),
            documents=_demands(data, "documents"),
            evidence=chosen,
            other_evidence=others,
            numbers=_numbers(it, content, data),
            rule=rule,
            unreadable=unreadable,
            difference=None if changed.same else changed,
            can_restore=not changed.same and drafting.criterion_in(it.newest, id_) is not None and not it.head.outrun,
            returns=drafting.criterion_in(it.newest, id_) is not None or id_ in library.load().data,
            problems=said,
            meanwhile=None if typed is None else _meanwhile(it, content, id_),
            done=done,
            outdated=outdated,
        )


def _lost(it: OpenDraft, id_: str, typed: drafting.Edit) -> drafting.Data:
    """A criterion that somebody removed while it was edited, whichever way it had come into the draft."""
    there = drafting.criterion_in(it.newest, id_) or library.load().data.get(id_)
    if there is None and not drafting.OWN_ID.fullmatch(id_):
        raise NotFound("criterion", id_)
    return there or drafting.own_criterion(id_, typed.group, typed.title)


def _meanwhile(it: OpenDraft, typed: drafting.Content, id_: str) -> Meanwhile:
    removed = drafting.criterion_in(it.content, id_) is None
    names = _("Sparat av %(name)s") % {"name": it.head.changed_by}, _("Det du skrev")
    found = comparison(_alone(it.content, id_), _alone(typed, id_), names, both_tongues=True)
    return Meanwhile(it.head.changed_by, it.head.changed_at, removed, None if removed or found.same else found)


def _names(it: OpenDraft) -> tuple[str, str]:
    return it.head.against, _("Utkastet")


def _alone(content: drafting.Content, id_: str) -> drafting.Content:
    return {**content, "criteria": [each for each in content["criteria"] if each["id"] == id_]}


def _values(data: drafting.Data) -> dict[str, str]:
    empty = {"sv": "", "en": ""}
    parts = {"rubrik": "title", "text": "text", "fraga": "question", "hjalp": "help"}
    return {
        f"{name}_{tongue}": " ".join(text.split()) if name == "rubrik" else text.strip()
        for name, part in parts.items()
        for tongue, text in {**empty, **data.get(part, {})}.items()
    }


def _demands(data: drafting.Data, part: str) -> tuple[Choice, ...]:
    asked_for = data.get("asks", {}).get(part, Demand.NONE.value)
    return tuple(Choice(each.value, demand(each), each.value == asked_for) for each in Demand)


def _evidence(
    content: drafting.Content, data: drafting.Data, used: set[str]
) -> tuple[tuple[Choice, ...], tuple[Choice, ...]]:
    """The kinds that are chosen or that the rule reads, and all the others that the library has."""
    known = {id_: (Text(**each["name"]), Text(**each["shows"])) for id_, each in content["evidence_types"].items()}
    shelf = {id_: (kind.name, kind.shows) for id_, kind in library.load().document_types.items()}
    chosen: list[Choice] = []
    others: list[Choice] = []
    for id_, (name, shows) in {**shelf, **known}.items():
        help_ = shows.in_(language())
        if id_ in used:
            help_ = " ".join((help_, _("Systemet läser det här dokumentet.")))
        choice = Choice(id_, name.in_(language()), id_ in data["evidence"], help_)
        (chosen if choice.chosen or id_ in used else others).append(choice)
    return tuple(chosen), tuple(sorted(others, key=lambda each: each.words.casefold()))


def _numbers(it: OpenDraft, content: drafting.Content, data: drafting.Data) -> tuple[Number, ...]:
    said = placeholders(Text(**data["text"]))
    before = it.newest["thresholds"]
    return tuple(
        _number(name, value, unsaid=name not in said and name in before and before[name] != value)
        for name in data.get("thresholds", {})
        for value in (content["thresholds"].get(name, ""),)
    )


def _number(name: str, value: Any, *, unsaid: bool) -> Number:
    kind = THRESHOLD_KINDS.get(name)
    typed = ", ".join(value) if isinstance(value, list | tuple) else str(value).removeprefix("--")
    options = kind.values if isinstance(kind, OneOf) else ()
    means = how_to_write(kind) if kind else ""
    return Number(f"{THRESHOLD}{name}", f"{{{name}}}", threshold_name(name), typed, means, options, unsaid)


def _leaves(data: drafting.Data) -> tuple[Leaf, ...]:
    criterion = _parsed(data)
    return tuple(leaves(criterion.rule)) if criterion else ()


def _parsed(data: drafting.Data) -> Criterion | None:
    """With words in place of those that are still to be written, since only the rule is read."""
    word = {"sv": "-", "en": "-"}
    bare = {
        "id": data["id"],
        "group": data["group"],
        "title": word,
        "text": word,
        "evidence": [],
        "control_points": [ControlPoint.FOLLOW_UP.value],
        "on_breach": [Consequence.WARNING.value],
        "rule": data["rule"],
        "thresholds": data.get("thresholds", {}),
    }
    try:
        return from_data(bare, facts=library.declared())
    except BadCriterion:
        return None


def _rule(data: drafting.Data) -> tuple[tuple[str, ...], str]:
    """What the rule asks, one line for each comparison; or why that cannot be said."""
    criterion = _parsed(data)
    if criterion is None:
        return (), _("Regeln går inte att läsa.")
    if drafting.is_own(data) and all(leaf.fact == drafting.READ_BY_OFFICER for leaf in leaves(criterion.rule)):
        return (), _("Systemet läser ingenting här. En handläggare läser svaret och bedömer.")
    conditions = set(leaves(criterion.rule.when)) if isinstance(criterion.rule, WhenThen) else set()
    return tuple(_line(leaf, condition=leaf in conditions) for leaf in leaves(criterion.rule)), ""


def _line(leaf: Leaf, *, condition: bool) -> str:
    fact = library.declared()[leaf.fact]
    unknown = LeafFinding(
        leaf=leaf,
        outcome=Outcome.CANNOT_TELL,
        observed=Outcome.CANNOT_TELL,
        limit=None,
        known=(),
        others=(),
        gaps=(),
        why=(),
        on=date.min,
    )
    line = f"{fact.name.in_(language())}: {asked(unknown, library.declared(), language())}"
    return " ".join((_("Gäller bara om"), f"{line[:1].lower()}{line[1:]}")) if condition else line
