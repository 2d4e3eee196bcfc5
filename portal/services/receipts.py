"""What the receipt of an application says: the facts of the paper, as they stood when it was submitted.

Papers are the municipality's documents and are written in Swedish, whatever
language the page was read in.
"""

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Uuid, bindparam, select
from sqlmodel import Session, col

from documents.papers import AnsweredCriterion, AnsweredGroup, AttachedDocument, Party, Receipt, Sender
from portal import locale
from portal.db.tables import AnswerDocument, Application, Document, Municipality, Provider, Service
from portal.domain.actors import Actor
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Answer
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import Orgnr
from portal.domain.municipality import MunicipalitySettings, filled
from portal.domain.stated import in_words
from portal.library import declared
from portal.locale import formats

FILLED_LATER = ("document_number", "verification_number", "verify_at")


def receipt(
    db: Session,
    application: Application,
    sets: ConditionSets,
    given: dict[str, Answer],
    municipality: Municipality,
    provider: Provider,
    *,
    actor: Actor,
    now: datetime,
) -> tuple[str, dict[str, Any]]:
    """The paper's title and its facts, without the numbers that the job fills in."""
    settings = MunicipalitySettings.read(municipality.settings)
    service = db.get_one(Service, application.service_id)
    attached = _attached(db, application)
    number = application.number or ""
    with locale.speaking("sv"):
        facts = Receipt(
            sender=Sender(
                municipality=municipality.name,
                department=settings.board.sv,
                address=settings.address[1:] or settings.address,
                contact=(settings.telephone, settings.email),
                accent=settings.theme["accent"],
                mark_svg=municipality.mark_svg or None,
            ),
            case_number=number,
            date=formats.day(day_in_sweden(now)),
            document_number="",
            verification_number="",
            verify_at="",
            company=Party(
                name=provider.name,
                organisation_number=str(Orgnr(provider.orgnr)),
                address=(provider.street, f"{provider.postcode} {provider.town}"),
                represented_by=f"{actor.name}, firmatecknare",
            ),
            service=service.name_sv,
            submitted_at=formats.moment(now),
            submitted_by=actor.name,
            conditions_version=(
                f"Allmänna villkor version {sets.general.number}, "
                f"villkor för {formats.in_sentence(service.name_sv)} version {sets.service.number}"
            ),
            groups=tuple(
                AnsweredGroup(
                    group.title.sv,
                    tuple(
                        AnsweredCriterion(c.id, c.title.sv, _said(given.get(c.id)), tuple(attached.get(c.id, ())))
                        for c in criteria
                    ),
                )
                for group, criteria in sets.asked
            ),
            what_happens_next=(
                f"En handläggare börjar granska ansökan senast {formats.weekday(application.due_on)}."
                if application.due_on
                else "En handläggare granskar ansökan.",
                "Behöver vi veta mer ber vi om en komplettering. Då får ni ett mejl och svarar i portalen.",
                filled(settings.texts["handling_time"], {"decide_days": settings.deadlines["decide_days"]}).sv,
            ),
        ).to_facts()
    return f"Kvittens {number}", {name: value for name, value in facts.items() if name not in FILLED_LATER}


def _said(answer: Answer | None) -> str:
    if answer is None:
        return ""
    declared_words = {True: "Ja.", False: "Nej.", None: ""}[answer.declared]
    stated = [f"{name}: {value}." for name, value in in_words(answer.stated, declared(), "sv")]
    return " ".join(each for each in (declared_words, answer.description, *stated) if each)


def _attached(db: Session, application: Application) -> dict[str, list[AttachedDocument]]:
    rows = db.execute(_attached_statement(), {"application": application.id})
    found: dict[str, list[AttachedDocument]] = {}
    for criterion, name, size, sha256 in rows:
        found.setdefault(criterion, []).append(AttachedDocument(name, formats.size(size), sha256))
    return found


@cache
def _attached_statement() -> Any:
    return (
        select(col(AnswerDocument.criterion), col(Document.name), col(Document.size), col(Document.sha256))
        .join(Document, col(Document.id) == col(AnswerDocument.document_id))
        .where(
            col(AnswerDocument.application_id) == bindparam("application", type_=Uuid()),
            col(AnswerDocument.ended_at).is_(None),
        )
        .order_by(col(AnswerDocument.attached_at), col(Document.name))
    )
