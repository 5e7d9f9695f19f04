"""Opening the storage, or refusing to in plain words."""

import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.ports.failures import Misconfigured
from integrations.simulator.clock import MovableClock
from storage.build import default_url, migrate, open_storage
from storage.file_lock import FileLock
from tests.contract.store_places import START
from tests.contract.store_world import dock

ROOT = Path(__file__).resolve().parents[2]
HOLD = "import sys, time; from pathlib import Path; from storage.file_lock import FileLock; \
lock = FileLock(Path(sys.argv[1])); print('held', flush=True); time.sleep(60)"


def clock() -> MovableClock:
    return MovableClock(start=START)


async def test_the_default_is_a_file_in_the_data_directory(tmp_path: Path) -> None:
    data_dir = tmp_path / "data with spaces"
    storage = open_storage(None, data_dir, clock())
    await storage.close()
    assert (data_dir / "relaydesk.db").is_file()
    again = open_storage(default_url(data_dir), data_dir, clock())
    await again.close()


async def test_what_is_kept_is_for_its_owner_only(tmp_path: Path) -> None:
    storage = open_storage(None, tmp_path / "data", clock())
    try:
        modes = {path.name: path.stat().st_mode & 0o077 for path in (tmp_path / "data").iterdir()}
        assert {name for name, others in modes.items() if others} == set()
    finally:
        await storage.close()


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("mysql://relaydesk:hunter2@db/relaydesk", "mysql"),
        ("postgresql+psycopg2://relaydesk:hunter2@db/relaydesk", "psycopg2"),
        ("sqlite://", "memory"),
        ("sqlite:///:memory:", "memory"),
        ("hunter2", "not a database URL"),
    ],
)
def test_other_databases_are_refused_without_showing_their_password(tmp_path: Path, url: str, word: str) -> None:
    with pytest.raises(Misconfigured, match=word) as error:
        open_storage(url, tmp_path, clock())
    assert "hunter2" not in error.value.reason


async def test_a_second_process_is_refused_and_a_crash_lets_go(tmp_path: Path) -> None:
    holder = subprocess.Popen(  # noqa: ASYNC220 -- the test has nothing else to do
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Misconfigured, match=f"process {holder.pid}.*Stop it first"):
            open_storage(None, tmp_path, clock())
    finally:
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
    storage = open_storage(None, tmp_path, clock())
    await storage.close()


async def test_a_refused_upgrade_lets_go_of_the_directory(tmp_path: Path) -> None:
    (tmp_path / "relaydesk.db").write_bytes(b"this is no database, it is a shopping list, " * 100)
    with pytest.raises(Misconfigured, match="damaged"):
        open_storage(None, tmp_path, clock())
    FileLock(tmp_path).release()


def test_a_directory_that_cannot_be_written_to_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the directory should be")
    with pytest.raises(Misconfigured, match="cannot write to"):
        open_storage(None, tmp_path / "data", clock())


async def test_an_operators_command_works_beside_the_running_desk(tmp_path: Path) -> None:
    desk = open_storage(None, tmp_path, clock())
    command = open_storage(None, tmp_path, clock(), alone=False)
    try:
        await command.store.run(dock)
        assert await desk.store.read(lambda unit: unit.accounts.named("Main"))
    finally:
        await command.close()
        await desk.close()
    # With no desk running, the command does the upgrade itself and keeps nobody out.
    command = open_storage(None, tmp_path, clock(), alone=False)
    FileLock(tmp_path).release()
    await command.close()


async def test_an_operators_command_of_another_release_is_refused(tmp_path: Path) -> None:
    desk = open_storage(None, tmp_path, clock())
    try:
        with closing(sqlite3.connect(tmp_path / "relaydesk.db")) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0001'")
            connection.commit()
        with pytest.raises(Misconfigured, match="Restart it"):
            open_storage(None, tmp_path, clock(), alone=False)
    finally:
        await desk.close()


async def test_the_leases_of_a_process_that_died_are_free_at_the_next_start(tmp_path: Path) -> None:
    storage = open_storage(None, tmp_path, clock())
    assert await storage.leases.acquire("mailbox:1", "one", 60)
    await storage.close()
    storage = open_storage(None, tmp_path, clock())
    assert await storage.leases.acquire("mailbox:1", "two", 60)
    await storage.close()


async def test_migrate_brings_a_file_up_to_date_and_lets_go_of_it(tmp_path: Path) -> None:
    migrate(None, tmp_path)
    desk = open_storage(None, tmp_path, clock())
    try:
        # Beside a running desk of this release there is nothing to do.
        migrate(default_url(tmp_path), tmp_path)
        with closing(sqlite3.connect(tmp_path / "relaydesk.db")) as connection:
            connection.execute("UPDATE alembic_version SET version_num = '0001'")
            connection.commit()
        with pytest.raises(Misconfigured, match="Restart it"):
            migrate(None, tmp_path)
    finally:
        await desk.close()


def test_the_driver_of_a_server_is_not_loaded_for_a_file(tmp_path: Path) -> None:
    """It would cost the small installation its start and its memory."""
    program = (
        "import sys; from pathlib import Path; from storage.build import migrate; migrate(None, Path(sys.argv[1])); "
        "print(*{'psycopg', 'procrastinate'} & set(sys.modules))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert told.stdout.strip() == ""
