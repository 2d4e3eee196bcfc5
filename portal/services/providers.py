"""Companies: register one by its organisation number, and keep its details right.

A company belongs to no municipality.  Who registers it attests to being its
signatory; everyone else is invited (``services.members``).
"""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select, update

from portal.db.session import Scope, enter
from portal.db.tables import Application, ApplicationWord, Login, Provider, ProviderMember
from portal.domain.actors import Actor
from portal.domain.application import OPEN, State
from portal.domain.company import CompanyDetails
from portal.domain.identifiers import Orgnr, search_words, sort_key
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services import rates

REGISTRATIONS_AN_HOUR = 20


def own_provider(db: Session, actor: Actor) -> Provider:
    """The company that the actor acts for."""
    provider = db.get(Provider, actor.provider_id) if actor.provider_id else None
    if provider is None:
        raise NotFound("provider", actor.provider_id or "")
    return provider


def register(db: Session, orgnr: Orgnr, details: CompanyDetails, *, actor: Actor, now: datetime) -> UUID:
    """A new company with the actor as its signatory; the transaction serves it from here on.

    Raises:
        Invalid: ``{"orgnr": "taken"}``; by whom is not said, not even to the logs.
        TooMany: the portal is no way to find out which companies are in it.
    """
    if actor.person_id is None or actor.municipality_id is not None:
        raise NotAllowed("role")
    rates.allow(db, f"register {actor.person_id}", limit=REGISTRATIONS_AN_HOUR, seconds=3600, now=now)
    provider_id = uuid4()
    # A company may add its own row only: the transaction serves the new one before there is one.
    enter(db, Scope(provider_id=provider_id, person_id=actor.person_id))
    made = db.execute(
        insert(Provider)
        .values(
            id=provider_id,
            orgnr=orgnr.digits,
            registered_at=now,
            registered_by=actor.person_id,
            **_columns(details),
        )
        .on_conflict_do_nothing(index_elements=["orgnr"])
        .returning(col(Provider.id))
    ).one_or_none()
    if made is None:
        enter(db, Scope.of(actor))
        raise Invalid({"orgnr": "taken"})
    db.add(
        ProviderMember(
            provider_id=provider_id,
            person_id=actor.person_id,
            role=Role.SIGNATORY,
            email=own_address(db, actor.person_id) or details.email,
            joined_at=now,
        )
    )
    db.flush()
    return provider_id


def change_details(db: Session, details: CompanyDetails, *, actor: Actor) -> None:
    """Correct the company's details; a new name follows into its open cases, so that the municipality finds them.

    Contracts and decided cases keep the name that they were made with.
    """
    provider = own_provider(db, actor)
    if not actor.may(Role.ADMINISTRATOR):
        raise NotAllowed("role")
    renamed = provider.name != details.name
    for column, value in _columns(details).items():
        setattr(provider, column, value)
    db.add(provider)
    db.flush()
    if renamed:
        _rename_open_cases(db, provider)


def own_address(db: Session, person_id: UUID) -> str | None:
    """The person's verified address."""
    return db.execute(
        select(Login.email).where(col(Login.person_id) == person_id, col(Login.email).is_not(None)).limit(1)
    ).scalar_one_or_none()


def _columns(details: CompanyDetails) -> dict[str, str]:
    return {
        "name": details.name,
        "sort_key": sort_key(details.name),
        "form": details.form.value,
        "street": details.street,
        "postcode": details.postcode,
        "town": details.town,
        "email": details.email,
        "phone": details.phone,
    }


def _rename_open_cases(db: Session, provider: Provider) -> None:
    cases = db.execute(
        update(Application)
        .where(col(Application.provider_id) == provider.id, col(Application.state).in_((State.DRAFT, *OPEN)))
        .values(provider_name=provider.name, provider_sort_key=provider.sort_key)
        .returning(col(Application.id), col(Application.municipality_id), col(Application.state))
        .execution_options(synchronize_session=False)
    ).all()
    words = [
        {"municipality_id": case.municipality_id, "application_id": case.id, "word": word}
        for case in cases
        if case.state is not State.DRAFT
        for word in search_words(provider.name)
    ]
    if words:
        # The old name's words stay: whoever remembers that name finds the case too.
        db.execute(insert(ApplicationWord).on_conflict_do_nothing(), words)
