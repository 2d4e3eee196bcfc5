"""Gathers everything known of an application into the sheet that rules read."""

from collections.abc import Iterable, Iterator, Sequence

from sqlmodel import Session

from portal.domain.facts import FactSheet, Gap, Known
from portal.services.fact_sources import FactCase, FactSource
from portal.services.handed_in import HANDED_IN
from portal.services.register_facts import REGISTERS
from portal.services.solvency_facts import SOLVENCY_FACTS

# One line for each source; the order says nothing, since none of them goes before another.
SOURCES: tuple[FactSource, ...] = (HANDED_IN, REGISTERS, SOLVENCY_FACTS)


def sheet_of(db: Session, case: FactCase, *, sources: Sequence[FactSource] = SOURCES) -> FactSheet:
    """What is known of the facts that the criteria of a page ask about; one statement for each source that is asked."""
    return FactSheet.of(_stated(db, case, sources))


def _stated(db: Session, case: FactCase, sources: Iterable[FactSource]) -> Iterator[Known | Gap]:
    asked = {each.fact for each in case.asked}
    for source in sources:
        if not asked.isdisjoint(source.facts):
            yield from (each for each in source.facts_of(db, case) if each.fact in asked)
