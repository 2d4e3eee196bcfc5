"""Makes what a test is about, and fills in the rest.

Rows are written as the database's owner, which row-level security does not
bind; what the portal itself does goes through its services or its pages.
"""

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from uuid import UUID, uuid4

from sqlmodel import Session, col, select

from portal import library
from portal.db.tables import Person, Provider, ProviderMember, Service, SessionRow, StaffMember
from portal.domain.actors import Actor
from portal.domain.identifiers import luhn_holds, sort_key
from portal.domain.roles import Role, with_lesser
from portal.services import founding
from portal.services.sessions import token_hash

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """A municipality with its services by slug."""

    id: UUID
    slug: str
    services: dict[str, UUID] = field(default_factory=dict)


def make_municipality(owner: Session, slug: str = "bjorkvik", *, own_slug: str | None = None) -> Place:
    """One of the two demo municipalities, shared by all tests; with ``own_slug`` one that no other test adds to."""
    wanted = next(each for each in library.load().municipalities if each.slug == slug)
    if own_slug:
        wanted = replace(wanted, slug=own_slug)
    municipality_id = founding.found(owner, wanted, now=NOW)
    services = owner.exec(select(Service).where(col(Service.municipality_id) == municipality_id)).all()
    owner.commit()
    return Place(municipality_id, own_slug or slug, {each.slug: each.id for each in services})


def make_person(owner: Session, name: str = "Anna Lindqvist") -> UUID:
    person = Person(id=uuid4(), name=name)
    owner.add(person)
    owner.commit()
    return person.id


# One after the other: numbers drawn at random meet again within a few thousand.
_STEMS = cycle(range(552_000_000, 560_000_000))


def make_orgnr() -> str:
    """A number with a right check digit that no other test of this process has, and so none in its database."""
    stem = str(next(_STEMS))
    return next(stem + last for last in "0123456789" if luhn_holds(stem + last))


def make_provider(owner: Session, name: str = "Vega Familjestöd AB", *, orgnr: str | None = None) -> UUID:
    provider = Provider(
        orgnr=orgnr or make_orgnr(),
        name=name,
        sort_key=sort_key(name),
        form="ab",
        street="Storgatan 1",
        postcode="111 22",
        town="Björkvik",
        email="info@vega.example",
        phone="070-123 45 67",
        registered_at=NOW,
        registered_by=make_person(owner, "Registrerad Av"),
    )
    owner.add(provider)
    owner.commit()
    return provider.id


def make_member(owner: Session, provider_id: UUID, role: Role = Role.SIGNATORY, name: str = "Anna Lindqvist") -> Actor:
    """A person with a role in the company, as the actor that services take."""
    person_id = make_person(owner, name)
    email = f"{name.split()[0].lower()}.{person_id.hex[:6]}@vega.example"
    owner.add(ProviderMember(provider_id=provider_id, person_id=person_id, role=role, email=email, joined_at=NOW))
    owner.commit()
    return Actor(person_id, name, with_lesser(role), provider_id=provider_id)


def make_staff(
    owner: Session, municipality_id: UUID, *roles: Role, name: str = "Mikael Öberg", title: str = "Handläggare"
) -> Actor:
    """A person on the municipality's staff, as the actor that services take."""
    person_id = make_person(owner, name)
    owner.add(
        StaffMember(
            municipality_id=municipality_id,
            person_id=person_id,
            name=name,
            title=title,
            delegation="4.12",
            email=f"{person_id.hex[:8]}@bjorkvik.example",
            roles=[role.value for role in roles or (Role.CASE_OFFICER,)],
            added_at=NOW,
        )
    )
    owner.commit()
    return Actor(person_id, name, frozenset(roles or (Role.CASE_OFFICER,)), municipality_id=municipality_id)


def sign_in(owner: Session, actor: Actor) -> str:
    """A session for this actor; returns the token for the cookie.  Its clock is the real one, as the browser's is."""
    token = secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    assert actor.person_id is not None
    owner.add(
        SessionRow(
            token_hash=token_hash(token),
            person_id=actor.person_id,
            issuer="http://test",
            subject=actor.person_id.hex,
            staff=actor.municipality_id is not None,
            provider_id=actor.provider_id,
            municipality_id=actor.municipality_id,
            created_at=now,
            seen_at=now,
            ends_at=now + timedelta(hours=10),
        )
    )
    owner.commit()
    return token
