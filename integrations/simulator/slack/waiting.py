"""Waiting on the stand-in's clock instead of the loop's."""

import asyncio
from typing import Any, TypeVar

from integrations.simulator.clock import MovableClock

T = TypeVar("T")


async def within(clock: MovableClock, seconds: float, awaited: "asyncio.Future[T]") -> T:
    """Return the result of `awaited`; raises `TimeoutError` once `seconds` have passed on `clock`."""
    deadline = asyncio.ensure_future(clock.sleep(seconds))
    watched: list[asyncio.Future[Any]] = [awaited, deadline]
    try:
        await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
        if awaited.done():
            return awaited.result()
        raise TimeoutError
    finally:
        deadline.cancel()
