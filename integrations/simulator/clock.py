"""One clock for the simulator and the bot that it drives: it can run faster than the wall and be moved."""

import asyncio
import time
from datetime import UTC, datetime, timedelta


class MovableClock:
    """Implements the application's `Clock` port.

    `rate` is how many of this clock's seconds pass in one second of the wall. Stand-ins keep their limits
    (one post a second, a trigger's three seconds) on this clock, so that a rate of 20 plays an hour in three
    minutes without changing what is permitted.
    """

    def __init__(self, *, start: datetime | None = None, rate: float = 1.0) -> None:
        self._started = start or datetime.now(UTC)
        self._wall = time.monotonic()
        self._rate = rate
        self._offset = timedelta()
        self._moved = asyncio.Event()

    @property
    def rate(self) -> float:
        return self._rate

    def now(self) -> datetime:
        passed = (time.monotonic() - self._wall) * self._rate
        return self._started + timedelta(seconds=passed) + self._offset

    def move(self, step: timedelta) -> None:
        """Move the clock by `step`, backwards too, and wake every sleeper so that it looks again."""
        self._offset += step
        self._moved.set()
        self._moved = asyncio.Event()

    async def sleep(self, seconds: float) -> None:
        until = self.now() + timedelta(seconds=seconds)
        # A sleep of nothing still yields, as asyncio's own does; a busy loop would starve the others.
        await asyncio.sleep(0)
        while (remaining := (until - self.now()).total_seconds()) > 0:
            moved = self._moved
            try:
                await asyncio.wait_for(moved.wait(), timeout=remaining / self._rate)
            except TimeoutError:
                continue
