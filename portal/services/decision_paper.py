"""The facts of the decision letter, ready for its template: in Swedish, dates and outcomes in words.

What is decided is in the row ``Decision``; nothing may be decided here.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from documents.papers import JudgedCriterion, Party, Sender, UnmetCriterion
from portal.db import papers
from portal.db.tables import Application, CaseFile, Decision, Municipality, Paper, Provider, Service
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion, worded
from portal.domain.deadlines import day_in_sweden
from portal.domain.municipality import MunicipalitySettings, filled
from portal.locale import formats, speaking


def order(
    db: Session, application: Application, decision: Decision, sets: ConditionSets, *, decided_by: str, now: datetime
) -> Paper:
    """Order the decision letter of a decision that has just been taken."""
    case = db.get_one(CaseFile, application.id)
    place = db.get_one(Municipality, application.municipality_id)
    with speaking("sv"):
        facts = facts_of(db, application, decision, sets, place=place, decided_by=decided_by, now=now)
    return papers.order(
        db,
        case,
        papers.PaperKind.DECISION,
        title=f"Beslut, {case.number}",
        facts=facts,
        slug=place.slug,
        now=now,
    )


def facts_of(
    db: Session,
    application: Application,
    decision: Decision,
    sets: ConditionSets,
    *,
    place: Municipality,
    decided_by: str,
    now: datetime,
) -> dict[str, Any]:
    """The fields of ``documents.papers.Decision``, save those that the job fills in."""
    settings = MunicipalitySettings.read(place.settings)
    provider = db.get_one(Provider, application.provider_id)
    service = db.get_one(Service, application.service_id)
    words = {
        "municipality": place.name,
        "board": settings.board.sv,
        "court": settings.court.sv,
        "provider": provider.name,
        "organisation_number": _written(provider.orgnr),
        "service": service.name_sv,
        **{name: str(value) for name, value in settings.deadlines.items()},
    }
    name = formats.in_sentence(service.name_sv)
    conditions = (
        f"Prövningen har gjorts mot de allmänna villkoren, version {sets.general.number},"
        f" och de särskilda villkoren för {name}, version {sets.service.number}."
    )
    if decision.approved:
        heading = f"{provider.name} godkänns som anordnare av {name}"
        decided = (
            f"{settings.board.sv} beslutar att godkänna {provider.name} som anordnare av {name} i {place.name}.",
            conditions,
        )
        after = (
            "Ni får nu ett avtal att skriva under i portalen. Godkännandet börjar gälla när båda parter har skrivit"
            " under och verksamheten har startat.",
            f"Skriv under inom {settings.deadlines['sign_days']} dagar.",
        )
    else:
        heading = f"{provider.name} godkänns inte som anordnare av {name}"
        decided = (
            f"{settings.board.sv} beslutar att inte godkänna {provider.name} som anordnare av {name} i {place.name}.",
            conditions,
        )
        after = (
            "Ni kan rätta till bristerna och ansöka på nytt när som helst. Underlag som ni har lämnat kan användas"
            " igen.",
            f"Vill ni att domstol prövar beslutet ska ansökan ha kommit in senast"
            f" {formats.day(decision.review_until or day_in_sweden(now))}, om ni underrättades i dag.",
        )
    court = filled(settings.texts["court_review"], words).sv if not decision.approved else ""
    return {
        "sender": asdict(
            Sender(
                municipality=place.name,
                department=settings.board.sv,
                address=settings.address[1:] or settings.address,
                contact=(settings.email, settings.telephone),
                accent=settings.theme["accent"],
                mark_svg=place.mark_svg or None,
            )
        ),
        "case_number": application.number,
        "date": formats.day(day_in_sweden(now)),
        "approved": decision.approved,
        "heading": heading,
        "service": service.name_sv,
        "applicant": asdict(
            Party(
                name=provider.name,
                organisation_number=_written(provider.orgnr),
                address=(provider.street, f"{provider.postcode} {provider.town}"),
            )
        ),
        "decided_by": decided_by,
        "decided_by_title": decision.decided_by_title,
        "delegation": decision.delegation,
        "decision": decided,
        "reasons": _paragraphs(decision.reasons),
        "protocol": [
            asdict(JudgedCriterion(row["criterion"], row["title"], row["outcome"], row["reason"]))
            for row in decision.protocol
        ],
        "what_happens_next": after,
        "unmet": [
            asdict(
                UnmetCriterion(each["criterion"], _text(sets, sets.by_id[each["criterion"]]), each["sentence"]["sv"])
            )
            for each in decision.coded_reasons
        ],
        "court_review": _paragraphs(court),
    }


def municipality_name(db: Session, application: Application) -> str:
    return db.exec(select(Municipality.name).where(col(Municipality.id) == application.municipality_id)).one()


def _text(sets: ConditionSets, criterion: Criterion) -> str:
    return worded(criterion.text, sets.thresholds_for(criterion)).sv


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _written(orgnr: str) -> str:
    return f"{orgnr[:6]}-{orgnr[6:]}"
