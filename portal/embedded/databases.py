"""Roles and databases on the embedded PostgreSQL: the portal's own, and quick copies of it for the tests."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg import sql

from portal.embedded.ports import LOOPBACK

SUPERUSER = "kundval_superuser"
OWNER = "kundval_owner"
APP = "kundval_app"
DATABASE = "kundval"


@dataclass(frozen=True)
class Databases:
    port: int
    superuser_password: str
    owner_password: str
    app_password: str
    # Copying files is quicker without fsync and slower with it, for it makes a checkpoint of everything.
    strategy: Literal["wal_log", "file_copy"] = "wal_log"

    def app_url(self, name: str = DATABASE) -> str:
        return self._url(APP, self.app_password, name)

    def owner_url(self, name: str = DATABASE) -> str:
        return self._url(OWNER, self.owner_password, name)

    def _url(self, role: str, password: str, name: str) -> str:
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{name}"

    @contextmanager
    def superuser(self, name: str = "postgres") -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        url = self._url(SUPERUSER, self.superuser_password, name)
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection

    def prepare(self) -> None:
        """Make what is missing of the two roles and the portal's database; may run at every start."""
        with self.superuser() as connection:
            for role, password in ((OWNER, self.owner_password), (APP, self.app_password)):
                verb = "ALTER" if _exists(connection, "pg_roles", "rolname", role) else "CREATE"
                connection.execute(
                    sql.SQL(
                        "{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD {}"
                    ).format(sql.SQL(verb), sql.Identifier(role), sql.Literal(password))
                )
            if not _exists(connection, "pg_database", "datname", DATABASE):
                self._create(connection, DATABASE, None)
            else:
                # A start killed between the two statements left the doors of a fresh database as PostgreSQL made them.
                _close_doors(connection, DATABASE)

    def create(self, name: str, *, template: str | None = None) -> None:
        with self.superuser() as connection:
            self._create(connection, name, template)

    def drop(self, name: str) -> None:
        with self.superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def new(self, template: str | None = None) -> tuple[str, str]:
        """A database of a fresh name, as a copy of ``template``: the address for the portal, and the owner's.

        Nobody may be connected to the template meanwhile.
        """
        name = f"kundval_{secrets.token_hex(6)}"
        self.create(name, template=template)
        return self.app_url(name), self.owner_url(name)

    def _create(self, connection: psycopg.Connection[tuple[Any, ...]], name: str, template: str | None) -> None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY {}").format(
                sql.Identifier(name),
                sql.Identifier(OWNER),
                sql.Identifier(template or "template0"),
                sql.SQL(self.strategy),
            )
        )
        _close_doors(connection, name)


def _exists(connection: psycopg.Connection[tuple[Any, ...]], catalogue: str, column: str, name: str) -> bool:
    query = sql.SQL("SELECT FROM {} WHERE {} = %s").format(sql.Identifier(catalogue), sql.Identifier(column))
    return connection.execute(query, [name]).fetchone() is not None


def _close_doors(connection: psycopg.Connection[tuple[Any, ...]], name: str) -> None:
    """Nobody but the owner makes anything here, not even temporary tables.  Copies do not inherit this."""
    database = sql.Identifier(name)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(APP)))
