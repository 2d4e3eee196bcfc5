"""The facts that registers have answered, for the rules: the latest answer of each that still can be relied on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, Uuid, bindparam, func, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col

from portal.db.tables import Application, Person, RegisterCheck
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Each, Gap, Known, Single, Source, Why
from portal.domain.registers import PLUGS, Register, Said
from portal.library import declared
from portal.services.fact_sources import AskedTogether, FactCase

# An answer older than twice the time for which it is relied on says nothing any more: the register was not asked again.
_STALE: Final = 2
_LEAST: Final = timedelta(days=30)


class Registers(AskedTogether):
    """See the module.  A register that nobody has asked is a gap and never a no."""

    @cached_property
    def facts(self) -> frozenset[str]:
        return frozenset(fact for plug in PLUGS.values() for fact in plug.facts if fact in declared())

    @cached_property
    def column(self) -> ColumnElement[Any]:
        """The latest answer of each register, as one list."""
        latest = (
            _answers(col(RegisterCheck.asked_of))
            .join(Application, col(Application.municipality_id) == col(RegisterCheck.municipality_id))
            .where(
                col(Application.id) == bindparam("application", type_=Uuid()),
                col(RegisterCheck.provider_id) == bindparam("provider", type_=Uuid()),
            )
            .subquery()
        )
        return select(_list_of(latest)).scalar_subquery().label("registers")

    def values(self, case: FactCase) -> Mapping[str, Any]:
        return {"application": case.application_id, "provider": case.provider_id}

    def facts_of_many(self, db: Session, cases: Sequence[FactCase]) -> Mapping[UUID, Iterable[Known | Gap]]:
        of = (col(RegisterCheck.provider_id), col(RegisterCheck.asked_of))
        asked = (
            _answers(*of)
            .where(
                col(RegisterCheck.municipality_id) == cases[0].sets.general.municipality_id,
                of[0].in_({case.provider_id for case in cases}),
            )
            .subquery()
        )
        grouped = select(asked.c.provider_id, _list_of(asked).label("registers")).group_by(asked.c.provider_id)
        answers = {row.provider_id: row.registers for row in db.execute(grouped)}
        return {case.application_id: self.facts_from(answers.get(case.provider_id), case) for case in cases}

    def facts_from(self, answer: Any, case: FactCase) -> Iterable[Known | Gap]:
        latest = {Register(each["asked_of"]): _check(each) for each in answer or ()}
        for register, plug in PLUGS.items():
            check = latest.get(register)
            known = check is not None and day_in_sweden(check.asked_at) + max(plug.again * _STALE, _LEAST) >= case.on
            for fact in plug.facts:
                if fact not in declared():
                    continue
                if check is None or not known or fact not in check.facts:
                    yield Gap(fact=fact, why=Why.NOT_RUN, source_id=register.value)
                else:
                    yield _stated(fact, check, register)


REGISTERS: Final = Registers()


def _answers(*each: Any) -> Any:
    """The latest answer of each, with who asked."""
    return (
        select(
            col(RegisterCheck.provider_id),
            col(RegisterCheck.asked_of),
            col(RegisterCheck.asked_at),
            col(RegisterCheck.facts),
            col(RegisterCheck.source),
            col(Person.name).label("who"),
        )
        .outerjoin(Person, col(Person.id) == col(RegisterCheck.asked_by))
        .where(col(RegisterCheck.said) != Said.NO_ANSWER)
        .ext(distinct_on(*each))
        .order_by(*each, col(RegisterCheck.asked_at).desc())
    )


def _list_of(answers: Subquery) -> ColumnElement[Any]:
    columns = [part for column in answers.c for part in (literal_column(f"'{column.name}'"), column)]
    return func.jsonb_agg(func.jsonb_build_object(*columns))


@dataclass(frozen=True)
class _Check:
    asked_at: datetime
    facts: Mapping[str, Any]
    source: str | None
    who: str


def _check(each: Mapping[str, Any]) -> _Check:
    return _Check(datetime.fromisoformat(each["asked_at"]), each["facts"], each["source"], each["who"] or "")


def _stated(fact: str, check: _Check, register: Register) -> Known:
    value = _value(check.facts[fact])
    return Known(
        fact=fact,
        value=Each((("", value),)) if declared()[fact].many else value,
        source=Source.REGISTER,
        source_id=register.value,
        label=Text(check.source, check.source) if check.source else None,
        who=check.who,
        at=check.asked_at,
    )


def _value(stored: Any) -> Single:
    """JSON has no sets."""
    return frozenset(stored) if isinstance(stored, list) else stored
