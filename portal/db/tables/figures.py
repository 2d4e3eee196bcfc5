"""What was read out of a company's annual reports, and what its people typed where nothing could be read."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from portal.db.types import enum_column, json_column, key, moment, reference
from portal.domain.solvency import Key, Origin


class FinancialReport(SQLModel, table=True):
    """One document, read once by each version of the reader; or figures that a person typed, with their PDF.

    ``page`` is where in the PDF the balance sheet stands, as whoever typed says.
    ``fault`` is why nothing could be read (``documents.unreadable.Why``), ``fault_line`` where. What is read or
    typed anew is a new row, and the former one stays, from ``replaced_at``.
    """

    __tablename__ = "financial_report"
    __table_args__ = (
        sa.Index(
            "financial_report_of_document", "document_id", unique=True, postgresql_where=sa.text("replaced_at IS NULL")
        ),
    )

    id: UUID = key()
    provider_id: UUID = reference("provider.id")
    document_id: UUID = reference("document.id", index=False)
    origin: Origin = enum_column(Origin)
    reader: int
    orgnr: str = ""
    is_group: bool = False
    computed: bool = False
    unread: list[Any] = json_column(list)  # keys of figures that are tagged and have no readable value
    fault: str | None = None
    fault_line: int | None = None
    read_at: datetime = moment()
    typed_by: UUID | None = reference("person.id", optional=True, index=False)
    page: int | None = None
    replaced_at: datetime | None = moment(optional=True)


class FinancialFigure(SQLModel, table=True):
    """One figure and where it stands. ``element`` is the tag's id in a report, the accounts in a SIE file."""

    __tablename__ = "financial_figure"

    id: UUID = key()
    report_id: UUID = reference("financial_report.id")
    provider_id: UUID = reference("provider.id", index=False)
    key: Key = enum_column(Key)
    day: date
    first_day: date | None = None
    amount: Decimal = Field(sa_type=sa.Numeric, nullable=False)
    step: Decimal = Field(sa_type=sa.Numeric, nullable=False)
    currency: str
    line: int = 0
    element: str = ""
    file: str = ""
    printed: str = ""
