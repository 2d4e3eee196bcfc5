"""Who acts: a person in one of their capacities, or the clock."""

from dataclasses import dataclass
from uuid import UUID

from portal.domain.roles import Role


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
