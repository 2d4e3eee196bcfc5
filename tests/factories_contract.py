"""Makes cases that stand before or after an approval, with the rows that contracts and letters need."""

import hashlib
import itertools
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from portal.db.session import Scope, enter
from portal.db.tables import Application, Authorization, CaseFile, ConditionVersion, Municipality, Provider
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.roles import Role
from portal.services import contracts, papers
from portal.services.contracts import Proof
from portal.services.papers import SealFolder
from portal.web.desk import Resources
from tests.factories import NOW, Place, make_member, make_provider, make_staff

_serial = itertools.count(os.getpid() * 1000)


@dataclass(frozen=True)
class Parties:
    """A case, its people, and the authorization when there is one."""

    case_id: UUID
    signatory: Actor
    officer: Actor
    decision_maker: Actor
    authorization_id: UUID | None = None


def make_case(
    owner: Session,
    place: Place,
    *,
    service: str = "hemtjanst",
    state: State = State.APPROVED,
    company: str = "Vega Familjestöd AB",
    now: datetime = NOW,
) -> Parties:
    """An application with a number, its officer and a decision maker; nothing is answered in it."""
    provider_id = make_provider(owner, company)
    signatory = make_member(owner, provider_id)
    officer = make_staff(owner, place.id, Role.CASE_OFFICER)
    decision_maker = make_staff(owner, place.id, Role.DECISION_MAKER, name="Henrik Wallin", title="Socialchef")
    provider = owner.get_one(Provider, provider_id)
    number = f"SN 2026/{next(_serial)}"
    case = CaseFile(
        id=uuid4(), municipality_id=place.id, provider_id=provider_id, number=number, opened_at=now - timedelta(days=9)
    )
    owner.add(case)
    owner.flush()
    owner.add(
        Application(
            id=case.id,
            municipality_id=place.id,
            provider_id=provider_id,
            service_id=place.services[service],
            general_version_id=_version(owner, place.id, None),
            service_version_id=_version(owner, place.id, place.services[service]),
            state=state,
            started_at=now - timedelta(days=9),
            started_by=signatory.person_id,
            submitted_at=now - timedelta(days=8),
            submitted_by=signatory.person_id,
            officer_id=officer.person_id,
            provider_name=provider.name,
            provider_sort_key=provider.sort_key,
            number=number,
        )
    )
    owner.commit()
    return Parties(case.id, signatory, officer, decision_maker)


def make_offer(owner: Session, db: Session, place: Place, *, now: datetime = NOW, **case: object) -> Parties:
    """The same case, offered a contract by the real service, as the portal's own role."""
    parties = make_case(owner, place, now=now, **case)  # type: ignore[arg-type]
    enter(db, Scope.of(parties.decision_maker))
    application = db.get_one(Application, parties.case_id)
    made = contracts.offer(db, application, actor=parties.decision_maker, now=now)
    db.commit()
    return Parties(
        parties.case_id, parties.signatory, parties.officer, parties.decision_maker, authorization_id=made.id
    )


def paper_ids(owner: Session, parties: Parties) -> tuple[UUID, UUID | None]:
    """The contract's paper, and the sealed one's."""
    contract = owner.exec(
        select(contracts.Contract).where(col(contracts.Contract.authorization_id) == parties.authorization_id)
    ).one()
    owner.refresh(contract)
    return contract.paper_id, contract.sealed_paper_id


def make_contract_paper(db: Session, resources: Resources, parties: Parties, paper_id: UUID, *, now: datetime) -> None:
    """One of the contract's papers, as the job makes it once it is ordered."""
    enter(db, Scope(parties.officer.municipality_id, parties.signatory.provider_id))
    papers.make(
        db,
        paper_id,
        store=resources.store,
        seals=SealFolder(resources.settings.seal_folder),
        base_url=resources.settings.base_url,
        now=now,
    )
    db.commit()


def make_proof(
    digest: str | bytes, *, kind: str = "approval", name: str = "Anna Lindqvist", at: datetime = NOW
) -> Proof:
    """An approval, which holds no signature of an e-ID: what the service judges is the rest of it."""
    return Proof(
        kind=kind,
        digest=bytes.fromhex(digest) if isinstance(digest, str) else digest,
        name=name,
        acr="http://id.elegnamnden.se/loa/1.0/loa3",
        signed_at=at,
        authn_provider="Demo-eID",
    )


def authorization_of(owner: Session, parties: Parties) -> Authorization:
    row = owner.get_one(Authorization, parties.authorization_id)
    owner.refresh(row)
    return row


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def municipality_of(owner: Session, place: Place) -> Municipality:
    return owner.get_one(Municipality, place.id)


def _version(owner: Session, municipality_id: UUID, service_id: UUID | None) -> UUID:
    return owner.exec(
        select(ConditionVersion.id).where(
            col(ConditionVersion.municipality_id) == municipality_id, col(ConditionVersion.service_id) == service_id
        )
    ).one()
