"""The facts of the decision letter, ready for its template: dates and outcomes in words, in Swedish and in English.

The decision is the Swedish letter (språklagen 10 §); the English facts are those of its translation.

What is decided is in the row ``Decision``; nothing may be decided here.
"""

from collections.abc import Mapping
from dataclasses import asdict, astuple
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from documents.papers import JudgedCriterion, Party, Sender, UnmetCriterion
from portal.db import papers
from portal.db.tables import Application, CaseFile, Decision, Municipality, Paper, Provider, Service
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion, Language, worded
from portal.domain.deadlines import day_in_sweden
from portal.domain.municipality import MunicipalitySettings, filled
from portal.domain.review import reason_told
from portal.locale import LANGUAGES, formats, language, speaking, spoken
from portal.locale import gettext as _
from portal.services.wording import service_name


def order(
    db: Session, application: Application, decision: Decision, sets: ConditionSets, *, decided_by: str, now: datetime
) -> Paper:
    """Order the decision letter of a decision that has just been taken."""
    case = db.get_one(CaseFile, application.id)
    place = db.get_one(Municipality, application.municipality_id)
    facts = {}
    for each in LANGUAGES:
        with speaking(each):
            facts[each] = facts_of(db, application, decision, sets, place=place, decided_by=decided_by, now=now)
    return papers.order(
        db,
        case,
        papers.PaperKind.DECISION,
        title=f"Beslut, {case.number}",
        facts=facts["sv"],
        translation=facts["en"],
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
    """The fields of ``documents.papers.Decision`` in the language that is spoken, save those that the job fills in."""
    settings = MunicipalitySettings.read(place.settings)
    provider = db.get_one(Provider, application.provider_id)
    service = db.get_one(Service, application.service_id)
    board, name = spoken(settings.board), service_name(service)
    words = {
        "municipality": place.name,
        "board": board,
        "court": spoken(settings.court),
        "provider": provider.name,
        "organisation_number": _written(provider.orgnr),
        "service": name,
        **{deadline: str(value) for deadline, value in settings.deadlines.items()},
    }
    told = {
        "provider": provider.name,
        "service": formats.in_sentence(name),
        "municipality": place.name,
        "board": board,
        "general": sets.general.number,
        "specific": sets.service.number,
        "days": settings.deadlines["sign_days"],
        "day": formats.day(decision.review_until or day_in_sweden(now)),
    }
    conditions = _(
        "Prövningen har gjorts mot de allmänna villkoren, version %(general)s, och de särskilda villkoren för"
        " %(service)s, version %(specific)s."
    )
    if decision.approved:
        heading = _("%(provider)s godkänns som anordnare av %(service)s")
        decided = _("%(board)s beslutar att godkänna %(provider)s som anordnare av %(service)s i %(municipality)s.")
        after = (
            _(
                "Ni får nu ett avtal att skriva under i portalen. Godkännandet börjar gälla när båda parter har skrivit"
                " under och verksamheten har startat."
            ),
            _("Skriv under inom %(days)s dagar."),
        )
    else:
        heading = _("%(provider)s godkänns inte som anordnare av %(service)s")
        decided = _(
            "%(board)s beslutar att inte godkänna %(provider)s som anordnare av %(service)s i %(municipality)s."
        )
        after = (
            _(
                "Ni kan rätta till bristerna och ansöka på nytt när som helst. Underlag som ni har lämnat kan användas"
                " igen."
            ),
            _(
                "Vill ni att domstol prövar beslutet ska ansökan ha kommit in senast %(day)s, om ni underrättades"
                " i dag."
            ),
        )
    court = spoken(filled(settings.texts["court_review"], words)) if not decision.approved else ""
    return {
        "sender": asdict(
            Sender(
                municipality=place.name,
                department=board,
                address=settings.address[1:] or settings.address,
                contact=(settings.email, settings.telephone),
                accent=settings.theme["accent"],
                mark_svg=place.mark_svg or None,
            )
        ),
        "case_number": application.number,
        "date": formats.day(day_in_sweden(now)),
        "approved": decision.approved,
        "heading": heading % told,
        "service": name,
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
        "decision": (decided % told, conditions % told),
        "reasons": _paragraphs(decision.reasons),
        "protocol": [
            asdict(JudgedCriterion(row["criterion"], _title(sets, row), row["outcome"], *_reason(row)))
            for row in decision.protocol
        ],
        "what_happens_next": tuple(each % told for each in after),
        "unmet": [
            asdict(
                UnmetCriterion(
                    each["criterion"],
                    _text(sets, sets.by_id[each["criterion"]]),
                    *astuple(reason_told(each, language())),
                )
            )
            for each in decision.coded_reasons
        ],
        "court_review": _paragraphs(court),
    }


def municipality_name(db: Session, application: Application) -> str:
    return db.exec(select(Municipality.name).where(col(Municipality.id) == application.municipality_id)).one()


def _text(sets: ConditionSets, criterion: Criterion) -> str:
    return spoken(worded(criterion.text, sets.thresholds_for(criterion)))


def _title(sets: ConditionSets, row: Mapping[str, str]) -> str:
    """As the protocol has it; its English, where the criterion is in the conditions."""
    known = sets.by_id.get(row["criterion"])
    return known.title.en if known and language() == "en" else row["title"]


def _reason(row: Mapping[str, str]) -> tuple[str, Language]:
    """As the protocol has it, and the language of it: what the officer wrote in words of her own is in Swedish."""
    english = row["reason_en"] if language() == "en" else ""
    return (english, "en") if english else (row["reason"], "sv")


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("\n\n") if part.strip())


def _written(orgnr: str) -> str:
    return f"{orgnr[:6]}-{orgnr[6:]}"
