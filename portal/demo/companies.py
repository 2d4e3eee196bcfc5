"""The demo's other companies: invented, with numbers that have right check digits, and a signatory without a login."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.tables import Person, Provider, ProviderMember
from portal.domain.identifiers import Orgnr, luhn_holds, sort_key
from portal.domain.roles import Role


@dataclass(frozen=True)
class NewCompany:
    """``stem`` is the organisation number without its check digit."""

    stem: str
    name: str
    domain: str
    signatory: str
    town: str = "Björkvik"
    shares: str = ""
    """The company whose signatory also manages this one."""

    @property
    def orgnr(self) -> Orgnr:
        return Orgnr(next(self.stem + last for last in "0123456789" if luhn_holds(self.stem + last)))


COMPANIES = (
    NewCompany("969900021", "Hasselbackens Familjehus HB", "hasselbacken.example", "Ylva Hassel"),
    NewCompany("769900022", "Strandgårdens Samtal ek. för.", "strandgarden.example", "Jonas Strand"),
    NewCompany("559900023", "Lövängens Familjebehandling AB", "lovangen.example", "Mona Lövgren"),
    NewCompany("559900024", "Trygga Hemmet i Vik AB", "tryggahemmet.example", "Amir Vikström"),
    NewCompany("559900025", "Stödkompassen AB", "stodkompassen.example", "Petra Nyman"),
    NewCompany("559900026", "Dagvind Daglig Verksamhet AB", "dagvind.example", "Lars Dagvind", "Ekholm"),
    NewCompany("969900027", "Samtalsrummet Ek HB", "samtalsrummet.example", "Elin Ekman", "Ekholm"),
    NewCompany("559900028", "Solsidans Hemtjänst AB", "solsidan.example", "Kerstin Sol"),
    NewCompany(
        "559900029", "Björkhagens Hemtjänst AB", "bjorkhagen.example", "Omar Björk", shares="Solsidans Hemtjänst AB"
    ),
    NewCompany("559900031", "Ängslyckans Familjebehandling AB", "angslyckan.example", "Ida Äng"),
    NewCompany("559900032", "Samtal vid Ån AB", "samtalvidan.example", "Bo Åman"),
    NewCompany("769900034", "Omsorgskooperativet Näckrosen ek. för.", "nackrosen.example", "Ture Ros"),
    NewCompany("559900035", "Vardagsstödet Ö AB", "vardagsstodet.example", "Nora Östlund"),
    NewCompany("559900036", "Parsamtal i Ekholm AB", "parsamtal.example", "Olof Ek", "Ekholm"),
)


def company_rows(db: Session, company: NewCompany, *, now: datetime) -> UUID:
    there = db.exec(select(Provider.id).where(col(Provider.orgnr) == company.orgnr.digits)).first()
    if there is not None:
        return there
    person = Person(name=company.signatory)
    db.add(person)
    db.flush()
    provider = Provider(
        orgnr=company.orgnr.digits,
        name=company.name,
        sort_key=sort_key(company.name),
        form=company.orgnr.form.value,
        street="Industrigatan 4",
        postcode="999 45" if company.town == "Ekholm" else "999 12",
        town=company.town,
        email=f"info@{company.domain}",
        phone="0000-98 76 50",
        registered_at=now,
        registered_by=person.id,
    )
    db.add(provider)
    db.flush()
    db.add(
        ProviderMember(
            provider_id=provider.id,
            person_id=person.id,
            role=Role.SIGNATORY,
            email=f"{company.signatory.split()[0].lower()}@{company.domain}",
            joined_at=now,
        )
    )
    if company.shares:
        shared = select(ProviderMember.person_id).join(Provider, col(Provider.id) == col(ProviderMember.provider_id))
        db.add(
            ProviderMember(
                provider_id=provider.id,
                person_id=db.exec(shared.where(col(Provider.name) == company.shares)).one(),
                role=Role.ADMINISTRATOR,
                email=f"kansli@{company.domain}",
                joined_at=now,
            )
        )
    db.flush()
    return provider.id
