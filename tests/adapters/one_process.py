"""A process of its own on a PostgreSQL database, for tests that kill it: it takes one job and never ends it."""

import asyncio
import sys
from pathlib import Path

from bot.domain.jobs import Lane
from bot.ports.jobs import ClaimedJob, Verdict
from bot.system_clock import SystemClock
from storage.build import open_storage


async def take_and_hold(url: str) -> None:
    storage = open_storage(url, Path("nowhere"), SystemClock())

    async def hold(claimed: ClaimedJob) -> Verdict:
        print(claimed.job, flush=True)
        await asyncio.Event().wait()
        raise AssertionError

    await storage.leases.acquire("mailbox:1", "the first", 2)
    await storage.runner.run(hold, dict.fromkeys(Lane, 1))


if __name__ == "__main__":
    asyncio.run(take_and_hold(sys.argv[1]))
