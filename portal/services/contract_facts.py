"""What a contract says, built from the case's own data: parties, conditions in force, the municipality's clauses.

In Swedish, the language of the municipality's cases, and formatted for its
reader: once ordered, the facts are what both parties sign, and nothing is
looked up again.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from documents.papers import Clause, ConditionsInForce, Party, Sender, Signature
from portal import locale
from portal.db import conditions
from portal.db.tables import Application, Municipality, Provider, Service
from portal.db.tables import Signature as SignatureRow
from portal.domain.actors import Actor
from portal.domain.conditions import ConditionSets
from portal.domain.deadlines import day_in_sweden
from portal.domain.municipality import MunicipalitySettings, filled
from portal.locale import formats


def contract_number(case_number: str) -> str:
    return f"{case_number}-K"


def contract_facts(
    db: Session, application: Application, municipality: Municipality, *, actor: Actor, title: str, now: datetime
) -> dict[str, Any]:
    """The fields of ``documents.papers.Contract``, as JSON, but for what the job that makes it adds."""
    settings = MunicipalitySettings.read(municipality.settings)
    provider = db.get_one(Provider, application.provider_id)
    service = db.get_one(Service, application.service_id)
    sets = conditions.read_sets(
        db, general_id=application.general_version_id, service_id=application.service_version_id
    )
    with locale.speaking("sv"):
        return {
            "sender": asdict(sender(municipality, settings)),
            "case_number": application.number,
            "date": formats.day(day_in_sweden(now)),
            "document_number": contract_number(application.number or ""),
            "title": f"Avtal om {formats.in_sentence(service.name_sv)}",
            "service": service.name_sv,
            "municipality": asdict(
                Party(
                    name=municipality.name,
                    organisation_number=str(settings.raw.get("organisation_number", "")),
                    address=settings.address[1:] or settings.address,
                    represented_by=f"{actor.name}, {title}" if title else actor.name,
                )
            ),
            "provider": asdict(
                Party(
                    name=provider.name,
                    organisation_number=written_orgnr(provider.orgnr),
                    address=(provider.street, f"{provider.postcode} {provider.town}"),
                )
            ),
            "valid": "Tills vidare, från den dag då båda parter har skrivit under",
            "background": [
                f"{settings.board.sv} i {municipality.name} har godkänt {provider.name} som anordnare av"
                f" {formats.in_sentence(service.name_sv)} enligt lagen (2008:962) om valfrihetssystem."
                f" Beslutet har diarienummer {application.number}."
            ],
            "scope": [
                f"Anordnaren utför {formats.in_sentence(service.name_sv)} åt de kunder som själva har valt anordnaren."
                " Kommunen garanterar ingen volym: kunderna väljer."
            ],
            "conditions": [asdict(each) for each in _in_force(sets, service)],
            "clauses": [asdict(each) for each in _clauses(settings, municipality, provider, service, sets)],
        }


def sender(municipality: Municipality, settings: MunicipalitySettings) -> Sender:
    return Sender(
        municipality=municipality.name,
        department=settings.board.sv,
        address=settings.address[1:] or settings.address,
        contact=(settings.telephone, settings.email),
        accent=settings.theme.get("accent", "#1f3a4d"),
        mark_svg=municipality.mark_svg or None,
    )


def signed_facts(
    contract: Mapping[str, Any],
    *,
    original_sha256: str,
    signatures: tuple[SignatureRow, ...],
    parties: Mapping[str, str],
) -> dict[str, Any]:
    """The contract again, with who signed it: the fields of ``documents.papers.SignedContract``."""
    return {
        **contract,
        "original_name": original_name(contract["document_number"]),
        "original_sha256": original_sha256,
        "signatures": [asdict(_signature(row, parties[row.party])) for row in signatures],
    }


def original_name(number: str) -> str:
    """The name of the file that was signed, inside the sealed contract: ``Avtal SN 2026-0001-K.pdf``."""
    return f"Avtal {number.replace('/', '-')}.pdf"


def written_orgnr(digits: str) -> str:
    return f"{digits[:6]}-{digits[6:]}"


def level_of(acr: str) -> str:
    """``3`` of ``http://id.elegnamnden.se/loa/1.0/loa3``; another scheme's level as it is written."""
    return acr.rsplit("loa", 1)[1] if acr.startswith("http://id.elegnamnden.se/loa/") else acr


def _signature(row: SignatureRow, party: str) -> Signature:
    with locale.speaking("sv"):
        return Signature(
            name=row.name,
            role=row.title,
            party=party,
            at=formats.moment(row.signed_at),
            how="e_id_signature" if row.kind == "signature" else "approval",
            by_means_of=row.authn_provider,
            level=f"Tillitsnivå {level_of(row.acr)}",
            digest=row.digest,
        )


def _in_force(sets: ConditionSets, service: Service) -> tuple[ConditionsInForce, ...]:
    named = (("Allmänna villkor", sets.general), (f"Villkor för {formats.in_sentence(service.name_sv)}", sets.service))
    return tuple(
        ConditionsInForce(
            title=title,
            version=str(each.number),
            valid_from=formats.day(each.valid_from),
            decided_by=f"{each.decided_by} {formats.day(each.decided_on)} § {each.decision_reference}",
        )
        for title, each in named
    )


def _clauses(
    settings: MunicipalitySettings,
    municipality: Municipality,
    provider: Provider,
    service: Service,
    sets: ConditionSets,
) -> tuple[Clause, ...]:
    facts = {
        **settings.thresholds,
        **settings.deadlines,
        "municipality": municipality.name,
        "board": settings.board.sv,
        "court": settings.court.sv,
        "provider": provider.name,
        "organisation_number": written_orgnr(provider.orgnr),
        "service": formats.in_sentence(service.name_sv),
        "general_version": sets.general.number,
        "service_version": sets.service.number,
        "valid_from": formats.day(sets.service.valid_from),
    }
    return tuple(
        Clause(clause.heading.sv, tuple(filled(words, facts).sv for words in clause.paragraphs))
        for clause in settings.contract
    )
