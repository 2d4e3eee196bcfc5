"""An authorised company through one version of conditions after the other: asked, answered, accepted."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Authorization, ConditionVersion, Confirmation, Event
from portal.jobs.workshop import Workshop
from portal.services import confirmations
from tests.factories import Place, make_member, make_staff
from tests.factories_application import make_document
from tests.factories_drafts import make_administrator
from tests.factories_effects import STRICTER, answer_with, make_authorised, make_stricter_draft, publish
from tests.factories_review import acting


class AuthorisedCase:
    """An authorised company, what is asked of it, and who answers and accepts."""

    def __init__(self, owner: Session, db: Session, place: Place, workshop: Workshop) -> None:
        self.owner, self.db, self.place, self.workshop = owner, db, place, workshop
        self.id = make_authorised(owner, place)
        self.administrator = make_administrator(owner, place)
        self.officer = make_staff(owner, place.id)
        self.signatory = make_member(owner, self.authorization().provider_id)
        self.document = make_document(owner, self.signatory.provider_id, by=self.signatory).id
        owner.commit()

    def publish(self, *, demand: str = "tax.f_skatt", valid_from: date = date(2026, 5, 1)) -> UUID:
        draft = make_stricter_draft(self.db, self.administrator, demand=demand)
        return publish(self.owner, self.db, self.workshop, self.place, self.administrator, draft, valid_from=valid_from)

    def authorization(self) -> Authorization:
        self.owner.rollback()
        found = select(Authorization).where(col(Authorization.case_id) == self.id)
        return self.owner.exec(found, execution_options={"populate_existing": True}).one()

    def rows(self) -> dict[int, Confirmation]:
        """What is asked, by the number of the version."""
        self.owner.rollback()
        found = (
            select(ConditionVersion.number, Confirmation)
            .join(ConditionVersion, col(ConditionVersion.id) == col(Confirmation.version_id))
            .where(col(Confirmation.case_id) == self.id)
        )
        return dict(self.owner.exec(found, execution_options={"populate_existing": True}).all())

    def stands(self) -> int:
        row = self.authorization()
        return self.owner.get_one(ConditionVersion, row.general_version_id).number

    def answer(self, version: int) -> None:
        acting(self.db, answer_with, self.id, STRICTER, [self.document], version=version, actor=self.signatory)

    def accept(self, version: int) -> None:
        acting(self.db, confirmations.accept, self.rows()[version].id, actor=self.officer)

    def events(self, kind: str) -> Sequence[Event]:
        self.owner.rollback()
        found = select(Event).where(col(Event.case_id) == self.id, col(Event.kind) == kind)
        return self.owner.exec(found.order_by(col(Event.seq))).all()
