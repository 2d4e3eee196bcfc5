"""What a company says of itself, who in it may give which role, and how an invitation stands."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.identifiers import OrganisationForm
from portal.domain.roles import COMPANY_ROLES, Role

INVITATION_LASTS = timedelta(days=14)


@dataclass(frozen=True, kw_only=True)
class CompanyDetails:
    """Everything about a company that may change; its organisation number may not."""

    name: str
    form: OrganisationForm
    street: str
    postcode: str  # "111 22"
    town: str
    email: str
    phone: str


class InvitationState(StrEnum):
    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def invitation_state(
    *, accepted_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, now: datetime
) -> InvitationState:
    """What happened to it first is what is told: used or withdrawn comes before expired."""
    if accepted_at is not None:
        return InvitationState.USED
    if withdrawn_at is not None:
        return InvitationState.WITHDRAWN
    return InvitationState.OPEN if now < expires_at else InvitationState.EXPIRED


def roles_to_give(held: Collection[Role]) -> tuple[Role, ...]:
    """The roles that someone may give, take away or change: only a signatory touches another signatory's."""
    if Role.SIGNATORY in held:
        return COMPANY_ROLES
    if Role.ADMINISTRATOR in held:
        return COMPANY_ROLES[1:]
    return ()
