"""Rows of the company's room: applications and what waits in them, authorizations, letters, invitations."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from portal.db.invitations import invitation_hash
from portal.db.tables import (
    Application,
    Authorization,
    BeneficialOwner,
    CaseFile,
    ConditionVersion,
    Contract,
    Hearing,
    Invitation,
    Letter,
    Login,
    Paper,
    Proposal,
    Provider,
    Signature,
    Supplement,
)
from portal.domain.actors import Actor
from portal.domain.application import State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.identifiers import sort_key
from portal.domain.letters import LetterKind
from portal.domain.roles import Role
from tests.factories import NOW, Place, make_person

_serial = count(1000)


def make_application_row(
    owner: Session, provider_id: UUID, place: Place, state: State = State.SUBMITTED, *, service: str | None = None
) -> Application:
    """An application in some state, without its answers."""
    service_id = place.services[service] if service else next(iter(place.services.values()))
    versions = owner.exec(
        select(ConditionVersion).where(
            col(ConditionVersion.municipality_id) == place.id,
            col(ConditionVersion.service_id).in_([service_id]) | col(ConditionVersion.service_id).is_(None),
        )
    ).all()
    general = next(each for each in versions if each.service_id is None)
    specific = next((each for each in versions if each.service_id is not None), general)
    number = None if state is State.DRAFT else f"T{uuid4().hex[:6]} 2026/{next(_serial)}"
    case = CaseFile(municipality_id=place.id, provider_id=provider_id, number=number, opened_at=NOW)
    owner.add(case)
    owner.flush()
    provider = owner.get_one(Provider, provider_id)
    person = provider.registered_by
    application = Application(
        id=case.id,
        municipality_id=place.id,
        provider_id=provider_id,
        service_id=service_id,
        general_version_id=general.id,
        service_version_id=specific.id,
        state=state,
        started_at=NOW,
        started_by=person,
        submitted_at=None if state is State.DRAFT else NOW,
        provider_name=provider.name,
        provider_sort_key=sort_key(provider.name),
        number=number,
    )
    owner.add(application)
    owner.commit()
    return application


def make_supplement_row(owner: Session, application: Application, due_on: date) -> None:
    owner.add(
        Supplement(
            application_id=application.id,
            municipality_id=application.municipality_id,
            provider_id=application.provider_id,
            message="Skicka in försäkringsbrevet.",
            due_on=due_on,
            requested_by=application.started_by,
            requested_at=NOW,
        )
    )
    owner.commit()


def make_hearing_row(owner: Session, application: Application, due_on: date) -> None:
    proposal = Proposal(
        application_id=application.id,
        municipality_id=application.municipality_id,
        approve=False,
        summary="",
        proposed_by=application.started_by,
        proposed_at=NOW,
    )
    owner.add(proposal)
    owner.flush()
    owner.add(
        Hearing(
            application_id=application.id,
            municipality_id=application.municipality_id,
            provider_id=application.provider_id,
            proposal_id=proposal.id,
            due_on=due_on,
            communicated_at=NOW,
        )
    )
    owner.commit()


def make_authorization_row(
    owner: Session, application: Application, state: AuthorizationState, *, signed: bool = False
) -> Authorization:
    provider = owner.get_one(Provider, application.provider_id)
    authorization = Authorization(
        case_id=application.id,
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        service_id=application.service_id,
        general_version_id=application.general_version_id,
        service_version_id=application.service_version_id,
        state=state,
        offered_at=NOW,
        sign_by=date(2099, 4, 1),
        active_from=date(2026, 5, 1) if state is AuthorizationState.ACTIVE else None,
        provider_name=provider.name,
        provider_sort_key=provider.sort_key,
        orgnr=provider.orgnr,
    )
    paper = make_paper_row(owner, application)
    paper.facts = {**paper.facts, "document_number": f"{application.number}-K"}
    owner.add(authorization)
    owner.flush()
    contract = Contract(
        authorization_id=authorization.id,
        municipality_id=authorization.municipality_id,
        provider_id=authorization.provider_id,
        paper_id=paper.id,
    )
    owner.add(contract)
    owner.flush()
    if signed:
        owner.add(
            Signature(
                contract_id=contract.id,
                municipality_id=authorization.municipality_id,
                provider_id=authorization.provider_id,
                party="company",
                person_id=application.started_by,
                name="",
                title="",
                kind="signature",
                digest="",
                acr="",
                signed_at=NOW,
            )
        )
    owner.commit()
    return authorization


def make_paper_row(owner: Session, application: Application, *, ready: bool = True) -> Paper:
    paper = Paper(
        case_id=application.id,
        municipality_id=application.municipality_id,
        provider_id=application.provider_id,
        kind="receipt",
        number=uuid4().hex,
        title="Kvitto på ansökan",
        size=412_000,
        made_at=NOW,
        ready_at=NOW if ready else None,
    )
    owner.add(paper)
    owner.commit()
    return paper


def make_letter(
    owner: Session,
    provider_id: UUID,
    subject: str = "Vi har tagit emot er ansökan",
    *,
    application: Application | None = None,
    at: datetime = NOW,
    recipient: str = "info@vega.example",
    to_company: bool = True,
    kind: LetterKind = LetterKind.RECEIPT,
    **columns,
) -> UUID:
    letter = Letter(
        case_id=application.id if application else None,
        municipality_id=application.municipality_id if application else None,
        provider_id=provider_id,
        kind=kind,
        to_company=to_company,
        recipient=recipient,
        recipient_name="",
        language=columns.pop("language", "sv"),
        subject=subject,
        body=columns.pop("body", "Hej,\n\nVi har tagit emot er ansökan.\nDen har fått ett nummer.\n"),
        created_at=at,
        **columns,
    )
    owner.add(letter)
    owner.commit()
    return letter.id


def make_invitation(
    owner: Session,
    actor: Actor,
    email: str = "sara@vega.example",
    *,
    role: Role = Role.EDITOR,
    token: str | None = None,
    invited_at: datetime | None = None,
    **columns,
) -> Invitation:
    """An invitation by ``actor``; its clock is the real one unless told otherwise."""
    at = invited_at or datetime.now(UTC)
    invitation = Invitation(
        provider_id=actor.provider_id,
        email=email,
        role=role,
        token_hash=invitation_hash(token or uuid4().hex),
        invited_by=actor.person_id,
        invited_at=at,
        expires_at=columns.pop("expires_at", at + timedelta(days=14)),
        **columns,
    )
    owner.add(invitation)
    owner.commit()
    return invitation


def make_newcomer(owner: Session, name: str = "Åsa Öster", *, email: str | None = None) -> Actor:
    """A signed-in person who belongs to no company yet."""
    person_id = make_person(owner, name)
    if email:
        owner.add(Login(person_id=person_id, issuer="http://test", subject=person_id.hex, email=email, created_at=NOW))
        owner.commit()
    return Actor(person_id, name, frozenset())


def stated_owners(owner: Session, provider_id: UUID) -> Sequence[BeneficialOwner]:
    """The rows of the beneficial owners that the company has stated, as they are now."""
    owner.rollback()
    return owner.exec(
        select(BeneficialOwner).where(col(BeneficialOwner.provider_id) == provider_id),
        execution_options={"populate_existing": True},
    ).all()
