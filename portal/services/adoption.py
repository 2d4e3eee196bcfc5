"""Under which version of conditions an authorization stands, once an officer has accepted what a newer one asks.

The decision keeps the version that it was made under: the application's, the contract's, and the record's, which
names both at each step.  Nothing is adopted by a day that comes, nor by a company's word alone.
"""

from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Authorization, ConditionVersion, Confirmation
from portal.domain.actors import Actor
from portal.domain.authorization import AUTHORIZATION, Action
from portal.domain.changeover import Asked, comes_to
from portal.services.lifecycle import move


def adopt(db: Session, case_id: UUID, accepted: UUID, *, actor: Actor, now: datetime) -> UUID | None:
    """Let an authorization stand under the newest version of which all is accepted, of the set of ``accepted``.

    Gives the version, or ``None`` where it stays: something is left, it stands under a newer one already, it has
    ended, or there is none.
    """
    authorization = db.exec(
        select(Authorization).where(col(Authorization.case_id) == case_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if authorization is None or Action.ADOPT not in AUTHORIZATION.open_actions(authorization.state, actor.roles):
        return None
    service_id = db.get_one(ConditionVersion, accepted).service_id
    which = "general_version_id" if service_id is None else "service_version_id"
    stands = db.get_one(ConditionVersion, getattr(authorization, which))
    rows = db.exec(
        select(Confirmation, ConditionVersion)
        .join(ConditionVersion, col(ConditionVersion.id) == col(Confirmation.version_id))
        .where(
            col(Confirmation.case_id) == case_id,
            col(Confirmation.ended_at).is_(None),
            col(ConditionVersion.service_id) == service_id,
        )
        .execution_options(populate_existing=True)
    ).all()
    number = comes_to(stands.number, (Asked(version.number, row.accepted_at is not None) for row, version in rows))
    if number is None:
        return None
    adopted = next(version for _row, version in rows if version.number == number)
    for row, version in rows:
        if version.number < number and row.accepted_at is None:
            row.ended_at = now
            db.add(row)
    facts = {
        "set": "general" if service_id is None else "service",
        "was": str(stands.id),
        "was_number": stands.number,
        "version": str(adopted.id),
        "number": number,
    }
    move(
        db,
        authorization,
        AUTHORIZATION,
        Action.ADOPT,
        case_id=case_id,
        actor=actor,
        now=now,
        facts=facts,
        **{which: adopted.id},
    )
    return adopted.id
