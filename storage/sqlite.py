"""How RelayDesk opens a SQLite file."""

from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.pool import ConnectionPoolEntry

# How long a statement waits for another program's lock, in milliseconds: a backup tool, an operator's shell.
BUSY_TIMEOUT = 5000

_ALWAYS = ("journal_mode = WAL", "synchronous = FULL", f"busy_timeout = {BUSY_TIMEOUT}")


def writing_engine(file: Path) -> Engine:
    """One connection. It takes the write lock when a transaction begins: to take it at the first write would let a
    transaction fail halfway because somebody else had written in between."""
    return _engine(file, (*_ALWAYS, "foreign_keys = ON"), begin="BEGIN IMMEDIATE", connections=1)


def reading_engine(file: Path, connections: int) -> Engine:
    return _engine(file, (*_ALWAYS, "query_only = ON"), begin="BEGIN", connections=connections)


def migrating_engine(file: Path) -> Engine:
    """Foreign keys are not enforced: a table that is changed is dropped and made again, and its children would be
    deleted with it. The pragma does nothing inside a transaction, so it cannot be left to the migration."""
    return _engine(file, (*_ALWAYS, "foreign_keys = OFF"), begin="BEGIN IMMEDIATE", connections=1)


def _engine(file: Path, pragmas: tuple[str, ...], *, begin: str, connections: int) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(file)),
        pool_size=connections,
        max_overflow=0,
        # The text of an error must not hold a buyer's words.
        hide_parameters=True,
        # The driver would begin transactions of its own, and too late.
        connect_args={"isolation_level": None},
    )

    def prepare(connection: SqliteConnection, _: ConnectionPoolEntry) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", begin_transaction)
    return engine
