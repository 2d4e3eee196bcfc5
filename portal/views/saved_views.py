"""The page where a person saves the selection in use, and keeps order among those saved before."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from portal.domain.actors import Actor
from portal.domain.criteria import Text
from portal.domain.worklist import Kept, Wanted
from portal.locale import language
from portal.locale.problems import Problems
from portal.views import worklist

ADDRESS = f"{worklist.ADDRESS}/vyer"


@dataclass(frozen=True)
class OwnView:
    """``id`` also ends the ids of its fields; ``typed`` is the name in the field, which may be a refused one."""

    id: UUID
    name: str
    typed: str
    shared: bool
    address: str
    words: str


@dataclass(frozen=True)
class NewView:
    """The selection that would be saved, in words and as the hidden fields of the form."""

    name: str
    shared: bool
    words: str
    hidden: tuple[tuple[str, str], ...]
    back: str


@dataclass(frozen=True)
class ViewsPage:
    new: NewView | None
    own: tuple[OwnView, ...]
    done: bool
    problems: Problems


_SERVICES = sa.text("SELECT id, name_sv, name_en FROM service WHERE municipality_id = :m")


def build(
    db: Session,
    kept: tuple[Kept, ...],
    *,
    new: Wanted | None,
    actor: Actor,
    typed: tuple[str, bool] = ("", False),
    of: UUID | None = None,
    done: bool = False,
    problems: Problems = (),
) -> ViewsPage:
    """``typed`` is the name and the sharing as sent in: of the view ``of``, or of the new one."""
    services = {
        str(row.id): Text(row.name_sv, row.name_en) for row in db.execute(_SERVICES, {"m": actor.municipality_id})
    }
    return ViewsPage(
        new=_new(new, services, typed if of is None else ("", False)) if new is not None else None,
        own=tuple(
            OwnView(
                each.id,
                each.name,
                typed[0] if each.id == of else each.name,
                typed[1] if each.id == of else each.shared,
                worklist.address_of(each.wanted),
                _words(each.wanted, services),
            )
            for each in kept
            if each.mine
        ),
        done=done,
        problems=problems,
    )


def _new(wanted: Wanted, services: dict[str, Text], typed: tuple[str, bool]) -> NewView:
    hidden = tuple((name, value) for name, value in wanted.kept().items() if value)
    return NewView(typed[0], typed[1], _words(wanted, services), hidden, worklist.address_of(wanted))


def _words(wanted: Wanted, services: dict[str, Text]) -> str:
    said = worklist.in_words(wanted, services)
    return ", ".join(each if isinstance(each, str) else getattr(each, language()) for each in said)
