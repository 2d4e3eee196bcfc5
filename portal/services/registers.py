"""Checks in registers: written down, looked at again, acted on; and the list of permits.

What a register answered comes here as an ``Answer``: whoever asked over the
network did so before this transaction began.  Nothing follows by itself from a
check but that a person is asked to look at it.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlmodel import Session, col, select

from portal.db.queue import later
from portal.db.tables import Permit, PermitList, Provider, RegisterCheck
from portal.domain.actors import Actor
from portal.domain.deadlines import day_in_sweden
from portal.domain.identifiers import Orgnr, read_orgnr
from portal.domain.registers import PLUGS, Answer, Register, Said, Way, is_due, must_act, read_facts
from portal.domain.roles import Role
from portal.errors import Invalid, NotAllowed, NotFound
from portal.services.writing import person_of

MAX_PERMITS: Final = 50_000
MAX_LIST_BYTES: Final = 5_000_000
_ORGNR_HEADINGS: Final = ("organisationsnummer", "orgnr", "org.nr", "org nr")
_NAME_HEADINGS: Final = ("tillståndshavare", "namn", "bolag", "företag")


def provider_of(db: Session, provider_id: UUID) -> Provider:
    """A company that has had to do with this municipality; another is not found (row-level security)."""
    provider = db.get(Provider, provider_id)
    if provider is None:
        raise NotFound("provider", provider_id)
    return provider


def order(db: Session, provider_id: UUID, register: Register, *, actor: Actor) -> None:
    """Let a job ask the register now; a register that only people can ask is refused."""
    provider_of(db, provider_id)
    if PLUGS[register].way is Way.MANUAL:
        raise NotAllowed("register_by_hand")
    if not actor.may(Role.CASE_OFFICER):
        raise NotAllowed("role")
    later(
        db,
        "registers.ask",
        municipality_id=str(actor.municipality_id),
        provider_id=str(provider_id),
        register=register.value,
        asked_by=str(person_of(actor)),
    )


def due(db: Session, provider_id: UUID, register: Register, *, now: datetime) -> bool:
    """Whether the clock should ask again."""
    before = _last_answer(db, provider_id, register)
    return is_due(PLUGS[register], before.asked_at if before else None, now=now)


def look_up_permit(db: Session, provider_id: UUID, *, actor: Actor) -> tuple[Answer, str]:
    """What the municipality's latest list says of the company, and which list that is."""
    provider = provider_of(db, provider_id)
    latest = db.exec(
        select(PermitList)
        .where(col(PermitList.municipality_id) == actor.municipality_id)
        .order_by(col(PermitList.dated).desc(), col(PermitList.uploaded_at).desc())
        .limit(1)
    ).first()
    if latest is None:
        return Answer(Said.NO_ANSWER, {}, "no_list"), ""
    held = db.get(Permit, (latest.id, provider.orgnr))
    return Answer(Said.IN_ORDER, {"ivo.permit_holder_orgnr": held.orgnr if held else ""}), latest.name


def write_down(
    db: Session,
    provider_id: UUID,
    register: Register,
    answer: Answer,
    *,
    source: str,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> RegisterCheck:
    """Keep an answer, and say whether a person must look at it: a remark, a change, or no answer to be had."""
    provider_of(db, provider_id)
    if actor.municipality_id is None:
        raise NotAllowed("role")
    before = _last_answer(db, provider_id, register)
    reason = must_act(answer, Answer(before.said, before.facts) if before else None)
    check = RegisterCheck(
        municipality_id=actor.municipality_id,
        provider_id=provider_id,
        asked_of=register,
        asked_at=now,
        asked_by=actor.person_id,
        said=answer.said,
        facts=dict(answer.facts),
        why=answer.why,
        source=source,
        note=note,
        act_because=reason.value if reason else None,
    )
    db.add(check)
    db.flush()
    return check


def check_by_hand(
    db: Session,
    provider_id: UUID,
    register: Register,
    facts: Mapping[str, Any],
    *,
    source: str,
    note: str,
    actor: Actor,
    now: datetime,
) -> RegisterCheck:
    """An officer has asked the register and says what it answered, and where that can be seen again.

    Raises:
        Invalid: no source (``kalla``), or a remark without a word on what it is (``anteckning``).
    """
    if not actor.may(Role.CASE_OFFICER):
        raise NotAllowed("role")
    said = read_facts(facts)
    faults = {}
    if not source.strip():
        faults["kalla"] = "missing"
    if said is Said.REMARK and not note.strip():
        faults["anteckning"] = "missing"
    if set(facts) - set(PLUGS[register].facts):
        raise NotAllowed("register_facts")
    if faults:
        raise Invalid(faults)
    answer = Answer(said, facts)
    return write_down(db, provider_id, register, answer, source=source, note=note, actor=actor, now=now)


def check_of(db: Session, check_id: UUID, *, actor: Actor) -> RegisterCheck:
    """A check of this municipality's, which nobody else acts on until this transaction ends."""
    check = db.exec(select(RegisterCheck).where(col(RegisterCheck.id) == check_id).with_for_update()).one_or_none()
    if check is None or check.municipality_id != actor.municipality_id:
        raise NotFound("check", check_id)
    return check


def act(db: Session, check: RegisterCheck, *, note: str, actor: Actor, now: datetime) -> None:
    """Somebody has looked at it and says what came of it.

    Raises:
        Invalid: nothing is said (``atgard``).
        NotAllowed: nobody needs to act, or somebody has.
    """
    if not actor.may(Role.CASE_OFFICER):
        raise NotAllowed("role")
    if check.act_because is None or check.acted_at is not None:
        raise NotAllowed("nothing_to_act_on")
    if not note.strip():
        raise Invalid({"atgard": "missing"})
    check.acted_at, check.acted_by, check.acted_note = now, person_of(actor), note
    db.add(check)
    db.flush()


def take_permit_list(db: Session, content: bytes, *, name: str, dated: date, actor: Actor, now: datetime) -> PermitList:
    """Keep IVO's list of permits, a file of comma- or semicolon-separated values with a heading for the number.

    Raises:
        Invalid: the file is no such list (``lista``) or dated in the future (``datum``); facts say at which line.
    """
    if not actor.may(Role.MUNICIPAL_ADMINISTRATOR) or actor.municipality_id is None:
        raise NotAllowed("role")
    if dated > day_in_sweden(now):
        raise Invalid({"datum": "future"})
    permits = read_permits(content)
    kept = PermitList(
        municipality_id=actor.municipality_id,
        name=name,
        sha256=hashlib.sha256(content).hexdigest(),
        dated=dated,
        permits=len(permits),
        uploaded_by=person_of(actor),
        uploaded_at=now,
    )
    db.add(kept)
    db.flush()
    db.add_all(
        Permit(list_id=kept.id, orgnr=orgnr, municipality_id=actor.municipality_id, holder=holder)
        for orgnr, holder in permits.items()
    )
    db.flush()
    return kept


def read_permits(content: bytes) -> dict[str, str]:
    """Organisation number → holder, of a file in UTF-8 or Latin-1.

    A sole trader's line is left out: its number is a personal identity number, which the portal does not store.
    """
    if len(content) > MAX_LIST_BYTES:
        raise Invalid({"lista": "too_large"}, {"megabytes": MAX_LIST_BYTES // 1_000_000})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text), delimiter=";" if first.count(";") >= first.count(",") else ",")
    found: dict[str, str] = {}
    try:
        headings = [each.strip().casefold() for each in next(rows, [])]
        at, named = _column(headings, _ORGNR_HEADINGS), _column(headings, _NAME_HEADINGS)
        if at is None:
            raise Invalid({"lista": "no_heading"})
        for line, row in enumerate(rows, start=2):
            if not any(cell.strip() for cell in row):
                continue
            orgnr = read_orgnr(row[at]) if at < len(row) else None
            if isinstance(orgnr, Orgnr):
                found[orgnr.digits] = row[named].strip()[:200] if named is not None and named < len(row) else ""
            elif orgnr is None or orgnr.value != "personal":
                raise Invalid({"lista": "bad_line"}, {"line": line})
            if len(found) > MAX_PERMITS:
                raise Invalid({"lista": "too_many"}, {"max": MAX_PERMITS})
    except csv.Error as error:
        raise Invalid({"lista": "no_heading"}) from error
    if not found:
        raise Invalid({"lista": "empty"})
    return found


def _column(headings: Sequence[str], names: Sequence[str]) -> int | None:
    return next((headings.index(name) for name in names if name in headings), None)


def _last_answer(db: Session, provider_id: UUID, register: Register) -> RegisterCheck | None:
    """The latest check that did get an answer; the municipality is that of the transaction (row-level security)."""
    return db.exec(
        select(RegisterCheck)
        .where(
            col(RegisterCheck.provider_id) == provider_id,
            col(RegisterCheck.asked_of) == register,
            col(RegisterCheck.said) != Said.NO_ANSWER,
        )
        .order_by(col(RegisterCheck.asked_at).desc())
        .limit(1)
    ).first()
