"""Whom an application names: who leads, who stands in, who does the work; and what is sent of them.

A draft names a profile as it stands.  When the application is sent, the profile
is frozen with it, and the municipality reads only that.  During a supplement a
part that is asked about may name somebody else, or take the profile as it is now.
"""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.competence import FREEZE, named_in
from portal.db.tables import AnswerDocument, Application, ApplicationProfile, Document, StaffProfile
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.competence import Capacity, Profile
from portal.domain.competence_facts import Part, concern_of
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import STOPPED, Criterion
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services import documents
from portal.services.lifecycle import record
from portal.services.writing import open_part, person_of, touch

MAX_STAFF = 100


def choose(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    profile_ids: Collection[UUID],
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Name these people, and no others, as what the criterion is about; their evidence is attached to it.

    Says whether anything of it is new.

    Raises:
        NotAllowed: the criterion is about nobody's competence, or is not open.
        Invalid: one person leads and one stands in (``profil``: too_many).
    """
    application, sets = open_part(db, application_id, criterion_id, actor=actor)
    concern = concern_of(sets.by_id[criterion_id].rule)
    if concern is None:
        raise NotAllowed("no_profiles_here")
    wanted = set(profile_ids)
    most = MAX_STAFF if concern.capacity is Capacity.STAFF else 1
    if len(wanted) > most:
        raise Invalid({"profil": "too_many"}, {"max": most})
    own = col(StaffProfile.provider_id) == application.provider_id
    ours = db.exec(select(StaffProfile.id).where(own, col(StaffProfile.id).in_(wanted))).all()
    if missing := wanted.difference(ours):
        raise NotFound("profile", next(iter(missing)))
    of_these = (
        col(ApplicationProfile.application_id) == application_id,
        col(ApplicationProfile.capacity) == concern.capacity,
    )
    before = set(db.exec(select(ApplicationProfile.profile_id).where(*of_these)))
    db.execute(sa.delete(ApplicationProfile).where(*of_these, col(ApplicationProfile.profile_id).not_in(wanted)))
    db.add_all(
        ApplicationProfile(
            application_id=application_id,
            capacity=concern.capacity,
            profile_id=each,
            municipality_id=application.municipality_id,
            provider_id=application.provider_id,
            chosen_by=person_of(actor),
            chosen_at=now,
        )
        for each in sorted(wanted - before)
    )
    db.flush()
    changed = wanted != before
    if changed:
        facts = {"criterion": criterion_id, "capacity": concern.capacity.value, "profiles": sorted(map(str, wanted))}
        record(db, application_id, "competence.chosen", actor=actor, now=now, facts=facts)
    if application.state is State.SUPPLEMENT_REQUESTED:
        changed = _freeze(db, application, actor=actor, now=now, capacity=concern.capacity) or changed
    if changed:
        touch(db, application, criterion_id, now=now)
    people = [each.profile for each in named_in(db, application_id) if each.capacity is concern.capacity]
    attach_evidence(db, application, sets, (sets.by_id[criterion_id],), people, actor=actor, now=now)
    return changed


def freeze(db: Session, application: Application, sets: ConditionSets, *, actor: Actor, now: datetime) -> None:
    """Keep the profiles as they stand, with the application that is being sent, and hand in their evidence."""
    for each in named_in(db, application.id):
        concerned = [
            c for c in sets.asked_criteria if (about := concern_of(c.rule)) and about.capacity is each.capacity
        ]
        attach_evidence(db, application, sets, concerned, [each.profile], actor=actor, now=now)
    _freeze(db, application, actor=actor, now=now)


def _freeze(
    db: Session,
    application: Application,
    *,
    actor: Actor,
    now: datetime,
    capacity: Capacity | None = None,
) -> bool:
    """Whether anything was new.  A person whom the company has since erased stays as sent.

    The record holds a hash of what was sent, so that it can be shown later to be the same.
    """
    found = db.execute(
        sa.text(FREEZE),
        {
            "application": application.id,
            "now": now,
            "capacity": capacity.value if capacity else None,
        },
    ).all()
    for capacity_, profile_id, frozen in sorted(found, key=lambda row: (row[0], str(row[1]))):
        facts = {"capacity": capacity_, "profile": str(profile_id), "sha256": frozen_hash(frozen)}
        record(db, application.id, "competence.frozen", actor=actor, now=now, facts=facts)
    return bool(found)


def frozen_hash(frozen: object) -> str:
    """SHA-256 over a frozen profile in one canonical JSON form."""
    canonical = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def attach_evidence(
    db: Session,
    application: Application,
    sets: ConditionSets,
    criteria: Collection[Criterion],
    people: Collection[Profile],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Hand in, for each criterion, the documents that the claims it is about point to.

    What does not fit there (another format, no room, unsafe) is left: the page
    shows the claim without its evidence.
    """
    for criterion in criteria:
        concern = concern_of(criterion.rule)
        rules = documents.rules_for(sets, criterion)
        wanted = _evidence_of(people, concern.parts) if concern else set()
        if rules is None or not wanted:
            continue
        there = set(
            db.exec(
                select(AnswerDocument.document_id).where(
                    col(AnswerDocument.application_id) == application.id, col(AnswerDocument.criterion) == criterion.id
                )
            )
        )
        fitting = select(Document.id).where(
            col(Document.id).in_(wanted - there),
            col(Document.provider_id) == application.provider_id,
            col(Document.state).not_in(STOPPED),
            col(Document.media_type).in_([kind.media_type for kind in rules.allowed]),
        )
        room = documents.MAX_DOCUMENTS - len(there)
        for document_id in sorted(db.exec(fitting))[: max(0, room)]:
            accepted = sets.accepted(criterion)
            documents.tie(db, application, criterion.id, document_id, accepted=accepted, actor=actor, now=now)


def _evidence_of(people: Collection[Profile], parts: frozenset[Part]) -> set[UUID]:
    found: set[str | None] = set()
    for each in people:
        if Part.EDUCATION in parts:
            found |= {claim.document for claim in each.educations} | {claim.uhr_document for claim in each.educations}
        if Part.EMPLOYMENT in parts:
            found |= {claim.document for claim in each.employments}
        if Part.LANGUAGE in parts:
            found |= {claim.document for claim in each.languages}
        if Part.SUPERVISION in parts:
            found |= {claim.document for claim in each.supervisions}
    return {UUID(each) for each in found if each}
