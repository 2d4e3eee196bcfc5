"""The facts that the application itself holds: answers, documents, the company's own number and the service.

A yes states only what is a yes or a no; a figure in somebody's own words is for a
person to read. A document counts when it was found clean, and never otherwise.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, Uuid, bindparam, func, literal, null, select, true, union_all
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.db.tables import Answer, AnswerDocument, Application, Document, Person, Provider, Service
from portal.domain.criteria import Criterion, DocumentState, Text
from portal.domain.deadlines import day_in_sweden
from portal.domain.facts import Gap, Kind, Known, Paper, Source, Why
from portal.domain.rules import All, Leaf, Op, Rule, WhenThen, leaves
from portal.domain.rules import Any as AnyOf
from portal.library import declared
from portal.services.fact_sources import FactCase

SIGNED = "declaration.signed_by_firmatecknare"
_STATES_A_GAP = {
    DocumentState.WAITING: Why.DOCUMENT_WAITING,
    DocumentState.COULD_NOT_TELL: Why.DOCUMENT_NOT_SCANNED,
    DocumentState.INFECTED: Why.DOCUMENT_STOPPED,
    DocumentState.REFUSED: Why.DOCUMENT_STOPPED,
}


@dataclass(frozen=True)
class _File:
    id: UUID
    name: str
    state: DocumentState
    who: str
    at: datetime

    @property
    def label(self) -> Text:
        return Text(self.name, self.name)


@dataclass
class _Said:
    declared: bool | None = None
    description: str = ""
    who: str = ""
    at: datetime | None = None
    files: tuple[_File, ...] = ()


class HandedIn:
    """See the module."""

    @cached_property
    def facts(self) -> frozenset[str]:
        sources = {Source.ANSWER, Source.DOCUMENT, Source.COMPANY, Source.SERVICE}
        return frozenset(id_ for id_, fact in declared().items() if fact.source in sources)

    def facts_of(self, db: Session, case: FactCase) -> Iterable[Known | Gap]:
        rows = db.execute(_statement(), {"application": case.application_id}).all()
        said: dict[str, _Said] = {}
        for row in rows:
            if row.criterion is None:
                continue
            one = said.setdefault(row.criterion, _Said())
            if row.document_id is None:
                one.declared, one.description, one.who, one.at = row.declared, row.description, row.who, row.at
            else:
                file = _File(row.document_id, row.name, DocumentState(row.state), row.who, row.at)
                one.files = (*one.files, file)
        yield from _registered(rows[0])
        yield from _of_service(rows[0])
        for criterion in case.criteria:
            given = said.get(criterion.id, _Said())
            yield from _answers(criterion, given, row=rows[0])
            yield from _documents(criterion, given, case)


HANDED_IN = HandedIn()


def _registered(row: Any) -> Iterator[Known]:
    """Registration refuses a number whose check digit is wrong, so that one that is here is valid."""
    common: dict[str, Any] = {"source": Source.COMPANY, "source_id": "registration", "at": row.registered_at}
    yield Known(fact="org.orgnr", value=row.orgnr, **common)
    yield Known(fact="org.orgnr_valid", value=True, **common)


def _of_service(row: Any) -> Iterator[Known]:
    common: dict[str, Any] = {"source": Source.SERVICE, "label": Text(row.name_sv, row.name_en)}
    for fact, value in (row.service_facts or {}).items():
        if isinstance(value, bool):
            yield Known(fact=f"service.{fact}", value=value, **common)
    yield Known(fact="service.goals_count", value=row.goals or 0, **common)


def _answers(criterion: Criterion, given: _Said, *, row: Any) -> Iterator[Known | Gap]:
    states = _stated_by_a_yes(criterion.rule)
    origin: dict[str, Any] = {"source": Source.ANSWER, "source_id": criterion.id, "label": criterion.title}
    for fact in sorted(leaf.fact for leaf in leaves(criterion.rule)):
        if fact == SIGNED:
            if row.submitted_at is not None:
                # Only a signatory can submit, and only with the affirmation.
                yield Known(fact=fact, value=True, **origin, who=row.submitter or "", at=row.submitted_at)
        elif declared()[fact].source is not Source.ANSWER or given.declared is None:
            continue
        elif fact in states:
            yield Known(fact=fact, value=given.declared, **origin, who=given.who, at=given.at)
        else:
            yield Gap(fact=fact, why=Why.ONLY_DESCRIBED, source_id=criterion.id, label=criterion.title)


def _stated_by_a_yes(rule: Rule) -> frozenset[str]:
    """The facts for which the criterion's own yes or no is the answer.

    Not those of a ``when``: that the criterion is met says nothing of whether it concerns the company.
    """
    match rule:
        case Leaf():
            is_yes = rule.op is Op.DECLARED or (rule.op is Op.EQ and rule.value is True)
            kind = declared()[rule.fact].kind
            return frozenset({rule.fact}) if is_yes and kind is Kind.BOOLEAN else frozenset()
        case All(rules) | AnyOf(rules):
            return frozenset().union(*map(_stated_by_a_yes, rules))
        case WhenThen(_, then):
            return _stated_by_a_yes(then)


def _documents(criterion: Criterion, given: _Said, case: FactCase) -> Iterator[Known | Gap]:
    """A file belongs to a fact when the criterion takes no other kind of document; otherwise nobody has said."""
    facts = [declared()[leaf.fact] for leaf in leaves(criterion.rule)]
    wanted = [fact for fact in facts if fact.source is Source.DOCUMENT]
    kinds = [id_ for id_ in criterion.evidence if (kind := case.sets.evidence_type(id_)).kinds and not kind.never]
    for fact in wanted:
        for file in given.files:
            origin: dict[str, Any] = {"fact": fact.id, "source_id": str(file.id), "label": file.label}
            if file.state is not DocumentState.CLEAN:
                yield Gap(why=_STATES_A_GAP[file.state], **origin)
            elif kinds != [fact.of]:
                yield Gap(why=Why.KIND_UNKNOWN, **origin)
            elif fact.kind is Kind.DOCUMENT:
                paper = Paper(handed_in=day_in_sweden(file.at))
                yield Known(value=paper, source=Source.DOCUMENT, who=file.who, at=file.at, **origin)
            else:
                yield Gap(why=Why.NOT_READ, **origin)


@cache
def _statement() -> Any:
    """One row at least, with the case's own columns on each; built once."""
    wanted = bindparam("application", type_=Uuid())
    written: Any = (
        select(
            col(Answer.criterion).label("criterion"),
            col(Answer.declared).label("declared"),
            col(Answer.description).label("description"),
            col(Person.name).label("who"),
            col(Answer.answered_at).label("at"),
            null().cast(Uuid()).label("document_id"),
            literal("").label("name"),
            null().label("state"),
        )
        .join(Person, col(Person.id) == col(Answer.answered_by))
        .where(col(Answer.application_id) == wanted)
    )
    attached: Any = (
        select(
            col(AnswerDocument.criterion),
            null().cast(Boolean()),
            literal(""),
            col(Person.name),
            col(AnswerDocument.attached_at),
            col(Document.id),
            col(Document.name),
            col(Document.state),
        )
        .join(Document, col(Document.id) == col(AnswerDocument.document_id))
        .join(Person, col(Person.id) == col(AnswerDocument.attached_by))
        .where(col(AnswerDocument.application_id) == wanted)
    )
    given = union_all(written, attached).subquery()
    submitter = aliased(Person)
    return (
        select(
            given,
            col(Application.submitted_at),
            submitter.name.label("submitter"),  # type: ignore[attr-defined]
            col(Provider.orgnr),
            col(Provider.registered_at),
            col(Service.name_sv),
            col(Service.name_en),
            col(Service.content)["facts"].label("service_facts"),
            func.jsonb_array_length(col(Service.content)["goals"]).label("goals"),
        )
        .select_from(Application)
        .join(Provider, col(Provider.id) == col(Application.provider_id))
        .join(Service, col(Service.id) == col(Application.service_id))
        .outerjoin(submitter, col(submitter.id) == col(Application.submitted_by))
        .outerjoin(given, true())
        .where(col(Application.id) == wanted)
        .order_by(given.c.at, given.c.document_id)
    )
