"""Where product and bare keep what they took in, and how many there are by now."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from sqlalchemy import make_url

from storage.build import migrate
from tests.contract.postgres_server import PostgresServer


@dataclass(frozen=True, slots=True)
class Kept:
    """A table that grows; `ask` answers with the first value of a query, None while there is no such table."""

    table: str
    key: str
    ask: Callable[[str], int | None]

    def newest(self) -> int:
        return self.ask(f"SELECT coalesce(max({self.key}), 0) FROM {self.table}") or 0  # noqa: S608

    def above(self, key: int) -> int:
        """How many rows have a greater key."""
        return self.ask(f"SELECT count(*) FROM {self.table} WHERE {self.key} > {key}") or 0  # noqa: S608


class Databases(Protocol):
    @property
    def name(self) -> str: ...

    def for_product(self, directory: Path) -> str:
        """The product's database URL; for SQLite none, which is a file in `directory`."""
        ...

    def for_bare(self, directory: Path) -> str:
        """A new, empty database, as the bare scripts take it."""
        ...

    def of_product(self, url: str, directory: Path) -> str:
        """The product's database, as the bare scripts take it."""
        ...

    def opened(self, database: str) -> AbstractContextManager[Callable[[str], int | None]]:
        """`database` as the bare scripts take it."""
        ...


class SqliteFiles:
    name = "SQLite"

    def for_product(self, directory: Path) -> str:
        del directory
        return ""

    def for_bare(self, directory: Path) -> str:
        return str(directory / "bare.db")

    def of_product(self, url: str, directory: Path) -> str:
        del url
        return str(directory / "relaydesk.db")

    @contextmanager
    def opened(self, database: str) -> Iterator[Callable[[str], int | None]]:
        connection = sqlite3.connect(database, timeout=30)

        def ask(query: str) -> int | None:
            try:
                return int(connection.execute(query).fetchone()[0])
            except sqlite3.OperationalError:
                return None

        try:
            yield ask
        finally:
            connection.close()


class PostgresDatabases:
    name = "PostgreSQL"

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def for_product(self, directory: Path) -> str:
        url = self._server.url(self._server.empty_database())
        migrate(url, directory)
        return url

    def for_bare(self, directory: Path) -> str:
        del directory
        return self._bare(self._server.empty_database())

    def of_product(self, url: str, directory: Path) -> str:
        del directory
        return self._bare(str(make_url(url).database))

    def _bare(self, database: str) -> str:
        return f"host={self._server.root} user=postgres dbname={database}"

    @contextmanager
    def opened(self, database: str) -> Iterator[Callable[[str], int | None]]:
        with psycopg.connect(database, autocommit=True) as connection:

            def ask(query: str) -> int | None:
                try:
                    found = connection.execute(query.encode()).fetchone()
                except psycopg.errors.UndefinedTable:
                    return None
                return int(found[0]) if found else None

            yield ask
