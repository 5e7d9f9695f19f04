from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports.leases import Leases
from integrations.simulator.clock import MovableClock
from storage.build import open_storage
from tests.contract.store_places import START


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(start=START)


@pytest.fixture
async def leases(tmp_path: Path, clock: MovableClock) -> AsyncIterator[Leases]:
    storage = open_storage(None, tmp_path, clock)
    try:
        yield storage.leases
    finally:
        await storage.close()


async def test_one_holder_at_a_time(leases: Leases) -> None:
    assert await leases.acquire("mailbox:1", "one", 60)
    assert not await leases.acquire("mailbox:1", "two", 60)
    assert await leases.acquire("mailbox:2", "two", 60)


async def test_a_holder_prolongs_its_own(leases: Leases, clock: MovableClock) -> None:
    await leases.acquire("mailbox:1", "one", 60)
    clock.move(timedelta(seconds=40))
    assert await leases.acquire("mailbox:1", "one", 60)
    clock.move(timedelta(seconds=40))
    assert not await leases.acquire("mailbox:1", "two", 60)


async def test_a_holder_that_died_loses_it_when_it_has_run_out(leases: Leases, clock: MovableClock) -> None:
    await leases.acquire("mailbox:1", "one", 60)
    clock.move(timedelta(seconds=61))
    assert await leases.acquire("mailbox:1", "two", 60)
    # Come back too late, the first has nothing to give back.
    await leases.release("mailbox:1", "one")
    assert not await leases.acquire("mailbox:1", "one", 60)


async def test_what_is_released_is_free_at_once(leases: Leases) -> None:
    await leases.acquire("mailbox:1", "one", 60)
    await leases.release("mailbox:1", "one")
    assert await leases.acquire("mailbox:1", "two", 60)
