"""Brings a SQLite file to the schema of this release, or refuses; and what upgrades of both databases share."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, column, delete, func, insert, inspect, select, table, text

from bot.ports.failures import Misconfigured
from storage import migrations
from storage.sqlite import migrating_engine, reading_engine


class RowsWouldBeLost(Exception):
    """A migration did not keep what was there. It has been rolled back."""


def upgrade(file: Path) -> None:
    """Upgrade a SQLite file, after a copy of it was made beside it; a file that does not exist is made.

    Raises `Misconfigured` when a newer release has written to it.
    """
    # Buyers' letters lie in it: it is made for its owner only, and SQLite makes the files beside it likewise.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    engine = migrating_engine(file)
    try:
        with engine.begin() as connection:
            config = configuration(connection)
            found, wanted = revisions(config, connection)
            if found == wanted:
                return
            if found is not None:
                copy(file, file.with_name(f"{file.stem}-before-{wanted}{file.suffix}"))
            with nothing_lost(connection):
                command.upgrade(config, "head")
    finally:
        engine.dispose()


def ensure_current(file: Path) -> None:
    """Raises `Misconfigured` unless the database has the schema of this release."""
    engine = reading_engine(file, connections=1)
    try:
        with engine.begin() as connection:
            found, wanted = revisions(configuration(connection), connection)
    finally:
        engine.dispose()
    if found != wanted:
        raise Misconfigured(
            f"The RelayDesk that is running is of an older release (schema {found or 'none'}, wanted {wanted}). "
            "Restart it with this release first: it upgrades the database when it starts."
        )


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for a run on this connection, inside its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def revisions(config: Config, connection: Connection) -> tuple[str | None, str | None]:
    """The revision that the database is at, and the one of this release. Raises `Misconfigured` for an unknown one."""
    known = ScriptDirectory.from_config(config)
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in {script.revision for script in known.walk_revisions()}:
        raise Misconfigured(
            f"A newer release of RelayDesk has written to this database (schema {found}; this release knows "
            f"{known.get_current_head()}). Start the newer release again, or restore the copy that it made before "
            "it upgraded. Nothing was changed."
        )
    return found, known.get_current_head()


def copy(file: Path, to: Path) -> None:
    """Copy a database that may be in use; `to` is whole or not there."""
    unfinished = to.with_name(f"{to.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(unfinished)) as target:
        source.backup(target)
    unfinished.chmod(0o600)
    unfinished.replace(to)


@contextmanager
def nothing_lost(connection: Connection) -> Iterator[None]:
    """Raises `RowsWouldBeLost` before the commit when a migration dropped rows, left one without its parent, or
    made a table forget which numbers it has given."""
    numbers = _numbers_given(connection)
    with no_row_lost(connection):
        yield
    orphans = connection.execute(text("PRAGMA foreign_key_check")).all()
    if orphans:
        raise RowsWouldBeLost(f"rows without their parent: {len(orphans)}")
    after = inspect(connection).get_table_names()
    for name, number in numbers.items():
        if name in after:
            _keep_number(connection, name, number)


@contextmanager
def no_row_lost(connection: Connection) -> Iterator[None]:
    """Raises `RowsWouldBeLost` when a table that stays has not as many rows afterwards."""
    before = _row_counts(connection)
    yield
    after = _row_counts(connection)
    changed = {name: (count, after[name]) for name, count in before.items() if after.get(name, count) != count}
    if changed:
        raise RowsWouldBeLost(f"row counts changed: {changed}")


def _row_counts(connection: Connection) -> dict[str, int]:
    names = inspect(connection).get_table_names()
    return {
        name: connection.execute(select(func.count()).select_from(table(name))).scalar_one()
        for name in names
        if name != "alembic_version"
    }


_SEQUENCE = table("sqlite_sequence", column("name"), column("seq"))


def _numbers_given(connection: Connection) -> dict[str, int]:
    if not connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'")).first():
        return {}
    return {row.name: row.seq for row in connection.execute(select(_SEQUENCE))}


def _keep_number(connection: Connection, name: str, number: int) -> None:
    """A table that was made again counts from its highest row, which may have been deleted since it was given."""
    made = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": name}).scalar_one()
    if "AUTOINCREMENT" not in made:
        raise RowsWouldBeLost(f"{name} would use numbers again: pass table_kwargs={{'sqlite_autoincrement': True}}")
    numbers = _numbers_given(connection)
    connection.execute(delete(_SEQUENCE).where(_SEQUENCE.c.name == name))
    connection.execute(insert(_SEQUENCE).values(name=name, seq=max(number, numbers.get(name, 0))))
