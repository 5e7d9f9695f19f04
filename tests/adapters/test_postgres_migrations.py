"""One history for both databases; on PostgreSQL it is `relaydesk migrate` that moves along it, and nobody else."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from bot.ports.failures import Misconfigured, Transient
from bot.ports.vault import Secret
from bot.system_clock import SystemClock
from storage import migrations, postgres_upgrade
from storage.build import migrate, open_storage, vault_keys
from storage.postgres import Begin, engine
from storage.schema import metadata
from storage.schema.naming import is_ours
from storage.transactions import begun
from storage.unit_of_work import SqlUnitOfWork
from storage.upgrade import RowsWouldBeLost, configuration
from tests.contract.postgres_server import PostgresServer, postgres_server
from tests.contract.store_world import a_reply, conversation

NOWHERE = Path("nowhere")


@pytest.fixture
def server(request: pytest.FixtureRequest) -> PostgresServer:
    return postgres_server(request.config)


@pytest.fixture
def url(server: PostgresServer) -> str:
    """An empty database."""
    return server.url(server.empty_database())


@contextmanager
def transaction(url: str) -> Iterator[Connection]:
    used = engine(make_url(url), Begin.QUEUE, 0)
    with begun(used) as connection:
        yield connection
        connection.commit()


def count(url: str, table: str) -> int:
    with transaction(url) as connection:
        found: int = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()  # noqa: S608
        return found


def move(url: str, to: str) -> None:
    with transaction(url) as connection:
        (command.upgrade if to == "head" else command.downgrade)(configuration(connection), to)


def fill(url: str) -> None:
    with transaction(url) as connection:
        unit = SqlUnitOfWork(connection, SystemClock())
        world, ticket, (letter,) = conversation(unit)
        unit.replies.add(a_reply(world, ticket, letter))


def test_the_migrations_lead_to_the_schema_that_the_program_uses(url: str) -> None:
    migrate(url, NOWHERE)
    with transaction(url) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, metadata) == []
        columns: dict[str, str] = dict(
            connection.execute(
                text("SELECT table_name || '.' || column_name, data_type FROM information_schema.columns")
            ).all()
        )
    assert columns["ticket.opened_at"] == "timestamp with time zone"
    assert columns["ticket.id"] == "bigint"
    assert columns["inbound_mail.raw"] == "bytea"
    assert columns["site_channel.position"] == "integer"


def test_every_step_goes_down_and_up_again_with_rows_in_the_tables(url: str) -> None:
    migrate(url, NOWHERE)
    fill(url)
    with transaction(url) as connection:
        steps = [script.revision for script in ScriptDirectory.from_config(configuration(connection)).walk_revisions()]
    for step in [*steps[1:], "base"]:
        move(url, step)
        if step != "base":
            assert count(url, "letter") == 1
            move(url, "head")
            assert count(url, "letter") == 1
            move(url, step)
    with transaction(url) as connection:
        left = text(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
        )
        # What is left is Alembic's own.
        assert connection.execute(left).scalar_one() == 1
        functions = text("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        assert connection.execute(functions).scalar_one() == 0
    migrate(url, NOWHERE)
    assert count(url, "letter") == 0


def test_the_queues_schema_is_that_of_the_engine_which_is_installed() -> None:
    """An engine that brings another schema needs a revision of its own: write one, and compare with its file here."""
    kept = Path(migrations.__file__).parent / "procrastinate/3.10.sql"
    assert kept.read_text("utf-8") == SchemaManager.get_schema()


def test_the_queues_tables_are_looked_after_often(url: str) -> None:
    migrate(url, NOWHERE)
    with transaction(url) as connection:
        named = text("SELECT relname, reloptions FROM pg_class WHERE reloptions IS NOT NULL AND relkind = 'r'")
        settings = {name: set(options) for name, options in connection.execute(named)}
    for table in ("procrastinate_jobs", "procrastinate_events", "job"):
        assert {"autovacuum_vacuum_scale_factor=0", "autovacuum_analyze_threshold=500"} <= settings[table]
    assert "fillfactor=50" in settings["rate_slot"]


def test_a_process_refuses_a_database_of_another_release(url: str) -> None:
    with pytest.raises(Misconfigured, match=r"empty.*relaydesk migrate"):
        open_storage(url, NOWHERE, SystemClock())
    migrate(url, NOWHERE)
    for found, told in (("0002", r"older release \(0002"), ("9999", "newer release")):
        with transaction(url) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :found"), {"found": found})
        with pytest.raises(Misconfigured, match=told):
            open_storage(url, NOWHERE, SystemClock())
    with pytest.raises(Misconfigured, match="Nothing was changed"):
        migrate(url, NOWHERE)


async def test_two_who_migrate_at_once_do_it_once(url: str) -> None:
    await asyncio.gather(*(asyncio.to_thread(migrate, url, NOWHERE) for _ in range(3)))
    assert count(url, "alembic_version") == 1
    migrate(url, NOWHERE)


def test_a_migration_that_fails_leaves_the_database_as_it_was(url: str) -> None:
    with transaction(url) as connection:
        connection.execute(text("CREATE TABLE lease (name TEXT)"))
    with pytest.raises(Misconfigured, match="already exists"):
        migrate(url, NOWHERE)
    with transaction(url) as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
    assert tables == ["lease"]


def test_a_migration_that_drops_rows_is_rolled_back(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(url, NOWHERE)
    fill(url)
    move(url, "0002")
    usual = command.upgrade

    def lose(config, to):  # type: ignore[no-untyped-def]
        usual(config, to)
        config.attributes["connection"].execute(text("DELETE FROM reply"))

    monkeypatch.setattr(command, "upgrade", lose)
    with pytest.raises(RowsWouldBeLost, match="'reply': \\(1, 0\\)"):
        migrate(url, NOWHERE)
    assert count(url, "reply") == 1


def test_a_migration_does_not_queue_the_desk_up_behind_a_lock(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(url, NOWHERE)
    move(url, "0002")
    monkeypatch.setattr(postgres_upgrade, "MIGRATION", Begin.MIGRATION.replace("10s", "100ms"))
    with transaction(url) as connection:
        connection.execute(text("LOCK TABLE rate_slot IN ACCESS EXCLUSIVE MODE"))
        with pytest.raises(Transient, match="held a row or a table"):
            migrate(url, NOWHERE)
    migrate(url, NOWHERE)


def test_what_an_enum_or_a_parent_forbids_is_refused_by_the_database(url: str) -> None:
    migrate(url, NOWHERE)
    fill(url)
    with pytest.raises(DBAPIError), transaction(url) as connection:
        connection.execute(text("DELETE FROM ticket"))
    assert count(url, "ticket") == 1


def test_processes_that_share_a_database_need_keys_that_they_share(tmp_path: Path) -> None:
    key = Secret("a key")
    for url in ("postgresql+psycopg://desk:hunter2@db/desk", "postgresql://desk:hunter2@db/desk"):
        with pytest.raises(Misconfigured, match="RELAYDESK_SECRET_KEYS") as error:
            vault_keys(url, tmp_path, [])
        assert "hunter2" not in error.value.reason
        assert vault_keys(url, tmp_path, [key]) == [key]
    assert list(tmp_path.iterdir()) == []
    assert len(vault_keys(None, tmp_path, [])) == 1


def test_nothing_is_made_in_the_data_directory(url: str, tmp_path: Path) -> None:
    migrate(url, tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_the_server_of_the_tests_is_a_real_one(server: PostgresServer) -> None:
    with server.administration() as connection:
        assert isinstance(connection, psycopg.Connection)
        assert connection.info.server_version >= 140000
