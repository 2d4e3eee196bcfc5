"""How the portal is told what is known of a case: the one shape that every source of facts has.

A source is asked for the facts of one application and answers with what it
knows (``Known``) and with what it looked for and did not find (``Gap``). It must
not guess: what it does not know it leaves out. It neither judges nor writes.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlmodel import Session

from portal.db.figures import FiledReports
from portal.db.handed_in import HandedIn
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Criterion
from portal.domain.facts import Asked, Gap, Known, asked_by


@dataclass(frozen=True, kw_only=True)
class FactCase:
    """The case that is asked about. ``on`` is the day of the application, or today while it is a draft.

    ``criteria``: those on the page, which may be a single one. ``scanner``: whether this installation has
    one. ``given`` and ``filed``: what the application itself holds and the reports of these criteria, where the page
    has read them already. ``read``: the criteria whose rules are to be read, where those are others than the ones
    that were answered.
    """

    application_id: UUID
    provider_id: UUID
    sets: ConditionSets
    criteria: tuple[Criterion, ...]
    on: date
    scanner: bool = True
    given: HandedIn | None = None
    filed: FiledReports | None = None
    read: tuple[Criterion, ...] | None = None

    @cached_property
    def whole(self) -> tuple[Criterion, ...]:
        """Every criterion whose papers count, in order: a finding is the same on whichever page it is read."""
        asked = self.sets.asked_criteria
        return (*asked, *(each for each in self.criteria if each.id not in self.sets.by_id))

    @cached_property
    def asked(self) -> frozenset[Asked]:
        """What their rules ask about, each with its window: a source may count just what is wanted."""
        return asked_by(self.criteria if self.read is None else self.read)


class FactSource(Protocol):
    """A source of facts: add it to ``services.facts.SOURCES``.

    ``facts`` are the ids it may state; where no rule on the page asks about any of them it is not run.
    ``facts_of`` asks the database at most once, since a page has six questions in all. Every value is of
    its fact's declared kind (``domain.facts.is_of``), and a fact of ``many`` is an ``Each``. Two sources
    may state the same fact: where they differ the page shows both, and the rule cannot tell.

    ``facts_of_many`` says the same of many cases of one municipality, by application, and asks at most once for
    them all; each case comes with what was ``given`` in it.
    """

    @property
    def facts(self) -> Collection[str]: ...

    def facts_of(self, db: Session, case: FactCase) -> Iterable[Known | Gap]: ...

    def facts_of_many(self, db: Session, cases: Sequence[FactCase]) -> Mapping[UUID, Iterable[Known | Gap]]: ...


class AskedTogether(ABC):
    """A source whose question is one column, so that the questions of several are one statement.

    The column is built once; what differs between cases are the values of its parameters, named so that no two
    sources mean different things by one name.
    """

    @cached_property
    @abstractmethod
    def column(self) -> ColumnElement[Any]: ...

    @abstractmethod
    def values(self, case: FactCase) -> Mapping[str, Any] | None:
        """Of the column's parameters; None where the case brings the answer along."""

    @abstractmethod
    def facts_from(self, answer: Any, case: FactCase) -> Iterable[Known | Gap]: ...

    def facts_of(self, db: Session, case: FactCase) -> Iterable[Known | Gap]:
        values = self.values(case)
        return self.facts_from(None if values is None else db.execute(select(self.column), values).scalar_one(), case)
