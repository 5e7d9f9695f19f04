"""Transactions on the loop's behalf, in threads of their own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.ports.clock import Clock
from bot.ports.failures import Transient
from bot.ports.store import Snapshot, UnitOfWork, VersionConflict
from storage.dialects import is_collision, trouble
from storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

MOST_RUNS = 4  # the first, and three more after conflicts


class SqlStore:
    """Implements `Store`. `writers` is 1 on SQLite, where a second writer would only wait for the first."""

    def __init__(self, writing: Engine, reading: Engine, clock: Clock, *, writers: int, readers: int) -> None:
        self._writing = writing
        self._reading = reading
        self._clock = clock
        self._writers = ThreadPoolExecutor(writers, "store-writer")
        self._readers = ThreadPoolExecutor(readers, "store-reader")
        self._listeners: list[Callable[[], None]] = []

    def when_jobs_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener`, in the writer's thread, after each commit that has enqueued jobs."""
        self._listeners.append(listener)

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        def transaction() -> T:
            for _ in range(MOST_RUNS - 1):
                try:
                    return self._commit(work)
                except VersionConflict:
                    continue
                except DBAPIError as error:
                    if not is_collision(error):
                        raise
            return self._commit(work)

        return await _away(self._writers, transaction)

    def _commit(self, work: Callable[[UnitOfWork], T]) -> T:
        with self._writing.begin() as connection:
            unit = SqlUnitOfWork(connection, self._clock)
            result = work(unit)
        if unit.jobs.enqueued:
            for listener in self._listeners:
                listener()
        return result

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        def transaction() -> T:
            with self._reading.begin() as connection:
                return work(SqlUnitOfWork(connection, self._clock))

        return await _away(self._readers, transaction)

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction of storage's own, for jobs and leases."""

        def transaction() -> T:
            with self._writing.begin() as connection:
                return work(connection)

        return await _away(self._writers, transaction)

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Read for storage's own ends."""

        def transaction() -> T:
            with self._reading.begin() as connection:
                return work(connection)

        return await _away(self._readers, transaction)

    async def close(self) -> None:
        """Finish what was started and let go of the file."""
        for threads in (self._readers, self._writers):
            await asyncio.to_thread(threads.shutdown)
        self._reading.dispose()
        self._writing.dispose()


async def _away(threads: Executor, transaction: Callable[[], T]) -> T:
    """Run a transaction in a thread. A cancelled caller stops waiting; what has begun is finished all the same, and
    what has not begun never will."""
    pending = threads.submit(_in_plain_words, transaction)
    try:
        return await asyncio.shield(asyncio.wrap_future(pending))
    except asyncio.CancelledError:
        pending.cancel()
        raise


def _in_plain_words(transaction: Callable[[], T]) -> T:
    try:
        return transaction()
    except DBAPIError as error:
        reason = trouble(error)
        if reason is None:
            raise
        raise Transient(f"Nothing was read or saved: {reason}.", code="database") from error
