"""The demo's municipalities, staff and companies, as they are before anybody has done anything.

Staff are added by e-mail address, so that their first sign-in binds them as it
does in a real municipality.  The companies' people have their logins already.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, select

from portal import library
from portal.db.tables import Login, Municipality, Person, Provider, ProviderMember, StaffMember
from portal.domain.identifiers import Orgnr, read_orgnr, sort_key
from portal.domain.roles import Role
from portal.services.founding import found

PEOPLE = Path(__file__).parent.parent.parent / "infra" / "demo-idp" / "people.json"

# name: (title, roles)
STAFF: dict[str, tuple[str, tuple[Role, ...]]] = {
    "Mikael Öberg": ("Handläggare", (Role.CASE_OFFICER,)),
    "Leila Haddad": ("Handläggare", (Role.CASE_OFFICER,)),
    "Eva Sandström": ("Socialchef", (Role.DECISION_MAKER,)),
    "Henrik Wallin": ("Systemförvaltare", (Role.MUNICIPAL_ADMINISTRATOR,)),
    "Sofia Ek": ("Receptionist", (Role.RECEPTION,)),
    "Per Holm": ("Controller", (Role.CONTROLLER,)),
    "Maja Sjögren": ("Handläggare", (Role.CASE_OFFICER,)),
    "Nils Dahl": ("Enhetschef", (Role.DECISION_MAKER,)),
    "Ingrid Åberg": ("Systemförvaltare", (Role.MUNICIPAL_ADMINISTRATOR,)),
}
MEMBERS = {
    "Anna Lindqvist": Role.SIGNATORY,
    "Karin Ståhl": Role.EDITOR,
    "Fatima Nordin": Role.SIGNATORY,
}


@dataclass(frozen=True)
class Company:
    """A company of the demo, by the name that it has at the identity provider; all of them are invented."""

    orgnr: str
    name: str
    street: str
    postcode: str
    town: str
    email: str
    phone: str


COMPANIES = {
    "vega": Company(
        "5599000147", "Vega Familjestöd AB", "Hamngatan 8", "999 12", "Björkvik", "info@vega.example", "0000-12 34 56"
    ),
    "nordljus": Company(
        "5599000154",
        "Nordljus Socialt Stöd AB",
        "Rådhustorget 5",
        "999 45",
        "Ekholm",
        "kontakt@nordljus.example",
        "0000-45 67 80",
    ),
}


def found_all(db: Session, *, issuer: str, now: datetime) -> None:
    """``issuer`` is the companies' identity provider, at which their people's logins are known."""
    for wanted in library.load().municipalities:
        found(db, wanted, now=now)
    known = json.loads(PEOPLE.read_text(encoding="utf-8"))
    for each in known["people"]:
        if each["name"] in STAFF:
            add_staff(db, each, delegation=delegation_of(each["group"]), now=now)
    for group, company in COMPANIES.items():
        people = [each for each in known["people"] if each["group"] == group]
        add_company(db, company, people, issuer=issuer, now=now)


def delegation_of(slug: str) -> str:
    return next(each.delegation for each in library.load().municipalities if each.slug == slug)


def add_staff(db: Session, known: dict[str, Any], *, delegation: str, now: datetime) -> None:
    municipality_id = db.exec(select(Municipality.id).where(col(Municipality.slug) == known["group"])).one()
    there = select(StaffMember.id).where(
        col(StaffMember.municipality_id) == municipality_id, col(StaffMember.email) == known["email"]
    )
    if db.exec(there).first() is not None:
        return
    title, roles = STAFF[known["name"]]
    db.add(
        StaffMember(
            municipality_id=municipality_id,
            name=known["name"],
            title=title,
            delegation=delegation if Role.DECISION_MAKER in roles else "",
            email=known["email"],
            roles=[role.value for role in roles],
            added_at=now,
        )
    )


def add_company(db: Session, company: Company, people: list[dict[str, Any]], *, issuer: str, now: datetime) -> UUID:
    """The company with its people, the first of whom registered it; or the id of the one that is there."""
    there = db.exec(select(Provider.id).where(col(Provider.orgnr) == company.orgnr)).first()
    if there is not None:
        return there
    orgnr = read_orgnr(company.orgnr)
    if not isinstance(orgnr, Orgnr):
        raise ValueError(f"{company.name}: {company.orgnr} is no organisation number ({orgnr})")
    persons = [(each, person_of(db, each, issuer=issuer, now=now)) for each in people]
    provider = Provider(
        orgnr=orgnr.digits,
        name=company.name,
        sort_key=sort_key(company.name),
        form=orgnr.form.value,
        street=company.street,
        postcode=company.postcode,
        town=company.town,
        email=company.email,
        phone=company.phone,
        registered_at=now,
        registered_by=persons[0][1],
    )
    db.add(provider)
    db.flush()
    for each, person_id in persons:
        db.add(
            ProviderMember(
                provider_id=provider.id,
                person_id=person_id,
                role=MEMBERS.get(each["name"], Role.SIGNATORY),
                email=each["email"],
                joined_at=now,
            )
        )
    db.flush()
    return provider.id


def person_of(db: Session, known: dict[str, Any], *, issuer: str, now: datetime) -> UUID:
    """The person with this login, made with it where there is none."""
    login = select(Login.person_id).where(col(Login.issuer) == issuer, col(Login.subject) == known["sub"])
    there = db.exec(login).first()
    if there is not None:
        return there
    person = Person(name=known["name"])
    db.add(person)
    db.flush()
    db.add(
        Login(person_id=person.id, issuer=issuer, subject=known["sub"], email=known["email"].casefold(), created_at=now)
    )
    db.flush()
    return person.id


def known_person(name: str) -> dict[str, Any]:
    """As the demo's identity provider knows them."""
    known: list[dict[str, Any]] = json.loads(PEOPLE.read_text(encoding="utf-8"))["people"]
    return next(each for each in known if each["name"] == name)
