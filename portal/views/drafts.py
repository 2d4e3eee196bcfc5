"""A draft of conditions: what every page of it says, and the page with all its criteria."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal import library
from portal.db import drafts
from portal.db.tables import ConditionDraft, ConditionVersion, Municipality, Person, Service
from portal.domain.actors import Actor
from portal.domain.criteria import Text
from portal.domain.draft_faults import Fault, find
from portal.domain.drafting import Step
from portal.domain.revision import Change, compare
from portal.locale import gettext as _
from portal.locale import language, ngettext
from portal.locale.problems import Problems
from portal.views.draft_words import problems_of, sentence
from portal.views.public_conditions import title_of
from portal.views.words import Status

ROOM = "/kommun/villkor"


@dataclass(frozen=True)
class DraftHead:
    """What every page of a draft says of it.  ``base`` is the version it began as; ``newest`` the set's latest."""

    id: UUID
    name: str
    title: str
    address: str
    revision: int
    base: int
    newest: int
    newest_id: UUID
    changed_at: datetime
    changed_by: str
    created_at: datetime
    created_by: str
    published: int | None
    public: str
    """The address of the version that it became."""

    @property
    def outrun(self) -> bool:
        """A newer version was published after the draft was begun: what that one changed is not in the draft."""
        return self.published is None and self.newest != self.base

    @property
    def against(self) -> str:
        return _("Version %(number)s") % {"number": self.newest}


@dataclass(frozen=True)
class OpenDraft:
    """A draft with what it is compared with: the newest version, or the one before it when it has become that."""

    head: DraftHead
    content: Mapping[str, Any]
    newest: Mapping[str, Any]
    service: str | None


def open_draft(db: Session, draft_id: UUID, actor: Actor) -> OpenDraft:
    """Raises ``NotFound``."""
    draft = drafts.read(db, draft_id, actor=actor)
    creator, changer = aliased(Person), aliased(Person)
    base, made = aliased(ConditionVersion), aliased(ConditionVersion)
    row = db.execute(
        sa.select(
            col(creator.name).label("creator"),
            col(changer.name).label("changer"),
            col(base.number).label("base"),
            col(made.number).label("made"),
            col(Municipality.slug).label("place"),
            col(Service.slug).label("service"),
            col(Service.name_sv),
            col(Service.name_en),
        )
        .select_from(ConditionDraft)
        .join(creator, col(creator.id) == col(ConditionDraft.created_by))
        .join(changer, col(changer.id) == col(ConditionDraft.changed_by))
        .join(base, col(base.id) == col(ConditionDraft.based_on))
        .join(made, col(made.id) == col(ConditionDraft.published_as), isouter=True)
        .join(Municipality, col(Municipality.id) == col(ConditionDraft.municipality_id))
        .join(Service, col(Service.id) == col(ConditionDraft.service_id), isouter=True)
        .where(col(ConditionDraft.id) == draft_id)
    ).one()
    if draft.published_as is None:
        other = drafts.newest(db, draft.municipality_id, draft.service_id)
    else:
        other = db.get_one(ConditionVersion, draft.based_on)
    prefix = f"/{row.place}/{row.service}" if row.service else f"/{row.place}"
    head = DraftHead(
        id=draft.id,
        name=draft.name,
        title=title_of(Text(row.name_sv, row.name_en) if row.service else None),
        address=f"{ROOM}/utkast/{draft.id}",
        revision=draft.revision,
        base=row.base,
        newest=other.number,
        newest_id=other.id,
        changed_at=draft.changed_at,
        changed_by=row.changer,
        created_at=draft.created_at,
        created_by=row.creator,
        published=row.made,
        public=f"{prefix}/villkor/{row.made}" if row.made else "",
    )
    return OpenDraft(head, draft.content, other.content, row.service)


@dataclass(frozen=True)
class CriterionLine:
    id: str
    title: Text
    status: Status | None
    address: str

    @property
    def up(self) -> str:
        return button_id(self.id, Step.UP)

    @property
    def down(self) -> str:
        return button_id(self.id, Step.DOWN)


def button_id(criterion: str, step: Step) -> str:
    """Of the button that moves a criterion: one comes back to it."""
    return f"{criterion.lower()}-{'upp' if step is Step.UP else 'ned'}"


@dataclass(frozen=True)
class CriterionGroup:
    id: str
    title: Text
    criteria: tuple[CriterionLine, ...]


@dataclass(frozen=True)
class DraftPage:
    """``faults``: how many criteria must be mended before the draft can be published.

    ``arranging``: the order is being changed, and each criterion has its buttons.
    """

    head: DraftHead
    groups: tuple[CriterionGroup, ...]
    removed: tuple[CriterionLine, ...]
    faults: int
    count: int
    done: str = ""
    name: str = ""
    problems: Problems = ()
    arranging: bool = False

    @classmethod
    def read(
        cls,
        db: Session,
        draft_id: UUID,
        actor: Actor,
        *,
        done: str = "",
        name: str | None = None,
        problems: Problems = (),
        arranging: bool = False,
    ) -> "DraftPage":
        it = open_draft(db, draft_id, actor)
        wrong: dict[str, list[Fault]] = {}
        for fault in find(it.content, library.declared()):
            wrong.setdefault(fault.criterion, []).append(fault)
        changes = {each.id: each for each in compare(it.newest, it.content).changes}
        rows: dict[str, list[CriterionLine]] = {}
        for data in it.content["criteria"]:
            id_ = data["id"]
            change = changes[id_].change if id_ in changes else None
            line = CriterionLine(
                id_,
                Text(**data["title"]),
                _status(len(problems_of(wrong.get(id_, ()))), change),
                f"{it.head.address}/villkor/{id_}",
            )
            rows.setdefault(data["group"], []).append(line)
        groups = [
            CriterionGroup(each["id"], Text(**each["title"]), tuple(rows[each["id"]]))
            for each in sorted(it.content["groups"], key=lambda group: group["order"])
            if each["id"] in rows
        ]
        removed = tuple(
            CriterionLine(each.id, each.title, None, f"{it.head.address}/villkor/{each.id}")
            for each in changes.values()
            if each.change is Change.REMOVED
        )
        return cls(
            it.head,
            tuple(groups),
            removed,
            len(wrong),
            len(it.content["criteria"]),
            done,
            it.head.name if name is None else name,
            problems,
            arranging and it.head.published is None,
        )


@dataclass(frozen=True)
class FaultyCriterion:
    id: str
    title: str
    address: str
    sentences: tuple[str, ...]


def faulty_criteria(it: OpenDraft, faults: tuple[Fault, ...]) -> tuple[FaultyCriterion, ...]:
    """What must be mended, criterion by criterion, with where it is done."""
    titles = {each["id"]: each["title"] for each in it.content["criteria"]}
    by_id: dict[str, list[str]] = {}
    for each in faults:
        by_id.setdefault(each.criterion, []).append(sentence(each))
    return tuple(
        FaultyCriterion(
            id_,
            titles[id_][language()] if id_ in titles else "",
            f"{it.head.address}/villkor/{id_}" if id_ else it.head.address,
            tuple(dict.fromkeys(said)),
        )
        for id_, said in by_id.items()
    )


def _status(faults: int, change: Change | None) -> Status | None:
    if faults:
        words = ngettext("En sak att rätta", "%(num)s saker att rätta", faults) % {"num": faults}
        return Status("act", words, "warning")
    if change is Change.ADDED:
        return Status("half", _("Tillagt"), "neutral")
    if change is Change.MOVED:
        return Status("half", _("Flyttat"), "neutral")
    return Status("half", _("Ändrat"), "neutral") if change else None
