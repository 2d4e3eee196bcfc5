"""The staff of a municipality, as its administrator sees them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from portal.db.tables import StaffMember
from portal.domain.actors import Actor
from portal.domain.identifiers import sort_key
from portal.domain.roles import STAFF_ROLES, Role
from portal.errors import NotFound
from portal.locale import gettext as _
from portal.locale.problems import Problem
from portal.views import words
from portal.views.words import Status


@dataclass(frozen=True)
class StaffRow:
    id: UUID
    name: str
    email: str
    title: str
    delegation: str
    roles: tuple[str, ...]
    status: Status
    is_me: bool


@dataclass(frozen=True)
class Staff:
    people: tuple[StaffRow, ...]
    former: tuple[StaffRow, ...]
    lacking: tuple[str, ...]
    done: str


@dataclass(frozen=True)
class RoleChoice:
    value: str
    words: str
    means: str
    chosen: bool


@dataclass(frozen=True)
class StaffChange:
    words: str
    roles: str
    who: str
    at: datetime


@dataclass(frozen=True)
class StaffPage:
    """Add a person (no ``id``), or change one."""

    values: Mapping[str, str]
    roles: tuple[RoleChoice, ...]
    problems: tuple[Problem, ...] = ()
    id: UUID | None = None
    name: str = ""
    email: str = ""
    active: bool = True
    is_me: bool = False
    status: Status | None = None
    changes: tuple[StaffChange, ...] = ()


def means(role: Role) -> str:
    """What a role on the staff may do, in a sentence."""
    return {
        Role.CASE_OFFICER: _("Tar emot ansökningar, granskar, begär komplettering och föreslår beslut."),
        Role.DECISION_MAKER: _("Godkänner, avslår och skriver under avtal för kommunen."),
        Role.RECEPTION: _("Svarar på frågor: ser vilka anordnare som finns och vad som gäller."),
        Role.CONTROLLER: _("Följer ersättningar och avtal. Ändrar ingenting i ärenden."),
        Role.MUNICIPAL_ADMINISTRATOR: _("Lägger till personal, ger roller och ändrar kommunens inställningar."),
    }[role]


def _status(*, active: bool, bound: bool) -> Status:
    if not active:
        return Status("stop", _("Avstängd"), "neutral")
    if not bound:
        return Status("wait", _("Har inte loggat in än"))
    return Status("done", _("Kan logga in"))


def read_staff(db: Session, actor: Actor, *, done: str = "") -> Staff:
    columns = sa.select(
        col(StaffMember.id),
        col(StaffMember.name),
        col(StaffMember.email),
        col(StaffMember.title),
        col(StaffMember.delegation),
        col(StaffMember.roles),
        col(StaffMember.active),
        col(StaffMember.person_id),
    )
    found = db.execute(columns.where(col(StaffMember.municipality_id) == actor.municipality_id)).all()
    rows = [
        (
            row.active,
            StaffRow(
                id=row.id,
                name=row.name,
                email=row.email,
                title=row.title,
                delegation=row.delegation,
                roles=tuple(words.role(Role(role)) for role in row.roles),
                status=_status(active=row.active, bound=row.person_id is not None),
                is_me=row.person_id == actor.person_id,
            ),
        )
        for row in sorted(found, key=lambda row: sort_key(row.name))
    ]
    held = {role for row in found if row.active for role in row.roles}
    needed = (Role.CASE_OFFICER, Role.DECISION_MAKER)
    return Staff(
        people=tuple(row for active, row in rows if active),
        former=tuple(row for active, row in rows if not active),
        lacking=tuple(words.role(role) for role in needed if role.value not in held),
        done=done,
    )


def new_person(
    values: Mapping[str, str] | None = None, roles: tuple[str, ...] = (), problems: tuple[Problem, ...] = ()
) -> StaffPage:
    blank = dict.fromkeys(("namn", "epost", "titel", "delegation"), "")
    return StaffPage(values=values or blank, roles=_choices(roles), problems=problems)


def read_person(
    db: Session,
    member_id: UUID,
    actor: Actor,
    *,
    typed: tuple[Mapping[str, str], tuple[str, ...]] | None = None,
    problems: tuple[Problem, ...] = (),
) -> StaffPage:
    """Another municipality's person is not there."""
    wanted = sa.select(
        col(StaffMember.name),
        col(StaffMember.email),
        col(StaffMember.title),
        col(StaffMember.delegation),
        col(StaffMember.roles),
        col(StaffMember.active),
        col(StaffMember.person_id),
    ).where(col(StaffMember.id) == member_id, col(StaffMember.municipality_id) == actor.municipality_id)
    row = db.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("staff", member_id)
    values, roles = typed or (
        {"namn": row.name, "epost": row.email, "titel": row.title, "delegation": row.delegation},
        tuple(row.roles),
    )
    return StaffPage(
        values=values,
        roles=_choices(roles),
        problems=problems,
        id=member_id,
        name=row.name,
        email=row.email,
        active=row.active,
        is_me=row.person_id == actor.person_id,
        status=_status(active=row.active, bound=row.person_id is not None),
        changes=_changes(db, member_id),
    )


_CHANGES = sa.text("""
SELECT e.kind, e.facts, e.at, p.name FROM staff_event e LEFT JOIN person p ON p.id = e.actor_id
 WHERE e.member_id = :id ORDER BY e.at DESC, e.id LIMIT 10
""")


def _changes(db: Session, member_id: UUID) -> tuple[StaffChange, ...]:
    """The latest first; roles are named where they were given or became others."""
    return tuple(
        StaffChange(_change_words(row.kind, row.facts), _roles_given(row.kind, row.facts), row.name or "", row.at)
        for row in db.execute(_CHANGES, {"id": member_id})
    )


def _change_words(kind: str, facts: Mapping[str, Any]) -> str:
    if kind == "staff.changed" and facts["roles"] != facts["roles_before"]:
        return _("Nya roller")
    return {
        "staff.added": _("Tillagd"),
        "staff.changed": _("Uppgifter ändrade"),
        "staff.deactivated": _("Avstängd"),
        "staff.reactivated": _("Insläppt igen"),
    }[kind]


def _roles_given(kind: str, facts: Mapping[str, Any]) -> str:
    if kind == "staff.deactivated" or facts["roles"] == facts.get("roles_before"):
        return ""
    return ", ".join(words.role(Role(role)) for role in facts["roles"])


def _choices(chosen: tuple[str, ...]) -> tuple[RoleChoice, ...]:
    return tuple(RoleChoice(role.value, words.role(role), means(role), role.value in chosen) for role in STAFF_ROLES)
