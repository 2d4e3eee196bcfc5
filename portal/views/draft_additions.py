"""What can be put into a draft: criteria of the library that it has not, and one of the municipality's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal import library
from portal.domain.actors import Actor
from portal.domain.criteria import Text
from portal.domain.revision import with_numbers
from portal.locale.problems import Problem
from portal.views.drafts import DraftHead, open_draft


@dataclass(frozen=True)
class ShelfCriterion:
    id: str
    title: Text
    text: Text


@dataclass(frozen=True)
class ShelfGroup:
    title: Text
    criteria: tuple[ShelfCriterion, ...]


@dataclass(frozen=True)
class ShelfPage:
    """What the library has for the set and the draft has not."""

    head: DraftHead
    groups: tuple[ShelfGroup, ...]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def read(cls, db: Session, draft_id: UUID, actor: Actor, problems: tuple[Problem, ...] = ()) -> "ShelfPage":
        it = open_draft(db, draft_id, actor)
        shelf = library.load()
        there = {each["id"] for each in it.content["criteria"]}
        known = shelf.specific.get(it.service, ()) if it.service else shelf.general
        groups = []
        for group in shelf.groups_for(it.service or ""):
            own = tuple(
                ShelfCriterion(each.id, each.title, _with_defaults(each.text, it.content))
                for each in known
                if each.group == group.id and each.id not in there
            )
            if own:
                groups.append(ShelfGroup(group.title, own))
        return cls(it.head, tuple(groups), problems)


def _with_defaults(text: Text, content: Mapping[str, Any]) -> Text:
    """The library's words with the municipality's numbers, or the library's own."""
    defaults = {each.name: each.default for one in library.load().criteria for each in one.thresholds}
    numbers = {**defaults, **content["thresholds"]}
    return Text(with_numbers(text.sv, numbers, "sv"), with_numbers(text.en, numbers, "en"))


@dataclass(frozen=True)
class OwnCriterionPage:
    head: DraftHead
    groups: tuple[tuple[str, Text], ...]
    typed: Mapping[str, str]
    problems: tuple[Problem, ...] = ()

    @classmethod
    def read(
        cls,
        db: Session,
        draft_id: UUID,
        actor: Actor,
        *,
        typed: Mapping[str, str] | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> "OwnCriterionPage":
        it = open_draft(db, draft_id, actor)
        groups = tuple(
            (each["id"], Text(**each["title"])) for each in sorted(it.content["groups"], key=lambda g: g["order"])
        )
        return cls(it.head, groups, typed or {"rubrik_sv": "", "rubrik_en": "", "del": ""}, problems)
