"""Everything the portal can refuse to do, as exceptions with facts in them.

An error carries what happened as attributes, never as finished prose: the
sentence the reader sees is chosen in ``templates/errors/``, and the log line
is built from the same attributes.  ``portal.web.error_pages`` is the only
place that knows which error becomes which HTTP status.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


class PortalError(Exception):
    """Base of every refusal; anything else that escapes is a bug (500)."""


@dataclass(eq=False)
class NotFound(PortalError):
    """The thing does not exist, or this actor may not know that it does."""

    kind: str
    id: UUID | str


@dataclass(eq=False)
class TransitionRefused(PortalError):
    """The action is not open from this state for any role the actor has."""

    machine: str
    state: str
    action: str
    roles: tuple[str, ...]


@dataclass(eq=False)
class ChangedMeanwhile(PortalError):
    """Somebody else moved the case first; the reader is shown how it stands now."""

    case_id: UUID


@dataclass(eq=False)
class NotAllowed(PortalError):
    """The actor may see the thing, but not do this with it; ``reason`` says why (a key of the words)."""

    reason: str


@dataclass(eq=False)
class NotReady(PortalError):
    """Something is missing: every obstacle, never only the first."""

    obstacles: tuple[Any, ...]


@dataclass(eq=False)
class Invalid(PortalError):
    """What was sent cannot be accepted: field → error codes of the words, with the values that were typed."""

    errors: Mapping[str, str]
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(eq=False)
class OutOfStep(PortalError):
    """An upload goes on from byte ``received``, and not from where the sender meant to.

    ``elsewhere``: somebody else, or another tab, goes on with it now.
    """

    received: int
    elsewhere: bool = False


@dataclass(eq=False)
class TooMany(PortalError):
    """A rate limit; try again after ``seconds``."""

    seconds: int


@dataclass(eq=False)
class SignedOut(PortalError):
    """There is no session, or it has ended."""
