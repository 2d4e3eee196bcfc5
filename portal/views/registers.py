"""Checks in registers as pages: one company's, and what waits for somebody to look at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.deadlines import day_in_sweden
from portal.domain.registers import PLUGS, Reason, Register, Said, Way
from portal.domain.roles import Role
from portal.errors import NotFound
from portal.locale import formats
from portal.locale import gettext as _
from portal.locale.problems import Problems
from portal.views.words import Status

PAGE = 30
KEPT_IN_VIEW = 20
"""How many checks of one register a page shows; older ones stay in the table."""


@dataclass(frozen=True)
class CheckLine:
    """One check in words: when and by whom it was run, what it said, whether somebody must act."""

    id: UUID
    company: str
    address: str
    register: str
    asked_at: datetime
    asked_by: str
    status: Status
    said: tuple[str, ...]
    source: str
    note: str
    because: str
    acted: str
    acted_note: str


@dataclass(frozen=True)
class RegisterRow:
    """A register in the list of a company's: its latest check, if any."""

    register: Register
    name: str
    asks: str
    latest: CheckLine | None


@dataclass(frozen=True)
class ProviderChecks:
    """Every register that a company can be looked up in."""

    address: str
    company: str
    orgnr: str
    rows: tuple[RegisterRow, ...]


@dataclass(frozen=True)
class RegisterPage:
    """One register about one company: what it said last and before, and what can be done now."""

    address: str
    company: str
    orgnr: str
    row: RegisterRow
    former: tuple[CheckLine, ...]
    may_write: bool
    can_ask: bool
    asked: bool
    typed: dict[str, str]
    problems: Problems


@dataclass(frozen=True)
class ChecksToAct:
    lines: tuple[CheckLine, ...]
    following: str | None
    first_page: bool


@dataclass(frozen=True)
class PermitListPage:
    """The list of permits in use, and the form for a newer one."""

    name: str
    dated: date | None
    permits: int
    uploaded_by: str
    today: date
    typed_day: str
    problems: Problems


_LINES = (
    "SELECT c.*, p.name AS company, asker.name AS asker, actor.name AS acted_name FROM register_check c"
    " JOIN provider p ON p.id = c.provider_id"
    " LEFT JOIN person asker ON asker.id = c.asked_by LEFT JOIN person actor ON actor.id = c.acted_by"
)


_OF_COMPANY = "c.municipality_id = :m AND c.provider_id = :p"


def provider_checks(db: Session, provider_id: UUID, *, actor: Actor) -> ProviderChecks:
    company, orgnr = _company(db, provider_id)
    rows = db.execute(
        sa.text(f"{_LINES} WHERE {_OF_COMPANY} ORDER BY c.asked_at DESC LIMIT {KEPT_IN_VIEW * len(PLUGS)}"),
        {"m": actor.municipality_id, "p": provider_id},
    ).all()
    latest = {Register(row.asked_of): _line(row) for row in reversed(rows)}
    return ProviderChecks(
        address=_address(provider_id),
        company=company,
        orgnr=orgnr,
        rows=tuple(RegisterRow(each, register_name(each), _asks(each), latest.get(each)) for each in PLUGS),
    )


def register_page(
    db: Session,
    provider_id: UUID,
    register: Register,
    *,
    actor: Actor,
    connected: bool,
    asked: bool = False,
    typed: Mapping[str, str] | None = None,
    problems: Problems = (),
) -> RegisterPage:
    """``connected``: whether this installation can ask the Companies Registration Office itself."""
    company, orgnr = _company(db, provider_id)
    rows = db.execute(
        sa.text(f"{_LINES} WHERE {_OF_COMPANY} AND c.asked_of = :r ORDER BY c.asked_at DESC LIMIT {KEPT_IN_VIEW}"),
        {"m": actor.municipality_id, "p": provider_id, "r": register.value},
    ).all()
    lines = [_line(row) for row in rows]
    way = PLUGS[register].way
    return RegisterPage(
        address=_address(provider_id),
        company=company,
        orgnr=orgnr,
        row=RegisterRow(register, register_name(register), _asks(register), lines[0] if lines else None),
        former=tuple(lines[1:]),
        may_write=actor.may(Role.CASE_OFFICER),
        can_ask=way is Way.LIST or (way is Way.AUTOMATIC and connected),
        asked=asked,
        typed=dict(typed or {}),
        problems=problems,
    )


def _address(provider_id: UUID) -> str:
    return f"/kommun/anordnare/{provider_id}/kontroller"


def _company(db: Session, provider_id: UUID) -> tuple[str, str]:
    found = db.execute(
        sa.text("SELECT name, orgnr FROM provider WHERE id = :provider"), {"provider": provider_id}
    ).one_or_none()
    if found is None:
        raise NotFound("provider", provider_id)
    return found.name, f"{found.orgnr[:6]}-{found.orgnr[6:]}"


def to_act_on(db: Session, *, actor: Actor, after: str = "") -> ChecksToAct:
    """What waits for somebody, the oldest first; ``after`` is the moment and id of the last line of the page before."""
    moment, _bar, last = after.partition("|")
    values: dict[str, Any] = {"m": actor.municipality_id, "many": PAGE + 1}
    place = ""
    if last and (read := _place(moment, last)):
        place = " AND (c.asked_at, c.id) > (:moment, :last)"
        values |= {"moment": read[0], "last": read[1]}
    rows = db.execute(
        sa.text(
            f"{_LINES} WHERE c.municipality_id = :m AND c.act_because IS NOT NULL AND c.acted_at IS NULL{place}"
            " ORDER BY c.asked_at, c.id LIMIT :many"
        ),
        values,
    ).all()
    tail = rows[PAGE - 1] if len(rows) > PAGE else None
    return ChecksToAct(
        lines=tuple(_line(row) for row in rows[:PAGE]),
        following=f"{tail.asked_at.isoformat()}|{tail.id}" if tail else None,
        first_page=not place,
    )


def permit_list(
    db: Session, *, actor: Actor, now: datetime, typed_day: str = "", problems: Problems = ()
) -> PermitListPage:
    row = db.execute(
        sa.text(
            "SELECT l.name, l.dated, l.permits, p.name AS who FROM permit_list l JOIN person p ON p.id = l.uploaded_by"
            " WHERE l.municipality_id = :m ORDER BY l.dated DESC, l.uploaded_at DESC LIMIT 1"
        ),
        {"m": actor.municipality_id},
    ).one_or_none()
    return PermitListPage(
        name=row.name if row else "",
        dated=row.dated if row else None,
        permits=row.permits if row else 0,
        uploaded_by=row.who if row else "",
        today=day_in_sweden(now),
        typed_day=typed_day,
        problems=problems,
    )


def register_name(register: Register) -> str:
    return {
        Register.COMPANIES: _("Bolagsverket"),
        Register.VAT: _("Momsregistrering"),
        Register.PERMITS: _("IVO:s tillstånd"),
        Register.TAX: _("Skatteverket"),
        Register.DEBTS: _("Kronofogden"),
        Register.EXCLUSION: _("Grund för uteslutning"),
    }[register]


def _asks(register: Register) -> str:
    return {
        Register.COMPANIES: _("Om företaget är verksamt, avregistrerat eller i konkurs, och om namnet stämmer."),
        Register.VAT: _("Om momsregistreringsnumret är företagets."),
        Register.PERMITS: _("Om företaget finns i listan över tillstånd."),
        Register.TAX: _("Om företaget är godkänt för F-skatt och registrerat som arbetsgivare."),
        Register.DEBTS: _("Om företaget har skulder hos Kronofogden."),
        Register.EXCLUSION: _("Om någon i ledningen har näringsförbud."),
    }[register]


def _line(row: sa.Row[Any]) -> CheckLine:
    said = Said(row.said)
    return CheckLine(
        id=row.id,
        company=row.company,
        address=f"{_address(row.provider_id)}/{row.asked_of}",
        register=register_name(Register(row.asked_of)),
        asked_at=row.asked_at,
        asked_by=row.asker or _("Kundval, enligt schema"),
        status=_status(said, open_=row.act_because is not None and row.acted_at is None),
        said=tuple(_words(fact, value) for fact, value in row.facts.items()) or (_no_answer(row.why),),
        source=row.source,
        note=row.note,
        because=_because(row.act_because),
        acted=f"{row.acted_name}, {formats.day(formats.day_of(row.acted_at))}" if row.acted_at else "",
        acted_note=row.acted_note,
    )


def _status(said: Said, *, open_: bool) -> Status:
    if open_:
        return Status("act", _("Behöver ses över"), "warning")
    return {
        Said.IN_ORDER: Status("done", _("Utan anmärkning"), None),
        Said.REMARK: Status("half", _("Anmärkning, hanterad"), None),
        Said.NO_ANSWER: Status("ask", _("Inget svar"), None),
    }[said]


def _because(code: str | None) -> str:
    if code is None:
        return ""
    return {
        Reason.REMARK: _("Registret har en anmärkning."),
        Reason.CHANGED: _("Svaret är ett annat än förra gången."),
        Reason.UNANSWERED: _("Registret kunde inte svara om företaget."),
    }[Reason(code)]


def _no_answer(why: str) -> str:
    return {
        "not_found": _("Företaget finns inte i registret."),
        "no_list": _("Ingen lista över tillstånd är uppladdad."),
        "not_connected": _("Registret är inte anslutet här. Slå upp företaget själv och skriv ner svaret."),
    }.get(why, _("Registret svarade inte. Försök igen senare."))


def _words(fact: str, value: Any) -> str:
    yes = bool(value)
    match fact:
        case "org.active":
            return _("Företaget är verksamt.") if yes else _("Företaget är inte verksamt.")
        case "org.deregistered":
            return _("Avregistrerat.") if yes else _("Inte avregistrerat.")
        case "org.pending_proceedings":
            return _("Konkurs, likvidation eller liknande pågår.") if yes else _("Ingen konkurs pågår.")
        case "org.unnotified_registry_changes":
            return _("Namnet i registret är ett annat än här.") if yes else _("Namnet stämmer.")
        case "ivo.permit_holder_orgnr":
            return _("Företaget finns i listan över tillstånd.") if yes else _("Företaget finns inte i listan.")
        case "tax.f_skatt":
            return _("Godkänt för F-skatt.") if yes else _("Inte godkänt för F-skatt.")
        case "tax.employer_registered":
            return _("Registrerat som arbetsgivare.") if yes else _("Inte registrerat som arbetsgivare.")
        case "tax.enforcement_debt_sek":
            return _("Skulder: %(amount)s.") % {"amount": formats.money(value)} if yes else _("Inga skulder.")
        case "person_circle.business_ban":
            return _("Näringsförbud i ledningen.") if yes else _("Inget näringsförbud.")
        case _:
            return _("Momsnumret är företagets.") if yes else _("Momsnumret är inte företagets.")


def _place(moment: str, last: str) -> tuple[datetime, UUID] | None:
    try:
        return datetime.fromisoformat(moment), UUID(last)
    except ValueError:
        return None
