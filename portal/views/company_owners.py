"""A company's beneficial owners, as it has stated them: on its page, in the form, and beside a case."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.owners import Ownership
from portal.domain.roles import Role
from portal.errors import NotAllowed, NotFound
from portal.locale import formats
from portal.locale import gettext as _
from portal.locale.problems import Problems

_OWNERS = sa.text("""
SELECT p.ownership, p.ownership_at,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(o.id, o.name, o.since, o.until)
                                  ORDER BY o.until DESC NULLS FIRST, o.since, o.id), '[]')
          FROM beneficial_owner o WHERE o.provider_id = p.id) AS owners
  FROM provider p WHERE p.id = :provider
""")


@dataclass(frozen=True)
class OwnerLine:
    """``days`` says since when, and until when of one who no longer is."""

    id: UUID
    name: str
    since: date
    until: date | None

    @property
    def days(self) -> str:
        if self.until is None:
            return _("sedan %(day)s") % {"day": formats.day(self.since)}
        return _("%(since)s till %(until)s") % {"since": formats.day(self.since), "until": formats.day(self.until)}


@dataclass(frozen=True)
class Owners:
    """``said`` is what holds, in words; ``stated_on`` is missing where the company has said nothing."""

    ownership: Ownership | None
    said: str
    stated_on: date | None
    owners: tuple[OwnerLine, ...]

    @classmethod
    def read(cls, db: Session, provider_id: UUID | None) -> "Owners":
        row = db.execute(_OWNERS, {"provider": provider_id}).one_or_none()
        if row is None:
            raise NotFound("provider", provider_id or "")
        ownership = Ownership(row.ownership) if row.ownership else None
        return cls(
            ownership,
            ownership_words(ownership),
            formats.day_of(row.ownership_at) if row.ownership_at else None,
            tuple(
                OwnerLine(UUID(id_), name, _day(since), _day(until) if until else None)
                for id_, name, since, until in row.owners
            ),
        )

    @property
    def known(self) -> tuple[UUID, ...]:
        return tuple(each.id for each in self.owners)


def ownership_words(ownership: Ownership | None) -> str:
    return {
        None: _("Ni har inte sagt vem som är verklig huvudman än."),
        Ownership.STATED: _("Det finns en eller flera verkliga huvudmän"),
        Ownership.NONE: _("Det finns ingen verklig huvudman"),
        Ownership.NOT_ESTABLISHED: _("Det går inte att fastställa vem som är verklig huvudman"),
    }[ownership]


@dataclass(frozen=True)
class OwnerFields:
    """One row of the form; ``known`` is one that is kept already."""

    suffix: str
    legend: str
    name: str
    since: str
    until: str
    known: bool
    removed: bool


@dataclass(frozen=True)
class OwnersPage:
    provider_id: UUID
    rows: tuple[OwnerFields, ...]
    choices: tuple[tuple[str, str], ...]
    ownership: str
    problems: Problems

    @classmethod
    def of(
        cls,
        db: Session,
        actor: Actor,
        new: tuple[str, ...],
        *,
        typed: Callable[[str], str] | None = None,
        problems: Problems = (),
    ) -> "OwnersPage":
        """With ``typed``, as it was sent; only who may change it sees it."""
        if actor.provider_id is None or not actor.may(Role.ADMINISTRATOR):
            raise NotAllowed("role")
        it = Owners.read(db, actor.provider_id)
        rows = [_known(each, typed) for each in it.owners]
        rows += [_new(suffix, number, typed) for number, suffix in enumerate(new)]
        kept = it.ownership.value if it.ownership else ""
        return cls(
            actor.provider_id,
            tuple(rows),
            tuple((each.value, ownership_words(each)) for each in Ownership),
            typed("huvudman") if typed else kept,
            problems,
        )


def _known(each: OwnerLine, typed: Callable[[str], str] | None) -> OwnerFields:
    suffix = str(each.id)
    if typed is None:
        until = each.until.isoformat() if each.until else ""
        return OwnerFields(suffix, each.name, each.name, each.since.isoformat(), until, True, False)
    name, since, until = (typed(f"{part}-{suffix}") for part in ("namn", "sedan", "till"))
    return OwnerFields(suffix, each.name, name, since, until, True, bool(typed(f"bort-{suffix}")))


def _new(suffix: str, number: int, typed: Callable[[str], str] | None) -> OwnerFields:
    name, since, until = (typed(f"{part}-{suffix}") if typed else "" for part in ("namn", "sedan", "till"))
    legend = _("Ny verklig huvudman") if number == 0 else _("Ytterligare en, %(number)s") % {"number": number + 1}
    return OwnerFields(suffix, legend, name, since, until, False, False)


def _day(text: Any) -> date:
    return date.fromisoformat(text)
