"""Signed-in browsers: begin, switch whom one acts for, end.

The token goes to the browser once and is stored hashed.  Each sign-in makes a
new one, so that a token planted before it is worth nothing.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, delete, select, update

from portal.db.session import Scope, enter
from portal.db.tables import Person, ProviderMember, SessionRow, StaffMember
from portal.domain.actors import Actor, Identity
from portal.domain.criteria import Language
from portal.domain.roles import Role
from portal.errors import NotFound

_OPEN = sa.text("SELECT * FROM open_session(:hash, :now, :idle)")


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def open_session(db: Session, token: str, *, now: datetime, idle: timedelta) -> Identity | None:
    """Who the token belongs to; tells the database too, in the same statement."""
    row = db.execute(_OPEN, {"hash": token_hash(token), "now": now, "idle": idle}).one_or_none()
    if row is None:
        return None
    return Identity(
        person_id=row.person_id,
        name=row.name,
        language=row.language,
        staff=row.staff,
        started_at=row.started,
        ends_at=row.ends,
        provider_id=row.provider_id,
        provider_name=row.provider_name,
        provider_orgnr=row.provider_orgnr,
        provider_role=Role(row.provider_role) if row.provider_role else None,
        municipality_id=row.municipality_id,
        municipality_slug=row.municipality_slug,
        municipality_name=row.municipality_name,
        municipality_changed=row.municipality_changed,
        title=row.staff_title,
        staff_roles=frozenset(Role(role) for role in row.staff_roles or ()),
    )


def serve(db: Session, actor: Actor) -> None:
    """Tell the database whom a new transaction serves, when one request needs a second one."""
    enter(db, Scope.of(actor))


def begin(
    db: Session,
    *,
    issuer: str,
    subject: str,
    name: str,
    email: str | None,
    staff: bool,
    sid: str | None,
    id_token: str | None,
    language: Language | None = None,
    now: datetime,
    hours: int,
) -> str:
    """A new session for a person whom the identity provider has vouched for; returns its token.

    Someone with one company, or one municipality, acts for it at once; with
    several, the pages ask first.  ``email`` is given only when verified: it is
    what binds invited staff to the person.  ``language`` is what was chosen
    in this browser, if anything was: letters go in it.
    """
    person_id: UUID = db.execute(
        sa.text("SELECT person_signing_in(:issuer, :subject, :name, :email, :staff, :now)"),
        {"issuer": issuer, "subject": subject, "name": name, "email": email, "staff": staff, "now": now},
    ).scalar_one()
    enter(db, Scope(person_id=person_id))
    if language is not None:
        choose_language(db, language, person_id=person_id)
    token = secrets.token_urlsafe(32)
    row = SessionRow(
        token_hash=token_hash(token),
        person_id=person_id,
        issuer=issuer,
        subject=subject,
        sid=sid,
        id_token=id_token,
        staff=staff,
        created_at=now,
        seen_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    if staff:
        places = db.exec(
            select(StaffMember.municipality_id).where(col(StaffMember.person_id) == person_id, StaffMember.active)
        ).all()
        row.municipality_id = places[0] if len(places) == 1 else None
    else:
        companies = db.exec(
            select(ProviderMember.provider_id).where(
                col(ProviderMember.person_id) == person_id, col(ProviderMember.left_at).is_(None)
            )
        ).all()
        row.provider_id = companies[0] if len(companies) == 1 else None
    db.add(row)
    db.flush()
    return token


def choose_language(db: Session, language: Language, *, person_id: UUID) -> None:
    """Letters to the person go in it from now on."""
    mine = update(Person).where(col(Person.id) == person_id, col(Person.language) != language)
    db.execute(mine.values(language=language))


def act_for_company(db: Session, token: str, provider_id: UUID, *, person_id: UUID) -> None:
    """Act for another company that the person belongs to; any other is not found."""
    member = db.exec(
        select(ProviderMember).where(
            col(ProviderMember.provider_id) == provider_id,
            col(ProviderMember.person_id) == person_id,
            col(ProviderMember.left_at).is_(None),
        )
    ).one_or_none()
    if member is None:
        raise NotFound("provider", provider_id)
    db.execute(
        update(SessionRow)
        .where(col(SessionRow.token_hash) == token_hash(token), col(SessionRow.staff).is_(False))
        .values(provider_id=provider_id)
    )


def act_for_municipality(db: Session, token: str, municipality_id: UUID, *, person_id: UUID) -> None:
    """Act for another municipality that the person works in; any other is not found."""
    member = db.exec(
        select(StaffMember).where(
            col(StaffMember.municipality_id) == municipality_id,
            col(StaffMember.person_id) == person_id,
            StaffMember.active,
        )
    ).one_or_none()
    if member is None:
        raise NotFound("municipality", municipality_id)
    db.execute(
        update(SessionRow)
        .where(col(SessionRow.token_hash) == token_hash(token), col(SessionRow.staff))
        .values(municipality_id=municipality_id)
    )


@dataclass(frozen=True)
class Ended:
    """What the identity provider must be told when a session ends."""

    issuer: str
    id_token: str | None


def end(db: Session, token: str) -> Ended | None:
    row = db.get(SessionRow, token_hash(token))
    if row is None:
        return None
    ended = Ended(row.issuer, row.id_token)
    db.delete(row)
    return ended


def end_at_provider(db: Session, *, issuer: str, subject: str | None, sid: str | None) -> int:
    """Back-channel logout: end the sessions that the identity provider names; returns how many."""
    if subject is None and sid is None:
        return 0
    statement = delete(SessionRow).where(col(SessionRow.issuer) == issuer)
    if sid is not None:
        statement = statement.where(col(SessionRow.sid) == sid)
    if subject is not None:
        statement = statement.where(col(SessionRow.subject) == subject)
    return int(db.execute(statement).rowcount)  # type: ignore[attr-defined]


def subject_of(db: Session, token: str) -> str | None:
    """How the identity provider knows whoever holds the session: the one person who may sign in it."""
    return db.exec(select(SessionRow.subject).where(col(SessionRow.token_hash) == token_hash(token))).one_or_none()


def sweep(db: Session, *, now: datetime) -> int:
    """Remove sessions that have ended; called by the timetable."""
    return int(db.execute(delete(SessionRow).where(col(SessionRow.ends_at) < now)).rowcount)  # type: ignore[attr-defined]
