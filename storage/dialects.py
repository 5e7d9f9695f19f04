"""The places where the two databases differ; nothing else in storage asks which one it is talking to."""

import sqlite3

from sqlalchemy import Connection, Table
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


def insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that knows ON CONFLICT, which both databases spell alike."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def trouble(error: DBAPIError) -> str | None:
    """Say in plain words what is the matter with the database, or None when the statement itself is at fault."""
    # The extended code names the exact call that failed; the low byte names the kind.
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return _PLAIN_WORDS.get(code & 0xFF)


def is_collision(error: DBAPIError) -> bool:
    """Whether another transaction was in the way, so that running this one again may succeed."""
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01"}
