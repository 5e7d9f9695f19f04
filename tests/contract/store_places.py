"""The places that the contracts of storage are held in: the fake in memory, and SQLite in a file."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.ports.jobs import JobRunner
from bot.ports.store import Store
from integrations.simulator.clock import MovableClock
from storage.build import Storage, open_storage
from tests.fakes.jobs import FakeJobs
from tests.fakes.store import FakeStore

PLACES = ("fake", "sqlite")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass
class Place:
    store: Store
    runner: JobRunner
    clock: MovableClock
    # What a new process would find if this one were killed now.
    after_a_kill: Callable[[], Awaitable["Place"]]


@asynccontextmanager
async def opened(name: str, directory: Path) -> AsyncIterator[Place]:
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
