"""What the letters of a case can say: read once for all who are written to, put into words elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db import conditions
from portal.db.papers import PaperKind
from portal.db.tables import (
    Application,
    Authorization,
    CaseFile,
    Contract,
    Decision,
    Event,
    Hearing,
    Municipality,
    Paper,
    Person,
    Proposal,
    Provider,
    Service,
    StaffMember,
    Supplement,
    SupplementItem,
)
from portal.domain.criteria import Text, worded
from portal.domain.letters import LetterKind
from portal.domain.municipality import MunicipalitySettings
from portal.locale import formats
from portal.services.writing import sets_asking, sets_of

PAPER: dict[LetterKind, PaperKind] = {
    LetterKind.RECEIPT: PaperKind.RECEIPT,
    LetterKind.APPROVED: PaperKind.DECISION,
    LetterKind.REJECTED: PaperKind.DECISION,
    LetterKind.CONTRACT_OFFERED: PaperKind.CONTRACT,
    LetterKind.CONTRACT_SIGNED: PaperKind.SIGNED_CONTRACT,
    LetterKind.CONTRACT_SIGNED_OFFICER: PaperKind.SIGNED_CONTRACT,
}
"""The paper that a letter is about."""

ATTACHED = (LetterKind.RECEIPT, LetterKind.APPROVED, LetterKind.REJECTED, LetterKind.CONTRACT_SIGNED)
"""Carried by the mail itself.  An unsigned contract is not: it is read where it is signed."""

_ABOUT_CONTRACT = (
    LetterKind.CONTRACT_OFFERED,
    LetterKind.CONTRACT_SIGNED_BY_COMPANY,
    LetterKind.CONTRACT_SIGNED,
    LetterKind.CONTRACT_SIGNED_OFFICER,
    LetterKind.STARTED,
    LetterKind.STARTED_REGISTRY,
    LetterKind.CONDITIONS_ADOPTED,
)
_TO_DECIDE = (LetterKind.PROPOSAL_READY, LetterKind.HEARING_ANSWERED)


@dataclass(frozen=True)
class CaseFacts:
    """The case as the letters know it.  Texts in both languages are ``Text``; the template takes its own."""

    case: CaseFile
    application: Application
    municipality: Municipality
    settings: MunicipalitySettings
    officer: StaffMember | None
    authorization: Authorization | None
    told: Mapping[str, Any]


def read_case(db: Session, case_id: UUID, *, seq: int) -> CaseFacts:
    case = db.get_one(CaseFile, case_id)
    application = db.get_one(Application, case_id)
    municipality = db.get_one(Municipality, case.municipality_id)
    settings = MunicipalitySettings.read(municipality.settings)
    service = db.get_one(Service, application.service_id)
    provider = db.get_one(Provider, application.provider_id)
    event = db.get_one(Event, (case_id, seq))
    actor = db.get(Person, event.actor_id) if event.actor_id else None
    officer = _officer(db, application)
    authorization = db.exec(select(Authorization).where(col(Authorization.case_id) == case_id)).one_or_none()
    told = {
        "company": provider.name,
        "number": application.number or "",
        "service": Text(formats.in_sentence(service.name_sv), formats.in_sentence(service.name_en)),
        "municipality": municipality.name,
        "board": settings.board,
        "telephone": settings.telephone,
        "email": settings.email,
        "officer": officer.name if officer else "",
        "actor": actor.name if actor else "Kundval",
        "court": settings.court,
        "decide_days": settings.deadlines["decide_days"],
        **_supplement(db, application),
        **_proposal(db, application),
        **_hearing(db, application),
        **_decision(db, application),
        **_contract(db, authorization),
        "ending": _ending(db, application, event),
        **_changed(db, event),
        "adopted": _adopted(db, event),
    }
    return CaseFacts(case, application, municipality, settings, officer, authorization, told)


def _ending(db: Session, application: Application, event: Event) -> list[dict[str, Any]]:
    """What an event reminded of: the criteria whose evidence ends, and when."""
    if event.kind != "evidence.reminded":
        return []
    decided_on = sets_of(db, application).by_id
    ends = {each["criterion"]: each["ends_on"] for each in reversed(event.facts["documents"])}
    return [
        {
            "criterion": criterion,
            "title": sets.by_id[criterion].title if criterion in sets.by_id else Text(criterion, criterion),
            "ends_on": ends_on,
            "decided_on": criterion in decided_on,
        }
        for criterion, ends_on in sorted(ends.items(), key=lambda each: (each[1], each[0]))
        for sets in (sets_asking(db, application, criterion),)
    ]


def _changed(db: Session, event: Event) -> dict[str, Any]:
    """What an event asked the company to confirm or prove under new conditions, and by when; or reminded of."""
    if event.kind not in ("conditions.changed", "conditions.reminded"):
        return {"changed": (), "confirm_by": None, "valid_from": None, "reminder": False}
    version = conditions.read(db, UUID(event.facts["version"]))
    return {
        "changed": tuple(
            worded(version.by_id[id_].title, version.thresholds)
            for id_ in event.facts["criteria"]
            if id_ in version.by_id
        ),
        "confirm_by": event.facts["due_on"],
        "valid_from": version.valid_from,
        "reminder": event.kind == "conditions.reminded",
    }


def _adopted(db: Session, event: Event) -> dict[str, Any] | None:
    """The version under which an authorization came to stand."""
    if event.kind != "authorization.adopt":
        return None
    version = conditions.read(db, UUID(event.facts["version"]))
    return {
        "general": version.service_id is None,
        "number": version.number,
        "valid_from": version.valid_from,
        "asked": event.facts.get("asked", True),
    }


def link_for(kind: LetterKind, facts: CaseFacts, *, company: bool) -> str:
    """Where the reader goes on, in the portal."""
    side = "/foretag" if company else "/kommun"
    if kind in _ABOUT_CONTRACT and facts.authorization is not None:
        return f"{side}/avtal/{facts.authorization.id}"
    case = f"{side}/{'ansokningar' if company else 'arenden'}/{facts.case.id}"
    if kind is LetterKind.EVIDENCE_ENDING:
        first = facts.told["ending"][0]
        if not first["decided_on"]:
            return f"/foretag/nya-villkor/{facts.case.id}/{first['criterion']}"
        return f"{case}/villkor/{first['criterion']}"
    if kind is LetterKind.CONDITIONS_CHANGED:
        return f"/foretag/nya-villkor/{facts.case.id}"
    if kind is LetterKind.HEARING:
        return f"{case}/yttrande"
    return f"{case}/beslut" if kind in _TO_DECIDE else case


def paper_for(db: Session, kind: LetterKind, case_id: UUID) -> UUID | None:
    if (wanted := PAPER.get(kind)) is None:
        return None
    return db.exec(
        select(Paper.id)
        .where(col(Paper.case_id) == case_id, col(Paper.kind) == wanted.value)
        .order_by(col(Paper.made_at).desc())
    ).first()


def _officer(db: Session, application: Application) -> StaffMember | None:
    if application.officer_id is None:
        return None
    return db.exec(
        select(StaffMember).where(
            col(StaffMember.municipality_id) == application.municipality_id,
            col(StaffMember.person_id) == application.officer_id,
            StaffMember.active,
        )
    ).first()


def _supplement(db: Session, application: Application) -> dict[str, Any]:
    row = db.exec(
        select(Supplement)
        .where(col(Supplement.application_id) == application.id)
        .order_by(col(Supplement.requested_at).desc())
    ).first()
    if row is None:
        return {"due": None, "message": "", "items": ()}
    sets = conditions.read_sets(
        db, general_id=application.general_version_id, service_id=application.service_version_id
    )
    items = db.exec(
        select(SupplementItem)
        .where(col(SupplementItem.supplement_id) == row.id)
        .order_by(col(SupplementItem.criterion))
    )
    return {
        "due": row.due_on,
        "message": row.message,
        "items": tuple(
            {
                "title": sets.by_id[item.criterion].title if item.criterion in sets.by_id else Text("", ""),
                "question": item.question,
            }
            for item in items
        ),
    }


def _proposal(db: Session, application: Application) -> dict[str, Any]:
    row = db.exec(
        select(Proposal)
        .where(col(Proposal.application_id) == application.id)
        .order_by(col(Proposal.proposed_at).desc())
    ).first()
    return {
        "proposed_approval": row.approve if row else True,
        "sent_back_reason": row.sent_back_reason if row else "",
    }


def _hearing(db: Session, application: Application) -> dict[str, Any]:
    row = db.exec(
        select(Hearing)
        .where(col(Hearing.application_id) == application.id)
        .order_by(col(Hearing.communicated_at).desc())
    ).first()
    return {"hearing_due": row.due_on if row else None}


def _decision(db: Session, application: Application) -> dict[str, Any]:
    row = db.exec(select(Decision).where(col(Decision.application_id) == application.id)).first()
    return {"review_until": row.review_until if row else None}


def _contract(db: Session, authorization: Authorization | None) -> dict[str, Any]:
    if authorization is None:
        return {"sign_by": None, "active_from": None, "contract_number": "", "verification_number": ""}
    contract = db.exec(select(Contract).where(col(Contract.authorization_id) == authorization.id)).one()
    paper = db.get_one(Paper, contract.paper_id)
    sealed = db.get(Paper, contract.sealed_paper_id) if contract.sealed_paper_id else None
    return {
        "sign_by": authorization.sign_by,
        "active_from": authorization.active_from,
        "contract_number": paper.facts["document_number"],
        "verification_number": sealed.number if sealed else "",
    }
