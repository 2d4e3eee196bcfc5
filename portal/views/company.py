"""The company itself: choose which one to act for, register one, see and correct its details."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.db.tables import Login, Provider, ProviderMember
from portal.domain.actors import Actor, Identity
from portal.domain.identifiers import OrganisationForm, Orgnr
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views import words
from portal.views.company_owners import Owners


@dataclass(frozen=True)
class OwnCompany:
    """One of the companies that a person belongs to."""

    id: UUID
    name: str
    orgnr: str
    role: str
    current: bool


@dataclass(frozen=True)
class ChooseCompany:
    companies: tuple[OwnCompany, ...]
    till: str = ""

    @classmethod
    def of(cls, db: Session, identity: Identity, till: str = "") -> "ChooseCompany":
        found = db.execute(
            sa.select(col(Provider.id), col(Provider.name), col(Provider.orgnr), col(ProviderMember.role))
            .join(ProviderMember, col(ProviderMember.provider_id) == col(Provider.id))
            .where(col(ProviderMember.person_id) == identity.person_id, col(ProviderMember.left_at).is_(None))
            .order_by(col(Provider.sort_key), col(Provider.id))
        )
        return cls(
            tuple(
                OwnCompany(
                    row.id, row.name, str(Orgnr(row.orgnr)), words.role(row.role), row.id == identity.provider_id
                )
                for row in found
            ),
            till,
        )


def form_choices(*, proposed: bool) -> tuple[tuple[str, str], ...]:
    """The organisation forms to choose from; ``proposed`` begins with "as the number says"."""
    forms = tuple((form.value, words.organisation_form(form)) for form in OrganisationForm)
    return (("", _("Som numret anger")), *forms) if proposed else forms


@dataclass(frozen=True)
class RegisterCompany:
    values: Mapping[str, str]
    forms: tuple[tuple[str, str], ...]
    problems: Problems = ()
    taken: bool = False
    has_others: bool = False

    @classmethod
    def blank(cls, db: Session, identity: Identity) -> "RegisterCompany":
        """Begins with the person's own address, which is the company's in most small ones."""
        address = db.execute(
            select(Login.email)
            .where(col(Login.person_id) == identity.person_id, col(Login.email).is_not(None))
            .limit(1)
        ).scalar_one_or_none()
        return cls.again({"epost": address or ""}, identity=identity)

    @classmethod
    def again(
        cls, values: Mapping[str, str], *, identity: Identity, problems: Problems = (), taken: bool = False
    ) -> "RegisterCompany":
        names = "organisationsnummer namn form gata postnummer ort epost telefon intygar".split(" ")
        filled = {name: values.get(name, "") for name in names}
        return cls(filled, form_choices(proposed=True), problems, taken, identity.provider_id is not None)


@dataclass(frozen=True)
class CompanyFacts:
    """The details as they stand, or as they were typed where they could not be saved."""

    provider_id: UUID
    name: str
    orgnr: str
    form: str
    values: Mapping[str, str]
    may_change: bool
    editing: bool = False
    problems: Problems = ()
    done: str = ""
    forms: tuple[tuple[str, str], ...] = field(default_factory=tuple)
    owners: Owners | None = None
    """Who owns the company, on the page that shows it all."""

    @classmethod
    def of(
        cls,
        db: Session,
        actor: Actor,
        *,
        with_owners: bool = False,
        editing: bool = False,
        typed: Mapping[str, str] | None = None,
        problems: Problems = (),
        done: str = "",
    ) -> "CompanyFacts":
        row = db.execute(
            sa.select(
                col(Provider.id),
                col(Provider.name),
                col(Provider.orgnr),
                col(Provider.form),
                col(Provider.street),
                col(Provider.postcode),
                col(Provider.town),
                col(Provider.email),
                col(Provider.phone),
            ).where(col(Provider.id) == actor.provider_id)
        ).one_or_none()
        if row is None:
            raise NotFound("provider", actor.provider_id or "")
        stored = {
            "namn": row.name,
            "form": row.form,
            "gata": row.street,
            "postnummer": row.postcode,
            "ort": row.town,
            "epost": row.email,
            "telefon": row.phone,
        }
        return cls(
            row.id,
            row.name,
            str(Orgnr(row.orgnr)),
            words.organisation_form(OrganisationForm(row.form)),
            typed or stored,
            actor.may(Role.ADMINISTRATOR),
            editing,
            problems,
            done,
            form_choices(proposed=False),
            Owners.read(db, actor.provider_id) if with_owners else None,
        )
