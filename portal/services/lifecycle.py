"""The only writer of any state, and of the record.

``move`` takes a step of a declared lifecycle; ``record`` adds an event that is
no step (a judgement, a note, a document).  Both write in the caller's
transaction and defer the letters there; neither commits.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import bindparam, text, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session, col, select

from portal.db.queue import later
from portal.db.tables import CaseFile, Event
from portal.domain.actors import Actor
from portal.domain.letters import LetterKind
from portal.domain.machine import Machine, Transition
from portal.domain.record import Recorded, chain_hash
from portal.domain.roles import COMPANY_ROLES, Role
from portal.errors import ChangedMeanwhile, NotFound

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class HasLife(Protocol):
    """A row with a state: an application or an authorization."""

    id: Any
    state: Any


def move(
    db: Session,
    row: HasLife,
    machine: Machine[S, A],
    action: A,
    *,
    case_id: UUID,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    **columns: Any,
) -> Transition[S, A]:
    """Take ``action``: state (and ``columns``), event and letters, all stored or none.

    The state is compared and set in one statement, so of two who press at once
    one succeeds and the other is told.

    Raises:
        TransitionRefused: the table does not list it.
        ChangedMeanwhile: the state was another by then.
    """
    taken = machine.step(row.state, action, actor.roles)
    table: Any = type(row)
    changed = db.scalars(
        update(table)
        .where(col(table.id) == row.id, col(table.state) == taken.source)
        .values(state=taken.target, **columns)
        .returning(table),
        # What comes back is the row as it now stands, into the object that the caller holds.
        execution_options={"synchronize_session": False, "populate_existing": True},
    ).one_or_none()
    if changed is None:
        raise ChangedMeanwhile(case_id)
    event = record(
        db,
        case_id,
        f"{machine.name}.{action.value}",
        actor=actor,
        now=now,
        facts={"from": taken.source.value, "to": taken.target.value, **(facts or {})},
    )
    if taken.sends:
        send_letters(db, event, *taken.sends)
    return taken


def send_letters(db: Session, event: Event, *kinds: LetterKind) -> None:
    """Have the letters of an event written when the transaction that records it is stored, and not before."""
    later(
        db,
        "letters.write",
        municipality_id=str(event.municipality_id),
        provider_id=str(event.provider_id),
        case_id=str(event.case_id),
        seq=event.seq,
        kinds=[kind.value for kind in kinds],
    )


def record(
    db: Session,
    case_id: UUID,
    kind: str,
    *,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    internal: bool = False,
) -> Event:
    """Add an event to the chain of a case; ``internal`` ones the company does not see.

    The case's row is locked until the transaction ends, so events of one case
    come one after the other.  ``facts`` must be JSON and hold no personal data.
    """
    # What the caller has changed is sent first: the lock must not wait behind an unsent statement of our own.
    db.flush()
    case = db.execute(_head(), {"id": case_id}).one_or_none()
    if case is None:
        raise NotFound("case", case_id)
    recorded = Recorded(case_id, case.last_seq + 1, kind, actor.person_id, side_of(actor), now, facts or {}, internal)
    event = Event(
        case_id=case_id,
        seq=recorded.seq,
        municipality_id=case.municipality_id,
        provider_id=case.provider_id,
        kind=kind,
        actor_id=actor.person_id,
        actor_side=recorded.actor_side,
        at=now,
        facts=dict(recorded.facts),
        internal=internal,
        hash=chain_hash(case.last_hash, recorded),
    )
    db.execute(_ADDED, event.model_dump())
    return event


@cache
def _head() -> Any:
    """The end of a case's record, held; its key is left alone, so that what refers to it can be written meanwhile."""
    head = (CaseFile.municipality_id, CaseFile.provider_id, CaseFile.last_seq, CaseFile.last_hash)
    return select(*head).where(col(CaseFile.id) == bindparam("id")).with_for_update(key_share=True)


# An event, and the end of the record moved on to it: one statement, as they are one thing.
_ADDED = text(
    "WITH moved AS (UPDATE case_file SET last_seq = :seq, last_hash = :hash WHERE id = :case_id)"
    " INSERT INTO event (case_id, seq, municipality_id, provider_id, kind, actor_id, actor_side, at, facts, internal,"
    " hash) VALUES (:case_id, :seq, :municipality_id, :provider_id, :kind, :actor_id, :actor_side, :at, :facts,"
    " :internal, :hash)"
).bindparams(bindparam("facts", type_=JSONB))


def side_of(actor: Actor) -> str:
    """``company``, ``municipality`` or ``system``: in which capacity, since one person may have several."""
    if Role.SYSTEM in actor.roles:
        return "system"
    return "company" if actor.roles & frozenset(COMPANY_ROLES) else "municipality"
