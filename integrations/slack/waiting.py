"""Waiting on the application's clock instead of the loop's, so that three seconds are Slack's three seconds."""

import asyncio
from typing import TypeVar

from bot.ports.clock import Clock

T = TypeVar("T")


async def within(clock: Clock, seconds: float, awaited: "asyncio.Future[T]") -> T:
    """Return the result of `awaited`; raises `TimeoutError` once `seconds` have passed, and leaves it running."""
    deadline = asyncio.ensure_future(clock.sleep(seconds))
    either: set[asyncio.Future[T] | asyncio.Future[None]] = {awaited, deadline}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if awaited.done():
            return awaited.result()
        raise TimeoutError
    finally:
        deadline.cancel()
        await asyncio.gather(deadline, return_exceptions=True)
