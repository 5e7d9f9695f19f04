"""What a real PostgreSQL does to a transaction, and what comes of it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from bot.domain.events import EventKind, TicketEvent, TicketId
from bot.domain.people import SYSTEM
from bot.domain.tickets import Ticket
from bot.ports.failures import Misconfigured, Transient
from bot.ports.store import Snapshot, UnitOfWork
from bot.system_clock import SystemClock
from storage.build import Storage, open_storage
from storage.store import SqlStore
from storage.unit_of_work import SqlUnitOfWork
from tests.contract.postgres_server import PostgresServer, postgres_server
from tests.contract.store_places import START
from tests.contract.store_world import World, a_reply, a_ticket, conversation, dock, moved


@dataclass
class Opened:
    server: PostgresServer
    url: str
    database: psycopg.Connection
    storage: Storage

    @property
    def store(self) -> SqlStore:
        return self.storage._sql

    def cut(self) -> None:
        """End every connection of the store, as a restart of the server or of a router in between would."""
        self.database.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
async def opened(request: pytest.FixtureRequest) -> AsyncIterator[Opened]:
    server = postgres_server(request.config)
    name = server.database()
    storage = open_storage(server.url(name), Path("nowhere"), SystemClock())
    with server.administration(name) as database:
        try:
            yield Opened(server, server.url(name), database, storage)
        finally:
            await storage.close()


async def run_sql(opened: Opened, statement: str) -> object:
    return await opened.store.run(lambda unit: sql(unit, statement))


def sql(unit: UnitOfWork, statement: str) -> object:
    assert isinstance(unit, SqlUnitOfWork)
    result = unit._connection.execute(text(statement))
    return result.scalar() if result.returns_rows else None


async def a_ticket_of(opened: Opened) -> tuple[World, Ticket]:
    world = await opened.store.run(dock)
    return world, await opened.store.run(lambda unit: unit.tickets.add(a_ticket(world)))


async def test_a_unit_of_work_sees_one_moment_and_has_its_limits(opened: Opened) -> None:
    assert await run_sql(opened, "SHOW transaction_isolation") == "repeatable read"
    assert await run_sql(opened, "SHOW statement_timeout") == "20s"
    assert await run_sql(opened, "SHOW lock_timeout") == "10s"
    assert await run_sql(opened, "SHOW idle_in_transaction_session_timeout") == "30s"
    assert await run_sql(opened, "SHOW synchronous_commit") == "on"


async def test_a_snapshot_cannot_write(opened: Opened) -> None:
    def write(unit: Snapshot) -> None:
        unit.secrets.keep("context", b"sealed")  # type: ignore[attr-defined]  # the type checker refuses it, too

    with pytest.raises(Transient, match="cannot be written"):
        await opened.store.read(write)


async def test_reads_go_on_beside_a_writer_and_see_one_moment(opened: Opened) -> None:
    world = await opened.store.run(dock)
    written, looked = threading.Event(), threading.Event()

    def read(unit: Snapshot) -> list[bool]:
        before = unit.tickets.find(TicketId(1001)) is None
        looked.set()
        assert written.wait(10)
        return [before, unit.tickets.find(TicketId(1001)) is None]

    reading = asyncio.create_task(opened.store.read(read))
    await asyncio.to_thread(looked.wait, 10)
    await opened.store.run(lambda unit: unit.tickets.add(a_ticket(world)))
    written.set()
    assert await reading == [True, True]


async def test_of_two_who_look_before_they_write_to_one_ticket_the_second_sees_the_first(opened: Opened) -> None:
    """Neither touches a row of the other's, so that the database by itself would let both pass."""
    world, ticket, (letter,) = await opened.store.run(conversation)
    both_have_looked = threading.Barrier(2, timeout=10)
    looks: list[int] = []

    def answer(token: str) -> Callable[[UnitOfWork], bool]:
        def work(unit: UnitOfWork) -> bool:
            found = len(unit.replies.of_ticket(ticket.id))
            looks.append(found)
            if len(looks) <= 2:
                both_have_looked.wait()
            if found:
                return False
            reply = unit.replies.add(a_reply(world, ticket, letter, token))
            unit.events.add([TicketEvent(ticket.id, START, SYSTEM, EventKind.REPLY_QUEUED, about=reply.id)])
            return True

        return work

    answers = await asyncio.gather(opened.store.run(answer("one")), opened.store.run(answer("two")))
    assert sorted(answers) == [False, True]
    assert looks == [0, 0, 1]


async def test_a_collision_in_a_part_runs_the_whole_again(opened: Opened) -> None:
    """Intake takes whatever a letter raises for that letter's own failure; a neighbour in the way is not one."""
    _, ticket = await a_ticket_of(opened)
    runs = 0

    def work(unit: UnitOfWork) -> None:
        nonlocal runs
        runs += 1
        unit.tickets.get(ticket.id)
        if runs == 1:
            opened.database.execute("UPDATE ticket SET title = 'theirs', version = version + 1")
        with suppress(Exception), unit.savepoint():
            unit.tickets.save(moved(unit.tickets.get(ticket.id), "ours"))

    await opened.store.run(work)
    assert runs == 2
    assert (await opened.store.read(lambda unit: unit.tickets.get(ticket.id))).title == "ours"


async def test_two_who_wait_for_each_other_both_come_through(opened: Opened) -> None:
    world = await opened.store.run(dock)
    one = await opened.store.run(lambda unit: unit.tickets.add(a_ticket(world, "one")))
    other = await opened.store.run(lambda unit: unit.tickets.add(a_ticket(world, "other")))
    both_hold_one = threading.Barrier(2, timeout=10)
    runs: list[int] = []

    def cross(first: TicketId, second: TicketId) -> Callable[[UnitOfWork], None]:
        def work(unit: UnitOfWork) -> None:
            runs.append(first)
            unit.tickets.save(unit.tickets.get(first))
            if len(runs) <= 2:
                both_hold_one.wait()
            unit.tickets.save(unit.tickets.get(second))

        return work

    await asyncio.gather(opened.store.run(cross(one.id, other.id)), opened.store.run(cross(other.id, one.id)))
    versions = await opened.store.read(lambda unit: [unit.tickets.get(ticket.id).version for ticket in (one, other)])
    assert versions == [3, 3]
    assert len(runs) >= 3


async def test_an_error_that_the_work_swallows_is_not_called_saved(opened: Opened) -> None:
    world = await opened.store.run(dock)

    def work(unit: UnitOfWork) -> None:
        unit.tickets.add(a_ticket(world))
        with suppress(DBAPIError):
            sql(unit, "SELECT 1/0")

    with pytest.raises(RuntimeError, match="outside a savepoint"):
        await opened.store.run(work)
    assert await opened.store.read(lambda unit: unit.tickets.find(TicketId(1001))) is None


async def test_connections_that_died_while_nobody_used_them_are_replaced_unnoticed(opened: Opened) -> None:
    await asyncio.gather(*(opened.store.run(lambda unit: sql(unit, "SELECT pg_sleep(0.05)")) for _ in range(8)))
    opened.cut()
    await opened.store.run(dock)
    assert await opened.store.read(lambda unit: unit.accounts.named("Main"))
    assert await opened.storage.leases.acquire("mailbox:1", "one", 60)


async def test_a_connection_that_dies_in_the_middle_is_a_passing_trouble(opened: Opened) -> None:
    def work(unit: UnitOfWork) -> None:
        dock(unit)
        opened.cut()
        unit.accounts.all()

    with pytest.raises(Transient, match="Nothing was read or saved"):
        await opened.store.run(work)
    assert await opened.store.read(lambda unit: unit.accounts.all()) == ()


async def test_a_lost_connection_is_not_taken_for_the_failure_of_a_part(opened: Opened) -> None:
    """Intake guards each letter by a savepoint, and would count the server's trouble as the letter's."""

    def work(unit: UnitOfWork) -> None:
        with unit.savepoint():
            dock(unit)
            opened.cut()
            unit.accounts.all()

    caught: list[Exception] = []

    def guarded(unit: UnitOfWork) -> None:
        try:
            work(unit)
        except Exception as error:
            caught.append(error)
            raise

    with pytest.raises(Transient, match="Nothing was read or saved"):
        await opened.store.run(guarded)
    assert isinstance(caught[0], Transient)


def at_the_next_commit(opened: Opened, act: Callable[[psycopg.Connection], None]) -> None:
    dialect: Any = opened.store._lanes.work.dialect
    usual = dialect.do_commit

    def commit(connection: psycopg.Connection) -> None:
        dialect.do_commit = usual
        act(connection)

    dialect.do_commit = commit


async def test_a_commit_whose_answer_was_lost_is_asked_after(opened: Opened) -> None:
    def lose_the_answer(connection: psycopg.Connection) -> None:
        connection.commit()
        opened.cut()
        connection.execute("SELECT 1")

    at_the_next_commit(opened, lose_the_answer)
    await opened.store.run(dock)
    assert await opened.store.read(lambda unit: unit.accounts.named("Main"))


async def test_a_commit_that_never_arrived_is_no_commit(opened: Opened) -> None:
    def lose_the_question(connection: psycopg.Connection) -> None:
        opened.cut()
        connection.commit()

    at_the_next_commit(opened, lose_the_question)
    with pytest.raises(Transient, match="Nothing was read or saved"):
        await opened.store.run(dock)
    assert await opened.store.read(lambda unit: unit.accounts.all()) == ()


async def test_a_commit_after_which_nobody_answers_is_told_as_it_is(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    def halt(connection: psycopg.Connection) -> None:
        connection.commit()
        opened.server.halt()
        connection.execute("SELECT 1")

    monkeypatch.setattr("storage.transactions.ASK_FOR", 0.1)
    at_the_next_commit(opened, halt)
    try:
        with pytest.raises(Transient, match="cannot be asked"):
            await opened.store.run(dock)
    finally:
        await asyncio.to_thread(opened.server.go)


async def test_a_server_that_stops_and_starts_again_costs_no_more_than_the_time_between(opened: Opened) -> None:
    await opened.store.run(dock)
    opened.server.halt()
    try:
        for _ in range(2):
            with pytest.raises(Transient, match="does not answer"):
                await opened.store.run(lambda unit: unit.accounts.all())
        with pytest.raises(Transient, match="does not answer"):
            await opened.store.read(lambda unit: unit.accounts.all())
        with pytest.raises(Transient, match="does not answer"):
            open_storage(opened.url, Path("nowhere"), SystemClock())
    finally:
        await asyncio.to_thread(opened.server.go)
    assert await opened.store.read(lambda unit: unit.accounts.named("Main"))


@pytest.mark.parametrize(
    ("limit", "statement", "told"),
    [
        ("statement_timeout", "SELECT pg_sleep(5)", "took too long"),
        ("lock_timeout", "UPDATE account SET name = name", "held a row"),
        ("idle_in_transaction_session_timeout", "SELECT 1", "stood still"),
    ],
)
async def test_what_takes_too_long_is_a_passing_trouble(opened: Opened, limit: str, statement: str, told: str) -> None:
    await opened.store.run(dock)
    opened.database.execute("BEGIN; SELECT FROM account FOR UPDATE")

    def work(unit: UnitOfWork) -> None:
        sql(unit, f"SET LOCAL {limit} = '50ms'")
        if limit.startswith("idle"):
            threading.Event().wait(0.5)
        sql(unit, statement)

    try:
        with pytest.raises(Transient, match=f"{told}|does not answer"):
            await opened.store.run(work)
    finally:
        opened.database.execute("ROLLBACK")


async def test_a_wrong_statement_is_no_passing_trouble(opened: Opened) -> None:
    with pytest.raises(ProgrammingError):
        await run_sql(opened, "SELECT nothing FROM nowhere")


async def test_the_first_ticket_is_1001_and_a_number_is_never_used_again(opened: Opened) -> None:
    world, ticket = await a_ticket_of(opened)
    assert ticket.number == "#1001"
    opened.database.execute("DELETE FROM ticket")
    later = await opened.store.run(lambda unit: unit.tickets.add(a_ticket(world, "later")))
    assert later.id > ticket.id


async def test_a_database_that_is_not_there_is_told_without_the_password(opened: Opened) -> None:
    for url in (opened.url.replace("test_", "nothing_"), opened.url.replace("postgres@", "nobody:hunter2@")):
        with pytest.raises((Misconfigured, Transient)) as error:
            open_storage(url, Path("nowhere"), SystemClock())
        assert "hunter2" not in str(error.value)


async def test_a_ticket_saved_by_two_stores_keeps_both_changes(opened: Opened) -> None:
    _, ticket = await a_ticket_of(opened)
    other = open_storage(opened.url, Path("nowhere"), SystemClock())

    def mark(sign: str) -> Callable[[UnitOfWork], None]:
        def work(unit: UnitOfWork) -> None:
            kept = unit.tickets.get(ticket.id)
            unit.tickets.save(replace(kept, title=kept.title + sign))

        return work

    try:
        await asyncio.gather(
            *(opened.store.run(mark("a")) for _ in range(15)), *(other.store.run(mark("b")) for _ in range(15))
        )
    finally:
        await other.close()
    title = (await opened.store.read(lambda unit: unit.tickets.get(ticket.id))).title
    assert (title.count("a"), title.count("b")) == (ticket.title.count("a") + 15, ticket.title.count("b") + 15)
