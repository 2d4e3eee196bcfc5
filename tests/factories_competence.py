"""Makes people of a company with their histories, through the services that write them."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.competence import Area, Education, Employment, Level, StaffRole, Subject
from portal.domain.months import Month
from portal.services import competence
from portal.services.competence import Claim, ProfileDetails
from tests.factories import NOW


def make_profile(
    owner: Session,
    by: Actor,
    *claims: Claim,
    name: str = "Åsa Öberg-Hjälmström",
    role: StaffRole = StaffRole.MANAGER,
    now: datetime = NOW,
) -> UUID:
    profile_id = competence.add_profile(owner, ProfileDetails(name, role, "Verksamhetschef"), actor=by, now=now)
    for claim in claims:
        competence.put_claim(owner, profile_id, claim, actor=by, now=now)
    owner.commit()
    return profile_id


def make_employment(
    start: tuple[int, int] = (2023, 8), end: tuple[int, int] | None = None, *, share: int = 100, document: str = ""
) -> Employment:
    """Without more: 31 months in home care up to the tests' day, 2 March 2026, leading staff and operations."""
    return Employment(
        employer="Ängsgårdens hemtjänst",
        role="Enhetschef",
        area=Area.ELDERLY,
        share=share,
        start=Month(*start),
        end=Month(*end) if end else None,
        leads_staff=True,
        leads_operations=True,
        document=document or None,
    )


def make_education(credits: int = 180, *, country: str = "SE", document: str = "") -> Education:
    return Education(
        institution="Umeå universitet",
        name="Social omsorg",
        level=Level.UNIVERSITY,
        subject=Subject.CARE,
        credits=credits,
        country=country,
        document=document or None,
    )
