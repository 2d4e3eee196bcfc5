"""Alembic's environment: migrations run as the owner, and give up rather than wait long for a lock."""

from typing import Literal

from alembic import context
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import portal.db.tables  # noqa: F401  # fills the metadata
from portal.db.types import EnumText, Moment


def render_item(kind: str, item: object, _: object) -> str | Literal[False]:
    """Render our own types as plain ones, so that old migrations import nothing of today's code."""
    if kind == "type" and isinstance(item, EnumText):
        return "sa.Text()"
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return "sa.String()"
    return False


def include_name(name: str | None, kind: str, _: object) -> bool:
    """The jobs' tables belong to procrastinate."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def compare_type(
    _context: object, _column: object, _metadata_column: object, inspected: object, declared: object
) -> bool | None:
    if isinstance(declared, EnumText | Moment):
        return False
    return None


engine = create_engine(
    (context.config.get_main_option("sqlalchemy.url") or "").replace("postgresql://", "postgresql+psycopg://", 1)
)
with engine.connect() as connection:
    connection.execute(text("SET lock_timeout = '5s'"))
    connection.execute(text("SET statement_timeout = '10min'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=render_item,
        include_name=include_name,
        compare_type=compare_type,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
