"""What is said of a person on the staff."""

from dataclasses import dataclass

from portal.domain.roles import Role


@dataclass(frozen=True)
class StaffFacts:
    """What an administrator says of a person.  ``delegation`` is the point under which they decide."""

    name: str
    title: str
    delegation: str
    roles: tuple[Role, ...]
