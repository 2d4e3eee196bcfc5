"""The reports of an application as the rules of solvency take them, with where each came from for the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, bindparam, func, select, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session

from portal.domain.criteria import DocumentState
from portal.domain.solvency import Figure, Key, Origin, Report


@dataclass(frozen=True, kw_only=True)
class Filed:
    """A document of the application. ``report`` is None where nothing has been read out of it, or typed from it."""

    document_id: UUID
    name: str
    media_type: str
    state: DocumentState
    report: Report | None
    read_at: datetime | None
    typed_by: str
    page: int | None
    fault: str
    fault_line: int | None


@dataclass(frozen=True)
class FiledReports:
    """All documents of some criteria, in the order they were attached, and whose the application is."""

    orgnr: str
    submitted_at: datetime | None
    documents: tuple[Filed, ...]

    def reports(self) -> tuple[Report, ...]:
        return tuple(each.report for each in self.documents if each.report is not None)


def filed_reports(db: Session, application_id: UUID, criteria: Iterable[str]) -> FiledReports:
    """In one statement; a document attached to two of the criteria stands once."""
    return read_filed(db.execute(select(filed_column()), filed_values(application_id, criteria)).scalar_one())


def filed_column() -> ColumnElement[Any]:
    """The same as a column of another statement, with ``filed_values``; ``read_filed`` reads what it answers."""
    application, criteria = bindparam("application", type_=Uuid()), bindparam("filed_at", type_=ARRAY(Text()))
    return func.filed_reports(application, criteria, type_=JSONB()).label("filed")


def filed_values(application_id: UUID, criteria: Iterable[str]) -> Mapping[str, Any]:
    return {"application": application_id, "filed_at": list(criteria)}


def filed_of_many(db: Session, asked: Mapping[UUID, list[str]]) -> dict[UUID, Any]:
    """The same of many applications, each with its criteria, in one statement; ``read_filed`` reads each."""
    wanted = [{"application": str(id_), "criteria": criteria} for id_, criteria in asked.items()]
    return {row.application: row.filed for row in db.execute(_OF_MANY, {"asked": wanted})}


_OF_MANY = text("""
SELECT x.application, filed_reports(x.application, x.criteria) AS filed
  FROM jsonb_to_recordset(:asked) AS x(application uuid, criteria text[])
""").bindparams(bindparam("asked", type_=JSONB()))


def read_filed(value: Mapping[str, Any] | None) -> FiledReports:
    """What the database's own ``filed_reports`` answered, taken along in another statement."""
    if value is None:
        return FiledReports("", None, ())
    return FiledReports(
        orgnr=value["orgnr"],
        submitted_at=_moment(value["submitted_at"]),
        documents=tuple(_filed(each) for each in value["documents"]),
    )


def _filed(row: Mapping[str, Any]) -> Filed:
    report = None
    if row["origin"] is not None:
        report = Report(
            id=row["id"],
            origin=Origin(row["origin"]),
            figures=tuple(_figure(each) for each in row["figures"] or ()),
            orgnr=row["orgnr"],
            is_group=row["is_group"],
            computed=row["computed"],
            unreadable=row["fault"] is not None,
            unread=frozenset(Key(each) for each in row["unread"]),
        )
    return Filed(
        document_id=UUID(row["id"]),
        name=row["name"],
        media_type=row["media_type"],
        state=DocumentState(row["state"]),
        report=report,
        read_at=_moment(row["read_at"]),
        typed_by=row["typed_by"] or "",
        page=row["page"],
        fault=row["fault"] or "",
        fault_line=row["fault_line"],
    )


def _figure(row: Mapping[str, Any]) -> Figure:
    return Figure(
        id=row["id"],
        key=Key(row["key"]),
        day=date.fromisoformat(row["day"]),
        first_day=date.fromisoformat(row["first_day"]) if row["first_day"] else None,
        # As text: a number of JSON is a binary fraction to most who read it.
        amount=Decimal(row["amount"]),
        step=Decimal(row["step"]),
        currency=row["currency"],
        line=row["line"],
        element=row["element"],
        file=row["file"],
        printed=row["printed"],
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
