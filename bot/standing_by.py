"""The time before the database answers: the process stays, says what it waits for, and begins by itself."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, contextmanager, suppress
from typing import TypeVar

import structlog

from bot.domain.json import Json
from bot.ports.clock import Clock
from bot.ports.failures import Transient
from bot.services.waits import Waits

T = TypeVar("T")
Report = Callable[[], Awaitable[tuple[bool, Mapping[str, Json]]]]
_log = structlog.get_logger(__name__)


class StandingBy:
    """Opens what cannot be done without, however long that takes, and answers `/healthz` meanwhile."""

    def __init__(self, clock: Clock, waits: Waits) -> None:
        self._clock = clock
        self._waits = waits
        self._reason = ""
        self._since = clock.now()
        self._report: Report | None = None

    async def report(self) -> tuple[bool, Mapping[str, Json]]:
        """The report of whatever is running, or what is waited for."""
        if self._report is not None:
            return await self._report()
        database: dict[str, Json] = {"problem": self._reason, "since": self._since.isoformat()}
        return False, {"well": False, "parts": {"database": database}, "jobs": None}

    @asynccontextmanager
    async def until_open(
        self,
        opening: Callable[[], AbstractAsyncContextManager[T]],
        door: Callable[[Report], AbstractAsyncContextManager[None]],
        stop: asyncio.Event,
    ) -> AsyncIterator[T | None]:
        """Open, again and again while that fails in passing; None when `stop` is set before. `door` is open from the
        first attempt on. What else `opening` raises is let through: a person has to change something."""
        async with AsyncExitStack() as stack:
            opened = await self._attempt(opening, stack)
            await stack.enter_async_context(door(self.report))
            pause = self._waits.database_retry
            while opened is None and not stop.is_set():
                # Processes that were started together must not all ask at the same moment.
                await _set_within(stop, pause * random.uniform(0.8, 1.2))  # noqa: S311  # spread, not secrecy
                pause = min(pause * 2, self._waits.database_retry_most)
                opened = None if stop.is_set() else await self._attempt(opening, stack)
            yield opened

    async def _attempt(self, opening: Callable[[], AbstractAsyncContextManager[T]], stack: AsyncExitStack) -> T | None:
        try:
            return await stack.enter_async_context(opening())
        except Transient as failure:
            self._reason = failure.reason
            _log.warning("waiting for the database", reason=failure.reason)
            return None

    @contextmanager
    def reporting(self, report: Report) -> Iterator[None]:
        self._report = report
        try:
            yield
        finally:
            self._report = None
            self._reason = "RelayDesk is being stopped."


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)
