"""Several processes on one database: each slot, lease and job goes to one of them, and no job dies with its process."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from bot.domain.events import TicketId
from bot.domain.jobs import DeliverReply, Lane, SyncCard
from bot.domain.people import Platform
from bot.domain.replies import ReplyId
from bot.ports.clock import Clock
from bot.ports.jobs import Again, GivenUp, Pace
from bot.ports.store import UnitOfWork
from bot.system_clock import SystemClock
from integrations.simulator.clock import MovableClock
from storage.build import Storage, open_storage
from storage.jobs import procrastinate_line
from tests.contract.postgres_server import PostgresServer, postgres_server
from tests.contract.store_places import START
from tests.contract.test_jobs_contract import Desk, working

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime.now(UTC)
PACE = Pace("slack:chat.postMessage:C1", timedelta(seconds=1))


@dataclass
class Desks:
    """One database, and as many processes on it as a test asks for."""

    server: PostgresServer
    name: str
    database: psycopg.Connection
    opened: AsyncExitStack

    @property
    def url(self) -> str:
        return self.server.url(self.name)

    def another(self, clock: Clock | None = None, *, dead_after: float = 30.0) -> Storage:
        storage = open_storage(self.url, Path("nowhere"), clock or SystemClock(), dead_after=dead_after)
        self.opened.push_async_callback(storage.close)
        return storage

    def count(self, table: str) -> int:
        row = self.database.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
        assert row is not None
        return int(row[0])


@pytest.fixture
async def desks(request: pytest.FixtureRequest) -> AsyncIterator[Desks]:
    server = postgres_server(request.config)
    name = server.database()
    with server.administration(name) as database:
        async with AsyncExitStack() as opened:
            yield Desks(server, name, database, opened)


def reply(number: int, ticket: int = 1001) -> DeliverReply:
    return DeliverReply(ReplyId(number), TicketId(ticket))


async def enqueue(storage: Storage, *jobs: DeliverReply | SyncCard, due: datetime | None = None) -> None:
    def work(unit: UnitOfWork) -> None:
        for job in jobs:
            unit.jobs.enqueue(job, due=due)

    await storage.store.run(work)


async def took(seen: Callable[[], bool], within: float = 10.0) -> float:
    loop = asyncio.get_running_loop()
    began = loop.time()
    async with asyncio.timeout(within):
        while not seen():  # noqa: ASYNC110 -- what it waits for lies in the database, and nobody tells
            await asyncio.sleep(0.005)
    return loop.time() - began


async def acquired(process: Storage, holder: str) -> None:
    async with asyncio.timeout(5):
        while not await process.leases.acquire("mailbox:1", holder, 60):  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.05)


async def test_every_firing_has_one_winner_among_three_processes(desks: Desks) -> None:
    processes = [desks.another() for _ in range(3)]
    won = 0
    for number in range(8):
        slot = START + timedelta(seconds=number)
        answers = await asyncio.gather(
            *(process.store.run(lambda unit, slot=slot: unit.ticks.win("poll", slot)) for process in processes)  # type: ignore[misc]
        )
        won += sum(answers)
    assert won == 8


async def test_no_rate_slot_is_given_twice(desks: Desks) -> None:
    processes = [desks.another() for _ in range(3)]
    slots = await asyncio.gather(
        *(process.store.run(lambda unit: unit.slots.reserve(PACE, START)) for process in processes for _ in range(8))
    )
    assert sorted(slots) == [START + timedelta(seconds=number) for number in range(24)]


async def test_a_lease_has_one_holder_and_a_crash_frees_it(desks: Desks) -> None:
    one, two = desks.another(), desks.another()
    answers = await asyncio.gather(
        *(process.leases.acquire("mailbox:1", name, 0.4) for process, name in ((one, "one"), (two, "two")))
    )
    assert sorted(answers) == [False, True]
    loser, name = (one, "one") if not answers[0] else (two, "two")
    await acquired(loser, name)


async def test_a_process_whose_clock_is_wrong_takes_nothing_too_early(desks: Desks) -> None:
    right = desks.another()
    ahead = desks.another(MovableClock(start=datetime.now(UTC) + timedelta(hours=1)))
    assert abs(ahead.clock.now() - right.clock.now()) < timedelta(seconds=0.5)
    assert await right.leases.acquire("mailbox:1", "right", 60)
    assert not await ahead.leases.acquire("mailbox:1", "ahead", 60)
    desk = Desk()
    async with working(right.runner, desk):
        await enqueue(ahead, reply(1), due=ahead.clock.now() + timedelta(seconds=0.3))
        assert await took(lambda: desk.ended == [reply(1)]) < 2


async def test_jobs_of_one_key_keep_their_order_whoever_runs_them(desks: Desks) -> None:
    one, two = desks.another(), desks.another()
    ran: list[str] = []

    class Slow(Desk):
        async def handle(self, claimed):  # type: ignore[no-untyped-def]
            await asyncio.sleep(0.002)
            ran.append(f"{claimed.job}")
            return await super().handle(claimed)

    jobs = [reply(number) for number in range(20)]
    async with working(one.runner, Slow()), working(two.runner, Slow()):
        await enqueue(one, *jobs)
        assert await took(lambda: len(ran) == 20) < 2
        assert await one.runner.drained(10)
    assert ran == [f"{job}" for job in jobs]


async def test_a_job_enqueued_elsewhere_is_heard_of_at_once(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(procrastinate_line.ProcrastinateLine, "longest_nap", 30.0)
    worker, front = desks.another(), desks.another()
    desk = Desk()
    async with working(worker.runner, desk):
        await took(lambda: desks.count("pg_stat_activity WHERE query LIKE 'LISTEN%'") > 0)
        await enqueue(front, reply(1))
        assert await took(lambda: desk.ended == [reply(1)]) < 2


async def test_where_nothing_is_heard_jobs_are_looked_for(desks: Desks, capsys: pytest.CaptureFixture[str]) -> None:
    worker, front = desks.another(), desks.another()
    worker.runner._bell = None  # type: ignore[attr-defined]
    desk = Desk()
    async with working(worker.runner, desk):
        await enqueue(front, reply(1))
        assert await took(lambda: desk.ended == [reply(1)]) < 2


async def test_who_listened_listens_again_after_the_connection_was_cut(
    desks: Desks, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(procrastinate_line.ProcrastinateLine, "longest_nap", 30.0)
    monkeypatch.setattr("storage.jobs.bell._FIRST_PAUSE", 0.1)
    listening = "pg_stat_activity WHERE query LIKE 'LISTEN%'"
    worker, front = desks.another(), desks.another()
    desk = Desk()
    async with working(worker.runner, desk):
        await took(lambda: desks.count(listening) == 1)
        desks.database.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
        )
        await took(lambda: desks.count(listening) == 1)
        await enqueue(front, reply(1))
        await took(lambda: desk.ended == [reply(1)])
    assert "not heard" in "".join(capsys.readouterr())


async def test_a_job_due_in_a_second_starts_within_two_and_holds_nobody_up(desks: Desks) -> None:
    worker = desks.another()
    desk = Desk()
    async with working(worker.runner, desk):
        await enqueue(worker, reply(1), due=worker.clock.now() + timedelta(seconds=1))
        await enqueue(worker, reply(2))
        await took(lambda: desk.ended == [reply(2)])
        assert 0.5 < await took(lambda: desk.ended == [reply(2), reply(1)]) < 2


async def test_the_job_and_the_lease_of_a_killed_process_go_to_a_peer(desks: Desks) -> None:
    peer = desks.another(dead_after=1.0)
    await enqueue(peer, reply(1), reply(2))
    victim = subprocess.Popen(  # noqa: ASYNC220 -- the test has nothing else to do
        [sys.executable, "-m", "tests.adapters.one_process", desks.url], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        assert victim.stdout is not None
        assert victim.stdout.readline().strip() == str(reply(1))
    finally:
        victim.send_signal(signal.SIGKILL)
        victim.communicate()
    desk = Desk()
    async with working(peer.runner, desk):
        await took(lambda: desk.ended == [reply(1), reply(2)])
        # The attempt that was cut off counts: a job that kills its process is not run for ever.
        assert [claimed.attempt for claimed in desk.started] == [2, 1]
        await acquired(peer, "the peer")


async def test_a_worker_that_stalled_and_comes_back_has_nothing_to_say(
    desks: Desks, capsys: pytest.CaptureFixture[str]
) -> None:
    stalled, peer = desks.another(dead_after=3.0), desks.another(dead_after=3.0)
    late, desk = Desk(), Desk()
    come_back = late.hold(reply(1))
    late.say(reply(1), GivenUp("I have been away"))
    async with working(stalled.runner, late):
        await enqueue(stalled, reply(1))
        await late.until(lambda: reply(1) in late.running)
        # For its peers it has died; they let its job run again, and it is done by the time that it comes back.
        desks.database.execute("DELETE FROM procrastinate_workers")
        desks.database.execute("UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1")
        async with working(peer.runner, desk):
            await took(lambda: desk.ended == [reply(1)])
            assert await peer.runner.drained(10)
            come_back.set()
            await took(lambda: late.ended == [reply(1)])
            await took(lambda: desks.count("procrastinate_workers") == 2)
    backlog = await peer.runner.backlog()
    assert (backlog.waiting, backlog.running, backlog.failed) == (0, 0, 0)
    assert "taken for dead" in "".join(capsys.readouterr())


async def test_a_job_that_comes_back_to_its_own_process_is_not_run_beside_itself(
    desks: Desks, capsys: pytest.CaptureFixture[str]
) -> None:
    """Taken for dead, rescued and claimed again, all by the one process that is still at it."""
    worker = desks.another()
    desk = Desk()
    come_back = desk.hold(reply(1))
    async with working(worker.runner, desk):
        await enqueue(worker, reply(1))
        await desk.until(lambda: reply(1) in desk.running)
        desks.database.execute("DELETE FROM procrastinate_workers")
        desks.database.execute("UPDATE procrastinate_jobs SET status = 'todo', attempts = attempts + 1")
        await enqueue(worker, reply(2, ticket=1002))
        await took(
            lambda: desks.count("procrastinate_jobs WHERE status = 'doing'") == 1 and desk.ended == [reply(2, 1002)]
        )
        come_back.set()
        await took(lambda: reply(1) in desk.ended)
        assert await worker.runner.drained(10)
    assert desk.jobs.count(reply(1)) == 1
    assert (await worker.runner.backlog()).running == 0
    assert "a task failed unheard" not in "".join(capsys.readouterr())


async def test_the_runner_outlives_a_restart_of_the_server(desks: Desks, capsys: pytest.CaptureFixture[str]) -> None:
    worker = desks.another()
    desk = Desk()
    release = desk.hold(reply(1))
    async with working(worker.runner, desk):
        await enqueue(worker, reply(1), reply(2))
        await desk.until(lambda: reply(1) in desk.running)
        desks.server.halt()
        release.set()
        await desk.until(lambda: reply(1) in desk.ended)
        await asyncio.to_thread(desks.server.go)
        await took(lambda: desk.ended == [reply(1), reply(2)])
    # It was not run again: how it ended was remembered until it could be written down.
    assert desk.jobs == [reply(1), reply(2)]


async def test_a_process_that_stops_leaves_no_trace_of_its_workers(desks: Desks) -> None:
    worker = desks.another()
    desk = Desk()
    async with working(worker.runner, desk):
        await enqueue(worker, reply(1))
        await took(lambda: desk.ended == [reply(1)])
        assert await worker.runner.drained(10)
        assert desks.count("procrastinate_workers") == 1
    assert desks.count("procrastinate_workers") == 0
    assert desks.count("procrastinate_jobs") == desks.count("procrastinate_events") == 0


async def test_a_job_of_another_release_is_given_up_and_its_line_goes_on(desks: Desks) -> None:
    worker = desks.another()
    await enqueue(worker, *(reply(number) for number in range(4)))
    change = "UPDATE procrastinate_jobs SET {} WHERE id = {}"
    desks.database.execute(change.format("task_name = 'send a pigeon'", 1))
    desks.database.execute(change.format("""args = args || '{"job": {"pigeon": 1}}'""", 2))
    desks.database.execute(change.format("args = '[]'", 3))
    desk = Desk()
    async with working(worker.runner, desk):
        assert await worker.runner.drained(10)
    assert desk.ended == [reply(3)]
    rows = desks.database.execute("SELECT args->>'reason', attempts FROM procrastinate_jobs ORDER BY id").fetchall()
    assert "no job is called 'send a pigeon'" in rows[0][0]
    assert [attempts for _, attempts in rows] == [1, 1, 1]
    assert (await worker.runner.backlog()).failed == 3


async def test_a_reason_that_the_database_would_refuse_is_cleaned(desks: Desks) -> None:
    worker = desks.another()
    desk = Desk()
    desk.say(reply(1), Again(NOW, "a\0b\ud800"), GivenUp("c\0d"))
    async with working(worker.runner, desk):
        await enqueue(worker, reply(1))
        await took(lambda: len(desk.ended) == 2)
        assert await worker.runner.drained(10)
    row = desks.database.execute("SELECT args->>'reason' FROM procrastinate_jobs").fetchone()
    assert row == ("cd",)


async def test_what_an_operator_cancelled_is_forgotten_and_what_has_failed_is_kept(desks: Desks) -> None:
    worker = desks.another()
    await enqueue(worker, reply(1), reply(2))
    desks.database.execute("UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = 1")
    desks.database.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = 2")
    desks.database.execute("UPDATE procrastinate_events SET at = at - interval '2 days'")
    desk = Desk()
    async with working(worker.runner, desk, {Lane.REPLIES: 1}):
        await took(lambda: desks.count("procrastinate_jobs") == 1)
    assert (await worker.runner.backlog()).failed == 1


async def test_two_whose_claims_met_look_again(desks: Desks, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two jobs of a key that were enqueued at once may be claimed at once; the index over what runs lets one through.

    The one that lost had just introduced itself, and that was taken back with its claim.
    """
    worker = desks.another()
    usual = procrastinate_line.ProcrastinateLine._claim
    lost: list[int] = []

    def lose_once(line, connection, queue, room, start):  # type: ignore[no-untyped-def]
        usual(line, connection, queue, room, start)
        if not lost:
            lost.append(line._worker)
            met = "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, status) VALUES ('cards', 'x', 'k', 'doing')"
            for _ in range(2):
                connection.exec_driver_sql(met)

    monkeypatch.setattr(procrastinate_line.ProcrastinateLine, "_claim", lose_once)
    monkeypatch.setattr(procrastinate_line.ProcrastinateLine, "recover", lambda *_, **__: None)
    desk = Desk()
    async with working(worker.runner, desk):
        await enqueue(worker, reply(1))
        await took(lambda: desk.ended == [reply(1)])
        assert await worker.runner.drained(10)
    assert desk.started[0].attempt == 1
    assert lost


async def test_two_runners_of_one_store_are_refused(desks: Desks) -> None:
    worker = desks.another()
    async with working(worker.runner, Desk()):
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="already"):
            await worker.runner.run(Desk().handle, {})


async def test_many_jobs_of_many_keys_are_each_run_once_by_three_processes(desks: Desks) -> None:
    processes = [desks.another() for _ in range(3)]
    cards = [SyncCard(TicketId(number % 40), Platform.SLACK, f"C{number}") for number in range(120)]
    all_desks = [Desk() for _ in processes]
    async with AsyncExitStack() as stack:
        for process, desk in zip(processes, all_desks, strict=True):
            await stack.enter_async_context(working(process.runner, desk))
        await asyncio.gather(*(enqueue(process, *cards[number::3]) for number, process in enumerate(processes)))
        await took(lambda: sum(len(desk.ended) for desk in all_desks) >= 120)
        assert await processes[0].runner.drained(10)
    ended = [job for desk in all_desks for job in desk.ended]
    assert sorted(map(repr, ended)) == sorted(map(repr, cards))
