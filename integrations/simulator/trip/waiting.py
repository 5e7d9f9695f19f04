import asyncio
import time
from collections.abc import Callable

_STEP = 0.02


class NotHappened(Exception):
    """Something that the trip was waiting for did not come about in its time."""


async def until(so: Callable[[], bool], what: str, *, seconds: float) -> None:
    """Wait, on the wall's clock, until something is so; raises `NotHappened` with what was waited for."""
    ends = time.monotonic() + seconds
    while not so():
        if time.monotonic() > ends:
            raise NotHappened(what)
        await asyncio.sleep(_STEP)
