"""Makes a municipality of a test's own, whose staff and settings no other test has."""

import secrets

from sqlmodel import Session, col, select

from portal.db.tables import Municipality, StaffMember
from portal.domain.actors import Actor
from tests.factories import make_municipality


def make_own_municipality(owner: Session) -> Municipality:
    pattern = owner.get_one(Municipality, make_municipality(owner).id)
    made = Municipality(
        slug=f"prov-{secrets.token_hex(4)}",
        name="Provköpings kommun",
        sort_key="provk}pings kommun",
        diary_prefix="PN",
        settings=pattern.settings,
        mark_svg=pattern.mark_svg,
        changed_at=pattern.changed_at,
    )
    owner.add(made)
    owner.commit()
    return made


def member_id_of(owner: Session, actor: Actor):
    owner.rollback()
    return owner.exec(select(StaffMember.id).where(col(StaffMember.person_id) == actor.person_id)).one()
