"""What the demo's staff have beside the cases: saved views, phrases, linked cases, and a case given to a colleague."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session

from portal.db.tables import Application
from portal.domain.actors import Actor
from portal.domain.phrases import Purpose
from portal.domain.roles import Role
from portal.domain.worklist import Choice, Wanted
from portal.services import assignment, case_links, phrases, saved_views
from portal.services.phrases import Wording
from portal.services.review import person_of

PHRASES = (
    Wording(
        Purpose.SUPPLEMENT,
        "Försäkringsbrev utan belopp",
        "Skicka försäkringsbrevet där beloppet och perioden syns. Intyget som ni har lämnat visar inte vad som täcks.",
        "GEN-25",
        "Send the insurance certificate that shows the amount and the period. The one you handed in does not show what "
        "is covered.",
        "Insurance certificate without an amount",
    ),
    Wording(
        Purpose.JUDGEMENT,
        "Rutinen är tillräcklig",
        "Rutinen beskriver vem som ansvarar, hur det går till och hur det följs upp.",
        text_en="The routine describes who is responsible, how it is done and how it is followed up.",
        title_en="The routine is sufficient",
    ),
    Wording(
        Purpose.REFUSAL,
        "Rutinen räcker inte",
        "Av underlaget framgår inte vem som ansvarar eller hur verksamheten följer upp att rutinen fungerar.",
        text_en="The evidence does not show who is responsible, or how it is checked that the routine works.",
        title_en="The routine is not sufficient",
    ),
)


def tell_beside(
    db: Session, cases: Mapping[tuple[str, str], UUID], *, staff: Callable[[str, Role], Actor], now: datetime
) -> None:
    """Björkvik's.  ``cases`` are by company and service."""
    mikael, leila = (staff(name, Role.CASE_OFFICER) for name in ("Mikael Öberg", "Leila Haddad"))
    henrik, eva = staff("Henrik Wallin", Role.MUNICIPAL_ADMINISTRATOR), staff("Eva Sandström", Role.DECISION_MAKER)
    waiting = cases["Björkhagens Hemtjänst AB", "hemtjanst"]
    home_care = db.get_one(Application, waiting).service_id
    saved_views.save(db, "Hemtjänst", Wanted(service=home_care), shared=False, actor=mikael, now=now)
    saved_views.save(db, "Väntar på svar", Wanted(choice=Choice.WAITING), shared=True, actor=leila, now=now)
    for wording in PHRASES:
        phrases.add(db, wording, actor=henrik, now=now - timedelta(days=60))
    refused = db.get_one(Application, cases["Solsidans Hemtjänst AB", "hemtjanst"])
    note = "Samma person företräder båda bolagen, och verksamheten är densamma."
    case_links.link(db, waiting, refused.number or "", note=note, actor=leila, now=now - timedelta(days=2))
    assignment.assign(
        db,
        [cases["Lövängens Familjebehandling AB", "familjebehandling"]],
        to=person_of(leila),
        reason="Mikael är föräldraledig från nästa vecka.",
        actor=eva,
        now=now - timedelta(hours=3),
    )
