"""Everything that an application holds of its own, with who gave it and when: one statement."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Integer,
    Uuid,
    bindparam,
    case,
    func,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.db.competence import KnownProfile, named_column, named_from
from portal.db.tables import Answer, AnswerDocument, Application, Document, Person, Provider, Service, Upload
from portal.domain.conditions import ConditionSets
from portal.domain.criteria import Answer as Answered
from portal.domain.criteria import DocumentFact, DocumentState, Text
from portal.domain.validity import Days, Stated, Validity, assess


@dataclass(frozen=True)
class File:
    """A document on a criterion; ``who`` put it there, ``at`` when. ``because``: why it was stopped.

    ``said`` is what the company says that it is; ``ended_at``: it counted until then, and ``replaced_by`` names what
    took its place. ``pages`` is None until somebody has looked at it.
    """

    id: UUID
    name: str
    size: int
    state: DocumentState
    because: str | None
    who: str
    at: datetime
    said: Stated
    pages: int | None
    ended_at: datetime | None
    replaced_by: str | None

    @property
    def ended(self) -> bool:
        return self.ended_at is not None


@dataclass(frozen=True)
class Given:
    """What one criterion has been given; without an answer ``at`` is ``None``.

    ``stated`` are facts beside the yes or no, by id, as ``domain.stated`` keeps them.
    """

    declared: bool | None = None
    description: str = ""
    who: str = ""
    at: datetime | None = None
    every_file: tuple[File, ...] = ()
    stated: Mapping[str, object] = field(default_factory=dict)

    @property
    def files(self) -> tuple[File, ...]:
        """The documents that count here now."""
        return tuple(file for file in self.every_file if not file.ended)


NOTHING = Given()


@dataclass(frozen=True)
class Coming:
    """An upload that was begun and is not whole yet: ``received`` bytes of ``size``."""

    criterion: str
    id: UUID
    name: str
    size: int
    received: int
    continued_at: datetime
    replaces: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class HandedIn:
    """``service_facts`` are those of the service's own content, as stored; ``goals`` is how many it has.

    ``named`` are the people whose profiles it gives: as they stand in a draft, as they stood when it was sent.
    """

    by_criterion: Mapping[str, Given] = field(default_factory=dict)
    submitted_at: datetime | None
    submitter: str
    orgnr: str
    registered_at: datetime
    service: Text
    service_facts: Mapping[str, Any]
    goals: int
    coming: tuple[Coming, ...] = ()
    named: tuple[KnownProfile, ...] = ()

    def of(self, criterion: str) -> Given:
        return self.by_criterion.get(criterion, NOTHING)

    def answers(self, sets: ConditionSets, *, on: Days) -> dict[str, Answered]:
        """The same as ``portal.db.answers.answers_of``, for a page that has read everything anyway."""
        return {
            id_: Answered(
                given.declared,
                given.description,
                tuple(
                    DocumentFact(
                        str(file.id),
                        file.state,
                        assess(file.said, sets.accepted(asked), on=on) if asked else Validity.VALID,
                    )
                    for file in given.files
                ),
                given.stated,
            )
            for id_, given in self.by_criterion.items()
            for asked in (sets.by_id.get(id_),)
        }

    def used_in(self, document: UUID) -> tuple[str, ...]:
        """The criteria on which a document is handed in."""
        return tuple(
            sorted(
                id_ for id_, given in self.by_criterion.items() if any(file.id == document for file in given.every_file)
            )
        )


def read(db: Session, application_id: UUID) -> HandedIn:
    """The documents of a criterion come in the order they were attached."""
    rows = db.execute(_statement(), {"application": application_id}).all()
    said: dict[str, Given] = {}
    files: dict[str, list[File]] = {}
    for row in rows:
        if row.criterion is None:
            continue
        if row.document_id is None:
            said[row.criterion] = Given(row.declared, row.description, row.who, row.at, stated=row.stated)
        else:
            state = DocumentState(row.state)
            stated = Stated(row.kind, row.issued_on, row.ends_on)
            files.setdefault(row.criterion, []).append(
                File(
                    id=row.document_id,
                    name=row.name,
                    size=row.size,
                    state=state,
                    because=row.because,
                    who=row.who,
                    at=row.at,
                    said=stated,
                    pages=row.pages,
                    ended_at=row.ended_at,
                    replaced_by=row.replaced_by,
                )
            )
    first = rows[0]
    return HandedIn(
        by_criterion={
            id_: replace(given, every_file=tuple(files.get(id_, ())))
            for id_ in said.keys() | files.keys()
            for given in (said.get(id_, NOTHING),)
        },
        submitted_at=first.submitted_at,
        submitter=first.submitter or "",
        orgnr=first.orgnr,
        registered_at=first.registered_at,
        service=Text(first.name_sv, first.name_en),
        service_facts=first.service_facts or {},
        goals=first.goals or 0,
        coming=tuple(
            Coming(
                criterion,
                UUID(id_),
                name,
                size,
                received,
                datetime.fromtimestamp(float(at), UTC),
                UUID(replaces) if replaces else None,
            )
            for criterion, id_, name, size, received, at, replaces in first.coming or ()
        ),
        named=named_from(first.named or []),
    )


@cache
def _statement() -> Any:
    """One row at least, with the case's own columns on each; built once."""
    wanted = bindparam("application", type_=Uuid())
    written: Any = (
        select(
            col(Answer.criterion).label("criterion"),
            col(Answer.declared).label("declared"),
            col(Answer.description).label("description"),
            col(Answer.stated).label("stated"),
            col(Person.name).label("who"),
            col(Answer.answered_at).label("at"),
            null().cast(Uuid()).label("document_id"),
            literal("").label("name"),
            null().cast(Integer()).label("size"),
            null().label("state"),
            null().label("because"),
            null().label("kind"),
            null().cast(Date()).label("issued_on"),
            null().cast(Date()).label("ends_on"),
            null().cast(Integer()).label("pages"),
            null().cast(DateTime(timezone=True)).label("ended_at"),
            null().label("replaced_by"),
        )
        .join(Person, col(Person.id) == col(Answer.answered_by))
        .where(col(Answer.application_id) == wanted)
    )
    successor: Any = aliased(Document)
    columns: tuple[Any, ...] = (
        col(AnswerDocument.criterion),
        null().cast(Boolean()),
        literal(""),
        null(),
        col(Person.name),
        col(AnswerDocument.attached_at),
        col(Document.id),
        col(Document.name),
        col(Document.size),
        col(Document.state),
        col(Document.because),
        col(AnswerDocument.kind),
        col(AnswerDocument.issued_on),
        col(AnswerDocument.ends_on),
        col(Document.pages),
        col(AnswerDocument.ended_at),
        successor.name,
    )
    attached: Any = (
        select(*columns)
        .join(Document, col(Document.id) == col(AnswerDocument.document_id))
        .join(Person, col(Person.id) == col(AnswerDocument.attached_by))
        .outerjoin(successor, col(successor.id) == col(AnswerDocument.replaced_by))
        .where(col(AnswerDocument.application_id) == wanted)
    )
    given = union_all(written, attached).subquery()
    upload = func.jsonb_build_array(
        col(Upload.criterion),
        col(Upload.id),
        col(Upload.name),
        col(Upload.size),
        col(Upload.received),
        func.extract("epoch", col(Upload.continued_at)),
        col(Upload.replaces),
    )
    here = (col(Upload.application_id) == wanted, col(Upload.confirms).is_(None))
    coming = select(func.jsonb_agg(upload)).where(*here).scalar_subquery()
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
            _once(given, col(Service.content)["facts"]).label("service_facts"),
            func.jsonb_array_length(col(Service.content)["goals"]).label("goals"),
            _once(given, coming).label("coming"),
            _once(given, named_column()).label("named"),
        )
        .select_from(Application)
        .join(Provider, col(Provider.id) == col(Application.provider_id))
        .join(Service, col(Service.id) == col(Application.service_id))
        .outerjoin(submitter, col(submitter.id) == col(Application.submitted_by))
        .outerjoin(given, true())
        .where(col(Application.id) == wanted)
        .order_by(given.c.at, given.c.document_id)
    )


def _once(given: Any, column: Any) -> Any:
    """Large, and so on one row only: the first."""
    return case((func.row_number().over(order_by=(given.c.at, given.c.document_id)) == 1, column))
