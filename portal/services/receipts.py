"""What the receipt of an application says: the facts of the paper, as they stood when it was submitted.

Papers are the municipality's documents and are written in Swedish, whatever
language the page was read in; the same facts in English are those of its
translation.
"""

from dataclasses import dataclass
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
from portal.locale import formats, language, spoken
from portal.locale import gettext as _
from portal.services.wording import service_name

FILLED_LATER = ("document_number", "verification_number", "verify_at", "translates")


@dataclass(frozen=True)
class Wording:
    """A paper's title, its facts, and those of its English translation."""

    title: str
    facts: dict[str, Any]
    translation: dict[str, Any]


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
) -> Wording:
    """What the paper says, without the numbers that the job fills in."""
    settings = MunicipalitySettings.read(municipality.settings)
    service = db.get_one(Service, application.service_id)
    attached = _attached(db, application)
    number = application.number or ""

    def facts() -> dict[str, Any]:
        name = service_name(service)
        told = Receipt(
            sender=Sender(
                municipality=municipality.name,
                department=spoken(settings.board),
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
                represented_by=_("%(name)s, firmatecknare") % {"name": actor.name},
            ),
            service=name,
            submitted_at=formats.moment(now),
            submitted_by=actor.name,
            conditions_version=_("Allmänna villkor version %(general)s, villkor för %(service)s version %(specific)s")
            % {
                "general": sets.general.number,
                "service": formats.in_sentence(name),
                "specific": sets.service.number,
            },
            groups=tuple(
                AnsweredGroup(
                    spoken(group.title),
                    tuple(
                        AnsweredCriterion(
                            c.id,
                            spoken(c.title),
                            _said(given.get(c.id)),
                            tuple(
                                AttachedDocument(file, formats.size(size), sha256)
                                for file, size, sha256 in attached.get(c.id, ())
                            ),
                        )
                        for c in criteria
                    ),
                )
                for group, criteria in sets.asked
            ),
            what_happens_next=(
                _("En handläggare börjar granska ansökan senast %(day)s.")
                % {"day": formats.weekday(application.due_on)}
                if application.due_on
                else _("En handläggare granskar ansökan."),
                _("Behöver vi veta mer ber vi om en komplettering. Då får ni ett mejl och svarar i portalen."),
                spoken(filled(settings.texts["handling_time"], {"decide_days": settings.deadlines["decide_days"]})),
            ),
        ).to_facts()
        return {name: value for name, value in told.items() if name not in FILLED_LATER}

    with locale.speaking("sv"):
        swedish = facts()
    with locale.speaking("en"):
        return Wording(f"Kvittens {number}", swedish, facts())


def _said(answer: Answer | None) -> str:
    if answer is None:
        return ""
    declared_words = {True: _("Ja."), False: _("Nej."), None: ""}[answer.declared]
    stated = [f"{name}: {value}." for name, value in in_words(answer.stated, declared(), language())]
    return " ".join(each for each in (declared_words, answer.description, *stated) if each)


def _attached(db: Session, application: Application) -> dict[str, list[tuple[str, int, str]]]:
    rows = db.execute(_attached_statement(), {"application": application.id})
    found: dict[str, list[tuple[str, int, str]]] = {}
    for criterion, name, size, sha256 in rows:
        found.setdefault(criterion, []).append((name, size, sha256))
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
