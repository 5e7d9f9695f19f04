"""`python -m tests.bench.taking_in`: the product, with the settings of its environment, as far as the committed ticket.

The jobs that lead on from there, orders and cards, are enqueued with every ticket and never end: the bare script does
nothing of theirs, and they have rows of the table to themselves.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from bot import logs
from bot.app import assembled
from bot.application import Adapters
from bot.domain.jobs import Lane, ReadNewMail
from bot.ports.jobs import Backlog, ClaimedJob, JobHandler, JobRunner, Verdict
from bot.settings import load

# So many that orders which are never told keep no worker from the mail.
_WORKERS = 1000


class OnlyMail:
    """A `JobRunner` in front of the real one."""

    def __init__(self, runner: JobRunner) -> None:
        self._runner = runner

    async def run(self, handle: JobHandler, workers: Mapping[Lane, int]) -> None:
        del workers

        async def handle_mail(claimed: ClaimedJob) -> Verdict:
            while not isinstance(claimed.job, ReadNewMail):
                await asyncio.Event().wait()
            return await handle(claimed)

        await self._runner.run(handle_mail, {Lane.MAIL: _WORKERS})

    async def drained(self, within: float) -> bool:
        return await self._runner.drained(within)

    async def backlog(self) -> Backlog:
        return await self._runner.backlog()


def only_mail(adapters: Adapters) -> Adapters:
    return replace(adapters, runner=OnlyMail(adapters.runner))


async def main() -> None:
    settings = load()
    logs.set_up(settings.log_level)
    async with assembled(settings, change=only_mail) as desk:
        await desk.application.run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main())
