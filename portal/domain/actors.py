"""Who acts: a person in one of their capacities, or the clock; and who is signed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.domain.roles import Role, with_lesser


@dataclass(frozen=True)
class Actor:
    """A person acting for one company, or for one municipality, or (``SYSTEM``) nobody but a timer."""

    person_id: UUID | None
    name: str
    roles: frozenset[Role]
    provider_id: UUID | None = None
    municipality_id: UUID | None = None

    def may(self, role: Role) -> bool:
        return role in self.roles


def system(*, municipality_id: UUID | None = None, provider_id: UUID | None = None) -> Actor:
    """The clock, in one municipality.  No table gives it a decision."""
    return Actor(None, "Kundval", frozenset({Role.SYSTEM}), provider_id, municipality_id)


@dataclass(frozen=True)
class Identity:
    """Who is signed in, and as whom they act right now."""

    person_id: UUID
    name: str
    language: str
    staff: bool
    started_at: datetime
    ends_at: datetime
    provider_id: UUID | None
    provider_name: str | None
    provider_orgnr: str | None
    provider_role: Role | None
    municipality_id: UUID | None
    municipality_slug: str | None
    municipality_name: str | None
    municipality_changed: datetime | None
    title: str | None
    staff_roles: frozenset[Role]

    @property
    def actor(self) -> Actor:
        roles = with_lesser(self.provider_role) if self.provider_role else self.staff_roles
        return Actor(self.person_id, self.name, roles, self.provider_id, self.municipality_id)
