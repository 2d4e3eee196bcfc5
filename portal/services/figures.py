"""Reading a company's annual reports, and taking down figures that a person types.

A file is read by a job after it was found safe to open, outside any transaction:
what is to be read (``subject_of``), read (``read``), and stored (``keep``), each of
which may be done again. What is read anew, by a later reader, stands beside what
was read before. Nothing here judges: ``domain.solvency`` computes, people decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlmodel import Session, col, select, update

from documents.kinds import PDF, SIE, XHTML
from documents.store import Missing, Store
from portal.db.queue import later
from portal.db.tables import AnswerDocument, Application, Document, FinancialFigure, FinancialReport
from portal.domain.actors import Actor
from portal.domain.documents import may_be_opened
from portal.domain.solvency import CURRENCY, Figure, Key, Origin, concerns
from portal.errors import NotAllowed, NotFound
from portal.services.lifecycle import record
from portal.services.report_figures import READER, Found, read_file
from portal.services.writing import open_part, person_of, touch

READABLE = frozenset({XHTML.media_type, SIE.media_type})


@dataclass(frozen=True)
class Subject:
    """A document as it stood when its reading began."""

    document_id: UUID
    provider_id: UUID
    object_key: str
    media_type: str


def read_later(db: Session, document: Document) -> None:
    """Have its figures read, by a job in this transaction; a file of another kind has none."""
    if document.media_type in READABLE:
        later(
            db,
            "figures.read",
            lock=f"document {document.id}",
            provider_id=str(document.provider_id),
            document_id=str(document.id),
        )


def subject_of(db: Session, document_id: UUID, *, scanner: bool) -> Subject | None:
    """What is to be read; None where that has been done by this reader, or where it may not be opened."""
    document = db.get(Document, document_id)
    if document is None or document.media_type not in READABLE or not may_be_opened(document.state, scanner=scanner):
        return None
    present = _current(db, document.id)
    if present is not None and present.reader >= READER:
        return None
    return Subject(document.id, document.provider_id, document.object_key, document.media_type)


def read(subject: Subject, *, store: Store) -> Found | None:
    """What the file says. A file that is no longer there says nothing, and is left to those who look after files."""
    try:
        return read_file(store.read(subject.object_key), subject.media_type)
    except Missing:
        return None


def keep(db: Session, subject: Subject, found: Found, *, now: datetime) -> None:
    """Store what was read in place of what an earlier reader found; of two who read at once the second adds nothing."""
    document = db.exec(
        select(Document).where(col(Document.id) == subject.document_id).with_for_update(key_share=True),
        execution_options={"populate_existing": True},
    ).one_or_none()
    if document is None:
        return
    present = _current(db, document.id)
    if present is not None and present.reader >= READER:
        return
    _replace(db, document.id, now=now)
    report = FinancialReport(
        provider_id=subject.provider_id,
        document_id=subject.document_id,
        origin=found.origin,
        reader=READER,
        orgnr=found.orgnr,
        is_group=found.is_group,
        computed=found.computed,
        unread=sorted(each.value for each in found.unread),
        fault=found.fault,
        fault_line=found.fault_line,
        read_at=now,
    )
    _add(db, report, found.figures)


def open_to_type(
    db: Session, application_id: UUID, criterion_id: str, document_id: UUID, *, actor: Actor
) -> tuple[Application, Document]:
    """The application and the document that figures may be typed from; raises as ``type_in`` does."""
    application, sets = open_part(db, application_id, criterion_id, actor=actor)
    document = db.get(Document, document_id)
    if document is None or db.get(AnswerDocument, (application.id, criterion_id, document_id)) is None:
        raise NotFound("document", document_id)
    if document.media_type != PDF.media_type or not concerns(sets.by_id[criterion_id]):
        raise NotAllowed("no_figures_here")
    return application, document


def type_in(
    db: Session,
    application_id: UUID,
    criterion_id: str,
    document_id: UUID,
    *,
    day: date,
    first_day: date | None,
    amounts: Mapping[Key, Decimal],
    page: int | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Take down figures that a person typed from a PDF that is attached here; typed anew, they replace the former.

    Raises:
        NotFound: the document is not attached to this criterion.
        NotAllowed: it is no PDF, or the criterion asks for no figures.
    """
    application, document = open_to_type(db, application_id, criterion_id, document_id, actor=actor)
    _replace(db, document.id, now=now)
    report = FinancialReport(
        provider_id=application.provider_id,
        document_id=document.id,
        origin=Origin.TYPED,
        reader=READER,
        read_at=now,
        typed_by=person_of(actor),
        page=page,
    )
    figures = (
        Figure(key=key, day=day, first_day=first_day, amount=amount, currency=CURRENCY)
        for key, amount in amounts.items()
    )
    _add(db, report, tuple(figures))
    facts = {"criterion": criterion_id, "document": str(document_id)}
    record(db, application.id, "figures.typed", actor=actor, now=now, facts=facts)
    touch(db, application, criterion_id, now=now)


def _current(db: Session, document_id: UUID) -> FinancialReport | None:
    return db.exec(
        select(FinancialReport).where(
            col(FinancialReport.document_id) == document_id, col(FinancialReport.replaced_at).is_(None)
        )
    ).one_or_none()


def _replace(db: Session, document_id: UUID, *, now: datetime) -> None:
    db.execute(
        update(FinancialReport)
        .where(col(FinancialReport.document_id) == document_id, col(FinancialReport.replaced_at).is_(None))
        .values(replaced_at=now)
    )


def _add(db: Session, report: FinancialReport, figures: tuple[Figure, ...]) -> None:
    db.add(report)
    db.flush()
    db.add_all(
        FinancialFigure(
            report_id=report.id,
            provider_id=report.provider_id,
            key=each.key,
            day=each.day,
            first_day=each.first_day,
            amount=each.amount,
            step=each.step,
            currency=each.currency,
            line=each.line,
            element=each.element,
            file=each.file,
            printed=each.printed,
        )
        for each in figures
    )
    db.flush()
