"""What officers have found in registers about the demo's companies; one answer has changed, and waits for somebody."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from portal.db.tables import Application, Provider
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.registers import Register
from portal.services import registers

IN_ORDER = (
    (Register.TAX, {"tax.f_skatt": True, "tax.employer_registered": True}, "Skatteverkets e-tjänst Hämta företagsinfo"),
    (Register.DEBTS, {"tax.enforcement_debt_sek": 0}, "Kronofogdens besked per telefon"),
    (Register.EXCLUSION, {"person_circle.business_ban": False}, "Bolagsverkets näringsförbudsregister"),
)
SINCE_THEN_IN_DEBT = "Vardagsstödet Ö AB"


def write_checks(db: Session, *, officer: Actor, now: datetime) -> None:
    """Of every company whose application somebody has begun to review; asked anew for one."""
    reviewed = (
        select(Provider)
        .join(Application, col(Application.provider_id) == col(Provider.id))
        .where(
            col(Application.municipality_id) == officer.municipality_id,
            col(Application.state).not_in((State.DRAFT, State.SUBMITTED, State.WITHDRAWN)),
        )
        .distinct()
    )
    for provider in sorted(db.exec(reviewed), key=lambda each: each.orgnr):
        for register, facts, source in IN_ORDER:
            at = now - timedelta(days=20)
            registers.check_by_hand(db, provider.id, register, facts, source=source, note="", actor=officer, now=at)
        if provider.name == SINCE_THEN_IN_DEBT:
            registers.check_by_hand(
                db,
                provider.id,
                Register.DEBTS,
                {"tax.enforcement_debt_sek": 42_000},
                source="Kronofogdens besked per telefon",
                note="Skatteskuld från i våras, enligt Kronofogden.",
                actor=officer,
                now=now - timedelta(days=1),
            )
