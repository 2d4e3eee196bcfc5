"""Lists of contracts: a company's own, and a municipality's providers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.db.tables import (
    AnswerDocument,
    Authorization,
    ConditionVersion,
    Confirmation,
    Contract,
    Municipality,
    Paper,
    Service,
    Signature,
)
from portal.domain.actors import Actor
from portal.domain.authorization import State
from portal.domain.deadlines import day_in_sweden
from portal.domain.roles import READS_CASES
from portal.domain.validity import Validity
from portal.locale import formats, language
from portal.locale import gettext as _
from portal.views import words
from portal.views.contract import status_of, theirs
from portal.views.words import Status

PAGE = 30
EXPIRED = "underlag"
"""The choice of those whose evidence has run out."""


@dataclass(frozen=True)
class ContractRow:
    id: UUID
    heading: str
    hint: str
    status: Status
    company: str
    orgnr: str
    service: str
    versions: str
    number: str
    since: date | None
    expired: Status | None
    expired_in: tuple[tuple[str, str], ...]  # each criterion whose evidence has run out, with its address


@dataclass(frozen=True)
class CompanyContracts:
    rows: tuple[ContractRow, ...]
    company: str


@dataclass(frozen=True)
class Filter:
    words: str
    href: str
    count: int
    current: bool


@dataclass(frozen=True)
class Providers:
    """``following`` is the address of the next page; ``chosen`` the filter that is on."""

    rows: tuple[ContractRow, ...]
    filters: tuple[Filter, ...]
    total: int
    chosen: str
    following: str | None
    first_page: bool


def company_contracts(db: Session, *, actor: Actor, company: str, now: datetime) -> CompanyContracts:
    statement = _rows(now).where(theirs(actor)).order_by(col(Authorization.offered_at).desc()).limit(200)
    rows = tuple(_row(row, company_side=True, reads_cases=True) for row in db.execute(statement))
    return CompanyContracts(rows, company)


def providers(db: Session, *, actor: Actor, now: datetime, chosen: str = "", after: str = "") -> Providers:
    """The municipality's providers by name, a page at a time; ``after`` is the last row of the page before."""
    chosen = chosen if chosen in {*(each.value for each in State), EXPIRED} else ""
    counted = (
        sa.select(col(Authorization.state), sa.func.count()).where(theirs(actor)).group_by(col(Authorization.state))
    )
    counts: dict[State, int] = {row[0]: row[1] for row in db.execute(counted)}
    has_expired = sa.and_(theirs(actor), col(Authorization.state) == State.ACTIVE, _expired(now).is_not(None))
    expired = db.execute(sa.select(sa.func.count()).select_from(Authorization).where(has_expired)).scalar_one()
    statement = _rows(now).where(theirs(actor))
    if chosen == EXPIRED:
        statement = statement.where(has_expired)
    elif chosen:
        statement = statement.where(col(Authorization.state) == State(chosen))
    key, _bar, last = after.rpartition("|")
    if key and _is_id(last):
        statement = statement.where(
            sa.tuple_(col(Authorization.provider_sort_key), col(Authorization.id)) > sa.tuple_(key, UUID(last))
        )
    statement = statement.order_by(col(Authorization.provider_sort_key), col(Authorization.id)).limit(PAGE + 1)
    found = db.execute(statement).all()
    following = None
    if len(found) > PAGE:
        tail = found[PAGE - 1]
        following = f"{tail.provider_sort_key}|{tail.id}"
    return Providers(
        rows=tuple(_row(row, company_side=False, reads_cases=bool(actor.roles & READS_CASES)) for row in found[:PAGE]),
        filters=_filters(counts, expired, chosen),
        total=sum(counts.values()),
        chosen=chosen,
        following=following,
        first_page=not key,
    )


def _expired(now: datetime) -> sa.ScalarSelect[Any]:
    """The criteria of an authorization's case whose evidence has run out; null where none has."""
    return (
        sa.select(sa.func.array_agg(sa.distinct(col(AnswerDocument.criterion))))
        .where(
            col(AnswerDocument.application_id) == col(Authorization.case_id),
            col(AnswerDocument.ended_at).is_(None),
            col(AnswerDocument.ends_on) < day_in_sweden(now),
        )
        .correlate(Authorization)
        .scalar_subquery()
    )


def _asked_since() -> sa.ScalarSelect[Any]:
    """The criteria that a newer version than that of the decision has asked for."""
    return (
        sa.select(sa.func.array_agg(col(Confirmation.criterion)))
        .where(col(Confirmation.case_id) == col(Authorization.case_id), col(Confirmation.ended_at).is_(None))
        .correlate(Authorization)
        .scalar_subquery()
    )


def _rows(now: datetime) -> sa.Select[Any]:
    general, own = aliased(ConditionVersion), aliased(ConditionVersion)
    signed = (
        sa.select(col(Signature.id))
        .where(col(Signature.contract_id) == col(Contract.id), col(Signature.party) == "company")
        .exists()
    )
    wanted: tuple[Any, ...] = (
        Authorization.id,
        Authorization.state,
        Authorization.sign_by,
        Authorization.active_from,
        Authorization.provider_name,
        Authorization.provider_sort_key,
        Authorization.orgnr,
        col(Municipality.name).label("municipality"),
        Service.name_sv,
        Service.name_en,
        col(Paper.facts)["document_number"].astext.label("number"),
        signed.label("company_signed"),
        Authorization.case_id,
        _expired(now).label("expired"),
        _asked_since().label("asked_since"),
        col(general.number).label("general_number"),
        col(own.number).label("own_number"),
    )
    return (
        sa.select(*wanted)
        .join(general, col(general.id) == col(Authorization.general_version_id))
        .join(own, col(own.id) == col(Authorization.service_version_id))
        .join(Contract, col(Contract.authorization_id) == col(Authorization.id))
        .join(Paper, col(Paper.id) == col(Contract.paper_id))
        .join(Municipality, col(Municipality.id) == col(Authorization.municipality_id))
        .join(Service, col(Service.id) == col(Authorization.service_id))
    )


def _row(row: sa.Row[Any], *, company_side: bool, reads_cases: bool) -> ContractRow:
    case = f"/foretag/ansokningar/{row.case_id}/villkor/" if company_side else f"/kommun/arenden/{row.case_id}?villkor="
    expired = tuple(sorted(row.expired or ())) if row.state is State.ACTIVE else ()
    newer = () if company_side else row.asked_since or ()
    asked = f"/kommun/nya-villkor?arende={row.case_id}"
    service = row.name_sv if language() == "sv" else row.name_en
    return ContractRow(
        id=row.id,
        heading=_("%(service)s i %(municipality)s") % {"service": service, "municipality": row.municipality},
        hint=_hint(row, company_side=company_side),
        status=status_of(row.state, company_signed=row.company_signed, company_side=company_side),
        company=row.provider_name,
        orgnr=f"{row.orgnr[:6]}-{row.orgnr[6:]}",
        service=service,
        versions=_("Villkor: allmänna %(general)s, särskilda %(own)s")
        % {"general": row.general_number, "own": row.own_number},
        number=row.number,
        since=row.active_from,
        expired=words.validity(Validity.EXPIRED) if expired else None,
        expired_in=tuple(
            (each, (asked if each in newer else f"{case}{each}") if reads_cases else "") for each in expired
        ),
    )


def _hint(row: sa.Row[Any], *, company_side: bool) -> str:
    if row.state is State.ACTIVE:
        return _("Avtal %(number)s. Gäller från %(day)s.") % {
            "number": row.number,
            "day": formats.day(row.active_from),
        }
    if row.state is State.SIGNED:
        return _("Avtal %(number)s. Undertecknat av båda.") % {"number": row.number}
    if row.company_signed:
        return _("Avtal %(number)s. Ni har skrivit under.") % {"number": row.number}
    return _("Avtal %(number)s. Skriv under senast %(day)s.") % {
        "number": row.number,
        "day": formats.weekday(row.sign_by),
    }


def _filters(counts: dict[State, int], expired: int, chosen: str) -> tuple[Filter, ...]:
    named = (
        (State.OFFERED, _("Väntar på underskrift")),
        (State.SIGNED, _("Att starta")),
        (State.ACTIVE, _("Aktiva")),
    )
    everything = Filter(_("Alla"), "/kommun/anordnare", sum(counts.values()), not chosen)
    return (
        everything,
        *(
            Filter(said, f"/kommun/anordnare?lage={state.value}", counts.get(state, 0), chosen == state.value)
            for state, said in named
        ),
        Filter(_("Underlag har gått ut"), f"/kommun/anordnare?lage={EXPIRED}", expired, chosen == EXPIRED),
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
