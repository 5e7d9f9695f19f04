"""What SQLite in a file does, that a fake in memory cannot show."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from bot.domain.events import TicketId
from bot.ports.failures import Transient
from bot.ports.jobs import Pace
from bot.ports.mail import Folder
from bot.ports.store import Snapshot, UnitOfWork
from integrations.simulator.clock import MovableClock
from storage.lanes import sqlite_lanes
from storage.store import SqlStore
from storage.upgrade import upgrade
from tests.contract.store_places import START
from tests.contract.store_world import a_batch, a_ticket, dock


@dataclass
class Opened:
    file: Path
    store: SqlStore

    async def pragma(self, statement: str) -> object:
        return await self.store.transact(lambda connection: connection.exec_driver_sql(f"PRAGMA {statement}").scalar())


@pytest.fixture
async def opened(tmp_path: Path) -> AsyncIterator[Opened]:
    file = tmp_path / "relaydesk.db"
    upgrade(file)
    store = SqlStore(sqlite_lanes(file, readers=2), MovableClock(start=START))
    try:
        yield Opened(file, store)
    finally:
        await store.close()


async def test_a_commit_is_on_the_disk_before_it_returns(opened: Opened) -> None:
    assert await opened.pragma("journal_mode") == "wal"
    assert await opened.pragma("synchronous") == 2
    assert await opened.pragma("foreign_keys") == 1


async def test_a_snapshot_cannot_write(opened: Opened) -> None:
    def write(unit: Snapshot) -> None:
        unit.secrets.keep("context", b"sealed")  # type: ignore[attr-defined]  # the type checker refuses it, too

    with pytest.raises(Transient, match="cannot be written"):
        await opened.store.read(write)


async def test_reads_go_on_beside_a_writer_and_do_not_see_what_is_not_committed(opened: Opened) -> None:
    world = await opened.store.run(dock)
    go_on, has_written = threading.Event(), threading.Event()

    def write(unit: UnitOfWork) -> None:
        unit.tickets.add(a_ticket(world))
        has_written.set()
        assert go_on.wait(10)

    writing = asyncio.create_task(opened.store.run(write))
    await asyncio.to_thread(has_written.wait, 10)
    assert await opened.store.read(lambda unit: unit.tickets.find(TicketId(1001))) is None
    go_on.set()
    await writing
    assert await opened.store.read(lambda unit: unit.tickets.find(TicketId(1001)))


async def test_a_long_read_sees_one_moment_and_holds_up_no_writer(opened: Opened) -> None:
    world = await opened.store.run(dock)
    go_on, has_read = threading.Event(), threading.Event()

    def read(unit: Snapshot) -> list[bool]:
        before = unit.tickets.find(TicketId(1001)) is None
        has_read.set()
        assert go_on.wait(10)
        return [before, unit.tickets.find(TicketId(1001)) is None]

    reading = asyncio.create_task(opened.store.read(read))
    await asyncio.to_thread(has_read.wait, 10)
    await opened.store.run(lambda unit: unit.tickets.add(a_ticket(world)))
    go_on.set()
    assert await reading == [True, True]


async def test_what_was_begun_is_finished_when_its_caller_is_cancelled(opened: Opened) -> None:
    go_on, begun = threading.Event(), threading.Event()

    def work(unit: UnitOfWork) -> None:
        begun.set()
        assert go_on.wait(10)
        dock(unit)

    caller = asyncio.create_task(opened.store.run(work))
    await asyncio.to_thread(begun.wait, 10)
    never = asyncio.create_task(opened.store.run(lambda unit: unit.interactions.record("k", "k", None, START)))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    for task in (caller, never):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    go_on.set()
    # The one that had not begun would have failed by its missing user.
    assert await opened.store.run(lambda unit: unit.accounts.named("Main"))


async def test_a_full_disk_is_a_passing_trouble(opened: Opened) -> None:
    world = await opened.store.run(dock)
    pages = await opened.pragma("page_count")
    await opened.pragma(f"max_page_count = {pages}")
    with pytest.raises(Transient, match="the disk is full") as error:
        await opened.store.run(
            lambda unit: unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(1, size=1_000_000), START)
        )
    assert str(opened.file) not in error.value.reason
    await opened.pragma("max_page_count = 1000000")
    assert await opened.store.read(lambda unit: unit.inbound.cursor(world.mailbox, Folder.INBOX)) is None
    kept = await opened.store.run(lambda unit: unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(1), START))
    assert kept == 1


async def test_a_full_disk_is_not_taken_for_the_failure_of_a_part(opened: Opened) -> None:
    """Intake guards each letter by a savepoint, and would count the disk's trouble as the letter's."""
    world = await opened.store.run(dock)
    await opened.pragma(f"max_page_count = {await opened.pragma('page_count')}")

    def work(unit: UnitOfWork) -> None:
        with pytest.raises(Transient, match="the disk is full"), unit.savepoint():
            unit.inbound.keep(world.mailbox, Folder.INBOX, a_batch(1, size=1_000_000), START)
        raise Transient("the job's policy decides")

    with pytest.raises(Transient, match="policy"):
        await opened.store.run(work)


async def test_an_error_does_not_hold_what_was_being_saved(opened: Opened) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("SELECT nothing WHERE :words"), {"words": "what the buyer wrote"})

    with pytest.raises(OperationalError) as error:
        await opened.store.transact(work)
    assert "what the buyer wrote" not in str(error.value)


async def test_another_programs_lock_is_a_passing_trouble(opened: Opened) -> None:
    await opened.pragma("busy_timeout = 10")
    with closing(sqlite3.connect(opened.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Transient, match="locked by another program"):
            await opened.store.run(dock)
        other.execute("ROLLBACK")
    await opened.store.run(dock)


async def test_a_wrong_statement_is_no_passing_trouble(opened: Opened) -> None:
    with pytest.raises(OperationalError):
        await opened.store.transact(lambda connection: connection.execute(text("SELECT nothing")))


async def test_a_number_is_never_used_again(opened: Opened) -> None:
    world = await opened.store.run(dock)
    await opened.store.run(lambda unit: unit.tickets.add(a_ticket(world, "one")))
    await opened.store.transact(lambda connection: connection.execute(text("DELETE FROM ticket")).close())
    ticket = await opened.store.run(lambda unit: unit.tickets.add(a_ticket(world, "two")))
    assert ticket.number == "#1002"


async def test_rates_are_kept_between_processes(opened: Opened) -> None:
    pace = Pace("slack:chat.postMessage:C1", timedelta(seconds=1))
    await opened.store.run(lambda unit: unit.slots.reserve(pace, START))
    other = SqlStore(sqlite_lanes(opened.file, readers=1), MovableClock(start=START))
    try:
        assert await other.run(lambda unit: unit.slots.reserve(pace, START)) == START + pace.interval
    finally:
        await other.close()


async def test_closing_leaves_one_whole_file(opened: Opened) -> None:
    await opened.store.run(dock)
    await opened.store.close()
    left = await asyncio.to_thread(lambda: list(opened.file.parent.iterdir()))
    assert left == [opened.file]
