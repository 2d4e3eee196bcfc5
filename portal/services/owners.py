"""What a company says of its beneficial owners: kept on its own page, told in its cases without a name."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import Application, Authorization, BeneficialOwner, Provider
from portal.domain.actors import Actor
from portal.domain.application import OPEN
from portal.domain.authorization import LIVING
from portal.domain.deadlines import day_in_sweden
from portal.domain.owners import MOST, Owner, Ownership, contradicts, faults, kept_since, name_key
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.lifecycle import record
from portal.services.providers import own_provider
from portal.services.writing import person_of


def state(
    db: Session,
    ownership: Ownership | None,
    owners: Sequence[Owner],
    *,
    without: Collection[UUID] = (),
    actor: Actor,
    now: datetime,
) -> None:
    """Keep what is said: those that are new and those that were known, without those that were there by mistake.

    The municipalities' open cases and running authorizations are told that it was said, and how many there are.

    Raises:
        NotAllowed: ``role``.
        NotFound: one that is said to be known is not the company's.
        Invalid: ``owners`` is ``faulty``, ``too_many``, or as ``domain.owners.contradicts`` says.
    """
    provider = _held(db, actor)
    staying = [owner for owner in owners if owner.id not in without]
    if any(faults(owner, today=day_in_sweden(now)) for owner in staying):
        raise Invalid({"owners": "faulty"})
    if len(staying) > MOST:
        raise Invalid({"owners": "too_many"})
    rows = {row.id: row for row in of_company(db, provider.id)}
    told = {owner.id for owner in owners if owner.id is not None}
    if not (told | set(without)) <= rows.keys():
        raise NotFound("owner", provider.id)
    others = [Owner(row.id, row.name, row.since, row.until) for row in rows.values() if row.id not in told]
    if said := contradicts(ownership, [*staying, *(each for each in others if each.id not in without)]):
        raise Invalid({"owners": said})
    for id_ in without:
        db.delete(rows[id_])
    changed = bool(without) or provider.ownership is not ownership
    for owner in staying:
        changed = _keep(db, rows.get(owner.id) if owner.id else None, provider, owner, actor, now) or changed
    provider.ownership, provider.ownership_at = ownership, now
    db.add(provider)
    db.flush()
    if changed:
        _tell(db, provider, actor=actor, now=now)


def of_company(db: Session, provider_id: UUID) -> Sequence[BeneficialOwner]:
    """Those who are, and then those who were; the longest first."""
    return db.exec(
        select(BeneficialOwner)
        .where(col(BeneficialOwner.provider_id) == provider_id)
        .order_by(col(BeneficialOwner.until).desc().nulls_first(), col(BeneficialOwner.since), col(BeneficialOwner.id))
    ).all()


def sweep(db: Session, *, now: datetime) -> int:
    """Remove those whose last day is more than five years ago; called by the timetable."""
    removed = db.execute(sa.text("SELECT former_owners_remove(:before)"), {"before": kept_since(day_in_sweden(now))})
    return int(removed.scalar_one())


def _held(db: Session, actor: Actor) -> Provider:
    """The company, so that of two who say it at once the second adds to what the first has said."""
    provider = db.get(Provider, own_provider(db, actor).id, with_for_update={"key_share": True}, populate_existing=True)
    if provider is None or not actor.may(Role.ADMINISTRATOR):
        raise NotAllowed("role")
    return provider


def _keep(
    db: Session, row: BeneficialOwner | None, provider: Provider, owner: Owner, actor: Actor, now: datetime
) -> bool:
    """Whether it is another than what was kept."""
    if owner.since is None:
        raise Invalid({"owners": "faulty"})
    if row is not None and (row.name, row.since, row.until) == (owner.name, owner.since, owner.until):
        return False
    row = row or BeneficialOwner(
        provider_id=provider.id, name="", name_key="", since=owner.since, stated_by=person_of(actor), stated_at=now
    )
    row.name, row.name_key, row.since, row.until = owner.name, name_key(owner.name), owner.since, owner.until
    row.stated_by, row.stated_at = person_of(actor), now
    db.add(row)
    return True


def _tell(db: Session, provider: Provider, *, actor: Actor, now: datetime) -> None:
    open_cases = select(Application.id).where(
        col(Application.provider_id) == provider.id, col(Application.state).in_(OPEN)
    )
    running = select(Authorization.case_id).where(
        col(Authorization.provider_id) == provider.id, col(Authorization.state).in_(LIVING)
    )
    here = sum(row.until is None for row in of_company(db, provider.id))
    facts = {"ownership": provider.ownership.value if provider.ownership else None, "owners": here}
    for case_id in sorted({*db.exec(open_cases), *db.exec(running)}):
        record(db, case_id, "company.owners_stated", actor=actor, now=now, facts=facts)
