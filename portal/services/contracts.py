"""Contracts: offered after an approval, signed by the company and then by the municipality, started.

Identity providers and PDFs are others' work: what somebody signed comes here as
a ``Proof`` that has been verified, and is held against the paper that was
shown.  Only people with the role sign (KL 6:38); nothing here runs by a timer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from portal.db.papers import TRANSLATION, PaperKind, order, original
from portal.db.tables import (
    Application,
    Authorization,
    CaseFile,
    Contract,
    Municipality,
    Paper,
    Provider,
    Signature,
    StaffMember,
)
from portal.domain.actors import Actor
from portal.domain.authorization import AUTHORIZATION, START_CONDITIONS, Action, State, start_window
from portal.domain.criteria import LANGUAGES, Language
from portal.domain.deadlines import add_days, day_in_sweden
from portal.domain.letters import LetterKind
from portal.domain.municipality import MunicipalitySettings
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound, NotReady
from portal.services import effects
from portal.services.contract_facts import contract_facts, signed_facts
from portal.services.lifecycle import move, record, send_letters
from portal.services.review import refuse_conflicted

COMPANY, MUNICIPALITY = "company", "municipality"


@dataclass(frozen=True)
class Proof:
    """What the identity provider gave, verified: who signed which digest, how and when.

    ``kind`` is ``signature``, or ``approval`` where the provider cannot sign;
    then there is neither signature nor certificate.
    """

    kind: str
    digest: bytes
    name: str
    acr: str
    signed_at: datetime
    authn_provider: str
    signature: str = ""
    certificate: str = ""


@dataclass(frozen=True)
class ToSign:
    """The paper that this actor may sign now; ``sha256`` is of its bytes."""

    number: str
    title: str
    object_key: str
    sha256: str


def offer(db: Session, application: Application, *, actor: Actor, now: datetime) -> Authorization:
    """The authorization that an approval gives, offered: its contract is made and the company is told to sign."""
    municipality = db.get_one(Municipality, application.municipality_id)
    provider = db.get_one(Provider, application.provider_id)
    case = db.get_one(CaseFile, application.id)
    days = MunicipalitySettings.read(municipality.settings).deadlines["sign_days"]
    authorization = Authorization(
        id=uuid4(),
        case_id=application.id,
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        service_id=application.service_id,
        general_version_id=application.general_version_id,
        service_version_id=application.service_version_id,
        state=State.OFFERED,
        offered_at=now,
        sign_by=add_days(day_in_sweden(now), days),
        provider_name=provider.name,
        provider_sort_key=provider.sort_key,
        orgnr=provider.orgnr,
        profile={"town": provider.town, "email": provider.email, "phone": provider.phone},
    )
    db.add(authorization)
    db.flush()
    title = _title(db, actor, application.municipality_id)
    facts, translation = (
        contract_facts(db, application, municipality, actor=actor, title=title, now=now, language=language)
        for language in LANGUAGES
    )
    paper = order(
        db,
        case,
        PaperKind.CONTRACT,
        title=facts["title"],
        facts=facts,
        translation=translation,
        slug=municipality.slug,
        now=now,
    )
    db.add(
        Contract(
            authorization_id=authorization.id,
            municipality_id=authorization.municipality_id,
            provider_id=authorization.provider_id,
            paper_id=paper.id,
        )
    )
    event = record(
        db,
        case.id,
        "authorization.offered",
        actor=actor,
        now=now,
        facts={"to": State.OFFERED.value, "sign_by": authorization.sign_by.isoformat(), "paper": str(paper.id)},
    )
    send_letters(db, event, LetterKind.CONTRACT_OFFERED)
    effects.take_in(db, authorization)
    return authorization


def to_sign(db: Session, authorization_id: UUID, *, actor: Actor) -> ToSign:
    """The contract that the actor is about to sign.

    Raises:
        NotFound: it is not theirs.
        NotAllowed: ``role``, ``company_first``, ``signed_already``, ``conflict`` or ``paper_not_ready``.
    """
    authorization, contract, paper = _held(db, authorization_id, actor=actor)
    _require_turn(db, authorization, contract, actor=actor)
    if paper.ready_at is None or paper.object_key is None or paper.sha256 is None:
        raise NotAllowed("paper_not_ready")
    return ToSign(paper.facts["document_number"], paper.title, paper.object_key, paper.sha256)


def sign_company(db: Session, authorization_id: UUID, *, proof: Proof, actor: Actor, now: datetime) -> None:
    """The signatory has signed; the municipality's decision makers are told.  Raises as ``to_sign`` does."""
    authorization, contract, paper = _held(db, authorization_id, actor=actor, lock=True)
    _require_turn(db, authorization, contract, actor=actor)
    _add_signature(db, contract, paper, COMPANY, proof=proof, actor=actor, title="Firmatecknare")
    _move(db, authorization, Action.SIGN, actor=actor, now=now, paper=paper, kind=proof.kind)


def sign_municipality(db: Session, authorization_id: UUID, *, proof: Proof, actor: Actor, now: datetime) -> None:
    """The decision maker has countersigned: the contract is signed, and its sealed paper is ordered."""
    authorization, contract, paper = _held(db, authorization_id, actor=actor, lock=True)
    _require_turn(db, authorization, contract, actor=actor)
    title = _title(db, actor, authorization.municipality_id) or "Beslutsfattare"
    _add_signature(db, contract, paper, MUNICIPALITY, proof=proof, actor=actor, title=title)
    # Ordered before the letters are: they say that the signed contract comes, and carry it.
    _order_sealed(db, authorization, contract, paper, now=now)
    _move(db, authorization, Action.COUNTERSIGN, actor=actor, now=now, paper=paper, kind=proof.kind, signed_at=now)


def start(
    db: Session,
    authorization_id: UUID,
    *,
    confirmed: frozenset[str],
    active_from: date,
    actor: Actor,
    now: datetime,
) -> None:
    """The start conditions hold, as the officer confirms: active, and in the public list.

    Raises:
        NotReady: every start condition that is not confirmed.
        Invalid: ``active_from`` is before the signing, or later than the contract allows.
    """
    authorization, _contract, _paper = _held(db, authorization_id, actor=actor, lock=True)
    if not actor.may(Role.CASE_OFFICER):
        raise NotAllowed("role")
    refuse_conflicted(db, authorization.case_id, actor)
    if missing := tuple(each for each in START_CONDITIONS if each not in confirmed):
        raise NotReady(missing)
    settings = MunicipalitySettings.read(db.get_one(Municipality, authorization.municipality_id).settings)
    signed_on = day_in_sweden(authorization.signed_at or authorization.offered_at)
    first, last = start_window(signed_on, settings.deadlines["start_months"])
    if not first <= active_from <= last:
        raise Invalid({"active_from": "outside_window"}, {"first": first, "last": last})
    move(
        db,
        authorization,
        AUTHORIZATION,
        Action.START,
        case_id=authorization.case_id,
        actor=actor,
        now=now,
        facts={"active_from": active_from.isoformat(), "confirmed": sorted(confirmed)},
        active_from=active_from,
    )


def signatures_of(db: Session, contract_id: UUID) -> tuple[Signature, ...]:
    """In the order in which they were made."""
    found = db.exec(
        select(Signature).where(col(Signature.contract_id) == contract_id).order_by(col(Signature.signed_at))
    )
    return tuple(found)


def _held(
    db: Session, authorization_id: UUID, *, actor: Actor, lock: bool = False
) -> tuple[Authorization, Contract, Paper]:
    """The actor's own; an active one of somebody else is public, and still not theirs to sign."""
    statement = select(Authorization).where(col(Authorization.id) == authorization_id)
    if lock:
        statement = statement.with_for_update(key_share=True)
    authorization = db.exec(statement, execution_options={"populate_existing": True}).one_or_none()
    theirs = authorization is not None and (
        authorization.provider_id == actor.provider_id
        if actor.provider_id
        else authorization.municipality_id == actor.municipality_id
    )
    if authorization is None or not theirs:
        raise NotFound("authorization", authorization_id)
    contract = db.exec(select(Contract).where(col(Contract.authorization_id) == authorization_id)).one()
    return authorization, contract, db.get_one(Paper, contract.paper_id)


def _require_turn(db: Session, authorization: Authorization, contract: Contract, *, actor: Actor) -> None:
    signed = {each.party for each in signatures_of(db, contract.id)}
    party = COMPANY if actor.provider_id else MUNICIPALITY
    if not actor.may(Role.SIGNATORY if party == COMPANY else Role.DECISION_MAKER):
        raise NotAllowed("role")
    if party in signed:
        raise NotAllowed("signed_already")
    if party == MUNICIPALITY:
        refuse_conflicted(db, authorization.case_id, actor)
        if COMPANY not in signed:
            raise NotAllowed("company_first")


def _add_signature(
    db: Session, contract: Contract, paper: Paper, party: str, *, proof: Proof, actor: Actor, title: str
) -> None:
    """Raises ``NotAllowed("other_paper")`` when what was signed is not this paper, byte for byte."""
    if actor.person_id is None or paper.sha256 is None or proof.digest.hex() != paper.sha256:
        raise NotAllowed("other_paper")
    db.add(
        Signature(
            contract_id=contract.id,
            municipality_id=contract.municipality_id,
            provider_id=contract.provider_id,
            party=party,
            person_id=actor.person_id,
            name=proof.name,
            title=title,
            kind=proof.kind,
            digest=proof.digest.hex(),
            acr=proof.acr,
            signed_at=proof.signed_at,
            authn_provider=proof.authn_provider,
            signature=proof.signature,
            certificate=proof.certificate,
        )
    )
    db.flush()


def _order_sealed(
    db: Session, authorization: Authorization, contract: Contract, paper: Paper, *, now: datetime
) -> None:
    municipality = db.get_one(Municipality, authorization.municipality_id)
    in_swedish, in_english = original(paper.facts), paper.facts.get(TRANSLATION)
    signatures = signatures_of(db, contract.id)
    parties = {COMPANY: authorization.provider_name, MUNICIPALITY: municipality.name}

    def signed(facts: Mapping[str, Any], language: Language) -> dict[str, Any]:
        return signed_facts(
            facts, original_sha256=paper.sha256 or "", signatures=signatures, parties=parties, language=language
        )

    sealed = order(
        db,
        db.get_one(CaseFile, authorization.case_id),
        PaperKind.SIGNED_CONTRACT,
        title=paper.title,
        facts=signed(in_swedish, "sv"),
        translation=signed(in_english, "en") if in_english else None,
        slug=municipality.slug,
        now=now,
    )
    contract.sealed_paper_id = sealed.id
    db.add(contract)
    db.flush()


def _move(
    db: Session,
    authorization: Authorization,
    action: Action,
    *,
    actor: Actor,
    now: datetime,
    paper: Paper,
    kind: str,
    **columns: datetime,
) -> None:
    move(
        db,
        authorization,
        AUTHORIZATION,
        action,
        case_id=authorization.case_id,
        actor=actor,
        now=now,
        facts={"paper": str(paper.id), "sha256": paper.sha256, "kind": kind},
        **columns,
    )


def _title(db: Session, actor: Actor, municipality_id: UUID) -> str:
    found = db.exec(
        select(StaffMember.title).where(
            col(StaffMember.municipality_id) == municipality_id,
            col(StaffMember.person_id) == actor.person_id,
            StaffMember.active,
        )
    ).first()
    return found or ""
