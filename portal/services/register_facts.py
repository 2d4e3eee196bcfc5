"""The facts that registers have answered, for the rules: the latest answer of each that still can be relied on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy import ColumnElement, func, literal_column, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col

from portal.db.tables import Application, Person, RegisterCheck
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Each, Gap, Known, Single, Source, Why
from portal.domain.registers import PLUGS, Register, Said
from portal.library import declared
from portal.services.fact_sources import FactCase, ask_alone

# An answer older than twice the time for which it is relied on says nothing any more: the register was not asked again.
_STALE: Final = 2
_LEAST: Final = timedelta(days=30)


class Registers:
    """See the module.  A register that nobody has asked is a gap and never a no."""

    @cached_property
    def facts(self) -> frozenset[str]:
        return frozenset(fact for plug in PLUGS.values() for fact in plug.facts if fact in declared())

    def facts_of(self, db: Session, case: FactCase) -> Iterable[Known | Gap]:
        return ask_alone(self, db, case)

    def question(self, case: FactCase) -> ColumnElement[Any]:
        """The latest answer of each register, as one list."""
        latest = (
            select(
                col(RegisterCheck.asked_of),
                col(RegisterCheck.asked_at),
                col(RegisterCheck.facts),
                col(RegisterCheck.source),
                col(Person.name).label("who"),
            )
            .join(Application, col(Application.municipality_id) == col(RegisterCheck.municipality_id))
            .outerjoin(Person, col(Person.id) == col(RegisterCheck.asked_by))
            .where(
                col(Application.id) == case.application_id,
                col(RegisterCheck.provider_id) == case.provider_id,
                col(RegisterCheck.said) != Said.NO_ANSWER,
            )
            .ext(distinct_on(col(RegisterCheck.asked_of)))
            .order_by(col(RegisterCheck.asked_of), col(RegisterCheck.asked_at).desc())
            .subquery()
        )
        columns = [part for column in latest.c for part in (literal_column(f"'{column.name}'"), column)]
        return select(func.jsonb_agg(func.jsonb_build_object(*columns))).scalar_subquery().label("registers")

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
