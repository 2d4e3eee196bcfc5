"""The people of the demo's companies: one who leads, one who stands in, and two who do the work."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import StaffProfile
from portal.domain.actors import Actor
from portal.domain.competence import (
    Area,
    Capacity,
    Cefr,
    Education,
    Employment,
    LanguageSkill,
    Level,
    Qualification,
    StaffRole,
    Subject,
    Supervision,
    SupervisionKind,
)
from portal.domain.competence_facts import concern_of
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion
from portal.domain.deadlines import day_in_sweden
from portal.domain.months import Month
from portal.services import competence
from portal.services.competence import Claim, ProfileDetails
from portal.services.competence_choice import choose

PEOPLE: tuple[tuple[str, StaffRole, str], ...] = (
    ("Birgitta Sandgren", StaffRole.MANAGER, "Verksamhetschef"),
    ("Tomas Wiklund", StaffRole.STAND_IN, "Biträdande verksamhetschef"),
    ("Sara Niemi", StaffRole.STAFF, "Familjebehandlare"),
    ("Yusuf Demir", StaffRole.STAFF, "Socionom"),
)
CAPACITIES = {
    Capacity.LEADER: StaffRole.MANAGER,
    Capacity.STAND_IN: StaffRole.STAND_IN,
    Capacity.STAFF: StaffRole.STAFF,
}


def name_people(
    db: Session, case: UUID, sets: ConditionSets, criterion: Criterion, *, actor: Actor, now: datetime
) -> None:
    """Name whom a criterion is about; the company's people are entered at the first that is about anybody."""
    concern = concern_of(criterion.rule)
    if concern is None or actor.provider_id is None:
        return
    people = db.exec(select(StaffProfile).where(col(StaffProfile.provider_id) == actor.provider_id)).all()
    if not people:
        _enter(db, actor=actor, now=now)
        people = db.exec(select(StaffProfile).where(col(StaffProfile.provider_id) == actor.provider_id)).all()
    wanted = [each.id for each in people if each.role is CAPACITIES[concern.capacity]]
    choose(db, case, criterion.id, wanted, actor=actor, now=now)


def _enter(db: Session, *, actor: Actor, now: datetime) -> None:
    for name, role, title in PEOPLE:
        profile = competence.add_profile(db, ProfileDetails(name, role, title), actor=actor, now=now)
        for claim in _claims(role, Month.of(day_in_sweden(now))):
            competence.put_claim(db, profile, claim, actor=actor, now=now)


def _claims(role: StaffRole, this_month: Month) -> tuple[Claim, ...]:
    """Half time and overlaps are in it, so that the counting shows."""
    leads = role is not StaffRole.STAFF
    earlier = Employment(
        employer="Ekholms kommun",
        role="Enhetschef" if leads else "Socialsekreterare",
        area=Area.LSS if leads else Area.FAMILY,
        start=this_month.plus(-84),
        end=this_month.plus(-40),
        leads_staff=leads,
        leads_operations=leads,
    )
    now = replace(
        earlier,
        employer="Vårt företag",
        role="Verksamhetschef" if leads else "Familjebehandlare",
        area=Area.ELDERLY if leads else Area.FAMILY,
        start=this_month.plus(-42),
        end=None,
    )
    beside = Employment(
        employer="Björkviks folkhögskola",
        role="Lärare",
        area=Area.OTHER,
        share=25,
        start=this_month.plus(-60),
        end=this_month.plus(-50),
    )
    studied = Education(
        institution="Umeå universitet",
        name="Socionomprogrammet",
        level=Level.UNIVERSITY,
        subject=Subject.CARE if leads else Subject.SOCIAL_WORK,
        qualification=Qualification.SOCIONOM,
        credits=210,
    )
    trained = replace(studied, institution="Centrum för familjearbete", name="Familjeterapi, steg 1", credits=30)
    return (
        studied,
        replace(trained, qualification=Qualification.PSYCHOTHERAPY_1),
        replace(trained, name="Funktionell familjeterapi", qualification=Qualification.FAMILY_METHOD),
        earlier,
        now,
        beside,
        LanguageSkill(language="sv", level=Cefr.C2),
        Supervision(kind=SupervisionKind.REGULAR, hours=24),
        Supervision(kind=SupervisionKind.INTRODUCTORY, hours=60),
    )
