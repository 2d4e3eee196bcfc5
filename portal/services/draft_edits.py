"""What is changed in a draft of conditions, one criterion at a time.

Two administrators may work in one draft: what they do to different criteria
both stays. Of two who change the same criterion the later is told, with what
they typed still theirs, since ``seen`` says which criterion they had before
their eyes (``domain.drafting.fingerprint``).
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal import library
from portal.db.tables import ConditionDraft, ConditionVersion, Municipality, Service
from portal.domain import drafting
from portal.domain.actors import Actor
from portal.domain.criteria import Text
from portal.domain.draft_faults import find
from portal.errors import ChangedMeanwhile, Invalid, NotFound
from portal.services import shelf
from portal.services.drafts import open_for_change, store

LONGEST_TITLE = 200

_IDS = sa.text("""
SELECT each ->> 'id' AS id
  FROM (SELECT content FROM condition_version
         WHERE municipality_id = :m AND service_id IS NOT DISTINCT FROM CAST(:s AS uuid)
        UNION ALL
        SELECT content FROM condition_draft
         WHERE municipality_id = :m AND service_id IS NOT DISTINCT FROM CAST(:s AS uuid)) held,
       jsonb_array_elements(held.content -> 'criteria') each
""")


def save(db: Session, draft_id: UUID, id_: str, edit: drafting.Edit, *, seen: str, actor: Actor, now: datetime) -> bool:
    """Keep a criterion as it was typed, whatever is still wrong with it; says whether nothing is.

    A criterion that was removed comes back when it is saved by one who has seen that it was.

    Raises:
        ChangedMeanwhile: the criterion is not the one that was seen; somebody has changed or removed it.
        NotFound: there is no such draft, or there never was such a criterion.
        NotAllowed: ``role``, or ``draft_published``.
    """
    draft = _open(db, draft_id, id_, seen, actor)
    content = draft.content
    if not seen:
        content = _lost(db, draft, id_)
    data = drafting.criterion_in(content, id_) or {}
    # A form may name any threshold; those that are the criterion's own are decided with it.
    own = {name: value for name, value in edit.thresholds.items() if name in data.get("thresholds", {})}
    content = drafting.edited(content, id_, replace(edit, thresholds=own), library.declared())
    _store(db, draft, content, "changed", id_, actor=actor, now=now)
    return not any(each.criterion == id_ for each in find(draft.content, library.declared()))


def remove(db: Session, draft_id: UUID, id_: str, *, seen: str, actor: Actor, now: datetime) -> None:
    """Take a criterion out.  Raises as ``save``."""
    draft = _open(db, draft_id, id_, seen, actor)
    _store(db, draft, drafting.without(draft.content, id_), "removed", id_, actor=actor, now=now)


def move(db: Session, draft_id: UUID, id_: str, step: drafting.Step, *, actor: Actor, now: datetime) -> None:
    """Put a criterion before or after its neighbour in the group, as they stand now; at the end nothing is changed.

    Raises:
        NotFound: there is no such draft, or no such criterion in it.
        NotAllowed: ``role``, or ``draft_published``.
    """
    draft = open_for_change(db, draft_id, actor=actor)
    if drafting.criterion_in(draft.content, id_) is None:
        raise NotFound("criterion", id_)
    content = drafting.moved(draft.content, id_, step)
    if content["criteria"] != draft.content["criteria"]:
        _store(db, draft, content, "moved", id_, actor=actor, now=now)


def restore(db: Session, draft_id: UUID, id_: str, *, actor: Actor, now: datetime) -> None:
    """Have a criterion as it is in the version that the draft began as, whether it was changed or removed.

    Raises:
        NotFound: that version has no such criterion, or there is no such draft.
    """
    draft = open_for_change(db, draft_id, actor=actor)
    _store(db, draft, _with_base(db, draft, id_), "restored", id_, actor=actor, now=now)


def add_from_library(
    db: Session, draft_id: UUID, ids: Collection[str], *, actor: Actor, now: datetime
) -> tuple[str, ...]:
    """Put in criteria that the set does not have, each with its rule, its evidence and the municipality's numbers.

    Those that are there already stay as they are.  Says which were added.

    Raises:
        NotFound: the library has no such criterion for this set.
    """
    draft = open_for_change(db, draft_id, actor=actor)
    known = {each.id: each for each in shelf.criteria_for(_slug(db, draft))}
    if strange := [id_ for id_ in ids if id_ not in known]:
        raise NotFound("criterion", strange[0])
    settings = db.exec(select(Municipality.settings).where(col(Municipality.id) == draft.municipality_id)).one()
    content = draft.content
    there = {each["id"] for each in content["criteria"]}
    added = tuple(id_ for id_ in known if id_ in ids and id_ not in there)
    for id_ in added:
        numbers = shelf.thresholds_of(known[id_], settings.get("thresholds", {}))
        content = drafting.with_criterion(content, library.load().data[id_], numbers)
    if added:
        _store(db, draft, content, "added", *added, actor=actor, now=now)
    return added


def write_own(db: Session, draft_id: UUID, title: Text, group: str, *, actor: Actor, now: datetime) -> str:
    """Begin a criterion of the municipality's own; says which id it was given, which no other has had.

    Raises:
        Invalid: ``title_sv`` or ``title_en`` is ``missing`` or ``too_long``, ``group`` is ``unknown``.
    """
    draft = open_for_change(db, draft_id, actor=actor)
    errors = {
        f"title_{language}": "too_long" if words else "missing"
        for language, words in (("sv", title.sv), ("en", title.en))
        if not 0 < len(words) <= LONGEST_TITLE
    }
    if group not in {each["id"] for each in _with_groups(db, draft, draft.content)["groups"]}:
        errors["group"] = "unknown"
    if errors:
        raise Invalid(errors)
    id_ = _fresh_id(db, draft)
    content = drafting.with_criterion(draft.content, drafting.own_criterion(id_, group, title), {})
    _store(db, draft, content, "written", id_, actor=actor, now=now)
    return id_


def _open(db: Session, draft_id: UUID, id_: str, seen: str, actor: Actor) -> ConditionDraft:
    draft = open_for_change(db, draft_id, actor=actor)
    if drafting.fingerprint(draft.content, id_) != seen:
        raise ChangedMeanwhile(draft.id)
    return draft


def _with_base(db: Session, draft: ConditionDraft, id_: str) -> dict[str, Any]:
    """The draft's content with a criterion, and its numbers, as the version had them that it began as."""
    base = db.get_one(ConditionVersion, draft.based_on).content
    data = drafting.criterion_in(base, id_)
    if data is None:
        raise NotFound("criterion", id_)
    content = drafting.with_criterion(draft.content, data, {})
    numbers = {name: base["thresholds"][name] for name in data.get("thresholds", {})}
    return {**content, "thresholds": {**content["thresholds"], **numbers}}


def _lost(db: Session, draft: ConditionDraft, id_: str) -> dict[str, Any]:
    """The draft's content with a criterion that somebody removed while it was edited, whichever way it had come."""
    with suppress(NotFound):
        return _with_base(db, draft, id_)
    known = {each.id: each for each in shelf.criteria_for(_slug(db, draft))}
    if id_ in known:
        return drafting.with_criterion(draft.content, library.load().data[id_], shelf.thresholds_of(known[id_], {}))
    if drafting.OWN_ID.fullmatch(id_):
        return drafting.with_criterion(draft.content, drafting.own_criterion(id_, "", Text("", "")), {})
    raise NotFound("criterion", id_)


def _store(
    db: Session, draft: ConditionDraft, content: dict[str, Any], what: str, *ids: str, actor: Actor, now: datetime
) -> None:
    """With whatever groups and kinds of evidence its criteria now name."""
    wanted = {kind for each in content["criteria"] for kind in each["evidence"]}
    missing = shelf.evidence_types(wanted - set(content["evidence_types"]))
    whole = _with_groups(db, draft, {**content, "evidence_types": {**content["evidence_types"], **missing}})
    store(db, draft, whole, {what: list(ids)}, actor=actor, now=now)


def _with_groups(db: Session, draft: ConditionDraft, content: dict[str, Any]) -> dict[str, Any]:
    there = {each["id"] for each in content["groups"]}
    return {
        **content,
        "groups": [*content["groups"], *(g for g in shelf.groups_for(_slug(db, draft)) if g["id"] not in there)],
    }


def _slug(db: Session, draft: ConditionDraft) -> str | None:
    if draft.service_id is None:
        return None
    return db.exec(select(Service.slug).where(col(Service.id) == draft.service_id)).one()


def _fresh_id(db: Session, draft: ConditionDraft) -> str:
    """``FBH-E1``: after the set's own letters, and one more than any that a version or a draft has had."""
    ids = {row.id for row in db.execute(_IDS, {"m": draft.municipality_id, "s": draft.service_id})}
    prefixes = [id_.partition("-")[0] for id_ in ids]
    prefix = max(sorted(set(prefixes)), key=prefixes.count, default="EGEN")
    numbers = [int(number) for id_ in ids if (number := id_.removeprefix(f"{prefix}-E")).isdecimal() and number != id_]
    return f"{prefix}-E{max(numbers, default=0) + 1}"
