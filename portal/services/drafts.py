"""Drafts of a municipality's conditions, from the first copy to the version that it becomes.

What is in a draft is changed by ``services.draft_edits``. An administrator
publishes what a board has decided and says by which decision; from then on the
draft can no longer be changed, and the version never could.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal import library
from portal.db.drafts import newest as newest
from portal.db.drafts import read as read
from portal.db.tables import ConditionDraft, ConditionVersion, Municipality
from portal.domain.actors import Actor
from portal.domain.deadlines import day_in_sweden
from portal.domain.draft_faults import Unfinished, find
from portal.domain.drafting import finished
from portal.domain.publication import Decision, obstacles
from portal.domain.publishing import check
from portal.domain.roles import Role
from portal.errors import ChangedMeanwhile, Invalid, NotAllowed
from portal.services import confirmations, municipalities
from portal.services.staff_record import tell

LONGEST_NAME = 80


def create(db: Session, service_id: UUID | None, name: str, *, actor: Actor, now: datetime) -> UUID:
    """Begin with the newest published version of the set (``service_id`` None: the general conditions).

    The thresholds are those that the municipality's settings hold now: what is changed there is decided with the
    next version.

    Raises:
        Invalid: ``name`` is ``missing`` or ``too_long``.
        NotFound: there is no such service here.
        NotAllowed: ``role``.
    """
    municipality_id, person_id = _administrator(actor)
    named = _named(name)
    base = newest(db, municipality_id, service_id)
    settings = db.exec(select(Municipality.settings).where(col(Municipality.id) == municipality_id)).one()
    decided = settings.get("thresholds", {})
    content = {
        **base.content,
        # Criteria that are added from today's library may ask for facts that the old version did not know.
        "facts": sorted(library.declared()),
        "thresholds": {name: decided.get(name, value) for name, value in base.content["thresholds"].items()},
    }
    draft = ConditionDraft(
        municipality_id=municipality_id,
        service_id=service_id,
        name=named,
        based_on=base.id,
        content=content,
        created_at=now,
        created_by=person_id,
        changed_at=now,
        changed_by=person_id,
    )
    db.add(draft)
    db.flush()
    _tell(db, "conditions.drafted", draft, actor=actor, now=now)
    return draft.id


def open_for_change(db: Session, draft_id: UUID, *, actor: Actor) -> ConditionDraft:
    """The draft, locked until the transaction ends, for whoever changes it.

    Raises:
        NotFound: there is no such draft.
        NotAllowed: ``role``, or ``draft_published``.
    """
    _administrator(actor)
    draft = read(db, draft_id, actor=actor, lock=True)
    if draft.published_as is not None:
        raise NotAllowed("draft_published")
    return draft


def store(
    db: Session, draft: ConditionDraft, content: dict[str, Any], what: dict[str, Any], *, actor: Actor, now: datetime
) -> None:
    """Put new content into a draft that is open for change; ``what`` says in codes what was changed."""
    _, person_id = _administrator(actor)
    draft.content = content
    draft.revision += 1
    draft.changed_at, draft.changed_by = now, person_id
    db.add(draft)
    db.flush()
    _tell(db, "conditions.draft_changed", draft, what, actor=actor, now=now)


def rename(db: Session, draft_id: UUID, name: str, *, actor: Actor, now: datetime) -> None:
    """Raises ``Invalid`` (``name``), ``NotFound`` or ``NotAllowed``."""
    draft = open_for_change(db, draft_id, actor=actor)
    draft.name = _named(name)
    store(db, draft, draft.content, {"name": True}, actor=actor, now=now)


def discard(db: Session, draft_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Put the draft away; the row stays, since the record names it."""
    draft = open_for_change(db, draft_id, actor=actor)
    draft.discarded_at = now
    db.add(draft)
    db.flush()
    _tell(db, "conditions.draft_discarded", draft, actor=actor, now=now)


def publish(
    db: Session,
    draft_id: UUID,
    *,
    decided_by: str,
    paragraph: str,
    decided_on: date,
    valid_from: date,
    answer_by: date | None = None,
    actor: Actor,
    now: datetime,
    seen: tuple[int, UUID] | None = None,
) -> ConditionVersion:
    """Make the draft a version, by a named decision.  It can never be changed afterwards.

    ``answer_by``: the last day for those who are authorised; without it the day when the version begins to apply, or
    later where that would be too soon.

    ``seen`` is the draft's revision, and the version that it was compared with, as the administrator had them on the
    page: what nobody has looked at is not published.

    Raises:
        Invalid: field of the decision → why, by ``domain.publication.obstacles``.
        Unfinished: (a ``NotPublishable``) with every fault of every criterion, each at its field.
        ChangedMeanwhile: the draft, or the newest version, is another than the one that was seen.
        NotAllowed: ``role``, or ``draft_published``.
        NotFound: there is no such draft.
    """
    draft = open_for_change(db, draft_id, actor=actor)
    # Two drafts of one set take their numbers one after the other.
    db.exec(select(Municipality.id).where(col(Municipality.id) == draft.municipality_id).with_for_update()).one()
    latest = newest(db, draft.municipality_id, draft.service_id)
    if seen is not None and seen != (draft.revision, latest.id):
        raise ChangedMeanwhile(draft.id)
    decision = Decision(decided_by, paragraph, decided_on, valid_from, answer_by)
    if found := obstacles(decision, today=day_in_sweden(now), latest=latest.valid_from):
        raise Invalid(found)
    if faults := find(draft.content, library.declared()):
        raise Unfinished(faults)
    content = finished(draft.content)
    check(content, library.declared())
    version = ConditionVersion(
        municipality_id=draft.municipality_id,
        service_id=draft.service_id,
        number=latest.number + 1,
        valid_from=valid_from,
        decided_by=decided_by.strip(),
        decided_on=decided_on,
        decision_reference=paragraph.strip(),
        published_at=now,
        content=content,
    )
    db.add(version)
    db.flush()
    draft.published_as = version.id
    db.add(draft)
    db.flush()
    _decide_thresholds(db, draft, content["thresholds"], actor=actor, now=now)
    facts = {"version": str(version.id), "number": version.number, "valid_from": valid_from.isoformat()}
    _tell(db, "conditions.published", draft, facts, actor=actor, now=now)
    confirmations.order(db, version, answer_by=answer_by, actor=actor, now=now)
    return version


def _decide_thresholds(
    db: Session, draft: ConditionDraft, decided: dict[str, Any], *, actor: Actor, now: datetime
) -> None:
    """The settings say what was decided last: the next draft begins with it."""
    settings = db.exec(select(Municipality.settings).where(col(Municipality.id) == draft.municipality_id)).one()
    held = settings.get("thresholds", {})
    if changed := {name: value for name, value in decided.items() if held.get(name) != value}:
        municipalities.change_thresholds(db, changed, actor=actor, now=now)


def _administrator(actor: Actor) -> tuple[UUID, UUID]:
    if actor.municipality_id is None or actor.person_id is None or not actor.may(Role.MUNICIPAL_ADMINISTRATOR):
        raise NotAllowed("role")
    return actor.municipality_id, actor.person_id


def _named(name: str) -> str:
    cleaned = " ".join(name.split())
    if not cleaned:
        raise Invalid({"name": "missing"})
    if len(cleaned) > LONGEST_NAME:
        raise Invalid({"name": "too_long"})
    return cleaned


def _tell(
    db: Session,
    kind: str,
    draft: ConditionDraft,
    facts: dict[str, Any] | None = None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    said = {"draft": str(draft.id), "revision": draft.revision, **(facts or {})}
    tell(db, kind, municipality_id=draft.municipality_id, facts=said, actor=actor, now=now)
