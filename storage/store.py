"""Transactions on the loop's behalf, in threads of their own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from typing import TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from bot.ports.clock import Clock
from bot.ports.failures import Transient
from bot.ports.store import Snapshot, UnitOfWork, VersionConflict
from storage.dialects import is_collision
from storage.lanes import Lanes
from storage.transactions import CommitUnanswered, begun, commit, failure_of
from storage.unit_of_work import SqlUnitOfWork

T = TypeVar("T")

MOST_RUNS = 4  # the first, and three more after conflicts


class SqlStore:
    """Implements `Store`."""

    def __init__(self, lanes: Lanes, clock: Clock) -> None:
        self._lanes = lanes
        self._clock = clock
        self._listeners: list[Callable[[], None]] = []

    def when_jobs_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener`, in the writer's thread, after each commit that has enqueued jobs."""
        self._listeners.append(listener)

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        def transaction() -> T:
            for _ in range(MOST_RUNS - 1):
                try:
                    return self._commit(self._lanes.work, work)
                except VersionConflict:
                    continue
                except DBAPIError as error:
                    if not is_collision(error):
                        raise
            return self._commit(self._lanes.work_alone, work)

        return await _away(self._lanes.workers, transaction)

    def _commit(self, engine: Engine, work: Callable[[UnitOfWork], T]) -> T:
        with begun(engine) as connection:
            unit = SqlUnitOfWork(connection, self._clock)
            result = work(unit)
            if unit.collision is not None:
                # The work has taken it for a failure of one of its parts; but the whole has to be run again.
                raise unit.collision
            commit(connection, ask=self._lanes.queue)
        if unit.jobs.enqueued:
            for listener in self._listeners:
                listener()
        return result

    async def read(self, work: Callable[[Snapshot], T]) -> T:
        return await self.look(lambda connection: work(SqlUnitOfWork(connection, self._clock)))

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run a transaction of storage's own, for jobs and leases. It may be run again, as a unit of work may."""

        def transaction() -> T:
            for _ in range(MOST_RUNS - 1):
                try:
                    return once()
                except DBAPIError as error:
                    if not is_collision(error):
                        raise
            return once()

        def once() -> T:
            with begun(self._lanes.queue) as connection:
                result = work(connection)
                commit(connection, ask=None)
                return result

        return await _away(self._lanes.queue_workers, transaction)

    async def look(self, work: Callable[[Connection], T]) -> T:
        """Read for storage's own ends."""

        def transaction() -> T:
            with begun(self._lanes.snapshots) as connection:
                return work(connection)

        return await _away(self._lanes.readers, transaction)

    async def close(self) -> None:
        """Finish what was started and let go of the database."""
        await asyncio.to_thread(self._lanes.close)


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
    except CommitUnanswered as error:
        raise Transient(
            "The connection to the database was lost while something was being saved, and it cannot be asked yet "
            "whether it was.",
            code="database",
        ) from error
    except DBAPIError as error:
        failure = failure_of(error)
        if failure is None:
            raise
        raise failure from error
