"""The company's first page: what waits for it, what goes on, what it is authorised for, and the latest letters.

Five statements with the session's, however many cases there are: every list is
cut, and what must be done is never cut away by what is merely going on.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.db.tables import (
    Application,
    Authorization,
    Confirmation,
    Contract,
    Hearing,
    Municipality,
    Service,
    Signature,
    Supplement,
)
from portal.domain.actors import Actor, Identity
from portal.domain.application import OPEN, State
from portal.domain.authorization import State as AuthorizationState
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import Role
from portal.locale import formats, language
from portal.locale import gettext as _
from portal.views import words
from portal.views.company_messages import MessageRow, latest_messages
from portal.views.words import Status

SHOWN = 8
TO_DO_SHOWN = 50


class Waiting(StrEnum):
    """What can wait for a company."""

    SUPPLEMENT = "supplement"
    HEARING = "hearing"
    CONTRACT = "contract"
    CONDITIONS = "conditions"


@dataclass(frozen=True)
class ToDo:
    heading: str
    hint: str
    address: str
    status: Status
    due_on: date
    late: bool


@dataclass(frozen=True)
class CaseRow:
    heading: str
    hint: str
    address: str
    status: Status


@dataclass(frozen=True)
class Overview:
    first_name: str
    company: str
    role: str
    to_do: tuple[ToDo, ...]
    applications: tuple[CaseRow, ...]
    more_applications: bool
    authorizations: tuple[CaseRow, ...]
    more_authorizations: bool
    messages: tuple[MessageRow, ...]
    unread: int
    may_start: bool
    may_manage: bool

    @property
    def is_new(self) -> bool:
        return not (self.to_do or self.applications or self.authorizations or self.messages)

    @classmethod
    def of(cls, db: Session, identity: Identity, *, now: datetime) -> "Overview":
        actor = identity.actor
        applications = _ongoing(db, actor)
        authorizations = _authorizations(db, actor)
        messages, unread = latest_messages(db, actor)
        return cls(
            first_name=identity.name.split()[0] if identity.name.split() else identity.name,
            company=identity.provider_name or "",
            role=words.role(identity.provider_role) if identity.provider_role else "",
            to_do=_to_do(db, actor, day_in_sweden(now)),
            applications=applications[:SHOWN],
            more_applications=len(applications) > SHOWN,
            authorizations=authorizations[:SHOWN],
            more_authorizations=len(authorizations) > SHOWN,
            messages=messages,
            unread=unread,
            may_start=actor.may(Role.EDITOR),
            may_manage=actor.may(Role.ADMINISTRATOR),
        )


def _named(service_sv: str, service_en: str, municipality: str) -> str:
    service = service_en if language() == "en" else service_sv
    return _("%(service)s i %(municipality)s") % {"service": service, "municipality": municipality}


OURS = sa.bindparam("ours", type_=sa.Uuid())
TODAY = sa.bindparam("today", type_=sa.Date())


def _to_do(db: Session, actor: Actor, today: date) -> tuple[ToDo, ...]:
    """Most urgent first."""
    found = db.execute(_to_do_statement(), {"ours": actor.provider_id, "today": today})
    return tuple(_waiting(row, actor, today) for row in found)


@cache
def _to_do_statement() -> Any:
    """Built once: to build it took longer than to run it."""

    def asked(kind: Waiting, id_: Any, due: Any, number: Any) -> Any:
        return sa.select(
            sa.literal(kind.value).label("kind"),
            col(id_).label("id"),
            col(due).label("due_on"),
            (col(number) if number is not None else sa.null().cast(sa.Text)).label("number"),
            col(Service.name_sv),
            col(Service.name_en),
            col(Municipality.name).label("municipality"),
        )

    def of_application(statement: Any, table: Any) -> Any:
        return (
            statement.join(Application, col(Application.id) == col(table.application_id))
            .join(Service, col(Service.id) == col(Application.service_id))
            .join(Municipality, col(Municipality.id) == col(Application.municipality_id))
            .where(col(table.provider_id) == OURS)
        )

    supplements = of_application(
        asked(Waiting.SUPPLEMENT, Application.id, Supplement.due_on, Application.number).select_from(Supplement),
        Supplement,
    ).where(
        col(Application.state) == State.SUPPLEMENT_REQUESTED,
        col(Supplement.answered_at).is_(None),
        col(Supplement.closed_at).is_(None),
    )
    # A hearing whose time is out may have been followed by a decision any day: it no longer waits for the company.
    hearings = of_application(
        asked(Waiting.HEARING, Application.id, Hearing.due_on, Application.number).select_from(Hearing), Hearing
    ).where(
        col(Application.state) == State.PROPOSED_DECISION,
        col(Hearing.commented_at).is_(None),
        col(Hearing.due_on) >= TODAY,
    )
    signed = (
        sa.select(sa.literal(1))
        .select_from(Signature)
        .join(Contract, col(Contract.id) == col(Signature.contract_id))
        .where(col(Contract.authorization_id) == col(Authorization.id), col(Signature.party) == "company")
        .exists()
    )
    contracts = (
        asked(Waiting.CONTRACT, Authorization.id, Authorization.sign_by, None)
        .select_from(Authorization)
        .join(Service, col(Service.id) == col(Authorization.service_id))
        .join(Municipality, col(Municipality.id) == col(Authorization.municipality_id))
        .where(
            col(Authorization.provider_id) == OURS,
            col(Authorization.state) == AuthorizationState.OFFERED,
            ~signed,
        )
    )
    unanswered = (
        sa.select(col(Confirmation.case_id), sa.func.min(col(Confirmation.due_on)).label("due_on"))
        .where(
            col(Confirmation.provider_id) == OURS,
            col(Confirmation.answered_at).is_(None),
            col(Confirmation.ended_at).is_(None),
        )
        .group_by(col(Confirmation.case_id))
        .subquery()
    )
    conditions = (
        asked(Waiting.CONDITIONS, Application.id, unanswered.c.due_on, Application.number)
        .select_from(unanswered)
        .join(Application, col(Application.id) == unanswered.c.case_id)
        .join(Service, col(Service.id) == col(Application.service_id))
        .join(Municipality, col(Municipality.id) == col(Application.municipality_id))
    )
    every = sa.union_all(supplements, hearings, contracts, conditions).subquery()
    return sa.select(every).order_by(every.c.due_on, every.c.kind, every.c.id).limit(TO_DO_SHOWN)


def _waiting(row: Any, actor: Actor, today: date) -> ToDo:
    kind = Waiting(row.kind)
    case = _named(row.name_sv, row.name_en, row.municipality)
    heading, address, needed, others = {
        Waiting.SUPPLEMENT: (
            _("Svara på begäran om komplettering"),
            f"/foretag/ansokningar/{row.id}",
            Role.EDITOR,
            _("En redaktör, administratör eller firmatecknare svarar."),
        ),
        Waiting.HEARING: (
            _("Yttra er innan kommunen beslutar"),
            f"/foretag/ansokningar/{row.id}/yttrande",
            Role.EDITOR,
            _("En redaktör, administratör eller firmatecknare svarar."),
        ),
        Waiting.CONTRACT: (
            _("Skriv under avtalet"),
            f"/foretag/avtal/{row.id}",
            Role.SIGNATORY,
            _("Firmatecknaren skriver under."),
        ),
        Waiting.CONDITIONS: (
            _("Bekräfta de nya villkoren"),
            f"/foretag/nya-villkor/{row.id}",
            Role.SIGNATORY,
            _("Firmatecknaren svarar."),
        ),
    }[kind]
    hint = case if actor.may(needed) else f"{case}. {others}"
    due = _("Senast %(day)s") % {"day": formats.short_day(row.due_on)}
    late = row.due_on < today
    return ToDo(heading, hint, address, Status("act", due, "danger" if late else "warning"), row.due_on, late)


@cache
def _ongoing_statement() -> Any:
    return (
        sa.select(
            col(Application.id),
            col(Application.state),
            col(Application.number),
            col(Application.started_at),
            col(Application.submitted_at),
            col(Service.name_sv),
            col(Service.name_en),
            col(Municipality.name).label("municipality"),
        )
        .join(Service, col(Service.id) == col(Application.service_id))
        .join(Municipality, col(Municipality.id) == col(Application.municipality_id))
        .where(col(Application.provider_id) == OURS, col(Application.state).in_((State.DRAFT, *OPEN)))
        .order_by(col(Application.started_at).desc(), col(Application.id))
        .limit(SHOWN + 1)
    )


def _ongoing(db: Session, actor: Actor) -> tuple[CaseRow, ...]:
    found = db.execute(_ongoing_statement(), {"ours": actor.provider_id})
    return tuple(
        CaseRow(
            _named(row.name_sv, row.name_en, row.municipality),
            _("%(number)s, inskickad %(day)s")
            % {"number": row.number, "day": formats.day(day_in_sweden(row.submitted_at))}
            if row.number and row.submitted_at
            else _("Påbörjad %(day)s, inte inskickad") % {"day": formats.day(day_in_sweden(row.started_at))},
            f"/foretag/ansokningar/{row.id}",
            words.application_for_company(row.state),
        )
        for row in found
    )


@cache
def _authorizations_statement() -> Any:
    return (
        sa.select(
            col(Authorization.id),
            col(Authorization.state),
            col(Authorization.active_from),
            col(Service.name_sv),
            col(Service.name_en),
            col(Municipality.name).label("municipality"),
        )
        .join(Service, col(Service.id) == col(Authorization.service_id))
        .join(Municipality, col(Municipality.id) == col(Authorization.municipality_id))
        .where(
            col(Authorization.provider_id) == OURS,
            col(Authorization.state).in_((AuthorizationState.SIGNED, AuthorizationState.ACTIVE)),
        )
        .order_by(col(Authorization.offered_at).desc(), col(Authorization.id))
        .limit(SHOWN + 1)
    )


def _authorizations(db: Session, actor: Actor) -> tuple[CaseRow, ...]:
    found = db.execute(_authorizations_statement(), {"ours": actor.provider_id})
    return tuple(
        CaseRow(
            _named(row.name_sv, row.name_en, row.municipality),
            _("Gäller från %(day)s") % {"day": formats.day(row.active_from)}
            if row.active_from
            else _("Kommunen startar avtalet när ni är redo att ta emot kunder"),
            f"/foretag/avtal/{row.id}",
            words.authorization(row.state),
        )
        for row in found
    )
