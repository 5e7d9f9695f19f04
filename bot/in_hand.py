"""Which jobs are in hand, so that a process that stops ends what it has begun and begins nothing more."""

import asyncio

from bot.ports.jobs import ClaimedJob, JobHandler, Verdict


class InHand:
    """Stands between the queue and the worker; itself a `JobHandler`."""

    def __init__(self, handle: JobHandler) -> None:
        self._handle = handle
        self._count = 0
        self._winding_up = False
        self._empty = asyncio.Event()
        self._empty.set()

    async def __call__(self, claimed: ClaimedJob) -> Verdict:
        while self._winding_up:
            # The queue gives it to the next process when this one's run is cancelled.
            await asyncio.Event().wait()
        self._count += 1
        self._empty.clear()
        try:
            return await self._handle(claimed)
        finally:
            self._count -= 1
            if not self._count:
                self._empty.set()

    async def wind_up(self, within: float) -> bool:
        """Begin no further job and wait for those in hand; False if some were still at it after `within` seconds."""
        self._winding_up = True
        try:
            async with asyncio.timeout(within):
                await self._empty.wait()
        except TimeoutError:
            return False
        return True
