"""Where a figure of an annual report stands: what to look for in the document, and the very words of an iXBRL file.

A link names the figure alone. Everything else is looked up here, so that an address can lead nowhere but to what was
read or typed.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from documents.ixbrl import Excerpt, Place, excerpt
from documents.unreadable import Unreadable
from portal.db.tables import FinancialFigure, FinancialReport
from portal.domain.fact_words import number
from portal.domain.solvency import Origin
from portal.errors import NotFound
from portal.services.report_figures import NAMES


@dataclass(frozen=True)
class Standing:
    """A figure of one document, and the words to search for; ``page`` where whoever typed it has said it."""

    figure: FinancialFigure
    origin: Origin
    search: str
    page: int | None


def standing_of(db: Session, document_id: UUID, figure_id: UUID) -> Standing:
    """Raises ``NotFound``: no such figure of this document, or it is not theirs to see."""
    row = db.exec(
        select(FinancialFigure, FinancialReport)
        .join(FinancialReport, col(FinancialReport.id) == col(FinancialFigure.report_id))
        .where(col(FinancialFigure.id) == figure_id, col(FinancialReport.document_id) == document_id)
    ).one_or_none()
    if row is None:
        raise NotFound("figure", figure_id)
    figure, report = row
    return Standing(figure, report.origin, _search(figure, report), report.page)


def _search(figure: FinancialFigure, report: FinancialReport) -> str:
    match report.origin:
        case Origin.IXBRL:
            return figure.printed
        case Origin.SIE:
            account = figure.element.partition("–")[0]
            return f"#UB 0 {account}" if account and not report.computed else ""
        case Origin.TYPED:
            # As annual reports print it; a search takes any kind of space.
            return " ".join(number(figure.amount, "sv").split())


def excerpt_of(standing: Standing, data: bytes) -> Excerpt | None:
    """From the bytes of an iXBRL file; None for other files, and where it is not to be found."""
    if standing.origin is not Origin.IXBRL:
        return None
    figure = standing.figure
    place = Place(figure.line, figure.element, figure.file, figure.printed)
    [name] = [name for name, key in NAMES.items() if key is figure.key]
    try:
        return excerpt(data, name=name, last=figure.day, place=place)
    except Unreadable:
        return None
