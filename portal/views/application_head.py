"""What every page of one application shows around its own matter: read in one statement."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.db.conditions import read_sets
from portal.db.papers import TRANSLATION
from portal.db.tables import Application, Municipality, Paper, Person, Provider, Service
from portal.domain.application import EDITABLE, State
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion, Text, worded
from portal.domain.identifiers import Orgnr
from portal.domain.municipality import filled
from portal.domain.validity import Days
from portal.errors import NotFound
from portal.locale import formats
from portal.locale import gettext as _
from portal.views.chrome import Brand, Crumb, brand_of


@dataclass(frozen=True, kw_only=True)
class Head:
    id: UUID
    provider_id: UUID
    state: State
    number: str | None
    service: Text
    service_slug: str
    municipality: str
    brand: Brand
    company: str
    orgnr: str
    started_at: datetime
    submitted_at: datetime | None
    submitted_by: str | None
    complete_at: datetime | None
    decided_at: datetime | None
    due_on: date | None
    officer: str | None
    handling_time: Text
    court_review: Text
    withdrawal_reason: str
    receipt_id: UUID | None
    receipt_ready: bool
    receipt_translated: bool
    sets: ConditionSets

    @property
    def address(self) -> str:
        return f"/foretag/ansokningar/{self.id}"

    @property
    def kicker(self) -> str:
        return _("Ansökan %(number)s") % {"number": self.number} if self.number else _("Utkast till ansökan")

    @property
    def heading(self) -> Text:
        return Text(sv=f"{self.service.sv} i {self.municipality}", en=f"{self.service.en} in {self.municipality}")

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    def days(self, today: date) -> Days:
        """The day it is, and the day from which the age of a document is counted back."""
        return Days.of(today, formats.day_of(self.submitted_at) if self.submitted_at else None)

    def part_address(self, group_id: str) -> str:
        return f"{self.address}/delar/{group_id}"

    def criterion_address(self, criterion_id: str) -> str:
        return f"{self.address}/villkor/{criterion_id}"

    def said(self, criterion: Criterion, text: Text) -> Text:
        """A text of the conditions with the thresholds that were decided with it."""
        return worded(text, self.sets.thresholds_for(criterion))


def read_head(db: Session, application_id: UUID, *, provider_id: UUID | None) -> Head:
    """Raises ``NotFound``: there is none, or it is another company's."""
    row = db.execute(_head_statement(), {"application": application_id}).one_or_none()
    if row is None or provider_id is None or row.provider_id != provider_id:
        raise NotFound("application", application_id)
    told = {
        "decide_days": row.deadlines["decide_days"],
        "municipality": row.name,
        "court": row.court["sv"],
    }
    return Head(
        id=application_id,
        provider_id=provider_id,
        state=row.state,
        number=row.number,
        service=Text(sv=row.name_sv, en=row.name_en),
        service_slug=row.service_slug,
        municipality=row.name,
        brand=brand_of(
            row.slug,
            row.name,
            row.changed_at,
            {"email": row.contact["email"], "phone": row.contact["telephone"]},
        ),
        company=row.company,
        orgnr=str(Orgnr(row.orgnr)),
        started_at=row.started_at,
        submitted_at=row.submitted_at,
        submitted_by=row.sender,
        complete_at=row.complete_at,
        decided_at=row.decided_at,
        due_on=row.due_on,
        officer=row.officer,
        handling_time=filled(Text(**row.handling_time), told),
        court_review=Text(
            sv=filled(Text(**row.court_review), told).sv,
            en=filled(Text(**row.court_review), {**told, "court": row.court["en"]}).en,
        ),
        withdrawal_reason=row.withdrawal_reason,
        receipt_id=row.receipt_id,
        receipt_ready=row.receipt_ready is not None,
        receipt_translated=bool(row.receipt_translated),
        sets=read_sets(db, general_id=row.general_version_id, service_id=row.service_version_id),
    )


@cache
def _head_statement() -> Any:
    """Built once: to build it took longer than to run it."""
    wanted = bindparam("application", type_=Uuid())
    officer, sender = aliased(Person), aliased(Person)
    said: Any = col(Paper.facts)
    receipt = (
        select(col(Paper.id), col(Paper.ready_at), said.has_key(TRANSLATION).label("translated"))
        .where(col(Paper.case_id) == wanted, col(Paper.kind) == "receipt")
        .order_by(col(Paper.made_at).desc())
        .limit(1)
        .subquery()
    )
    settings: Any = col(Municipality.settings)
    return (
        select(
            col(Application.provider_id),
            col(Application.state),
            col(Application.number),
            col(Application.started_at),
            col(Application.submitted_at),
            col(Application.complete_at),
            col(Application.decided_at),
            col(Application.due_on),
            col(Application.withdrawal_reason),
            col(Application.general_version_id),
            col(Application.service_version_id),
            col(Service.slug).label("service_slug"),
            col(Service.name_sv),
            col(Service.name_en),
            col(Municipality.slug),
            col(Municipality.name),
            col(Municipality.changed_at),
            settings["contact"].label("contact"),
            settings["deadlines"].label("deadlines"),
            settings["court"].label("court"),
            settings["texts"]["handling_time"].label("handling_time"),
            settings["texts"]["court_review"].label("court_review"),
            col(Provider.name).label("company"),
            col(Provider.orgnr),
            officer.name.label("officer"),  # type: ignore[attr-defined]
            sender.name.label("sender"),  # type: ignore[attr-defined]
            receipt.c.id.label("receipt_id"),
            receipt.c.ready_at.label("receipt_ready"),
            receipt.c.translated.label("receipt_translated"),
        )
        .join(Service, col(Service.id) == col(Application.service_id))
        .join(Municipality, col(Municipality.id) == col(Application.municipality_id))
        .join(Provider, col(Provider.id) == col(Application.provider_id))
        .outerjoin(officer, col(officer.id) == col(Application.officer_id))
        .outerjoin(sender, col(sender.id) == col(Application.submitted_by))
        .outerjoin(receipt, receipt.c.id.is_not(None))
        .where(col(Application.id) == wanted)
    )


def crumbs(head: Head | None, *more: Crumb) -> tuple[Crumb, ...]:
    """The way to a page inside an application, from the overview on."""
    way = [Crumb(_("Översikt"), "/foretag"), Crumb(_("Ansökningar"), "/foretag/ansokningar")]
    return (*way, *more)
