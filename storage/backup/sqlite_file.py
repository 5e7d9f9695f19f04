"""Backup and restore of a database in a file."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.ports.clock import Clock
from bot.ports.failures import Misconfigured
from storage.backup import content
from storage.backup.archive import BackupReader, Manifest, damaged, writing
from storage.backup.content import Restored, Settle
from storage.sqlite import migrating_engine, reading_engine, writing_engine
from storage.transactions import begun
from storage.unit_of_work import SqlUnitOfWork
from storage.upgrade import configuration, copy, revisions

KIND = "sqlite"
_MEMBER = "relaydesk.db"
_LAST_TICKET = text("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'ticket'")
_NUMBERS_GIVEN = text("UPDATE sqlite_sequence SET seq = :number WHERE name = 'ticket'")
_FIRST_NUMBERS_GIVEN = text("INSERT INTO sqlite_sequence (name, seq) VALUES ('ticket', :number)")


def back_up(database: Path, file: Path, product: str, now: datetime) -> Manifest:
    """Copy a database that may be in use: SQLite's own backup shows one moment of it."""
    if not database.exists():
        raise Misconfigured(f"There is no database at {database} yet, so there is nothing to back up.")
    with writing(file) as writer:
        copied = file.with_name(f"{file.name}.copy")
        try:
            copy(database, copied)
            _into_one_file(copied)
            manifest = _manifest(copied, product, now)
            _into_one_file(copied)
            writer.add(_MEMBER, copied)
        finally:
            _remove(copied)
        return writer.seal(manifest)


def _manifest(copied: Path, product: str, now: datetime) -> Manifest:
    engine = reading_engine(copied, connections=1)
    try:
        with engine.begin() as connection:
            found, _wanted = revisions(configuration(connection), connection)
            if found is None:
                raise Misconfigured("The database is empty, so there is nothing to back up.")
            rows = content.count_rows(connection, inspect(connection).get_table_names())
            last = connection.execute(_LAST_TICKET).scalar_one()
    finally:
        engine.dispose()
    return Manifest(product, found, KIND, now, rows, last)


def restore(reader: BackupReader, database: Path, clock: Clock, settle: Settle, *, overwrite: bool) -> Path | None:
    """Put the backup in the place of the database; returns where the one that was there is kept.

    Everything happens beside it, and a rename is the last act. Whoever calls this holds the directory's lock. Raises
    `Misconfigured`, and has changed nothing then.
    """
    content.refuse_other_schema(reader.manifest, KIND)
    somebodys = _is_somebodys(database)
    if somebodys and not overwrite:
        raise Misconfigured(
            f"{database} is not empty. Add --replace if the backup is to take its place; what is there is kept under "
            "another name."
        )
    unfinished = database.with_name(f"{database.name}.restoring")
    try:
        _remove(unfinished)
        _extract(reader, unfinished)
        _bring_to_the_present(reader.manifest, unfinished, clock, settle)
        _into_one_file(unfinished)
        _into_one_file(database)
        kept = _keep(database, clock.now()) if somebodys else None
        unfinished.replace(database)
        _sync(database.parent)
    except OSError as error:
        raise Misconfigured(f"{database} could not be written: {error.strerror}. Nothing was restored.") from error
    finally:
        _remove(unfinished)
    return kept


def _is_somebodys(database: Path) -> bool:
    if not database.exists():
        return False
    engine = reading_engine(database, connections=1)
    try:
        with engine.begin() as connection:
            return content.is_somebodys(connection, inspect(connection).get_table_names())
    finally:
        engine.dispose()


def _extract(reader: BackupReader, to: Path) -> None:
    descriptor = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        for piece in reader.pieces(_MEMBER):
            opened.write(piece)
        opened.flush()
        os.fsync(opened.fileno())


def _bring_to_the_present(manifest: Manifest, file: Path, clock: Clock, settle: Settle) -> None:
    engine = migrating_engine(file)
    try:
        with engine.begin() as connection:
            _refuse_unless_whole(manifest, connection, file)
    finally:
        engine.dispose()
    engine = writing_engine(file)
    try:
        with begun(engine) as connection:
            content.forget_what_has_passed(connection)
            _skip_numbers(connection, content.first_free_ticket(manifest, clock.now()))
            jobs = content.take_jobs(connection)
            settle(SqlUnitOfWork(connection, clock), Restored(manifest.taken_at, jobs))
            connection.commit()
    finally:
        engine.dispose()


def _refuse_unless_whole(manifest: Manifest, connection: Connection, file: Path) -> None:
    whole = connection.execute(text("PRAGMA integrity_check")).scalars().first() == "ok"
    orphans = connection.execute(text("PRAGMA foreign_key_check")).first()
    if not whole or orphans or content.count_rows(connection, manifest.rows) != manifest.rows:
        raise damaged(file)


def _skip_numbers(connection: Connection, number: int) -> None:
    if connection.execute(_NUMBERS_GIVEN, {"number": number}).rowcount == 0:
        connection.execute(_FIRST_NUMBERS_GIVEN, {"number": number})


def _into_one_file(file: Path) -> None:
    """Without a second file beside it that holds the newest part. Raises `Misconfigured` while somebody works on it."""
    if not file.exists():
        return
    with closing(sqlite3.connect(file, isolation_level=None, timeout=1.0)) as opened:
        try:
            opened.execute("PRAGMA journal_mode = DELETE").close()
        except sqlite3.OperationalError as error:
            raise Misconfigured(f"Another program has {file} open. End it, and restore then.") from error


def _keep(database: Path, now: datetime) -> Path:
    kept = database.with_name(f"{database.stem}-replaced-{now:%Y%m%dT%H%M%S}{database.suffix}")
    kept.hardlink_to(database)
    return kept


def _remove(file: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(f"{file.name}{ending}").unlink(missing_ok=True)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
