"""Hears from the database that another process has enqueued a job.

It only makes a difference of at most half a second: whoever hears nothing, because a connection pooler does not let
notifications through, looks for jobs that often anyway.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import psycopg
import structlog
from psycopg import sql

from bot.domain.jobs import Lane

_log = structlog.get_logger(__name__)

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 30.0
# A connection on which nothing was heard for so long is asked whether it is still there, in seconds.
_SILENCE = 20.0
_ANSWER_WITHIN = 10.0


class NotificationBell:
    """Listens on a connection of its own to what Procrastinate tells of new jobs."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        """`arguments` are those of `psycopg.connect`."""
        self._arguments = arguments

    async def listen(self, ring: Callable[[], None]) -> None:
        pause = _FIRST_PAUSE
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **{**self._arguments, "autocommit": True}
                ) as connection:
                    await _subscribe(connection)
                    pause = _FIRST_PAUSE
                    # What was enqueued while nobody listened has rung no bell.
                    ring()
                    await _hear(connection, ring)
            except (psycopg.Error, OSError, TimeoutError) as error:
                _log.warning("the database is not heard; jobs are looked for instead", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)


async def _subscribe(connection: psycopg.AsyncConnection) -> None:
    async with asyncio.timeout(_ANSWER_WITHIN):
        for lane in Lane:
            channel = sql.Identifier(f"procrastinate_queue_v1#{lane}")
            await connection.execute(sql.SQL("LISTEN {}").format(channel))


async def _hear(connection: psycopg.AsyncConnection, ring: Callable[[], None]) -> None:
    while True:
        async for _ in connection.notifies(timeout=_SILENCE, stop_after=1):
            ring()
        async with asyncio.timeout(_ANSWER_WITHIN):
            await connection.execute("SELECT 1")
