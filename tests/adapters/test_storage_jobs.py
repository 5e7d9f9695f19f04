"""The embedded engine where the fake has nothing to show: rows of other releases, a database in trouble."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.events import TicketId
from bot.domain.jobs import DeliverReply, Lane
from bot.domain.replies import ReplyId
from bot.ports.jobs import Again
from integrations.simulator.clock import MovableClock
from storage.build import Storage, open_storage
from storage.jobs.embedded import LONGEST_NAP
from tests.contract.store_places import START
from tests.contract.test_jobs_contract import WORKERS, Desk, working


@pytest.fixture
async def storage(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Storage]:
    storage = open_storage(None, tmp_path, clock)
    try:
        yield storage
    finally:
        await storage.close()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(start=START)


def reply(number: int) -> DeliverReply:
    return DeliverReply(ReplyId(number), TicketId(1001))


def change(tmp_path: Path, statement: str) -> None:
    with closing(sqlite3.connect(tmp_path / "relaydesk.db", isolation_level=None)) as other:
        other.execute(statement)


def failed(tmp_path: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(tmp_path / "relaydesk.db")) as other:
        return other.execute("SELECT reason, attempt FROM job WHERE state = 'failed' ORDER BY id").fetchall()


async def test_a_job_of_another_release_is_given_up_and_its_line_goes_on(storage: Storage, tmp_path: Path) -> None:
    for number in range(4):
        await storage.store.run(lambda unit, number=number: unit.jobs.enqueue(reply(number)))  # type: ignore[misc]
    change(tmp_path, "UPDATE job SET kind = 'send a pigeon' WHERE id = 1")
    change(tmp_path, """UPDATE job SET payload = '{"pigeon":1}' WHERE id = 2""")
    change(tmp_path, "UPDATE job SET payload = '[]' WHERE id = 3")
    desk = Desk()
    async with working(storage.runner, desk):
        assert await storage.runner.drained(10)
    assert desk.ended == [reply(3)]
    reasons = failed(tmp_path)
    assert len(reasons) == 3
    assert "no job is called 'send a pigeon'" in reasons[0][0]
    assert all(reason.startswith("This release cannot read the job") and attempt == 1 for reason, attempt in reasons)


async def test_the_runner_outlives_a_database_that_does_not_answer(
    storage: Storage, tmp_path: Path, clock: MovableClock
) -> None:
    await storage._sql.transact(lambda connection: connection.execute(text("PRAGMA busy_timeout = 10")).close())
    desk = Desk()
    release = desk.hold(reply(1))
    async with working(storage.runner, desk):
        await storage.store.run(lambda unit: unit.jobs.enqueue(reply(1)))
        await desk.until(lambda: reply(1) in desk.running)
        with closing(sqlite3.connect(tmp_path / "relaydesk.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            release.set()
            await desk.until(lambda: reply(1) in desk.ended)
            assert not await storage.runner.drained(0.05)
            other.execute("ROLLBACK")
        clock.move(timedelta(seconds=2))
        assert await storage.runner.drained(10)
    # It was not run again: how it ended was remembered until it could be written down.
    assert desk.ended == [reply(1)]


async def test_what_another_program_enqueued_is_found_by_looking_now_and_then(
    storage: Storage, tmp_path: Path, clock: MovableClock
) -> None:
    desk = Desk()
    async with working(storage.runner, desk):
        await storage.store.run(lambda unit: unit.jobs.enqueue(reply(1)))
        assert await storage.runner.drained(10)
        change(
            tmp_path,
            """INSERT INTO job (place, kind, payload, lane, serial_key, state, due_at, attempt, enqueued_at, reserved,
            reason) VALUES (9, 'deliver reply', '{"reply":2,"ticket":1001}', 'replies', 'reply:1001', 'queued', 0, 0, 0,
            '{}', '')""",
        )
        clock.move(timedelta(seconds=LONGEST_NAP + 1))
        await desk.until(lambda: reply(2) in desk.ended)


async def test_two_runners_of_one_store_are_refused(storage: Storage) -> None:
    async with working(storage.runner, Desk()):
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="already"):
            await storage.runner.run(Desk().handle, WORKERS)


async def test_a_job_stopped_while_it_ends_is_not_run_again(storage: Storage) -> None:
    class Stubborn(Desk):
        async def handle(self, claimed):  # type: ignore[no-untyped-def]
            try:
                return await super().handle(claimed)
            except asyncio.CancelledError:
                return Again(START, "was asked to stop")

    desk = Stubborn()
    desk.hold(reply(1))
    async with working(storage.runner, desk, {Lane.REPLIES: 1}):
        await storage.store.run(lambda unit: unit.jobs.enqueue(reply(1)))
        await desk.until(lambda: reply(1) in desk.running)
    later = Desk()
    async with working(storage.runner, later):
        await later.until(lambda: bool(later.ended))
    assert later.started[0].attempt == 2


async def test_a_handler_that_cancels_itself_is_a_defect(storage: Storage, tmp_path: Path) -> None:
    async def cancel_itself(_: object) -> Again:
        raise asyncio.CancelledError

    task = asyncio.create_task(storage.runner.run(cancel_itself, WORKERS))
    await storage.store.run(lambda unit: unit.jobs.enqueue(reply(1)))
    assert await storage.runner.drained(10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with closing(sqlite3.connect(tmp_path / "relaydesk.db")) as other:
        assert other.execute("SELECT state, reason FROM job").fetchall() == [("retry", "CancelledError")]


async def test_a_defect_is_logged_without_the_buyers_words(
    storage: Storage, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fail(_: object) -> Again:
        raise ValueError("".join(reversed("1114 si rebmun drac ym")))

    task = asyncio.create_task(storage.runner.run(fail, WORKERS))
    await storage.store.run(lambda unit: unit.jobs.enqueue(reply(1)))
    assert await storage.runner.drained(10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    logged = "".join(capsys.readouterr())
    assert "ValueError" in logged
    assert "in fail" in logged
    assert "4111" not in logged
