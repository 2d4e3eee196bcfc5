"""Profiles as the rules of the domain read them: live for the company, frozen for a case.  One statement each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session

from portal.domain.competence import (
    Area,
    Capacity,
    Cefr,
    Education,
    Employment,
    LanguageSkill,
    Level,
    Profile,
    Qualification,
    StaffRole,
    Subject,
    Supervision,
    SupervisionKind,
)
from portal.domain.criteria import DocumentState
from portal.domain.months import Month

# The one form of a profile, the same when it is read and when it is frozen; ``p`` is the row of staff_profile.
PROFILE = """jsonb_build_object('id', p.id, 'name', p.name, 'role', p.role, 'title', p.title,
  'educations', (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'profile_id' - 'provider_id' ORDER BY c.institution, c.id),
                 '[]') FROM staff_education c WHERE c.profile_id = p.id),
  'employments', (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'profile_id' - 'provider_id' ORDER BY c.starts_on DESC, c.id),
                  '[]') FROM staff_employment c WHERE c.profile_id = p.id),
  'languages', (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'profile_id' - 'provider_id' ORDER BY c.language, c.id),
                '[]') FROM staff_language c WHERE c.profile_id = p.id),
  'supervisions', (SELECT coalesce(jsonb_agg(to_jsonb(c) - 'profile_id' - 'provider_id' ORDER BY c.kind, c.id),
                   '[]') FROM staff_supervision c WHERE c.profile_id = p.id))"""

# Names and states of the documents that the claims of ``x.profile`` point to, as they are now.
DOCUMENTS = """(SELECT coalesce(jsonb_object_agg(d.id, jsonb_build_object('name', d.name, 'state', d.state)), '{}')
  FROM document d WHERE d.id::text IN (SELECT jsonb_path_query(x.profile, '$.*[*].document_id') #>> '{}'
                                       UNION SELECT jsonb_path_query(x.profile, '$.*[*].uhr_document_id') #>> '{}'))"""

NAMED = f"""SELECT x.capacity, x.profile, coalesce(x.frozen_at, x.chosen_at) AS at, x.who,
       {DOCUMENTS} AS documents FROM (
  SELECT c.capacity, c.frozen_at, c.chosen_at, (SELECT name FROM person w WHERE w.id = c.chosen_by) AS who,
         coalesce(c.frozen, (SELECT {PROFILE} FROM staff_profile p WHERE p.id = c.profile_id)) AS profile
    FROM application_profile c WHERE c.application_id = :application) x
 WHERE x.profile IS NOT NULL ORDER BY x.capacity, x.profile ->> 'name', x.chosen_at"""  # noqa: S608 - constants only


OWN = f"""SELECT x.profile, {DOCUMENTS} AS documents FROM (
  SELECT p.sort_key, {PROFILE} AS profile FROM staff_profile p
   WHERE p.provider_id = :provider AND (CAST(:profile AS uuid) IS NULL OR p.id = :profile)) x
 ORDER BY x.sort_key, x.profile ->> 'id'"""  # noqa: S608 - constants only

FREEZE = f"""UPDATE application_profile c SET frozen = {PROFILE}, frozen_at = :now FROM staff_profile p
 WHERE p.id = c.profile_id AND c.application_id = :application
   AND (CAST(:capacity AS text) IS NULL OR c.capacity = :capacity) AND c.frozen IS DISTINCT FROM {PROFILE}
RETURNING c.capacity, c.profile_id, c.frozen"""  # noqa: S608 - constants only

NAMED_OF_MANY = (
    NAMED.replace("SELECT x.capacity", "SELECT x.application_id, x.capacity", 1)
    .replace("SELECT c.capacity", "SELECT c.application_id, c.capacity", 1)
    .replace("= :application)", "= ANY(:applications))", 1)
)

NAMED_TOGETHER = f"SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]') FROM ({NAMED}) n"  # noqa: S608 - constants only


def named_column() -> Any:
    """Whom ``:application`` names, as a column of another statement; read it with ``named_from``."""
    return sa.text(NAMED_TOGETHER).columns(sa.column("people", JSONB)).scalar_subquery()


@dataclass(frozen=True)
class Evidence:
    """A document that a claim points to, as it is now."""

    id: str
    name: str
    state: DocumentState


@dataclass(frozen=True)
class KnownProfile:
    """A profile with its evidence, and as what an application names them; ``who`` chose, ``at`` when it stood."""

    profile: Profile
    evidence: Mapping[str, Evidence]
    capacity: Capacity | None = None
    who: str = ""
    at: datetime | None = None


def profiles_of(db: Session, provider_id: UUID, *, profile_id: UUID | None = None) -> tuple[KnownProfile, ...]:
    """The company's own, by name."""
    found = db.execute(sa.text(OWN), {"provider": provider_id, "profile": profile_id})
    return tuple(KnownProfile(read_profile(row.profile), _evidence(row.documents)) for row in found)


def named_in(db: Session, application_id: UUID) -> tuple[KnownProfile, ...]:
    """Whom an application names: as the profiles stand in a draft, as they stood when it was sent."""
    found = db.execute(sa.text(NAMED), {"application": application_id})
    return named_from([dict(row._mapping) for row in found])


def named_of_many(db: Session, applications: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    """By application, as ``named_from`` reads them; one that names nobody is left out."""
    found: dict[UUID, list[dict[str, Any]]] = {}
    for row in db.execute(sa.text(NAMED_OF_MANY), {"applications": applications}):
        found.setdefault(row.application_id, []).append(dict(row._mapping))
    return found


def named_from(rows: list[dict[str, Any]]) -> tuple[KnownProfile, ...]:
    """The same, from rows of ``NAMED`` that came with another statement."""
    return tuple(
        KnownProfile(
            read_profile(row["profile"]),
            _evidence(row["documents"]),
            Capacity(row["capacity"]),
            row["who"] or "",
            # In JSON a moment is text.
            row["at"] if isinstance(row["at"], datetime) else datetime.fromisoformat(row["at"]),
        )
        for row in rows
    )


def _evidence(documents: Mapping[str, Any]) -> dict[str, Evidence]:
    return {id_: Evidence(id_, each["name"], DocumentState(each["state"])) for id_, each in documents.items()}


def read_profile(data: Mapping[str, Any]) -> Profile:
    return Profile(
        id=data["id"],
        name=data["name"],
        role=StaffRole(data["role"]),
        title=data["title"],
        educations=tuple(_education(each) for each in data["educations"]),
        employments=tuple(_employment(each) for each in data["employments"]),
        languages=tuple(
            LanguageSkill(
                id=each["id"], language=each["language"], level=Cefr(each["level"]), document=each["document_id"]
            )
            for each in data["languages"]
        ),
        supervisions=tuple(
            Supervision(
                id=each["id"],
                kind=SupervisionKind(each["kind"]),
                hours=each["hours"],
                external=each["external"],
                document=each["document_id"],
            )
            for each in data["supervisions"]
        ),
    )


def _education(each: Mapping[str, Any]) -> Education:
    return Education(
        id=each["id"],
        institution=each["institution"],
        name=each["name"],
        level=Level(each["level"]),
        subject=Subject(each["subject"]),
        qualification=Qualification(each["qualification"]),
        credits=each["credits"],
        country=each["country"],
        document=each["document_id"],
        uhr_document=each["uhr_document_id"],
    )


def _employment(each: Mapping[str, Any]) -> Employment:
    return Employment(
        id=each["id"],
        employer=each["employer"],
        role=each["role"],
        area=Area(each["area"]),
        share=each["share"],
        start=_month(each["starts_on"]),
        end=_month(each["ends_on"]) if each["ends_on"] else None,
        leads_staff=each["leads_staff"],
        leads_operations=each["leads_operations"],
        document=each["document_id"],
    )


def _month(day: str) -> Month:
    return Month.of(date.fromisoformat(day))
