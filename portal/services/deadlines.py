"""The days that a municipality has set for its cases."""

from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Municipality
from portal.domain.deadlines import add_days, day_in_sweden
from portal.domain.municipality import MunicipalitySettings


def settings_of(db: Session, municipality_id: UUID) -> MunicipalitySettings:
    return MunicipalitySettings.read(
        db.exec(select(Municipality.settings).where(col(Municipality.id) == municipality_id)).one()
    )


def decide_by(db: Session, municipality_id: UUID, *, begun: datetime) -> date:
    """By when a case is to be decided whose handling began then: when it came in, or when it was last made whole."""
    return add_days(day_in_sweden(begun), settings_of(db, municipality_id).deadlines["decide_days"])
