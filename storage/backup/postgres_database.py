"""Backup and restore of a database on a server, with nothing but the rights of its owner and no program of its own.

Each table is copied as PostgreSQL writes it down in text (COPY), which every release of it reads. Of Procrastinate's
tables the jobs are kept: its workers are dead when a backup is restored, and its events are the history of jobs.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import URL, Connection, inspect, text

from bot.domain.jobs import Job
from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured, Transient
from storage.backup import content
from storage.backup.archive import BackupReader, Manifest, damaged, writing
from storage.backup.content import Restored, Settle
from storage.jobs.queue import readable
from storage.postgres import Begin, engine
from storage.postgres_upgrade import migrate
from storage.transactions import begun, commit
from storage.unit_of_work import SqlUnitOfWork
from storage.upgrade import configuration, revisions

KIND = "postgresql"
_JOBS = "procrastinate_jobs"
_THEIRS = (_JOBS, "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
_LAST_TICKET = text("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM ticket_id_seq")
_ALIVE = text(
    "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :dead_after)"
)
_FAILED = text(
    f"INSERT INTO {_JOBS} SELECT * FROM restored_jobs WHERE status = 'failed'"  # noqa: S608 -- no word from outside
)
_WAITING = text("SELECT task_name, args->'job' AS job FROM restored_jobs WHERE status IN ('todo', 'doing') ORDER BY id")
_NEXT_NUMBER = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number, true)")


def back_up(url: URL, file: Path, product: str, now: datetime) -> Manifest:
    """One moment of a database that may be in use. Raises the driver's errors where the database does not answer."""
    with writing(file) as writer, begun(engine(url, Begin.BACKUP, 0)) as connection:
        found, _wanted = revisions(configuration(connection), connection)
        if found is None:
            raise Misconfigured("The database is empty, so there is nothing to back up.")
        last = connection.execute(_LAST_TICKET).scalar_one()
        rows: dict[str, int] = {}
        for name, columns in _copied(connection):
            with tempfile.NamedTemporaryFile(dir=file.parent, prefix=f".{file.name}.") as piece:
                cursor = _driver(connection).cursor()
                with cursor.copy(_statement("TO STDOUT", name, columns)) as data:
                    for part in data:
                        piece.write(part)
                piece.flush()
                rows[name] = cursor.rowcount
                writer.add(f"{name}.copy", Path(piece.name))
        return writer.seal(Manifest(product, found, KIND, now, rows, last))


def restore(
    reader: BackupReader, url: URL, clock: Clock, settle: Settle, *, overwrite: bool, dead_after: float
) -> None:
    """Put the backup into the database, in one transaction. Raises `Misconfigured`, and has changed nothing then.

    `dead_after` seconds after its last sign of life a desk has ended; while one runs, nothing is restored.
    """
    _refuse_unless_meant(reader.manifest, url, overwrite=overwrite)
    migrate(url)
    with begun(engine(url, Begin.RESTORE, 0)) as connection:
        if not overwrite and content.is_somebodys(connection, inspect(connection).get_table_names()):
            raise _not_empty()
        if connection.execute(_ALIVE, {"dead_after": dead_after}).scalar_one():
            raise Misconfigured(
                f"A RelayDesk works on this database. Stop all of them first; one that was killed counts as working "
                f"for {dead_after:g} seconds."
            )
        _fill(connection, reader)
        now = clock.now()
        connection.execute(_NEXT_NUMBER, {"name": "ticket", "number": content.first_free_ticket(reader.manifest, now)})
        content.forget_what_has_passed(connection)
        jobs = (*_take_theirs(connection), *content.take_jobs(connection))
        settle(SqlUnitOfWork(connection, clock), Restored(reader.manifest.taken_at, tuple(dict.fromkeys(jobs))))
        commit(connection, ask=None)


def _refuse_unless_meant(manifest: Manifest, url: URL, *, overwrite: bool) -> None:
    """Before anything is brought to this release's schema."""
    content.refuse_other_schema(manifest, KIND)
    with begun(engine(url, Begin.SNAPSHOT, 0)) as connection:
        revisions(configuration(connection), connection)
        if not overwrite and content.is_somebodys(connection, inspect(connection).get_table_names()):
            raise _not_empty()


def _not_empty() -> Misconfigured:
    return Misconfigured(
        "The database is not empty. Add --replace if the backup is to take the place of all that is in it; nothing of "
        "that is kept, so make a backup of it first."
    )


def _copied(connection: Connection) -> Iterator[tuple[str, Sequence[str]]]:
    for table in content.tables():
        yield table.name, [column.name for column in table.columns]
    yield _JOBS, [column["name"] for column in inspect(connection).get_columns(_JOBS)]


def _statement(way: str, name: str, columns: Sequence[str]) -> sql.Composed:
    listed = sql.SQL(", ").join(sql.Identifier(column) for column in columns)
    return sql.SQL("COPY {} ({}) {}").format(sql.Identifier(name), listed, sql.SQL(way))


def _driver(connection: Connection) -> "psycopg.Connection[Any]":
    driver: psycopg.Connection[Any] | None = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    return driver


def _fill(connection: Connection, reader: BackupReader) -> None:
    ours = [table.name for table in content.tables()]
    listed = ", ".join(f'"{name}"' for name in (*ours, *_THEIRS))
    connection.execute(text(f"TRUNCATE {listed} RESTART IDENTITY"))
    connection.execute(text(f"CREATE TEMPORARY TABLE restored_jobs (LIKE {_JOBS}) ON COMMIT DROP"))
    for name, columns in _copied(connection):
        _copy_in(connection, reader, name, columns)
    for table in content.tables():
        if "id" in table.columns:
            _count_on(connection, table.name, table.name)


def _copy_in(connection: Connection, reader: BackupReader, name: str, columns: Sequence[str]) -> None:
    target = "restored_jobs" if name == _JOBS else name
    cursor = _driver(connection).cursor()
    with _in_plain_words(reader), cursor.copy(_statement("FROM STDIN", target, columns)) as data:
        for piece in reader.pieces(f"{name}.copy"):
            data.write(piece)
    if cursor.rowcount != reader.manifest.rows.get(name):
        raise damaged(reader.file)


@contextmanager
def _in_plain_words(reader: BackupReader) -> Iterator[None]:
    try:
        yield
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise damaged(reader.file) from error
    except psycopg.Error as error:
        raise Transient("The database did not take the backup to its end, and has kept nothing of it.") from error


def _count_on(connection: Connection, name: str, rows_of: str) -> None:
    """The next row gets a number of its own."""
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": name}).scalar_one()
    highest = connection.execute(text(f'SELECT max(id) FROM "{rows_of}"')).scalar_one()  # noqa: S608 -- a table of ours
    if sequence is not None and highest is not None:
        connection.execute(_NEXT_NUMBER, {"name": name, "number": highest})


def _take_theirs(connection: Connection) -> list[Job]:
    """What waited or ran goes into new lines; what was given up is kept for the operator."""
    connection.execute(text("UPDATE restored_jobs SET worker_id = NULL"))
    connection.execute(_FAILED)
    _count_on(connection, _JOBS, "restored_jobs")
    found = (readable(row.task_name, row.job) for row in connection.execute(_WAITING))
    return [each for each in found if each is not None]
