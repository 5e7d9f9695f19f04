"""The places that the contracts of storage are held in: the fake in memory, SQLite in a file, a real PostgreSQL."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from bot.ports.jobs import JobRunner
from bot.ports.store import Store
from integrations.simulator.clock import MovableClock
from storage.build import Storage, open_storage
from tests.contract.postgres_server import PostgresServer, postgres_server
from tests.fakes.jobs import FakeJobs
from tests.fakes.store import FakeStore

PLACES = ("fake", "sqlite", "postgres")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Place:
    store: Store
    runner: JobRunner
    clock: MovableClock
    # What a new process would find if this one were killed now.
    after_a_kill: Callable[[], Awaitable["Place"]]


class ServerMover(MovableClock):
    """Moves the time of a PostgreSQL database with its own."""

    def __init__(self, database: psycopg.Connection, *, start: datetime = START, rate: float = 1.0) -> None:
        super().__init__(start=start, rate=rate)
        self._database = database
        self._tell()

    def move(self, step: timedelta) -> None:
        self._offset += step
        self._tell()
        super().move(timedelta())

    def _tell(self) -> None:
        self._database.execute(
            "UPDATE movable.ahead SET since = pg_catalog.clock_timestamp(), shown = %s, rate = %s",
            [self.now(), self.rate],
        )


@asynccontextmanager
async def on_postgres(server: PostgresServer) -> AsyncIterator[Place]:
    name = server.database()
    storages: list[Storage] = []
    with server.administration(name) as administration:
        try:
            yield _postgres(server, name, ServerMover(administration), administration, storages)
        finally:
            for storage in storages:
                await storage.close()


@asynccontextmanager
async def opened(name: str, directory: Path, config: pytest.Config) -> AsyncIterator[Place]:
    if name == "postgres":
        async with on_postgres(postgres_server(config)) as place:
            yield place
        return
    clock = MovableClock(start=START)
    if name == "fake":
        yield _fake(FakeStore(clock), clock)
        return
    storages: list[Storage] = []
    try:
        yield _sqlite(directory / "data", clock, storages)
    finally:
        for storage in storages:
            await storage.close()


def _fake(store: FakeStore, clock: MovableClock) -> Place:
    async def after_a_kill() -> Place:
        survivor = FakeStore(clock)
        survivor.tables = deepcopy(store.tables)
        return _fake(survivor, clock)

    return Place(store, FakeJobs(store, clock), clock, after_a_kill)


def _sqlite(directory: Path, clock: MovableClock, storages: list[Storage]) -> Place:
    storage = open_storage(None, directory, clock)
    storages.append(storage)

    async def after_a_kill() -> Place:
        # What has been committed lies in these files, and nowhere else.
        return _sqlite(_copy(directory), clock, storages)

    return Place(storage.store, storage.runner, clock, after_a_kill)


def _copy(directory: Path) -> Path:
    copy = directory.with_name(f"{directory.name}-after")
    copy.mkdir()
    for file in directory.glob("relaydesk.db*"):
        shutil.copy(file, copy)
    return copy


def _postgres(
    server: PostgresServer,
    database: str,
    clock: MovableClock,
    administration: psycopg.Connection,
    storages: list[Storage],
) -> Place:
    # A user of its own, so that the process can be cut off from the database for good, as a kill would do it.
    user = f"process_{len(storages)}_{database}"
    administration.execute(f"CREATE ROLE {user} LOGIN SUPERUSER")
    storage = open_storage(server.url(database, user), Path("nowhere"), clock)
    storages.append(storage)

    async def after_a_kill() -> Place:
        administration.execute(f"ALTER ROLE {user} NOLOGIN")
        administration.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", [user]
        )
        # A minute later its peers know that it has died.
        administration.execute("UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 min'")
        return _postgres(server, database, clock, administration, storages)

    return Place(storage.store, storage.runner, clock, after_a_kill)
