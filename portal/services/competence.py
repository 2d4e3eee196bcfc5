"""The people of a company and what they can: add, change, remove.  An application names them (``competence_choice``).

Whoever writes answers writes these too.  A claim may point to a document of the
company's own; another company's is not found.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from portal.db.tables import (
    ApplicationProfile,
    Document,
    StaffEducation,
    StaffEmployment,
    StaffLanguage,
    StaffProfile,
    StaffSupervision,
)
from portal.domain.actors import Actor
from portal.domain.competence import (
    Education,
    Employment,
    LanguageSkill,
    StaffRole,
    Supervision,
    faults,
)
from portal.domain.competence_facts import Part
from portal.domain.criteria import STOPPED
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import sort_key
from portal.domain.months import Month
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.writing import person_of

MAX_PROFILES, MAX_CLAIMS = 300, 60
Claim = Education | Employment | LanguageSkill | Supervision
TABLES: dict[Part, Any] = {
    Part.EDUCATION: StaffEducation,
    Part.EMPLOYMENT: StaffEmployment,
    Part.LANGUAGE: StaffLanguage,
    Part.SUPERVISION: StaffSupervision,
}
PARTS: dict[type, Part] = {
    Education: Part.EDUCATION,
    Employment: Part.EMPLOYMENT,
    LanguageSkill: Part.LANGUAGE,
    Supervision: Part.SUPERVISION,
}


@dataclass(frozen=True)
class ProfileDetails:
    name: str
    role: StaffRole
    title: str


def add_profile(db: Session, details: ProfileDetails, *, actor: Actor, now: datetime) -> UUID:
    provider_id = _writer(actor)
    there = select(sa.func.count()).select_from(StaffProfile).where(col(StaffProfile.provider_id) == provider_id)
    if db.execute(there).scalar_one() >= MAX_PROFILES:
        raise Invalid({"namn": "too_many"}, {"max": MAX_PROFILES})
    profile = StaffProfile(
        provider_id=provider_id,
        name=details.name,
        sort_key=sort_key(details.name),
        role=details.role,
        title=details.title,
        changed_by=person_of(actor),
        changed_at=now,
    )
    db.add(profile)
    db.flush()
    return profile.id


def change_profile(db: Session, profile_id: UUID, details: ProfileDetails, *, actor: Actor, now: datetime) -> None:
    profile = own_profile(db, profile_id, actor=actor)
    profile.name, profile.sort_key = details.name, sort_key(details.name)
    profile.role, profile.title = details.role, details.title
    _touch(db, profile, actor=actor, now=now)


def remove_profile(db: Session, profile_id: UUID, *, actor: Actor) -> None:
    """Erase the person.  What was sent with an application stays with that case; drafts no longer name them."""
    profile = own_profile(db, profile_id, actor=actor)
    db.execute(
        sa.delete(ApplicationProfile).where(
            col(ApplicationProfile.profile_id) == profile_id, col(ApplicationProfile.frozen_at).is_(None)
        )
    )
    for table in TABLES.values():
        db.execute(sa.delete(table).where(col(table.profile_id) == profile_id))
    db.delete(profile)
    db.flush()


def put_claim(
    db: Session, profile_id: UUID, claim: Claim, *, claim_id: UUID | None = None, actor: Actor, now: datetime
) -> UUID:
    """Add a claim to a profile, or correct the one that is there.

    Raises:
        Invalid: the period cannot be (``start``, ``slut``, ``andel``), or there is no room (``del``).
        NotFound: the profile, the claim or the evidence is not this company's.
    """
    profile = own_profile(db, profile_id, actor=actor)
    if isinstance(claim, Employment) and (wrong := period_errors(claim, now=now)):
        raise Invalid(wrong)
    values = _columns(claim)
    for name in ("document_id", "uhr_document_id"):
        if values.get(name) is not None:
            _own_document(db, values[name], profile.provider_id)
    table = TABLES[PARTS[type(claim)]]
    if claim_id is None:
        there = select(sa.func.count()).select_from(table).where(col(table.profile_id) == profile_id)
        if db.execute(there).scalar_one() >= MAX_CLAIMS:
            raise Invalid({"del": "too_many"}, {"max": MAX_CLAIMS})
        row: SQLModel = table(profile_id=profile_id, provider_id=profile.provider_id, **values)
    else:
        row = _own_claim(db, table, profile_id, claim_id)
        for name, value in values.items():
            setattr(row, name, value)
    db.add(row)
    _touch(db, profile, actor=actor, now=now)
    made: UUID = row.id  # type: ignore[attr-defined]
    return made


def period_errors(employment: Employment, *, now: datetime) -> dict[str, str]:
    """By the field of the form."""
    found = faults(employment, this_month=Month.of(day_in_sweden(now)))
    named = {"start": found.start, "slut": found.end, "andel": found.share}
    return {name: each.value for name, each in named.items() if each}


def remove_claim(db: Session, profile_id: UUID, part: Part, claim_id: UUID, *, actor: Actor, now: datetime) -> None:
    profile = own_profile(db, profile_id, actor=actor)
    db.delete(_own_claim(db, TABLES[part], profile_id, claim_id))
    _touch(db, profile, actor=actor, now=now)


def own_profile(db: Session, profile_id: UUID, *, actor: Actor) -> StaffProfile:
    """The company's profile, for one who may write; another company's is not found."""
    profile = db.get(StaffProfile, profile_id)
    if profile is None or profile.provider_id != actor.provider_id:
        raise NotFound("profile", profile_id)
    _writer(actor)
    return profile


def _writer(actor: Actor) -> UUID:
    if not actor.may(Role.EDITOR) or actor.provider_id is None:
        raise NotAllowed("role")
    return actor.provider_id


def _own_claim(db: Session, table: Any, profile_id: UUID, claim_id: UUID) -> SQLModel:
    row: Any = db.get(table, claim_id)
    if row is None or row.profile_id != profile_id:
        raise NotFound("claim", claim_id)
    found: SQLModel = row
    return found


def _own_document(db: Session, document_id: UUID, provider_id: UUID) -> None:
    document = db.get(Document, document_id)
    if document is None or document.provider_id != provider_id:
        raise NotFound("document", document_id)
    if document.state in STOPPED:
        raise NotAllowed("document_unsafe")


def _touch(db: Session, profile: StaffProfile, *, actor: Actor, now: datetime) -> None:
    profile.changed_by, profile.changed_at = person_of(actor), now
    db.add(profile)
    db.flush()


def _columns(claim: Claim) -> dict[str, Any]:
    document = {"document_id": UUID(claim.document) if claim.document else None}
    match claim:
        case Education():
            return document | {
                "institution": claim.institution,
                "name": claim.name,
                "level": claim.level,
                "subject": claim.subject,
                "qualification": claim.qualification,
                "credits": claim.credits,
                "country": claim.country,
                "uhr_document_id": UUID(claim.uhr_document) if claim.uhr_document else None,
            }
        case Employment():
            return document | {
                "employer": claim.employer,
                "role": claim.role,
                "area": claim.area,
                "share": claim.share,
                "starts_on": claim.start.first_day,
                "ends_on": claim.end.first_day if claim.end else None,
                "leads_staff": claim.leads_staff,
                "leads_operations": claim.leads_operations,
            }
        case LanguageSkill():
            return document | {"language": claim.language, "level": claim.level}
        case Supervision():
            return document | {"kind": claim.kind, "hours": claim.hours, "external": claim.external}
