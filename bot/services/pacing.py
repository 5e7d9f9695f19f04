"""Keeping a platform's rate limits: a job waits for its slot, and waiting is not a failure."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from bot.ports.clock import Clock
from bot.ports.failures import Transient
from bot.ports.jobs import Pace
from bot.ports.store import Store, UnitOfWork
from bot.services.waits import Waits

T = TypeVar("T")


class NotYet(Exception):
    """The job has to be moved to `at`; the slots it holds by then are handed back to it."""

    def __init__(self, at: datetime, reserved: Mapping[str, datetime] | None = None) -> None:
        super().__init__(at.isoformat())
        self.at = at
        self.reserved = dict(reserved or {})


class Pacing:
    def __init__(self, store: Store, clock: Clock, waits: Waits) -> None:
        self._store = store
        self._clock = clock
        self._waits = waits

    async def wait(self, pace: Pace, reserved: dict[str, datetime]) -> None:
        """Return when the call may be made. A slot that the job was moved to is used up from `reserved`.

        Raises `NotYet` when the slot is too far away to hold a worker for it.
        """
        at = reserved.pop(pace.key, None)
        if at is None:
            at = await self._store.run(partial(self._reserve, pace=pace))
        seconds = (at - self._clock.now()).total_seconds()
        if seconds > self._waits.slot_in_place:
            raise NotYet(at, {**reserved, pace.key: at})
        if seconds > 0:
            await self._clock.sleep(seconds)

    async def call(self, pace: Pace, act: Callable[[], Awaitable[T]]) -> T:
        """Make a call for which a slot was waited for. Where the platform asks for a pause all the same (429), nobody
        calls under this pace before it is over, and `NotYet` moves the job behind it."""
        try:
            return await act()
        except Transient as failure:
            if failure.retry_after is None:
                raise
            until = self._clock.now() + timedelta(seconds=failure.retry_after)
            await self._store.run(lambda uow: uow.slots.hold(pace.key, until))
            raise NotYet(until) from failure

    def _reserve(self, uow: UnitOfWork, pace: Pace) -> datetime:
        return uow.slots.reserve(pace, self._clock.now())
