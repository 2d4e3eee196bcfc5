"""The facts that registers have answered, for the rules: the latest answer of each that still can be relied on."""

from collections.abc import Iterable
from datetime import timedelta
from functools import cached_property
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import Session, col

from portal.db.tables import Application, Person, RegisterCheck
from portal.domain.criteria import Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Each, Gap, Known, Single, Source, Why
from portal.domain.registers import PLUGS, Register, Said
from portal.library import declared
from portal.services.fact_sources import FactCase

# An answer older than twice the time for which it is relied on says nothing any more: the register was not asked again.
_STALE: Final = 2
_LEAST: Final = timedelta(days=30)


class Registers:
    """See the module.  A register that nobody has asked is a gap and never a no."""

    @cached_property
    def facts(self) -> frozenset[str]:
        return frozenset(fact for plug in PLUGS.values() for fact in plug.facts if fact in declared())

    def facts_of(self, db: Session, case: FactCase) -> Iterable[Known | Gap]:
        statement = (
            select(RegisterCheck, col(Person.name))
            .join(Application, col(Application.municipality_id) == col(RegisterCheck.municipality_id))
            .outerjoin(Person, col(Person.id) == col(RegisterCheck.asked_by))
            .where(
                col(Application.id) == case.application_id,
                col(RegisterCheck.provider_id) == case.provider_id,
                col(RegisterCheck.said) != Said.NO_ANSWER,
            )
            .ext(distinct_on(col(RegisterCheck.asked_of)))
            .order_by(col(RegisterCheck.asked_of), col(RegisterCheck.asked_at).desc())
        )
        latest = {check.asked_of: (check, who or "") for check, who in db.execute(statement)}
        for register, plug in PLUGS.items():
            check, who = latest.get(register, (None, ""))
            known = check is not None and day_in_sweden(check.asked_at) + max(plug.again * _STALE, _LEAST) >= case.on
            for fact in plug.facts:
                if fact not in declared():
                    continue
                if check is None or not known or fact not in check.facts:
                    yield Gap(fact=fact, why=Why.NOT_RUN, source_id=register.value)
                else:
                    yield _stated(fact, check, register, who)


REGISTERS: Final = Registers()


def _stated(fact: str, check: RegisterCheck, register: Register, who: str) -> Known:
    value = _value(check.facts[fact])
    return Known(
        fact=fact,
        value=Each((("", value),)) if declared()[fact].many else value,
        source=Source.REGISTER,
        source_id=register.value,
        label=Text(check.source, check.source) if check.source else None,
        who=who,
        at=check.asked_at,
    )


def _value(stored: Any) -> Single:
    """JSON has no sets."""
    return frozenset(stored) if isinstance(stored, list) else stored
