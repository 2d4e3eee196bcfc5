"""What annual reports and typed figures state of a company's solvency, for the rules that ask about it.

Each report of the latest year states its own ratio: where two differ both stand,
and the rule cannot tell. What makes a ratio doubtful is a gap with its reason.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import Session

from portal.db.figures import Filed, filed_column, filed_of_many, filed_values, read_filed
from portal.domain.criteria import STOPPED, DocumentState, Text
from portal.domain.documents import may_be_opened
from portal.domain.facts import Gap, Known, Source, Why
from portal.domain.solvency import FACTS, Doubt, Reading, concerns, standing
from portal.services.fact_sources import AskedTogether, FactCase
from portal.services.figures import READABLE

WHY = {
    Doubt.UNREADABLE: Why.UNREADABLE,
    Doubt.UNREAD_FIGURE: Why.UNREADABLE,
    Doubt.MISSING: Why.NOT_STATED,
    Doubt.NO_YEAR: Why.NOT_STATED,
    Doubt.CONFLICT: Why.SOURCES_DIFFER,
    Doubt.UNBALANCED: Why.SOURCES_DIFFER,
    Doubt.CURRENCY: Why.FOREIGN_CURRENCY,
    Doubt.NO_DENOMINATOR: Why.NO_DENOMINATOR,
    Doubt.OTHER_COMPANY: Why.UNCLEAR,
    Doubt.NO_ORGNR: Why.UNCLEAR,
    Doubt.GROUP: Why.UNCLEAR,
    Doubt.NO_TAX_RATE: Why.UNCLEAR,
}


class SolvencyFacts(AskedTogether):
    """See the module."""

    @property
    def facts(self) -> Collection[str]:
        return FACTS.values()

    @cached_property
    def column(self) -> ColumnElement[Any]:
        return filed_column()

    def values(self, case: FactCase) -> Mapping[str, Any] | None:
        return None if case.filed is not None else filed_values(case.application_id, _concerned(case))

    def facts_of_many(self, db: Session, cases: Sequence[FactCase]) -> Mapping[UUID, Iterable[Known | Gap]]:
        filed = filed_of_many(db, {case.application_id: _concerned(case) for case in cases})
        return {case.application_id: self.facts_from(filed.get(case.application_id), case) for case in cases}

    def facts_from(self, answer: Any, case: FactCase) -> Iterable[Known | Gap]:
        filed = case.filed or read_filed(answer)
        opened = {
            str(each.document_id): each
            for each in filed.documents
            if may_be_opened(each.state, scanner=case.scanner) and each.report is not None
        }
        reports = (each.report for each in opened.values() if each.report is not None)
        for reading in standing(reports, orgnr=filed.orgnr, on=case.on).latest:
            yield from _stated(reading, opened[reading.report.id])
        for each in filed.documents:
            # A PDF beside a report that was read may be anything: a bank certificate, a guarantee.
            if str(each.document_id) not in opened and (each.media_type in READABLE or not opened):
                yield from _not_read(each, scanner=case.scanner)


SOLVENCY_FACTS = SolvencyFacts()


def _concerned(case: FactCase) -> list[str]:
    return [each.id for each in case.whole if concerns(each)]


def _stated(reading: Reading, filed: Filed) -> Iterator[Known | Gap]:
    label = Text(filed.name, filed.name)
    for ratio, computed in reading.ratios.items():
        if computed.percent is not None:
            yield Known(
                fact=FACTS[ratio],
                value=computed.percent,
                source=Source.ANNUAL_REPORT,
                source_id=reading.report.id,
                label=label,
                who=filed.typed_by,
                at=filed.read_at,
                day=reading.day,
            )
        elif computed.doubt is not None:
            yield Gap(fact=FACTS[ratio], why=WHY[computed.doubt], source_id=reading.report.id, label=label)


def _not_read(filed: Filed, *, scanner: bool) -> Iterator[Gap]:
    if filed.state in STOPPED:
        why = Why.DOCUMENT_STOPPED
    elif filed.state is DocumentState.WAITING:
        why = Why.DOCUMENT_WAITING
    else:
        why = Why.NOT_READ if may_be_opened(filed.state, scanner=scanner) else Why.DOCUMENT_NOT_SCANNED
    for fact in FACTS.values():
        yield Gap(fact=fact, why=why, source_id=str(filed.document_id), label=Text(filed.name, filed.name))
