"""The places where the two databases differ; nothing else in storage asks which one it is talking to."""

import sqlite3
from collections.abc import Callable
from typing import TypeAlias

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

_PLAIN_WORDS = {
    sqlite3.SQLITE_BUSY: "the database is locked by another program",
    sqlite3.SQLITE_LOCKED: "the database is locked by another program",
    sqlite3.SQLITE_NOMEM: "the database ran out of memory",
    sqlite3.SQLITE_READONLY: "the database file cannot be written to",
    sqlite3.SQLITE_IOERR: "the disk reported an error",
    sqlite3.SQLITE_CORRUPT: "the database file is damaged",
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened",
    sqlite3.SQLITE_NOTADB: "the database file is damaged",
}


AnyInsert: TypeAlias = sqlite.Insert | postgresql.Insert


class Insertion:
    """An INSERT that knows ON CONFLICT, which both databases spell alike; made once for each of them."""

    def __init__(self, table: Table, finish: Callable[[AnyInsert], Executable]) -> None:
        self._made = {"sqlite": finish(sqlite.insert(table)), "postgresql": finish(postgresql.insert(table))}

    def on(self, connection: Connection) -> Executable:
        return self._made[connection.dialect.name]


def trouble(error: DBAPIError) -> str | None:
    """Say in plain words what is the matter with the database, or None when the statement itself is at fault."""
    # The extended code names the exact call that failed; the low byte names the kind.
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return _PLAIN_WORDS.get(code & 0xFF)


def is_collision(error: DBAPIError) -> bool:
    """Whether another transaction was in the way, so that running this one again may succeed."""
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}
