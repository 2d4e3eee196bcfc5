"""What a contract says, built from the case's own data: parties, conditions in force, the municipality's clauses.

In Swedish, the language of the municipality's cases, and formatted for its
reader: once ordered, the facts are what both parties sign, and nothing is
looked up again.  The same in English is a translation, which nobody signs.
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
from portal.domain.criteria import Language
from portal.domain.deadlines import day_in_sweden
from portal.domain.municipality import MunicipalitySettings, filled
from portal.locale import formats, spoken
from portal.locale import gettext as _
from portal.services.wording import service_name


def contract_number(case_number: str) -> str:
    return f"{case_number}-K"


def contract_facts(
    db: Session,
    application: Application,
    municipality: Municipality,
    *,
    actor: Actor,
    title: str,
    now: datetime,
    language: Language = "sv",
) -> dict[str, Any]:
    """The fields of ``documents.papers.Contract``, as JSON, but for what the job that makes it adds."""
    settings = MunicipalitySettings.read(municipality.settings)
    provider = db.get_one(Provider, application.provider_id)
    service = db.get_one(Service, application.service_id)
    sets = conditions.read_sets(
        db, general_id=application.general_version_id, service_id=application.service_version_id
    )
    with locale.speaking(language):
        name, board = service_name(service), spoken(settings.board)
        told = {
            "service": formats.in_sentence(name),
            "board": board,
            "municipality": municipality.name,
            "provider": provider.name,
            "number": application.number,
        }
        return {
            "sender": asdict(sender(municipality, settings)),
            "case_number": application.number,
            "date": formats.day(day_in_sweden(now)),
            "document_number": contract_number(application.number or ""),
            "title": _("Avtal om %(service)s") % told,
            "service": name,
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
            "valid": _("Tills vidare, från den dag då båda parter har skrivit under"),
            "background": [
                _(
                    "%(board)s i %(municipality)s har godkänt %(provider)s som anordnare av %(service)s enligt lagen"
                    " (2008:962) om valfrihetssystem. Beslutet har diarienummer %(number)s."
                )
                % told
            ],
            "scope": [
                _(
                    "Anordnaren utför %(service)s åt de kunder som själva har valt anordnaren. Kommunen garanterar"
                    " ingen volym: kunderna väljer."
                )
                % told
            ],
            "conditions": [asdict(each) for each in _in_force(sets, service)],
            "clauses": [asdict(each) for each in _clauses(settings, municipality, provider, service, sets)],
        }


def sender(municipality: Municipality, settings: MunicipalitySettings) -> Sender:
    return Sender(
        municipality=municipality.name,
        department=spoken(settings.board),
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
    language: Language = "sv",
) -> dict[str, Any]:
    """The contract again, with who signed it: the fields of ``documents.papers.SignedContract``."""
    with locale.speaking(language):
        signed = [asdict(_signature(row, parties[row.party])) for row in signatures]
    return {
        **contract,
        "original_name": original_name(contract["document_number"]),
        "original_sha256": original_sha256,
        "signatures": signed,
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
    roles = {"Firmatecknare": _("Firmatecknare"), "Beslutsfattare": _("Beslutsfattare")}
    return Signature(
        name=row.name,
        role=roles.get(row.title, row.title),
        party=party,
        at=formats.moment(row.signed_at),
        how="e_id_signature" if row.kind == "signature" else "approval",
        by_means_of=row.authn_provider,
        level=_("Tillitsnivå %(level)s") % {"level": level_of(row.acr)},
        digest=row.digest,
    )


def _in_force(sets: ConditionSets, service: Service) -> tuple[ConditionsInForce, ...]:
    specific = _("Villkor för %(service)s") % {"service": formats.in_sentence(service_name(service))}
    named = ((_("Allmänna villkor"), sets.general), (specific, sets.service))
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
        "board": spoken(settings.board),
        "court": spoken(settings.court),
        "provider": provider.name,
        "organisation_number": written_orgnr(provider.orgnr),
        "service": formats.in_sentence(service_name(service)),
        "general_version": sets.general.number,
        "service_version": sets.service.number,
        "valid_from": formats.day(sets.service.valid_from),
    }
    return tuple(
        Clause(spoken(clause.heading), tuple(spoken(filled(words, facts)) for words in clause.paragraphs))
        for clause in settings.contract
    )
