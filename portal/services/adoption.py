"""Under which version of conditions an authorization stands, once an officer has accepted what a newer one asks.

The decision keeps the version that it was made under: the application's, the contract's, and the record's, which
names both at each step.  Nothing is adopted by a day that comes, nor by a company's word alone.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.adoption import UNASKED
from portal.db.tables import Authorization, ConditionVersion, Confirmation
from portal.domain.actors import Actor
from portal.domain.authorization import AUTHORIZATION, LIVING, Action
from portal.domain.changeover import Asked, comes_to
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound
from portal.services.lifecycle import move

AT_A_TIME: Final = 100


def adopt(db: Session, case_id: UUID, accepted: UUID, *, actor: Actor, now: datetime) -> UUID | None:
    """Let an authorization stand under the newest version of which all is accepted, of the set of ``accepted``.

    Gives the version, or ``None`` where it stays: something is left, it stands under a newer one already, it has
    ended, or there is none.
    """
    authorization = _held(db, case_id, actor=actor)
    if authorization is None:
        return None
    version = db.get_one(ConditionVersion, accepted)
    stands = _stands(db, authorization, version)
    rows = _asked(db, case_id, version.service_id)
    number = comes_to(stands.number, (Asked(each.number, row.accepted_at is not None) for row, each in rows))
    if number is None:
        return None
    adopted = next(each for _row, each in rows if each.number == number)
    _adopt(db, authorization, stands, adopted, asked=True, actor=actor, now=now)
    return adopted.id


def adopt_unasked(db: Session, version_id: UUID, *, actor: Actor, now: datetime) -> int:
    """Let those of whom a published version asks nothing new stand under it; how many, and no more than a hundred.

    An officer says so of them together: there is nothing of each to take a stand on.

    Raises:
        NotAllowed: ``role``.
        NotFound: the version is another municipality's.
    """
    if not actor.may(Role.CASE_OFFICER):
        raise NotAllowed("role")
    version = db.get(ConditionVersion, version_id)
    if version is None or version.municipality_id != actor.municipality_id:
        raise NotFound("conditions", version_id)
    told = {"m": actor.municipality_id, "living": [each.value for each in LIVING], "most": AT_A_TIME}
    moved = 0
    for row in db.execute(UNASKED, {**told, "version": version.id}).all():
        authorization = _held(db, row.case_id, actor=actor)
        if authorization is None:
            continue
        stands = _stands(db, authorization, version)
        if stands.number < version.number:
            _adopt(db, authorization, stands, version, asked=False, actor=actor, now=now)
            moved += 1
    return moved


def _held(db: Session, case_id: UUID, *, actor: Actor) -> Authorization | None:
    """The authorization of a case, locked, where it can adopt a version."""
    authorization = db.exec(
        select(Authorization).where(col(Authorization.case_id) == case_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if authorization is None or Action.ADOPT not in AUTHORIZATION.open_actions(authorization.state, actor.roles):
        return None
    return authorization


def _which(version: ConditionVersion) -> str:
    return "general_version_id" if version.service_id is None else "service_version_id"


def _stands(db: Session, authorization: Authorization, version: ConditionVersion) -> ConditionVersion:
    """Under which version of the same set it stands."""
    return db.get_one(ConditionVersion, getattr(authorization, _which(version)))


def _asked(db: Session, case_id: UUID, service_id: UUID | None) -> Sequence[tuple[Confirmation, ConditionVersion]]:
    return db.exec(
        select(Confirmation, ConditionVersion)
        .join(ConditionVersion, col(ConditionVersion.id) == col(Confirmation.version_id))
        .where(
            col(Confirmation.case_id) == case_id,
            col(Confirmation.ended_at).is_(None),
            col(ConditionVersion.service_id) == service_id,
        )
        .execution_options(populate_existing=True)
    ).all()


def _adopt(
    db: Session,
    authorization: Authorization,
    stands: ConditionVersion,
    adopted: ConditionVersion,
    *,
    asked: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """The step, with what an older version still asked ended."""
    for row, version in _asked(db, authorization.case_id, adopted.service_id):
        if version.number < adopted.number and row.accepted_at is None:
            row.ended_at = now
            db.add(row)
    facts = {
        "set": "general" if adopted.service_id is None else "service",
        "was": str(stands.id),
        "was_number": stands.number,
        "version": str(adopted.id),
        "number": adopted.number,
        "asked": asked,
    }
    move(
        db,
        authorization,
        AUTHORIZATION,
        Action.ADOPT,
        case_id=authorization.case_id,
        actor=actor,
        now=now,
        facts=facts,
        **{_which(adopted): adopted.id},
    )
