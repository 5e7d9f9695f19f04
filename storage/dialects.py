"""The places where the two databases differ; nothing else in storage asks which one it is talking to."""

import sqlite3
from collections.abc import Callable
from typing import TypeAlias

from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, OperationalError

_OF_SQLITE = {
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

# By SQLSTATE, or its first two letters, which name the class.
_OF_POSTGRESQL = {
    "08": "the connection to the database was lost",
    "25P03": "the transaction stood still for too long",
    "25006": "the database cannot be written to; it may have become a replica of another one",
    "28": "the database refuses the user or the password",
    "40": "others were in the way again and again",
    "3D000": "the server has no database of that name",
    "42501": "the database user has not the right to do that",
    "53100": "the disk of the database is full",
    "53300": "the database has no connection left for us",
    "53": "the database ran out of memory or of something else that it needs",
    "55P03": "somebody else has held a row or a table for too long",
    "57014": "the database took too long",
    "57P": "the database is being stopped or started",
    "58": "the disk of the database reported an error",
    "XX001": "the database's files are damaged",
    "XX002": "the database's files are damaged",
}
_COLLISIONS = {
    "40001",  # a row was changed since this transaction's snapshot
    "40P01",  # each waited for the other
    "23503",  # what this one belongs to was deleted meanwhile: a process that was taken for dead introduces itself anew
    "23505",  # two made the same thing at the same moment, or claimed two jobs of one key; who looks again sees it
}


AnyInsert: TypeAlias = sqlite.Insert | postgresql.Insert


class Insertion:
    """An INSERT that knows ON CONFLICT, which both databases spell alike; made once for each of them."""

    def __init__(self, table: Table, finish: Callable[[AnyInsert], Executable]) -> None:
        made = {"sqlite": finish(sqlite.insert(table)), "postgresql": finish(postgresql.insert(table))}
        # PostgreSQL's driver forgets how many rows an INSERT has made unless it is asked to remember.
        self._made = {name: statement.execution_options(preserve_rowcount=True) for name, statement in made.items()}

    def on(self, connection: Connection) -> Executable:
        return self._made[connection.dialect.name]


def trouble(error: DBAPIError) -> str | None:
    """Say in plain words what is the matter with the database, or None when the statement itself is at fault."""
    state = _state(error)
    if state:
        for part in (state, state[:3], state[:2]):
            if part in _OF_POSTGRESQL:
                return _OF_POSTGRESQL[part]
        return None
    if error.connection_invalidated or _could_not_connect(error):
        return "the database does not answer, or does not let us in"
    # The extended code names the exact call that failed; the low byte names the kind.
    code: int = getattr(error.orig, "sqlite_errorcode", 0)
    return _OF_SQLITE.get(code & 0xFF)


def is_collision(error: DBAPIError) -> bool:
    """Whether another transaction was in the way, so that running this one again may succeed."""
    return _state(error) in _COLLISIONS


def is_away(error: DBAPIError) -> bool:
    """Whether the database may answer later, without anybody having changed anything."""
    state = _state(error)
    if state:
        return state[:3] == "57P" or state[:2] in {"08", "53"} or state in {"40001", "40P01", "55P03", "57014"}
    return error.connection_invalidated or _could_not_connect(error)


def has_failed(connection: Connection) -> bool:
    """Whether a statement has failed that nobody has rolled back: PostgreSQL would answer COMMIT with a rollback."""
    information = getattr(connection.connection.dbapi_connection, "info", None)
    return information is not None and information.transaction_status.name == "INERROR"


def _state(error: DBAPIError) -> str | None:
    state: str | None = getattr(error.orig, "sqlstate", None)
    return state


def _could_not_connect(error: DBAPIError) -> bool:
    # psycopg gives the errors of a connection that was never made no SQLSTATE; all others have one.
    return isinstance(error, OperationalError) and hasattr(error.orig, "sqlstate")
