"""The record of who changed the staff or the settings.

Only added, as the record of a case is: the database gives no right to change
or remove a row.  What was changed is said in codes; a name or a text would
outlive the one it belongs to.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session

from portal.db.tables import StaffEvent
from portal.domain.actors import Actor


def tell(
    db: Session,
    kind: str,
    *,
    municipality_id: UUID,
    member_id: UUID | None = None,
    facts: Mapping[str, Any] | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Write down a change of ``member_id``, or of a section of the settings, in the transaction that makes it."""
    db.add(
        StaffEvent(
            municipality_id=municipality_id,
            member_id=member_id,
            kind=kind,
            facts=dict(facts or {}),
            actor_id=actor.person_id,
            at=now,
        )
    )
    db.flush()
