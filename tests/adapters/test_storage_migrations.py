"""Upgrades keep every row, or leave the database as it was."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.exc import IntegrityError

from bot.ports.failures import Misconfigured
from integrations.simulator.clock import MovableClock
from storage.schema import metadata
from storage.sqlite import migrating_engine, writing_engine
from storage.unit_of_work import SqlUnitOfWork
from storage.upgrade import RowsWouldBeLost, configuration, nothing_lost, revisions, upgrade
from tests.contract.store_world import World, a_reply, a_ticket, conversation, dock

AUTOINCREMENT = {"sqlite_autoincrement": True}


@contextmanager
def disposed(engine: Engine) -> Iterator[Connection]:
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def count(file: Path, table: str) -> int:
    with closing(sqlite3.connect(file)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608
        return found


def newest(file: Path) -> str:
    """The schema of this release."""
    with disposed(migrating_engine(file)) as connection:
        return str(ScriptDirectory.from_config(configuration(connection)).get_current_head())


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    file = tmp_path / "relaydesk.db"
    upgrade(file)
    with disposed(writing_engine(file)) as connection:
        unit = SqlUnitOfWork(connection, MovableClock())
        world, ticket, (letter,) = conversation(unit)
        unit.replies.add(a_reply(world, ticket, letter))
    return file


def move(file: Path, to: str) -> None:
    with disposed(migrating_engine(file)) as connection:
        config = configuration(connection)
        if to == "head":
            command.upgrade(config, to)
        else:
            command.downgrade(config, to)


def test_the_migrations_lead_to_the_schema_that_the_program_uses(tmp_path: Path) -> None:
    file = tmp_path / "relaydesk.db"
    upgrade(file)
    with disposed(migrating_engine(file)) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        indexes = {row.name for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'index'"))}
    direct = create_engine("sqlite://")
    with disposed(direct) as connection:
        metadata.create_all(connection)
        wanted = {row.name for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'index'"))}
    assert {name for name in indexes if name.startswith("ix_")} == {name for name in wanted if name.startswith("ix_")}


def test_every_step_goes_down_and_up_again_with_rows_in_the_tables(filled: Path) -> None:
    with disposed(migrating_engine(filled)) as connection:
        steps = [script.revision for script in ScriptDirectory.from_config(configuration(connection)).walk_revisions()]
    for step in [*steps[1:], "base"]:
        move(filled, step)
        if step != "base":
            assert count(filled, "letter") == 1
            move(filled, "head")
            assert (count(filled, "letter"), count(filled, "post")) == (1, 0)
            move(filled, step)
    upgrade(filled)
    assert count(filled, "letter") == 0


def test_a_copy_is_made_before_an_upgrade(filled: Path) -> None:
    move(filled, "0001")
    upgrade(filled)
    (copy,) = filled.parent.glob("*-before-*.db")
    assert copy.name == f"relaydesk-before-{newest(filled)}.db"
    assert copy.stat().st_mode & 0o777 == 0o600
    assert count(copy, "letter") == count(filled, "letter") == 1
    # Nothing to do is nothing to copy.
    copy.unlink()
    upgrade(filled)
    assert list(filled.parent.glob("*-before-*")) == []


def test_an_older_program_refuses_a_newer_database(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(Misconfigured, match=r"newer release .*schema 9999.*Nothing was changed"):
        upgrade(filled)
    with disposed(migrating_engine(filled)) as connection, pytest.raises(Misconfigured):
        revisions(configuration(connection), connection)


def test_a_table_can_be_made_again_without_losing_its_children_or_its_numbers(filled: Path) -> None:
    """SQLite changes a table by dropping it: with foreign keys on, its children would go with it, or stop it."""
    with disposed(writing_engine(filled)) as connection:
        unit = SqlUnitOfWork(connection, MovableClock())
        assert unit.tickets.add(a_ticket(docked(unit), "to be deleted")).number == "#1002"
        connection.execute(text("DELETE FROM ticket WHERE id = 1002"))

    with disposed(migrating_engine(filled)) as connection, nothing_lost(connection):
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("ticket", recreate="always", table_kwargs=AUTOINCREMENT) as batch:
            batch.alter_column("title", new_column_name="headline")
        with operations.batch_alter_table("ticket", recreate="always", table_kwargs=AUTOINCREMENT) as batch:
            batch.alter_column("headline", new_column_name="title")

    assert (count(filled, "ticket"), count(filled, "letter"), count(filled, "reply")) == (1, 1, 1)
    with disposed(writing_engine(filled)) as connection:
        unit = SqlUnitOfWork(connection, MovableClock())
        assert unit.tickets.add(a_ticket(docked(unit), "next")).number == "#1003"


def docked(unit: SqlUnitOfWork) -> World:
    site = unit.sites.all()[0]
    return World(site.account, site.mailbox, site.id, unit.replies.unsettled()[0].author)


def test_a_table_that_would_use_its_numbers_again_is_not_made(filled: Path) -> None:
    """Alembic copies a table by what it can read of it, and AUTOINCREMENT is not among that."""
    with (
        pytest.raises(RowsWouldBeLost, match="ticket would use numbers again"),
        disposed(migrating_engine(filled)) as connection,
        nothing_lost(connection),
        Operations(MigrationContext.configure(connection)).batch_alter_table("ticket", recreate="always"),
    ):
        pass
    assert count(filled, "ticket") == 1


def test_a_migration_that_drops_rows_is_rolled_back(filled: Path) -> None:
    def lose(statement: str) -> None:
        with disposed(migrating_engine(filled)) as connection, nothing_lost(connection):
            connection.execute(text(statement))

    with pytest.raises(RowsWouldBeLost, match="'reply': \\(1, 0\\)"):
        lose("DELETE FROM reply")
    with pytest.raises(RowsWouldBeLost, match="without their parent: 1"):
        lose("UPDATE reply SET ticket = 5")
    assert count(filled, "reply") == 1


def test_the_program_itself_keeps_children_from_losing_their_parents(filled: Path) -> None:
    with pytest.raises(IntegrityError), disposed(writing_engine(filled)) as connection:
        connection.execute(text("DELETE FROM ticket"))


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(filled: Path) -> None:
    move(filled, "0001")
    with closing(sqlite3.connect(filled)) as connection:
        # The next step will find its place taken.
        connection.execute("CREATE TABLE lease (name TEXT)")
    with pytest.raises(Exception, match="already exists"):
        upgrade(filled)
    release = newest(filled)
    with disposed(migrating_engine(filled)) as connection:
        assert revisions(configuration(connection), connection) == ("0001", release)
        assert not connection.execute(text("SELECT 1 FROM sqlite_master WHERE name = 'post'")).first()


def test_an_empty_file_is_a_new_database(tmp_path: Path) -> None:
    file = tmp_path / "relaydesk.db"
    file.touch()
    upgrade(file)
    with disposed(writing_engine(file)) as connection:
        assert dock(SqlUnitOfWork(connection, MovableClock())).site == 1
    assert list(tmp_path.glob("*-before-*")) == []
