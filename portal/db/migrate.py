"""Bring a database up to date, as its owner."""

from pathlib import Path

from alembic import command
from alembic.config import Config


def config(owner_url: str) -> Config:
    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    made.set_main_option("sqlalchemy.url", owner_url.replace("%", "%%"))
    return made


def upgrade(owner_url: str) -> None:
    command.upgrade(config(owner_url), "head")
