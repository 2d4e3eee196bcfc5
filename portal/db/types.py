"""Column types that the tables share: enums by value, moments in UTC, JSON, and the usual keys."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


class EnumText(sa.types.TypeDecorator[StrEnum]):
    """A ``StrEnum`` stored by value in a text column: a new member needs no migration."""

    impl = sa.Text
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def process_bind_param(self, value: StrEnum | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> StrEnum | None:
        return None if value is None else self.enum(value)


class Moment(sa.types.TypeDecorator[datetime]):
    """``timestamptz`` that refuses a moment without a time zone and gives UTC back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment carries its time zone")
        return value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)


def key() -> Any:
    return Field(default_factory=uuid4, primary_key=True)


def enum_column(enum: type[StrEnum], *, index: bool = False) -> Any:
    return Field(sa_type=EnumText(enum), index=index, nullable=False)


def moment(*, optional: bool = False) -> Any:
    if optional:
        return Field(default=None, sa_type=Moment, nullable=True)
    return Field(sa_type=Moment, nullable=False)


def json_column(default: type = dict) -> Any:
    return Field(default_factory=default, sa_type=JSONB, nullable=False)


def reference(target: str, *, index: bool = True, optional: bool = False, primary: bool = False) -> Any:
    """A foreign key; what a row refers to is never deleted from under it."""
    if optional:
        return Field(default=None, foreign_key=target, index=index, nullable=True)
    if primary:
        return Field(foreign_key=target, primary_key=True)
    return Field(foreign_key=target, index=index)


__all__ = ["UUID", "EnumText", "Moment", "enum_column", "json_column", "key", "moment", "reference"]
